//! Totals as the issuer counts them.

use understudy_acquiring::{CurrencyTotals, Tally};
use understudy_core::wire::amount::Currency;

/// The totals in one currency. What was voided or reversed does not count, and neither does a
/// pre-authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetTotals {
    /// The currency.
    pub currency: Currency,
    /// Sales and completions.
    pub sales: Tally,
    /// Refunds.
    pub refunds: Tally,
}

impl NetTotals {
    /// True if nothing happened.
    pub(crate) const fn is_empty(&self) -> bool {
        self.sales.count == 0 && self.refunds.count == 0
    }
}

impl From<&CurrencyTotals> for NetTotals {
    fn from(totals: &CurrencyTotals) -> Self {
        Self {
            currency: totals.currency,
            sales: totals.net_sales(),
            refunds: totals.refunds,
        }
    }
}
