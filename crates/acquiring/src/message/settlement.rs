//! The end of a batch, with the terminal's totals.

use core::fmt;

use understudy_core::wire::amount::Currency;

use super::Identity;
use crate::field::FieldError;

/// The most currencies of one batch: as many groups fit into DE 48.
pub const CURRENCIES_MAX: usize = 12;

/// The end of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// DE 60. A batch that is settled again has the same number.
    pub batch: BatchNumber,
    /// DE 48.
    pub totals: Totals,
    /// The terminal closes the batch even if the host's totals differ: the host does so too.
    pub close: bool,
}

/// The number of a batch (DE 60), 1–999999. `Display` prints six digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BatchNumber(u32);

impl BatchNumber {
    /// The batch of this number.
    ///
    /// # Errors
    /// [`FieldError::Batch`] unless it is 1–999999.
    pub const fn new(number: u32) -> Result<Self, FieldError> {
        match number {
            1..=999_999 => Ok(Self(number)),
            _ => Err(FieldError::Batch),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for BatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// A number of transactions, and their sum.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// The number of transactions, at most 9 999 999 999 in a message.
    pub count: u64,
    /// Their sum in minor units, at most 9 999 999 999 999 999 in a message.
    pub sum: u64,
}

/// The totals in one currency. A voided sale counts among the sales and its void among the voids.
/// Pre-authorisations and what was reversed do not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CurrencyTotals {
    /// The currency.
    pub currency: Currency,
    /// Sales and completions (debits).
    pub sales: Tally,
    /// Voids of sales and completions (reversals of debits).
    pub voids: Tally,
    /// Refunds (credits).
    pub refunds: Tally,
}

impl CurrencyTotals {
    /// The net amount for the merchant, in minor units; negative if refunds exceed sales.
    #[must_use]
    pub fn net(&self) -> i128 {
        let sum = |tally: Tally| i128::from(tally.sum);
        sum(self.sales) - sum(self.voids) - sum(self.refunds)
    }

    /// The sales without those that were voided.
    #[must_use]
    pub const fn net_sales(&self) -> Tally {
        Tally {
            count: self.sales.count.saturating_sub(self.voids.count),
            sum: self.sales.sum.saturating_sub(self.voids.sum),
        }
    }
}

/// The totals of a batch in ascending order of their currencies, of which there are at most
/// [`CURRENCIES_MAX`], each once.
#[derive(Clone)]
pub struct Totals {
    groups: [Option<CurrencyTotals>; CURRENCIES_MAX],
}

impl Totals {
    /// The totals of an empty batch.
    pub const NONE: Self = Self {
        groups: [None; CURRENCIES_MAX],
    };

    /// Totals, each currency once, in any order.
    ///
    /// # Errors
    /// [`FieldError::Totals`] for a currency that comes twice, or more than [`CURRENCIES_MAX`].
    pub fn new(groups: impl IntoIterator<Item = CurrencyTotals>) -> Result<Self, FieldError> {
        let mut totals = Self::NONE;
        for group in groups {
            if totals.iter().any(|one| one.currency == group.currency) {
                return Err(FieldError::Totals);
            }
            let slot = totals.groups.iter_mut().find(|slot| slot.is_none());
            *slot.ok_or(FieldError::Totals)? = Some(group);
        }
        let last = u16::MAX;
        let key = |slot: &Option<CurrencyTotals>| slot.map_or(last, |one| one.currency.numeric());
        totals.groups.sort_unstable_by_key(key);
        Ok(totals)
    }

    /// The totals by currency.
    pub fn iter(&self) -> impl Iterator<Item = &CurrencyTotals> {
        self.groups.iter().flatten()
    }
}

impl PartialEq for Totals {
    fn eq(&self, other: &Self) -> bool {
        self.groups == other.groups
    }
}

impl Eq for Totals {}

impl fmt::Debug for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
