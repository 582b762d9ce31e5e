//! The requests that follow another one.

use understudy_acquiring::TransactionKind;
use understudy_core::wire::amount::Amount;

use super::record::Record;
use crate::fault::Fault;
use crate::store::View;

impl Record {
    /// The requests that follow a record and count: approved, not reversed and not voided.
    pub(crate) fn live_followers(&self, view: &View<'_>) -> Result<Vec<Self>, Fault> {
        let followers = self.approved_followers(view)?;
        Ok(followers.into_iter().filter(Self::is_live).collect())
    }

    /// True for a pre-authorisation that counts and is not completed.
    pub(crate) fn is_open(&self, view: &View<'_>) -> Result<bool, Fault> {
        let completed = |one: &Self| one.content.kind == TransactionKind::Completion;
        Ok(self.is_live() && !self.live_followers(view)?.iter().any(completed))
    }

    /// The sum of the refunds of a record that count, at most its amount.
    pub(crate) fn refunded(&self, view: &View<'_>) -> Result<Amount, Fault> {
        let followers = self.live_followers(view)?;
        let refunds = followers.iter().map(|one| &one.content);
        let refunds = refunds.filter(|one| one.kind == TransactionKind::Refund);
        let whole = self.content.amount;
        let sum = refunds.fold(0, |sum: u64, one| sum.saturating_add(one.amount.minor()));
        Ok(Amount::new(sum.min(whole.minor()), whole.currency()).unwrap_or(whole))
    }
}
