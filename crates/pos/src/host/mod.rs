//! The host as a terminal sees it: the messages to it, its answers, and their absence.

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
    /// [`HostError`] if there is none. The host may nevertheless have acted.
    fn send(&mut self, message: &HostMessage) -> Result<HostReply, HostError>;
}

/// The reason for which no answer is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum HostError {
    /// The host cannot be reached.
    #[error("the host could not be reached")]
    Unreachable,
    /// No answer arrived in time.
    #[error("the host did not answer in time")]
    TimedOut,
}

/// The host's answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostReply {
    /// The response code, DE 39.
    pub response_code: ResponseCode,
    /// The approval code, DE 38, with an approval.
    pub approval: Option<ApprovalCode>,
    /// The balance, DE 54, in the answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The issuer's answer cryptogram (ARPC), 8 octets. The card has left the field and does not
    /// check it.
    pub arpc: Option<[u8; 8]>,
    /// The host's totals, in the answer to a settlement.
    pub totals: Option<Totals>,
}

impl HostReply {
    /// An answer with a response code alone.
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

    /// True if the host approved the request.
    #[must_use]
    pub fn approved(&self) -> bool {
        self.response_code == ResponseCode::APPROVED
    }
}

/// The balance of an account (DE 54).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Balance {
    /// The amount.
    pub amount: Amount,
    /// True if the cardholder owes it (sign `D`), false for money in the account (sign `C`).
    pub owed: bool,
}
