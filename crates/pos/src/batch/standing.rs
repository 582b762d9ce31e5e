//! The standings of an entry, and the acts that change them.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_core::wire::amount::Amount;

use super::entry::{EntryId, EntryKind};
use crate::money::format_amount;

/// The standing of an approved entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Unchanged since the approval.
    Approved,
    /// Undone by a void or a cancellation.
    Voided,
    /// A pre-authorisation that was completed.
    Completed,
    /// To be reversed: the host has not acknowledged the reversal yet.
    ReversalOwed,
    /// Reversed, as if it had never been approved.
    Reversed,
    /// Its reversal had no answer, and the host refused the repetition: it is unknown if it was
    /// reversed.
    Doubtful,
}

impl Standing {
    /// True if the entry counts in the totals. A voided one counts, as its void does.
    #[must_use]
    pub const fn counts(self) -> bool {
        match self {
            Self::Approved | Self::Voided | Self::Completed => true,
            Self::ReversalOwed | Self::Reversed | Self::Doubtful => false,
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
            Self::Doubtful => "in doubt",
        }
    }
}

/// A merchant's act on an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// Undoes the whole amount.
    Void,
    /// Gives all or a part of the amount back.
    Refund,
    /// Takes the money held.
    Complete,
    /// Reverses the request, as if it had never been made.
    Reverse,
}

impl Act {
    /// The standing of an entry of this kind and standing after the act is approved.
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
            | Standing::Reversed
            | Standing::Doubtful => Err(Refusal::Standing(standing)),
        }
    }
}

/// The verb of the sentence "a sale can't be …".
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

/// The reason for which an act on an entry is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Refusal {
    /// The act does not exist for this kind of entry.
    #[error("a {} cannot be {act}", kind.name())]
    Kind {
        /// The act.
        act: Act,
        /// The kind of the entry.
        kind: EntryKind,
    },
    /// The standing of the entry forbids it.
    #[error("it is {} already", .0.name())]
    Standing(Standing),
    /// The batch of the entry is settled.
    #[error("its batch is closed; {}", instead(*.0))]
    BatchClosed(EntryKind),
    /// A part of the amount was refunded.
    #[error("money of it was refunded; refund what is left instead")]
    PartlyRefunded,
    /// The host refused the reversal of this entry or of an act on it, so that its standing is
    /// unknown.
    #[error("the host refused the reversal of {0}, so nobody knows; ask the acquirer")]
    Doubtful(EntryId),
    /// The amount is above this one, the most that is left.
    #[error("{}", above(*.0))]
    AboveMost(Amount),
    /// The amount is zero.
    #[error("the amount is zero")]
    Zero,
    /// The amount is not in the currency of the entry.
    #[error("the amount is in another currency than the entry")]
    Currency,
}

/// The merchant's alternative for an entry of a settled batch, in words.
const fn instead(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Sale | EntryKind::Completion => "refund it instead",
        EntryKind::PreAuthorisation => "void it instead",
        EntryKind::Refund | EntryKind::Void | EntryKind::Cancellation => "it stands",
    }
}

fn above(most: Amount) -> String {
    match most.minor() {
        0 => "nothing is left of it".to_owned(),
        _ => format!(
            "the amount is above {}, which is the most",
            format_amount(most)
        ),
    }
}
