//! The rows of the tables: one room for each table, and no SQL anywhere else.
//!
//! A room reads rows into the values that the issuer decides with, and writes them back. It decides
//! nothing: bounds and rules come from its callers.

mod account;
mod audit;
mod authorisation;
mod custody;
mod device;
mod key_batch;
mod letter;
mod master_key;
mod posting;
mod refund_merchant;
mod report;
mod reported;
mod restriction;
mod reversal;
mod settlement;
mod token;
mod verification;

pub(super) use custody::begin_audit;
pub(crate) use custody::{claim, is_claimed};
pub(crate) use letter::{Letters, Of, Sort};
pub(crate) use reversal::AcceptedReversal;
pub(crate) use settlement::Settled;

use rusqlite::{OptionalExtension as _, Params, Row};
use understudy_acquiring::Identity;

use super::StoreError;
use super::act::{Act, View};
use crate::fault::Fault;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl View<'_> {
    /// The first row of a query, if it has one.
    fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let mut statement = self.db.prepare_cached(sql)?;
        let found = statement.query_row(values, |row| Ok(read(row)));
        found.optional()?.transpose()
    }

    /// The only row of a query that always has one.
    fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut statement = self.db.prepare_cached(sql)?;
        statement.query_row(values, |row| Ok(read(row)))?
    }

    /// All rows of a query.
    fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(values, |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// True if a query has a row.
    fn has(&self, sql: &str, values: impl Params) -> Result<bool, Fault> {
        Ok(self.db.prepare_cached(sql)?.exists(values)?)
    }
}

impl Act<'_> {
    /// Runs a statement; returns the number of rows that it changed.
    fn execute(&self, sql: &str, values: impl Params) -> Result<usize, Fault> {
        Ok(self.db.execute(sql, values)?)
    }

    /// Inserts a row whose name the database counts up; returns that name.
    fn insert(&self, sql: &str, values: impl Params) -> Result<u64, Fault> {
        self.db.execute(sql, values)?;
        let id = u64::try_from(self.db.last_insert_rowid());
        Ok(id.map_err(|_| StoreError::Full)?)
    }
}

/// The only column of a row.
fn column<T: rusqlite::types::FromSql>(row: &Row<'_>) -> Result<T, Fault> {
    Ok(row.get(0)?)
}

/// An identity as the columns merchant, terminal, trace and local time of a table.
fn identity_columns(identity: &Identity) -> (&str, &str, u32, &str) {
    (
        identity.merchant.text(),
        identity.terminal.text(),
        identity.trace.get(),
        identity.local_time.text(),
    )
}
