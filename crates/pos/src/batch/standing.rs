//! What can become of an entry, and what can't.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use understudy_core::wire::amount::Amount;

use super::entry::{EntryId, EntryKind};
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
    /// Its reversal had no answer, and the host refused it when it was repeated: whether it was
    /// taken back is not known.
    Doubtful,
}

impl Standing {
    /// Whether the terminal counts the entry. A voided one counts, as its void does.
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
            | Standing::Reversed
            | Standing::Doubtful => Err(Refusal::Standing(standing)),
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
    #[error("its batch is closed; {}", instead(*.0))]
    BatchClosed(EntryKind),
    /// Money of it was given back.
    #[error("money of it was refunded; refund what is left instead")]
    PartlyRefunded,
    /// The host refused the reversal of this one, which is the entry or an act on it: what became
    /// of it is not known.
    #[error("the host refused the reversal of {0}, so nobody knows; ask the acquirer")]
    Doubtful(EntryId),
    /// More than there is.
    #[error("{}", above(*.0))]
    AboveMost(Amount),
    /// Nothing.
    #[error("the amount is zero")]
    Zero,
    /// Not in the currency of the entry.
    #[error("the amount is in another currency than the entry")]
    Currency,
}

/// What a merchant does with an entry that is settled, instead of taking it back.
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
