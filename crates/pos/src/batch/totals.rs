//! Totals: what a batch comes to, per currency and type.

use std::collections::BTreeMap;

use understudy_acquiring::{FieldError, Tally};
use understudy_core::wire::amount::{Amount, Currency};

use super::entry::{Entry, EntryKind};

/// Counts and sums per currency. A voided sale counts among the sales and its void among the
/// voids. Pre-authorisations and their cancellations take no money and are not in it, nor is what
/// was reversed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Totals(BTreeMap<Currency, CurrencyTotals>);

/// The totals of one currency.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct CurrencyTotals {
    /// Sales.
    pub sales: Total,
    /// Completions of pre-authorisations.
    pub completions: Total,
    /// Refunds.
    pub refunds: Total,
    /// Voids of sales and completions.
    pub voids: Total,
}

/// A number of entries and their sum in minor units.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Total {
    /// The number of entries.
    pub count: u32,
    /// The sum, in minor units.
    pub sum: u64,
}

impl Totals {
    /// The totals of what counts among these entries.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut totals = Self::default();
        for entry in entries.iter().filter(|entry| entry.standing.counts()) {
            totals.add(entry.record.kind, entry.record.amount);
        }
        totals
    }

    /// Counts one more. Pre-authorisations and cancellations change nothing.
    pub fn add(&mut self, kind: EntryKind, amount: Amount) {
        let pick: fn(&mut CurrencyTotals) -> &mut Total = match kind {
            EntryKind::Sale => |totals| &mut totals.sales,
            EntryKind::Completion => |totals| &mut totals.completions,
            EntryKind::Refund => |totals| &mut totals.refunds,
            EntryKind::Void => |totals| &mut totals.voids,
            EntryKind::PreAuthorisation | EntryKind::Cancellation => return,
        };
        let total = pick(self.0.entry(amount.currency()).or_default());
        total.count = total.count.saturating_add(1);
        total.sum = total.sum.saturating_add(amount.minor());
    }

    /// The currencies with their totals, by the number of the currency.
    pub fn currencies(&self) -> impl Iterator<Item = (Currency, CurrencyTotals)> + '_ {
        self.0.iter().map(|(currency, totals)| (*currency, *totals))
    }

    /// The totals as a settlement says them.
    ///
    /// # Errors
    /// [`FieldError::Totals`] for more currencies than a message has room for.
    pub fn of_message(&self) -> Result<understudy_acquiring::Totals, FieldError> {
        let groups = self.currencies();
        understudy_acquiring::Totals::new(
            groups.map(|(currency, totals)| totals.of_message(currency)),
        )
    }

    /// The totals of one currency.
    #[must_use]
    pub fn of_currency(&self, currency: Currency) -> CurrencyTotals {
        self.0.get(&currency).copied().unwrap_or_default()
    }
}

impl Total {
    fn tally(self) -> Tally {
        self.and(Self::default())
    }

    /// Both together.
    fn and(self, other: Self) -> Tally {
        Tally {
            count: u64::from(self.count) + u64::from(other.count),
            sum: self.sum.saturating_add(other.sum),
        }
    }
}

impl CurrencyTotals {
    /// The totals of this currency as a settlement says them: completions are sales.
    #[must_use]
    pub fn of_message(&self, currency: Currency) -> understudy_acquiring::CurrencyTotals {
        understudy_acquiring::CurrencyTotals {
            currency,
            sales: self.sales.and(self.completions),
            voids: self.voids.tally(),
            refunds: self.refunds.tally(),
        }
    }

    /// The net amount for the merchant, in minor units; negative if refunds exceed sales.
    #[must_use]
    pub fn net(&self) -> i128 {
        let sum = |total: Total| i128::from(total.sum);
        sum(self.sales) + sum(self.completions) - sum(self.refunds) - sum(self.voids)
    }
}
