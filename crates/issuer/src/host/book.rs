//! The check of the whole book.

use std::collections::BTreeMap;

use super::ledger::BookSum;
use crate::fault::Fault;
use crate::store::{StoreError, View};

/// Adds all postings up: every account has the balance of its postings, and the balances of each
/// currency sum to zero. Returns the sums of the balances.
pub(crate) fn check(view: &View<'_>) -> Result<Vec<BookSum>, Fault> {
    if !BookSum::are_kept(view)? {
        return Err(StoreError::Value("a balance that is not the sum of its postings").into());
    }
    let sums = BookSum::all(view)?;
    let mut currencies: BTreeMap<_, i128> = BTreeMap::new();
    for sum in &sums {
        let whole = currencies.entry(sum.currency).or_default();
        *whole = whole.saturating_add(sum.balance.into());
    }
    if currencies.into_values().any(|whole| whole != 0) {
        return Err(StoreError::Value("a book that does not sum to zero").into());
    }
    Ok(sums)
}
