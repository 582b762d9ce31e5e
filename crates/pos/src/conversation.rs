//! Commands and answers of one tap, and the record of them.

use std::time::Instant;

use understudy_core::wire::apdu::Response;
use understudy_core::wire::status::StatusWord;

use crate::link::{LinkError, Transceive};
use crate::outcome::Outcome;
use crate::reason::Reason;
use crate::report::{Event, Exchange, Step, TapReport};

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

/// One tap's dealings with the card.
pub(crate) struct Conversation<'a> {
    link: &'a mut dyn Transceive,
    events: Vec<Event>,
}

impl<'a> Conversation<'a> {
    pub(crate) fn new(link: &'a mut dyn Transceive) -> Self {
        Self {
            link,
            events: Vec::new(),
        }
    }

    /// Writes a decision into the record.
    pub(crate) fn note(&mut self, step: Step) {
        self.events.push(Event::Step(step));
    }

    /// Sends one command. No answer means Try Again; one that is too short or too long ends the
    /// application. `61xx` and `6Cxx` are answers like any other: nothing is fetched or repeated.
    pub(crate) fn exchange(&mut self, command: ShortCommand<'_>) -> Result<Answer, Outcome> {
        let name = command.name;
        let Some(octets) = encode(command) else {
            return Err(Outcome::EndApplication(Reason::CommandTooLong(name)));
        };
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

    /// Takes the field away and hands over the record.
    pub(crate) fn finish(self, outcome: Outcome) -> TapReport {
        self.link.reset();
        TapReport {
            outcome,
            events: self.events,
        }
    }

    fn transceive(&mut self, name: &'static str, command: Vec<u8>) -> Result<Vec<u8>, LinkError> {
        let start = Instant::now();
        let answer = self.link.transceive(&command);
        let elapsed = start.elapsed();
        self.events.push(Event::Exchange(Exchange {
            name,
            command,
            answer: answer.clone(),
            elapsed,
        }));
        answer
    }
}

/// Case 4 of ISO/IEC 7816-3 with short lengths, or case 2 without data; `None` if the data is too
/// long for it.
fn encode(command: ShortCommand<'_>) -> Option<Vec<u8>> {
    let lc = u8::try_from(command.data.len()).ok()?;
    let mut octets = command.header.to_vec();
    if lc > 0 {
        octets.push(lc);
        octets.extend_from_slice(command.data);
    }
    octets.push(0);
    Some(octets)
}
