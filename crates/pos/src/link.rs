//! The way to the card: octets out, octets back.

use thiserror::Error;

use crate::report::Event;

/// A contactless reader with its field, or anything that stands in for one.
pub trait Transceive {
    /// Sends one command and waits for its answer, status word included.
    ///
    /// An implementation comes back within a bounded time: the terminal has no other clock to
    /// free itself from a card that is silent.
    ///
    /// # Errors
    /// [`LinkError`] if no answer came.
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError>;

    /// Switches the field off and on again. Every tap ends with it, whatever came of the tap.
    fn reset(&mut self);

    /// Looks who is in the field, before the first command of a tap and as often as the
    /// configuration allows (`tap.polls`). It comes back within a bounded time: how long a poll
    /// waits for somebody is the reader's choice. A link that cannot tell has one card in its
    /// field.
    ///
    /// # Errors
    /// [`LinkError`] if the reader can't look.
    fn poll(&mut self) -> Result<Presence, LinkError> {
        Ok(Presence::OneCard)
    }

    /// Takes note of an event of the tap, in the moment in which it is recorded: a reader that
    /// shows what happens need not wait for the report. Does nothing by default.
    fn recorded(&mut self, event: &Event) {
        let _ = event;
    }
}

/// Who is in the field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Presence {
    /// No card.
    Nobody,
    /// One card, ready for commands.
    OneCard,
    /// A collision: several cards answered.
    SeveralCards,
}

/// Why a command got no answer.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum LinkError {
    /// Nothing came back in time: the card left the field or never answered.
    #[error("no answer from the card")]
    NoAnswer,
    /// The reader itself failed.
    #[error("the link is broken: {0}")]
    Broken(String),
}
