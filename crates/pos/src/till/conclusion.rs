//! How a request ended.

use crate::batch::EntryId;
use crate::host::{Balance, HostError, Response, ResponseCode};
use crate::online::{HostAnswer, OnlineRequest};
use crate::outcome::Outcome;
use crate::receipt::Receipt;

/// How a request ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conclusion {
    /// What the host said.
    pub verdict: Verdict,
    /// The entry of an approved request; a balance inquiry has none.
    pub entry: Option<EntryId>,
    /// The receipt, or the slip of a request that was not approved.
    pub receipt: Receipt,
    /// The answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The answer cryptogram, 8 octets, for whoever wants to see it.
    pub arpc: Option<[u8; 8]>,
}

/// What the host said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Done.
    Approved,
    /// Refused; nothing has moved. Or approved otherwise than asked, which will be reversed.
    Declined(ResponseCode),
    /// Nothing. Whatever moves money will be reversed before anything else is sent.
    NoAnswer(HostError),
}

/// How a reversal ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReversalEnd {
    /// What was to be reversed; an entry has this name only if the reversal was made by hand.
    pub entry: EntryId,
    /// The code with which the host refused it for good; `None`: nothing of it is left.
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
