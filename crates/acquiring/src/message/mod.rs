//! A terminal's requests and the host's responses, as types. Each is owned and allocates nothing.

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
    /// Completes a pre-authorisation.
    Completion(FollowUp),
    /// Voids a transaction of the same batch, whole.
    Void(FollowUp),
    /// Refunds all or a part of a transaction, without the card.
    Refund(FollowUp),
    /// Reverses a request whose answer is unknown, or that should not have been made.
    Reversal(Reversal),
    /// The end of a batch.
    Settlement(Settlement),
}

impl Request {
    /// The identity of the message; for a reversal, that of the reversed request.
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

    /// The kind of the requested or reversed transaction; `None` for a settlement.
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
