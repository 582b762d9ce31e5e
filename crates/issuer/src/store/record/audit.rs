//! The table `audit`.

use rusqlite::Row;
use understudy_core::card::UnixTime;

use crate::audit::Entry;
use crate::fault::Fault;
use crate::store::PAGE;
use crate::store::act::{Act, View};

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
