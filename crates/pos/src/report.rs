//! The events of a tap, in order.

use std::fmt;
use std::time::Duration;

use crate::link::LinkError;
use crate::outcome::Outcome;
use crate::parameters::OutcomeParameters;
use crate::step::Step;
use crate::ui::UiRequest;

/// The report of a whole tap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TapReport {
    /// The outcome.
    pub outcome: Outcome,
    /// The outcome's parameters.
    pub parameters: OutcomeParameters,
    /// Commands, decisions and messages, in order; the last one is the message of the outcome.
    pub events: Vec<Event>,
}

impl TapReport {
    /// The commands with their answers.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.events.iter().filter_map(|event| match event {
            Event::Exchange(exchange) => Some(exchange),
            Event::Step(_) | Event::Ui(_) => None,
        })
    }

    /// The decisions.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.events.iter().filter_map(|event| match event {
            Event::Step(step) => Some(step),
            Event::Exchange(_) | Event::Ui(_) => None,
        })
    }

    /// The messages shown.
    pub fn ui_requests(&self) -> impl Iterator<Item = &UiRequest> {
        self.events.iter().filter_map(|event| match event {
            Event::Ui(request) => Some(request),
            Event::Exchange(_) | Event::Step(_) => None,
        })
    }
}

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A command and its answer.
    Exchange(Exchange),
    /// A decision of the terminal.
    Step(Step),
    /// A message to be shown.
    Ui(UiRequest),
}

/// A command and its answer. `Debug` shows neither: the answer holds the token.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The name of the command.
    pub name: &'static str,
    /// The command's octets.
    pub command: Vec<u8>,
    /// The answer's octets, status word included.
    pub answer: Result<Vec<u8>, LinkError>,
    /// The time between command and answer.
    pub elapsed: Duration,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answered = self.answer.as_ref().map(Vec::len);
        f.debug_struct("Exchange")
            .field("name", &self.name)
            .field("command_octets", &self.command.len())
            .field("answer_octets", &answered)
            .field("elapsed", &self.elapsed)
            .finish()
    }
}
