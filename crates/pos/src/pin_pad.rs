//! PIN entry. The pad encrypts by itself: a PIN never reaches the terminal.

use thiserror::Error;
pub use understudy_acquiring::PinBlock;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;

/// A PIN pad.
pub trait PinPad {
    /// Asks the cardholder for the PIN and encrypts it.
    fn enter(&mut self, request: &PinRequest<'_>) -> PinEntry;
}

/// What a PIN pad needs to know. Printed, it shows the masked number.
#[derive(Clone, Copy, Debug)]
pub struct PinRequest<'a> {
    /// The number that goes into the block (ISO 9564 format 0): the token's.
    pub number: &'a CardNumber,
    /// What the pad shows.
    pub amount: Amount,
}

/// How a PIN entry ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PinEntry {
    /// With a PIN.
    Block(PinBlock),
    /// Without one.
    None(PinProblem),
}

/// Why there is no PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum PinProblem {
    /// The cardholder pressed cancel.
    #[error("the cardholder cancelled the PIN entry; nothing was sent")]
    Cancelled,
    /// Nobody entered a PIN in time.
    #[error("no PIN was entered in time; nothing was sent")]
    TimedOut,
    /// There is no PIN pad, or it does not work.
    #[error("there is no working PIN pad; connect one, or let the cardholder verify on the phone")]
    Unavailable,
}
