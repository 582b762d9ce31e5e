//! The table `custody`: the check value of the keys that the database was made under, and the head of
//! its audit.

use rusqlite::OptionalExtension as _;

use crate::audit::Head;
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::store::act::{Act, View};
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

impl Store {
    /// Seals the head of an empty audit in a database that has none: a new one, or one of an earlier
    /// version.
    pub(crate) fn begin_audit(&self, keys: &dyn KeyCustody) -> Result<(), Fault> {
        if self.read(has_audit)? {
            return Ok(());
        }
        let Head {
            identity,
            count,
            code,
            seal,
        } = Head::begin(keys)?;
        Ok(self.write(|db| {
            let begin = "UPDATE custody SET audit_identity = ?1, audit_count = ?2, \
                audit_code = ?3, audit_seal = ?4 WHERE id = 1 AND audit_seal IS NULL";
            db.execute(begin, (identity, count, code, seal))?;
            Ok::<_, StoreError>(())
        })?)
    }
}

fn has_audit(db: &Transaction<'_>) -> Result<bool, StoreError> {
    let sealed = "SELECT 1 FROM custody WHERE id = 1 AND audit_seal IS NOT NULL";
    Ok(db.prepare_cached(sealed)?.exists([])?)
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
