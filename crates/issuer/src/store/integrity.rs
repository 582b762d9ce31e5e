//! Checks of the whole database: of one that was not closed by whoever had it last, and when asked.
//!
//! The write-ahead log stands beside the database while it is open, and goes when the last process
//! closes it. A log that stands there though nobody has the database was left by a process that was
//! killed, or by a machine that lost its power.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::transaction::Transaction;
use super::{StoreError, schema};

/// Checks a database whose log was left behind; done once, since closing it takes the log away.
pub(super) fn check_what_was_left(path: &Path) -> Result<(), StoreError> {
    if !has_log(path) {
        return Ok(());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // A damaged one keeps its log, so that it is found damaged again.
    let keep_log = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    connection.set_db_config(keep_log, true)?;
    match check_alone(&connection) {
        // Another process has it open, and checked it if it was left; or it is read-only.
        Err(StoreError::Locked | StoreError::ReadOnly) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            connection.set_db_config(keep_log, false)?;
            Ok(())
        }
    }
}

/// Locks out everybody else, without waiting for them, and checks.
fn check_alone(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    schema::recognise(connection)?;
    check(&Transaction::on(connection))
}

/// Compares every page, row and index with the others, and every reference with what it names.
pub(super) fn check(db: &Transaction<'_>) -> Result<(), StoreError> {
    let sound: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let broken = db.prepare_cached("PRAGMA foreign_key_check")?.exists([])?;
    if sound == "ok" && !broken {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

/// Refuses a database that ends within a page: it was cut off. While there is a log, the rest may
/// stand in that.
pub(super) fn check_length(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let Ok(length) = std::fs::metadata(path).map(|file| file.len()) else {
        return Ok(());
    };
    let page: u64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let whole = length.checked_rem(page) == Some(0);
    if whole || has_log(path) {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(PathBuf::from(log)).is_ok_and(|log| log.len() > 0)
}
