//! The database: one connection, transactions, and the versions of the schema.
//!
//! Every act runs under the write lock from its start, so that what it reads is what it decides on,
//! and changes all that it was asked to change or nothing. Its answer leaves when its commit is on the
//! disk (`synchronous = FULL`); acts that wait for one another share a commit ([`group`]).
//!
//! An [`Act`] is all that the code of a transaction works with. The SQL of a table stands in its room
//! in [`record`], and the database library is named nowhere but here.

mod act;
mod error;
mod group;
mod integrity;
#[cfg(test)]
mod plan;
mod record;
mod schema;
mod sync;
mod transaction;

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::custody::KeyCustody;
use crate::fault::Fault;

pub(crate) use act::{Act, View};
pub use error::StoreError;
use group::{Done, Group, answer, attempt, attempt_in_savepoint, is_kept, roll_back, tell};
pub(crate) use record::{AcceptedReversal, Letters, Of, Settled, Sort, claim, is_claimed};
use sync::Sync;
pub(crate) use transaction::Transaction;

/// The time that a transaction waits for one of another process, unless its store is told otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The number of entries in a full page of a list.
pub const PAGE: usize = 100;

/// The number of compiled statements that a connection keeps: more than the crate has.
const STATEMENTS: usize = 256;

/// Between two attempts at what `SQLite` does not wait for.
const PAUSE: Duration = Duration::from_millis(5);

pub(crate) struct Store {
    line: Mutex<Line>,
    /// Threads that wait for their turn in line.
    waiting: AtomicUsize,
    sync: Sync,
}

/// The connection, which one thread at a time uses, and the state of its transaction.
struct Line {
    connection: Connection,
    /// The group of acts whose transaction is open on the connection and not committed.
    open: Option<Group>,
}

impl Store {
    /// Opens the database in a file, and makes it if there is none. Its transactions wait so long for
    /// those of other processes. The keys seal the head of the audit that an earlier version did not have.
    pub(crate) fn open(
        path: &Path,
        patience: Duration,
        keys: &dyn KeyCustody,
    ) -> Result<Self, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if is_stump(path) {
            return Err(StoreError::Damaged.into());
        }
        make_private(path);
        integrity::check_what_was_left(path)?;
        let connection = Connection::open_with_flags(path, flags).map_err(StoreError::from)?;
        connection
            .busy_timeout(patience)
            .map_err(StoreError::from)?;
        integrity::check_length(path, &connection)?;
        Self::prepare(connection, patience, keys)
    }

    /// A database that lives as long as the value.
    pub(crate) fn in_memory(keys: &dyn KeyCustody) -> Result<Self, Fault> {
        let connection = Connection::open_in_memory().map_err(StoreError::from)?;
        Self::prepare(connection, PATIENCE, keys)
    }

    pub(crate) fn prepare(
        mut connection: Connection,
        patience: Duration,
        keys: &dyn KeyCustody,
    ) -> Result<Self, Fault> {
        configure(&connection, patience)?;
        schema::migrate(&mut connection, keys)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let line = Line {
            connection,
            open: None,
        };
        Ok(Self {
            line: Mutex::new(line),
            waiting: AtomicUsize::new(0),
            sync: Sync::default(),
        })
    }

    #[cfg(feature = "simulated-sync")]
    pub(crate) const fn simulate_sync(&mut self, pause: Duration) {
        self.sync.pause = pause;
    }

    /// Reads the whole database and compares it with itself. Other acts wait meanwhile.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.read(integrity::check)
    }

    /// One act that may write. What it changed is on the disk when this returns `Ok`, and undone if
    /// not. Acts of other threads that wait meanwhile may share its commit, and fail with it.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut line = self.enter();
        if let Some(group) = line.open.take() {
            let (done, ended) = attempt_in_savepoint(&line.connection, work);
            return self.follow(line, group, done, ended);
        }
        line.begin("BEGIN IMMEDIATE")?;
        let done = attempt(&line.connection, work);
        if !is_kept(&done) {
            roll_back(&line.connection);
        } else if self.is_last() {
            self.commit(&line)?;
        } else {
            let fate = line.open.insert(Group::of_one()).fate();
            drop(line);
            fate.wait()?;
        }
        answer(done)
    }

    /// One act that only reads. It sees what acts before it in line have changed, so its answer waits
    /// for their commit.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut line = self.enter();
        if let Some(group) = line.open.take() {
            let done = attempt(&line.connection, work);
            return self.follow(line, group, done, Ok(()));
        }
        line.begin("BEGIN")?;
        let done = attempt(&line.connection, work);
        roll_back(&line.connection);
        answer(done)
    }

    /// Answers an act that has run in the transaction of a group, once that is committed. A failure
    /// of an act is an answer too: it may come from what the others of the group have changed.
    fn follow<T, E: From<StoreError>>(
        &self,
        mut line: MutexGuard<'_, Line>,
        mut group: Group,
        done: Done<T, E>,
        ended: Result<(), StoreError>,
    ) -> Result<T, E> {
        let fate = group.fate();
        // SQLite undoes the whole transaction by itself if a disk fails in the middle of it.
        if ended.is_err() || line.connection.is_autocommit() {
            roll_back(&line.connection);
            fate.seal(Err(StoreError::Undone));
            return answer(done);
        }
        let result = if group.admit() && !self.is_last() {
            line.open = Some(group);
            drop(line);
            fate.wait()
        } else {
            let result = self.commit(&line);
            drop(line);
            fate.seal(result);
            result
        };
        match (done, result) {
            (Ok(_), Err(error)) => Err(error.into()),
            (done, _) => answer(done),
        }
    }

    /// Makes all that was changed since the transaction began durable, or undoes it.
    fn commit(&self, line: &Line) -> Result<(), StoreError> {
        let result = tell(&line.connection, "COMMIT");
        if result.is_err() {
            roll_back(&line.connection);
        }
        self.sync.ends();
        result
    }

    fn enter(&self) -> MutexGuard<'_, Line> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        // Panics are held back while the line is locked; whatever it was, the next act finds a
        // connection that it can begin on.
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        line
    }

    /// Nobody waits in line: asked by whoever has the turn.
    fn is_last(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) == 0
    }
}

impl Line {
    /// Begins a transaction; what an earlier one could not end is undone before.
    fn begin(&self, statement: &str) -> Result<(), StoreError> {
        roll_back(&self.connection);
        tell(&self.connection, statement)
    }
}

/// Sets a connection up, and refuses a database that is not ours before anything is written.
fn configure(connection: &Connection, patience: Duration) -> Result<(), StoreError> {
    if connection.is_readonly(MAIN_DB)? {
        return Err(StoreError::ReadOnly);
    }
    connection.busy_timeout(patience)?;
    schema::recognise(connection)?;
    write_ahead(connection, patience)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(())
}

/// Makes the file, if there is none, readable for its owner alone; `SQLite` makes those beside it
/// alike. What keeps it from being made keeps `SQLite` too, and is its error.
fn make_private(path: &Path) {
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    let _ = file.open(path);
}

/// Changes to write-ahead logging. `SQLite` does not wait by itself for another process that does so at
/// the same moment.
fn write_ahead(connection: &Connection, patience: Duration) -> Result<(), StoreError> {
    let mut waited = Duration::ZERO;
    loop {
        let changed = connection.pragma_update(None, "journal_mode", "WAL");
        match changed.map_err(StoreError::from) {
            Err(StoreError::Locked) if waited < patience => std::thread::sleep(PAUSE),
            other => return other,
        }
        waited = waited.saturating_add(PAUSE);
    }
}

/// True if a file is shorter than the smallest page and not empty: `SQLite` would take it for a new
/// database and write over it.
fn is_stump(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && (1..512).contains(&file.len()))
}
#[cfg(test)]
mod tests;
