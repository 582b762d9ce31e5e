//! The table `custody`: the check value of the keys that the database was made under.

use rusqlite::OptionalExtension as _;

use crate::store::transaction::Transaction;
use crate::store::{Store, StoreError};

impl Store {
    /// Binds a new database to the keys of a check value, and refuses one that belongs to other keys.
    pub(crate) fn claim(&self, keys: [u8; 8]) -> Result<(), StoreError> {
        // Whoever opens it waits for nobody who writes.
        if self.read(|db| belongs(db, keys))? {
            return Ok(());
        }
        self.write(|db| {
            // Another process may have claimed it meanwhile.
            if !belongs(db, keys)? {
                let claim = "INSERT INTO custody (id, check_value) VALUES (1, ?1)";
                db.execute(claim, [keys])?;
            }
            Ok(())
        })
    }
}

/// True if the database was made under these keys, false if it is new. Other keys are an error.
fn belongs(db: &Transaction<'_>, keys: [u8; 8]) -> Result<bool, StoreError> {
    let kept = "SELECT check_value FROM custody WHERE id = 1";
    let kept: Option<[u8; 8]> = db.query_row(kept, [], |row| row.get(0)).optional()?;
    match kept {
        Some(kept) if kept == keys => Ok(true),
        Some(_) => Err(StoreError::OtherKeys),
        None => Ok(false),
    }
}
