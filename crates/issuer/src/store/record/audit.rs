//! The table `audit`, and its head in the table `custody`.

use rusqlite::Row;
use understudy_core::card::UnixTime;

use crate::audit::{Entry, Head};
use crate::fault::Fault;
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};

impl Entry {
    /// The entries behind a number, at most a page, each with its code.
    pub(crate) fn page_after(view: &View<'_>, after: u64) -> Result<Vec<(Self, [u8; 32])>, Fault> {
        let sql = "SELECT * FROM audit WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
        view.all(sql, (after, PAGE), |row| Ok((read(row)?, row.get("code")?)))
    }

    /// The entries before a number, at most a page, newest first; without one, the last ones.
    pub(crate) fn page_before(view: &View<'_>, before: Option<u64>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM audit WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2";
        let before = before.and_then(|before| i64::try_from(before).ok());
        view.all(sql, (before.unwrap_or(i64::MAX), PAGE), read)
    }

    /// Adds it with its code.
    pub(crate) fn insert(&self, act: &Act<'_>, code: &[u8; 32]) -> Result<(), Fault> {
        act.execute(
            "INSERT INTO audit (sequence, at, actor, deed, subject, detail, code) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                self.sequence,
                self.at.0,
                &self.actor,
                &self.deed,
                &self.subject,
                &self.detail,
                code,
            ),
        )?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Entry, Fault> {
    Ok(Entry {
        sequence: row.get("sequence")?,
        at: UnixTime(row.get("at")?),
        actor: row.get("actor")?,
        deed: row.get("deed")?,
        subject: row.get("subject")?,
        detail: row.get("detail")?,
    })
}

impl Head {
    /// The head; none if there is none.
    pub(crate) fn load(view: &View<'_>) -> Result<Option<Self>, Fault> {
        let sql = "SELECT audit_identity, audit_count, audit_code, audit_seal FROM custody \
                   WHERE id = 1 AND audit_seal IS NOT NULL";
        view.find(sql, [], |row| {
            Ok(Self {
                identity: row.get("audit_identity")?,
                count: row.get("audit_count")?,
                code: row.get("audit_code")?,
                seal: row.get("audit_seal")?,
            })
        })
    }

    /// Replaces the head.
    pub(crate) fn store(&self, act: &Act<'_>) -> Result<(), Fault> {
        let changed = act.execute(
            "UPDATE custody SET audit_identity = ?1, audit_count = ?2, audit_code = ?3, \
                audit_seal = ?4 WHERE id = 1",
            (self.identity, self.count, self.code, self.seal),
        )?;
        if changed == 1 {
            Ok(())
        } else {
            Err(StoreError::AuditHead.into())
        }
    }
}
