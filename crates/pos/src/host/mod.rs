//! The host as a terminal sees it: what it is sent, what it answers, or that it does not.

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
    /// [`HostError`] if there is none. The host may have acted all the same.
    fn send(&mut self, request: &Request) -> Result<Response, HostError>;
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
    /// What came back is not an authentic answer to the request.
    #[error("what came back from the host is no authentic answer to the request")]
    NotAnAnswer,
    /// The request has no form as a message, and did not leave.
    #[error("the request can't be said in a message to the host")]
    NotSayable,
}
