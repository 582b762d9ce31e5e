//! The host as a terminal sees it: what it is sent, what it answers, or that it does not.

mod fields;
mod message;
mod moment;
mod response_code;

use thiserror::Error;
use understudy_core::wire::amount::Amount;

use crate::batch::Totals;

pub use fields::{
    ApprovalCode, FieldError, MerchantId, RetrievalReference, TerminalId, TraceNumber,
};
pub use message::{Authorisation, FollowUp, HostMessage, Identity, Original, Reversal, Settlement};
pub use moment::Moment;
pub use response_code::ResponseCode;

/// The line to the host.
pub trait Host {
    /// Sends a message and waits for the answer.
    ///
    /// # Errors
    /// [`HostError`] if there is none. The host may have acted all the same.
    fn send(&mut self, message: &HostMessage) -> Result<HostReply, HostError>;
}

/// No answer is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum HostError {
    /// There is no line.
    #[error("the host could not be reached")]
    Unreachable,
    /// The time is over.
    #[error("the host did not answer in time")]
    TimedOut,
}

/// The host's answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostReply {
    /// DE 39.
    pub response_code: ResponseCode,
    /// DE 38, with an approval.
    pub approval: Option<ApprovalCode>,
    /// DE 54, with the answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The answer cryptogram, 8 octets. The card has left the field: nobody checks it.
    pub arpc: Option<[u8; 8]>,
    /// The host's side, with the answer to a settlement.
    pub totals: Option<Totals>,
}

impl HostReply {
    /// An answer of a response code alone.
    #[must_use]
    pub const fn new(response_code: ResponseCode) -> Self {
        Self {
            response_code,
            approval: None,
            balance: None,
            arpc: None,
            totals: None,
        }
    }

    /// Whether the host did what it was asked.
    #[must_use]
    pub fn approved(&self) -> bool {
        self.response_code == ResponseCode::APPROVED
    }
}

/// The balance of an account (DE 54).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Balance {
    /// How much.
    pub amount: Amount,
    /// Whether the cardholder owes it (sign `D`) instead of having it (sign `C`).
    pub owed: bool,
}
