//! The table `verification`.

use rusqlite::Row;
use understudy_core::card::UnixTime;

use super::column;
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::PAGE;
use crate::store::act::{Act, View};
use crate::verification::Pending;

impl Pending {
    /// The pending verification of a token, if it waits for one.
    pub(crate) fn load(view: &View<'_>, token: TokenId) -> Result<Option<Self>, Fault> {
        let sql =
            "SELECT code, wrong, expires_at, sent, sent_at FROM verification WHERE token = ?1";
        view.find(sql, [token.0], read)
    }

    /// A page of the tokens that have one, behind one of them.
    pub(crate) fn page(view: &View<'_>, after: Option<TokenId>) -> Result<Vec<TokenId>, Fault> {
        let sql = "SELECT token FROM verification WHERE token > ?1 ORDER BY token LIMIT ?2";
        let after = after.map_or(0, |after| after.0);
        view.all(sql, (after, PAGE), |row| Ok(TokenId(column(row)?)))
    }

    pub(crate) fn insert(&self, act: &Act<'_>, token: TokenId) -> Result<(), Fault> {
        act.execute(
            "INSERT INTO verification (token, code, wrong, expires_at, sent, sent_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                token.0,
                self.code,
                self.wrong,
                self.expires_at.0,
                self.sent,
                self.sent_at.0,
            ),
        )?;
        Ok(())
    }

    /// Stores all its fields.
    pub(crate) fn update(&self, act: &Act<'_>, token: TokenId) -> Result<(), Fault> {
        act.execute(
            "UPDATE verification SET code = ?2, wrong = ?3, expires_at = ?4, sent = ?5, \
                sent_at = ?6 WHERE token = ?1",
            (
                token.0,
                self.code,
                self.wrong,
                self.expires_at.0,
                self.sent,
                self.sent_at.0,
            ),
        )?;
        Ok(())
    }

    /// Ends the verification of a token, with either result.
    pub(crate) fn delete(act: &Act<'_>, token: TokenId) -> Result<(), Fault> {
        act.execute("DELETE FROM verification WHERE token = ?1", [token.0])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Pending, Fault> {
    Ok(Pending {
        code: row.get(0)?,
        wrong: row.get(1)?,
        expires_at: UnixTime(row.get(2)?),
        sent: row.get(3)?,
        sent_at: UnixTime(row.get(4)?),
    })
}
