//! The host's response to a terminal.

use understudy_core::wire::amount::Amount;

use super::Totals;
use crate::field::{ApprovalCode, ResponseCode};

/// The host's answer to a request. It does not name the request: on a line, an answer is read
/// together with its request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Response {
    /// DE 39.
    pub response_code: ResponseCode,
    /// DE 38, with an approval.
    pub approval: Option<ApprovalCode>,
    /// DE 54, with the answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The issuer's answer cryptogram, 8 octets (DE 55, `91` with the response code). The card has
    /// left the field and does not check it.
    pub arpc: Option<[u8; 8]>,
    /// The host's totals, DE 48, in the answer to a settlement.
    pub totals: Option<Totals>,
}

impl Response {
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
