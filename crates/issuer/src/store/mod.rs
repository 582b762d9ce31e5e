//! The database: one connection, transactions, and the versions of the schema.
//!
//! Every act is one transaction that takes the write lock at its start, so that what it reads is
//! what it decides on. A commit is on the disk when it returns (`synchronous = FULL`).

mod error;
mod schema;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, MAIN_DB, OpenFlags, Transaction, TransactionBehavior};

pub use error::StoreError;

/// How long a transaction waits for another process's, unless it is told otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    /// Opens the database in a file, and makes it if there is none. Its transactions wait so long for
    /// those of other processes.
    pub(crate) fn open(path: &Path, patience: Duration) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if is_stump(path) {
            return Err(StoreError::Damaged);
        }
        Self::prepare(Connection::open_with_flags(path, flags)?, patience)
    }

    /// A database that lives as long as the value.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, PATIENCE)
    }

    pub(crate) fn prepare(
        mut connection: Connection,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        if connection.is_readonly(MAIN_DB)? {
            return Err(StoreError::ReadOnly);
        }
        connection.busy_timeout(patience)?;
        schema::recognise(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        schema::migrate(&mut connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
        })
    }

    /// One transaction that may write; kept if `work` succeeds, undone if not.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    /// One transaction that only reads.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Deferred, work)
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection
            .transaction_with_behavior(behavior)
            .map_err(StoreError::from)?;
        let result = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(result)
    }

    /// A thread that died in a transaction left it undone, so the connection is as good as before.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a file holds something, but less than the smallest page: `SQLite` would take it for a new
/// database and write over it.
fn is_stump(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && (1..512).contains(&file.len()))
}
#[cfg(test)]
mod tests;
