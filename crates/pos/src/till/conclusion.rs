//! The result of a request.

use crate::batch::EntryId;
use crate::host::{Balance, HostError, Response, ResponseCode};
use crate::online::{HostAnswer, OnlineRequest};
use crate::outcome::Outcome;
use crate::receipt::Receipt;

/// The result of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conclusion {
    /// The host's decision.
    pub verdict: Verdict,
    /// The entry of an approved request; `None` for a balance inquiry.
    pub entry: Option<EntryId>,
    /// The receipt, or the slip of a request that was not approved.
    pub receipt: Receipt,
    /// The answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The issuer's answer cryptogram (ARPC), 8 octets, for display.
    pub arpc: Option<[u8; 8]>,
}

/// The host's decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Approved.
    Approved,
    /// Declined, and nothing has moved; or approved with other terms than requested, which will be
    /// reversed.
    Declined(ResponseCode),
    /// No answer. A request that moves money will be reversed before anything else is sent.
    NoAnswer(HostError),
}

/// The result of a reversal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReversalEnd {
    /// The name of the reversed request; there is an entry of this name only if the merchant
    /// ordered the reversal.
    pub entry: EntryId,
    /// The code with which the host refused it for good; `None`: it is reversed.
    pub refused: Option<ResponseCode>,
}

impl Conclusion {
    /// The final outcome of the tap that `request` came from.
    #[must_use]
    pub fn outcome(&self, request: &OnlineRequest) -> Outcome {
        request.complete(match self.verdict {
            Verdict::Approved => HostAnswer::ResponseCode(HostAnswer::APPROVED),
            Verdict::Declined(code) => HostAnswer::ResponseCode(code.characters()),
            Verdict::NoAnswer(_) => HostAnswer::Unreachable,
        })
    }
}

impl From<&Result<Response, HostError>> for Verdict {
    fn from(answer: &Result<Response, HostError>) -> Self {
        match answer {
            Ok(reply) if reply.approved() => Self::Approved,
            Ok(reply) => Self::Declined(reply.response_code),
            Err(error) => Self::NoAnswer(*error),
        }
    }
}
