//! What can become of an entry, and what can't.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_core::wire::amount::Amount;

use super::entry::EntryKind;
use crate::money::format_amount;

/// How an approved entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// As it was approved.
    Approved,
    /// Taken back by a void or a cancellation.
    Voided,
    /// A pre-authorisation whose money was taken.
    Completed,
    /// To be taken back: the host has not acknowledged the reversal yet.
    ReversalOwed,
    /// Taken back by a reversal: as if it had never been.
    Reversed,
}

impl Standing {
    /// Whether the host counts the entry. A voided one counts, as its void does.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::Approved | Self::Voided | Self::Completed => true,
            Self::ReversalOwed | Self::Reversed => false,
        }
    }

    /// The name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Voided => "voided",
            Self::Completed => "completed",
            Self::ReversalOwed => "about to be reversed",
            Self::Reversed => "reversed",
        }
    }
}

/// What a merchant does with an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// Takes it back, whole.
    Void,
    /// Gives money back.
    Refund,
    /// Takes the held money.
    Complete,
    /// Makes it not have been.
    Reverse,
}

impl Act {
    /// The standing of an entry of this kind and standing once the act is approved.
    ///
    /// # Errors
    /// [`Refusal::Kind`] and [`Refusal::Standing`].
    pub(crate) fn applied(self, kind: EntryKind, standing: Standing) -> Result<Standing, Refusal> {
        use EntryKind::{Completion, PreAuthorisation, Refund, Sale};
        let after = match (self, kind) {
            (Self::Void, Sale | Completion | PreAuthorisation) => Standing::Voided,
            (Self::Refund, Sale | Completion) => Standing::Approved,
            (Self::Complete, PreAuthorisation) => Standing::Completed,
            (Self::Reverse, Sale | Completion | PreAuthorisation | Refund) => {
                Standing::ReversalOwed
            }
            (act, kind) => return Err(Refusal::Kind { act, kind }),
        };
        match standing {
            Standing::Approved => Ok(after),
            Standing::Voided
            | Standing::Completed
            | Standing::ReversalOwed
            | Standing::Reversed => Err(Refusal::Standing(standing)),
        }
    }
}

/// The verb of a sentence: a sale can't be … .
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Void => "voided",
            Self::Refund => "refunded",
            Self::Complete => "completed",
            Self::Reverse => "reversed",
        })
    }
}

/// Why an act on an entry can't be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Refusal {
    /// Not with this kind of entry.
    #[error("a {} cannot be {act}", kind.name())]
    Kind {
        /// The act.
        act: Act,
        /// The kind of the entry.
        kind: EntryKind,
    },
    /// Not any more.
    #[error("it is {} already", .0.name())]
    Standing(Standing),
    /// Its batch is settled.
    #[error("its batch is closed; refund it instead")]
    BatchClosed,
    /// Money of it was given back.
    #[error("a part of it was refunded; refund the rest instead")]
    PartlyRefunded,
    /// More than there is.
    #[error("the amount is above {}, which is the most", format_amount(*.0))]
    AboveMost(Amount),
    /// Nothing.
    #[error("the amount is zero")]
    Zero,
    /// Not in the currency of the entry.
    #[error("the amount is in another currency than the entry")]
    Currency,
}
