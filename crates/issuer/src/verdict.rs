//! The issuer's answer.

use crate::reason::Reason;
use crate::token::TokenId;

/// The answer to an authorisation request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Why.
    pub reason: Reason,
    /// The token, once track 2 named one that exists.
    pub token: Option<TokenId>,
    /// The issuer's answer cryptogram (method 1 over the response code), if the card's was right.
    pub arpc: Option<[u8; 8]>,
    /// The answer was given before, to this very request: whoever moves money moves none now.
    pub repeat: bool,
}

impl Verdict {
    /// Declined before a token was found.
    pub(crate) const fn unattributed(reason: Reason) -> Self {
        Self {
            reason,
            token: None,
            arpc: None,
            repeat: false,
        }
    }

    /// Declined before the cryptogram was right.
    pub(crate) const fn declined(reason: Reason, token: TokenId) -> Self {
        Self {
            reason,
            token: Some(token),
            arpc: None,
            repeat: false,
        }
    }

    /// Whether the payment was approved.
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
