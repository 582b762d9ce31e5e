//! What a terminal is answered.

use understudy_core::wire::amount::Amount;

use super::Totals;
use crate::field::{ApprovalCode, ResponseCode};

/// The host's answer to a request. Which request it answers is not in it: on a line, an answer is
/// read against its request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Response {
    /// DE 39.
    pub response_code: ResponseCode,
    /// DE 38, with an approval.
    pub approval: Option<ApprovalCode>,
    /// DE 54, with the answer to a balance inquiry.
    pub balance: Option<Balance>,
    /// The issuer's answer cryptogram, 8 octets (DE 55, `91` with the response code). The card has
    /// left the field: nobody checks it.
    pub arpc: Option<[u8; 8]>,
    /// DE 48, the host's side, with the answer to a settlement.
    pub totals: Option<Totals>,
}

impl Response {
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
    /// The cardholder owes it (sign `D`) instead of having it (sign `C`).
    pub owed: bool,
}
