//! PIN entry. The pad encrypts by itself: a PIN never reaches the terminal.

use thiserror::Error;
pub use understudy_acquiring::PinBlock;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;

/// A PIN pad.
pub trait PinPad {
    /// Asks the cardholder for the PIN and returns it encrypted.
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry;
}

/// The data for a PIN entry. Printed, it shows the masked number.
#[derive(Clone, Copy, Debug)]
pub struct PinRequest<'a> {
    /// The number in the PIN block (ISO 9564 format 0): the token's.
    pub number: &'a CardNumber,
    /// The amount that the pad shows.
    pub amount: Amount,
}

/// The result of a PIN entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PinEntry {
    /// A PIN was entered.
    Block(PinBlock),
    /// No PIN was entered.
    None(PinProblem),
}

/// The reason for which there is no PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PinProblem {
    /// The cardholder pressed cancel.
    #[error("the cardholder cancelled the PIN entry; nothing was sent")]
    Cancelled,
    /// No PIN was entered in time.
    #[error("no PIN was entered in time; nothing was sent")]
    TimedOut,
    /// There is no PIN pad, or it is out of order.
    #[error("there is no working PIN pad; connect one, or let the cardholder verify on the phone")]
    Unavailable,
}
