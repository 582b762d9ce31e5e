//! The commands and answers of one tap, and their record.

use std::time::Instant;

use understudy_core::wire::amount::Amount;
use understudy_core::wire::apdu::Response;
use understudy_core::wire::status::StatusWord;

use crate::config::TapSettings;
use crate::link::{LinkError, Presence, Transceive};
use crate::outcome::Outcome;
use crate::parameters::{OutcomeParameters, hold};
use crate::reason::Reason;
use crate::report::{Event, Exchange, TapReport};
use crate::step::Step;
use crate::ui::{Message, Status, UiRequest};

/// The longest answer to a short command: 256 octets and the status word.
const ANSWER_MAX: usize = 258;

/// A command to be sent with Le 00.
#[derive(Clone, Copy)]
pub(crate) struct ShortCommand<'a> {
    pub(crate) name: &'static str,
    /// CLA INS P1 P2.
    pub(crate) header: [u8; 4],
    pub(crate) data: &'a [u8],
}

/// An answer of 2–258 octets.
pub(crate) struct Answer {
    octets: Vec<u8>,
    pub(crate) status: StatusWord,
}

impl Answer {
    pub(crate) fn body(&self) -> &[u8] {
        Response::parse(&self.octets).map_or(&[], |response| response.body)
    }
}

/// The conversation with the card during one tap.
pub(crate) struct Conversation<'a> {
    link: &'a mut dyn Transceive,
    settings: TapSettings,
    /// The time of the first command.
    start: Option<Instant>,
    language: Option<String>,
    events: Vec<Event>,
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(link: &'a mut dyn Transceive, settings: TapSettings) -> Self {
        Self {
            link,
            settings,
            start: None,
            language: None,
            events: Vec::new(),
        }
    }

    /// Adds a decision to the record.
    pub(crate) fn note(&mut self, step: Step) {
        self.record(Event::Step(step));
    }

    /// Shows a message, in the card's preferred language once that is known.
    pub(crate) fn show(&mut self, message: Message, status: Status) {
        let request = self.request(message, status, None);
        self.record(Event::Ui(request));
    }

    /// Shows a message with the amount.
    pub(crate) fn show_amount(&mut self, message: Message, status: Status, amount: Amount) {
        let request = self.request(message, status, Some(amount));
        self.record(Event::Ui(request));
    }

    /// Takes the card's language preference (`5F2D`): one to four codes of two letters each.
    /// Anything else counts as none.
    pub(crate) fn prefer_language(&mut self, codes: Option<&[u8]>) {
        let codes = codes.filter(|codes| matches!(codes.len(), 2 | 4 | 6 | 8));
        let letters = codes.filter(|codes| codes.iter().all(u8::is_ascii_alphabetic));
        self.language = letters.map(|codes| String::from_utf8_lossy(codes).to_lowercase());
    }

    /// Polls the field. A reader that cannot poll means Try Again.
    pub(crate) fn poll(&mut self) -> Result<Presence, Outcome> {
        self.link
            .poll()
            .map_err(|error| Outcome::TryAgain(Reason::Link(error)))
    }

    /// Switches the field off and on again.
    pub(crate) fn field_off(&mut self) {
        self.link.reset();
    }

    /// Sends one command. No answer, or no time left for one, means Try Again; an answer that is
    /// too short or too long ends the application. `61xx` and `6Cxx` are not treated specially:
    /// nothing is fetched or repeated.
    pub(crate) fn exchange(&mut self, command: ShortCommand<'_>) -> Result<Answer, Outcome> {
        let name = command.name;
        let Some(octets) = command_octets(command) else {
            return Err(Outcome::EndApplication(Reason::CommandTooLong(name)));
        };
        let start = *self.start.get_or_insert_with(Instant::now);
        if start.elapsed() > self.settings.time_limit {
            return Err(Outcome::TryAgain(Reason::TooSlow));
        }
        let octets = self
            .transceive(name, octets)
            .map_err(|error| Outcome::TryAgain(Reason::Link(error)))?;
        match Response::parse(&octets).map(|response| response.status) {
            Ok(status) if octets.len() <= ANSWER_MAX => Ok(Answer { octets, status }),
            _ => Err(Outcome::EndApplication(Reason::AnswerLength {
                command: name,
                length: octets.len(),
            })),
        }
    }

    /// Switches the field off and returns the record.
    pub(crate) fn finish(mut self, outcome: Outcome) -> TapReport {
        self.field_off();
        self.finish_without_field(outcome)
    }

    /// Returns the record of a tap for which the field was never on.
    pub(crate) fn finish_without_field(self, outcome: Outcome) -> TapReport {
        let parameters =
            OutcomeParameters::new(&outcome, self.settings.hold_time, self.language.as_deref());
        let mut events = self.events;
        events.push(Event::Ui(parameters.ui_on_outcome.clone()));
        TapReport {
            outcome,
            parameters,
            events,
        }
    }

    fn record(&mut self, event: Event) {
        self.link.recorded(&event);
        self.events.push(event);
    }

    fn request(&self, message: Message, status: Status, value: Option<Amount>) -> UiRequest {
        UiRequest {
            message,
            status,
            hold_time: hold(status, self.settings.hold_time),
            language: self.language.clone(),
            value,
        }
    }

    fn transceive(&mut self, name: &'static str, command: Vec<u8>) -> Result<Vec<u8>, LinkError> {
        let start = Instant::now();
        let answer = self.link.transceive(&command);
        let elapsed = start.elapsed();
        self.record(Event::Exchange(Exchange {
            name,
            command,
            answer: answer.clone(),
            elapsed,
        }));
        answer
    }
}

/// The command in case 4 of ISO/IEC 7816-3 with short lengths, or case 2 without data; `None` if
/// the data is too long.
fn command_octets(command: ShortCommand<'_>) -> Option<Vec<u8>> {
    let lc = u8::try_from(command.data.len()).ok()?;
    let mut octets = command.header.to_vec();
    if lc > 0 {
        octets.push(lc);
        octets.extend_from_slice(command.data);
    }
    octets.push(0);
    Some(octets)
}
