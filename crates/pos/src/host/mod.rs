//! The host as a terminal sees it: the messages to it, its answers, and their absence.

mod line;
mod moment;

use thiserror::Error;

pub use line::send_message;
pub use moment::{Moment, TextError};
pub use understudy_acquiring::{
    ApprovalCode, Authorisation, Balance, ChipData, FollowUp, Identity, MerchantId, Original,
    Reference, Request, Response, ResponseCode, Reversal, Settlement, TerminalId, TraceNumber,
};

/// The line to the host.
pub trait Host {
    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// [`HostError`] if there is none. The host may nevertheless have acted.
    fn send(&mut self, request: &Request) -> Result<Response, HostError>;
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
    /// The octets that came back are no authentic answer to the request.
    #[error("what came back from the host is no authentic answer to the request")]
    NotAnAnswer,
    /// The request has no form as a message, and did not leave.
    #[error("the request can't be said in a message to the host")]
    NotSayable,
}
