//! The channel to the card: command octets out, answer octets back.

use thiserror::Error;

use crate::report::Event;

/// A contactless reader with its field, or a substitute for one.
pub trait Transceive {
    /// Sends one command and waits for its answer, status word included.
    ///
    /// An implementation returns within a bounded time: the terminal has no other clock to escape a
    /// silent card.
    ///
    /// # Errors
    /// [`LinkError`] if no answer came.
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError>;

    /// Switches the field off and on again. Every tap ends with it.
    fn reset(&mut self);

    /// Polls the field for cards, before the first command of a tap and as often as the
    /// configuration allows (`tap.polls`). It returns within a bounded time, which the reader
    /// chooses. A link that cannot poll has one card in its field.
    ///
    /// # Errors
    /// [`LinkError`] if the reader cannot poll.
    fn poll(&mut self) -> Result<Presence, LinkError> {
        Ok(Presence::OneCard)
    }

    /// Receives an event of the tap at the moment in which it is recorded, for a reader that shows
    /// events before the report. Does nothing by default.
    fn recorded(&mut self, event: &Event) {
        let _ = event;
    }
}

/// The result of a poll.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Presence {
    /// No card.
    Nobody,
    /// One card, ready for commands.
    OneCard,
    /// A collision: several cards answered.
    SeveralCards,
}

/// The reason for which a command got no answer.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LinkError {
    /// No answer in time: the card left the field or never answered.
    #[error("no answer from the card")]
    NoAnswer,
    /// The reader itself failed.
    #[error("the link is broken: {0}")]
    Broken(String),
}
