//! What a terminal asks and what it is answered, as types. Each is owned and allocates nothing.

mod authorisation;
mod chip_data;
mod follow_up;
mod identity;
mod response;
mod settlement;

pub use authorisation::{Authorisation, PinBlock};
pub use chip_data::{CHIP_DATA_MAX, ChipData};
pub use follow_up::{FollowUp, Reversal};
pub use identity::{Identity, Original};
pub use response::{Balance, Response};
pub use settlement::{BatchNumber, CURRENCIES_MAX, CurrencyTotals, Settlement, Tally, Totals};

use crate::field::TransactionKind;

/// A message from a terminal to its host.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "without allocation there is no box; it is lent, not moved"
)]
pub enum Request {
    /// A card was tapped: sale, pre-authorisation, refund or balance inquiry.
    Authorisation(Authorisation),
    /// Takes the money of a pre-authorisation.
    Completion(FollowUp),
    /// Takes a transaction of the same batch back, whole.
    Void(FollowUp),
    /// Gives back all or a part of a transaction, without the card.
    Refund(FollowUp),
    /// Takes back a request whose answer nobody knows, or that should not have been.
    Reversal(Reversal),
    /// The end of a batch.
    Settlement(Settlement),
}

impl Request {
    /// The identity of the message; that of a reversal is the identity of what it takes back.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        match self {
            Self::Authorisation(request) => &request.identity,
            Self::Completion(request) | Self::Void(request) | Self::Refund(request) => {
                &request.identity
            }
            Self::Reversal(reversal) => &reversal.original,
            Self::Settlement(settlement) => &settlement.identity,
        }
    }

    /// The kind of transaction that it asks for, or that it takes back; none of a settlement.
    #[must_use]
    pub const fn kind(&self) -> Option<TransactionKind> {
        match self {
            Self::Authorisation(request) => Some(request.processing_code.kind()),
            Self::Completion(_) => Some(TransactionKind::Completion),
            Self::Void(_) => Some(TransactionKind::Void),
            Self::Refund(_) => Some(TransactionKind::Refund),
            Self::Reversal(reversal) => Some(reversal.kind),
            Self::Settlement(_) => None,
        }
    }
}
