//! Lists of audit entries.

use understudy_core::card::UnixTime;

use super::chain::Entry;
use crate::fault::Fault;
use crate::issuer::Issuer;

/// An entry of the audit, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 on.
    pub sequence: u64,
    /// The time of the act, as its caller said.
    pub at: UnixTime,
    /// The party that it was done for: an [`Actor`](super::Actor) as text.
    pub actor: String,
    /// The name of the [`Deed`](super::Deed).
    pub deed: String,
    /// Its [`Subject`](super::Subject) as text.
    pub subject: String,
    /// Further details of the act, without secrets.
    pub detail: String,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            sequence: entry.sequence,
            at: entry.at,
            actor: entry.actor,
            deed: entry.deed,
            subject: entry.subject,
            detail: entry.detail,
        }
    }
}

impl Issuer {
    /// A page of the audit, newest first: the first [`PAGE`](crate::PAGE) entries, or those before an
    /// entry. They are not verified.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn audit(&self, before: Option<u64>) -> Result<Vec<AuditEntry>, Fault> {
        let page = self.view(|view| Entry::page_before(view, before))?;
        Ok(page.into_iter().map(AuditEntry::from).collect())
    }
}
