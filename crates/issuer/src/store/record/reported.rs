//! The table `reported`: counters that a device reported as used.

use understudy_core::crypto::Atc;

use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::act::{Act, View};

impl View<'_> {
    /// True if a report has a counter of a token.
    pub(crate) fn is_reported(&self, token: TokenId, atc: Atc) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM reported WHERE token = ?1 AND atc = ?2";
        self.has(sql, (token.0, atc.get()))
    }
}

impl Act<'_> {
    /// Keeps a counter of a token as reported; false if it was already.
    pub(crate) fn keep_reported(&self, token: TokenId, atc: Atc) -> Result<bool, Fault> {
        let sql = "INSERT OR IGNORE INTO reported (token, atc) VALUES (?1, ?2)";
        Ok(self.execute(sql, (token.0, atc.get()))? > 0)
    }
}
