//! Requests about earlier ones, without the card.

use understudy_core::wire::amount::Amount;

use super::{ChipData, Identity, Original};
use crate::field::{Reference, TransactionKind};

/// A request about an earlier transaction that was approved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FollowUp {
    /// DE 11, 12, 13, 41 and 42 of this request.
    pub identity: Identity,
    /// DE 37 of this request.
    pub reference: Reference,
    /// The transaction that it is about.
    pub original: Original,
    /// DE 4 in the currency of DE 49.
    pub amount: Amount,
}

/// Reverses a request. It has no trace number of its own: sent again, it is the same message, and
/// moves nothing more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reversal {
    /// The request's DE 11, 12, 13, 41 and 42.
    pub original: Identity,
    /// The request's DE 37.
    pub reference: Reference,
    /// The kind of the request.
    pub kind: TransactionKind,
    /// The request's DE 4 in the currency of its DE 49.
    pub amount: Amount,
    /// DE 55 with `95`, `9F10`, `9F1E` and `9F36`, if the request had a chip.
    pub chip_data: Option<ChipData>,
}
