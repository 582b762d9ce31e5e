//! Group commit: acts that come while others run share one transaction and one commit.
//!
//! An act that finds nobody in line behind it commits. One that finds somebody leaves its transaction
//! open, and whoever comes next runs in a savepoint of it; the last in line commits for all. Nobody
//! waits for acts that may come: a lone caller begins, runs and commits.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::StoreError;
use super::transaction::Transaction;

/// Acts of one group, at most: whoever keeps the line from getting empty delays nobody for longer.
pub(super) const ACTS_MAX: usize = 256;

/// The return value of an act, or the payload of its panic.
pub(super) type Done<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

/// Acts in the open transaction, none of which is answered.
pub(super) struct Group {
    fate: Arc<Fate>,
    acts: usize,
}

impl Group {
    /// The group of an act that has run and not committed.
    pub(super) fn of_one() -> Self {
        Self {
            fate: Arc::default(),
            acts: 1,
        }
    }

    pub(super) fn fate(&self) -> Arc<Fate> {
        Arc::clone(&self.fate)
    }

    /// Counts one more act; false if it must be the last.
    pub(super) const fn admit(&mut self) -> bool {
        self.acts = self.acts.saturating_add(1);
        self.acts < ACTS_MAX
    }
}

/// The result of the commit of a group, once it is known.
#[derive(Default)]
pub(super) struct Fate {
    known: Mutex<Option<Result<(), StoreError>>>,
    came: Condvar,
}

impl Fate {
    /// Lets the acts of the group be answered.
    pub(super) fn seal(&self, result: Result<(), StoreError>) {
        *self.lock() = Some(result);
        self.came.notify_all();
    }

    /// Waits for the commit of the group.
    pub(super) fn wait(&self) -> Result<(), StoreError> {
        let mut known = self.lock();
        loop {
            if let Some(result) = *known {
                return result;
            }
            let woken = self.came.wait(known);
            known = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<(), StoreError>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs an act; a panic of it is held back until the connection is in order.
pub(super) fn attempt<T, E>(
    connection: &Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Done<T, E> {
    catch_unwind(AssertUnwindSafe(|| work(&Transaction::on(connection))))
}

/// Runs an act in a savepoint, which is undone if the act fails. An error beside its answer: the
/// savepoint could not be set or ended.
pub(super) fn attempt_in_savepoint<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> (Done<T, E>, Result<(), StoreError>) {
    if let Err(error) = tell(connection, "SAVEPOINT act") {
        return (Ok(Err(error.into())), Err(error));
    }
    let done = attempt(connection, work);
    let kept = is_kept(&done);
    let undone = if kept {
        Ok(())
    } else {
        tell(connection, "ROLLBACK TO act")
    };
    let ended = undone.and_then(|()| tell(connection, "RELEASE act"));
    match ended {
        Err(error) if kept => (Ok(Err(error.into())), ended),
        _ => (done, ended),
    }
}

/// An act that has changed what it was asked to change.
pub(super) const fn is_kept<T, E>(done: &Done<T, E>) -> bool {
    matches!(done, Ok(Ok(_)))
}

/// Answers an act, or goes on with its panic.
pub(super) fn answer<T, E>(done: Done<T, E>) -> Result<T, E> {
    done.unwrap_or_else(|payload| resume_unwind(payload))
}

/// Runs a statement about transactions.
pub(super) fn tell(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Ends the open transaction, if there is one, as if it had not been.
pub(super) fn roll_back(connection: &Connection) {
    // An error leaves it open, and the next act tries again before it begins.
    let _ = connection.is_autocommit() || tell(connection, "ROLLBACK").is_ok();
}
