//! The requests that follow another one.

use understudy_acquiring::TransactionKind;

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
}
