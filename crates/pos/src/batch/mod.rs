//! A batch: the entries of a terminal since its last settlement.

mod card;
mod codec;
mod entry;
mod standing;
mod totals;

use serde::{Deserialize, Serialize};

pub use card::{Card, Chip, ChipDataError, MaskedNumber};
pub use entry::{Entry, EntryId, EntryKind, Record, RefusedReversal};
pub use standing::{Act, Refusal, Standing};
pub use totals::{CurrencyTotals, Total, Totals};

/// The entries between two settlements.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Its number, 1–999999.
    pub number: u32,
    /// Its entries, in the order in which they were approved.
    pub entries: Vec<Entry>,
    /// Requests of the batch whose reversal the host refused for good, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_reversals: Vec<RefusedReversal>,
}

impl Batch {
    const LAST: u32 = 999_999;

    /// The range of batch numbers.
    pub(crate) const NUMBERS: std::ops::RangeInclusive<u32> = 1..=Self::LAST;

    /// The first batch of a terminal.
    pub(crate) const FIRST: Self = Self {
        number: 1,
        entries: Vec::new(),
        refused_reversals: Vec::new(),
    };

    /// The next batch, empty.
    pub(crate) const fn next(&self) -> Self {
        let number = if self.number >= Self::LAST {
            1
        } else {
            self.number + 1
        };
        Self {
            number,
            entries: Vec::new(),
            refused_reversals: Vec::new(),
        }
    }

    /// The number of entries and refused reversals.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.entries.len() + self.refused_reversals.len()
    }

    /// The totals.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(&self.entries)
    }
}
