//! The issuer's answers.

use understudy_acquiring::ApprovalCode;
use understudy_core::wire::amount::Amount;

use super::reason::Reason;
use crate::id::{AuthorisationId, TokenId};

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The reason.
    pub reason: Reason,
    /// DE 38, of an approval.
    pub approval: Option<ApprovalCode>,
    /// The issuer's answer cryptogram (method 1 over the response code), if the card's was right
    /// and its counter was not used before.
    pub arpc: Option<[u8; 8]>,
    /// DE 54, of an approved balance inquiry: what is available; zero when more is owed.
    pub balance: Option<Amount>,
    /// The token, once track 2 or the original named one that exists.
    pub token: Option<TokenId>,
    /// The name of the request's record. A request that named no token is not recorded.
    pub authorisation: Option<AuthorisationId>,
    /// The answer was given before, to this very request, and nothing has moved now.
    pub repeat: bool,
}

impl Verdict {
    /// Declined before a token was found.
    pub(crate) const fn unattributed(reason: Reason) -> Self {
        Self {
            reason,
            approval: None,
            arpc: None,
            balance: None,
            token: None,
            authorisation: None,
            repeat: false,
        }
    }

    /// True if the payment was approved.
    #[must_use]
    pub fn approved(&self) -> bool {
        self.reason == Reason::Approved
    }

    /// The response code: DE 39, and the authorisation response code (`8A`) under the ARPC.
    #[must_use]
    pub const fn response_code(&self) -> [u8; 2] {
        self.reason.response_code()
    }
}

/// The answer to a reversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReversalVerdict {
    /// Approved: the request does not count, now or when it arrives later.
    pub reason: Reason,
    /// The request that was reversed, if it had arrived.
    pub authorisation: Option<AuthorisationId>,
    /// The answer was given before, and nothing has moved now.
    pub repeat: bool,
}

impl ReversalVerdict {
    /// True if the reversal was accepted.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.reason == Reason::Approved
    }

    /// DE 39.
    #[must_use]
    pub const fn response_code(&self) -> [u8; 2] {
        self.reason.response_code()
    }
}
