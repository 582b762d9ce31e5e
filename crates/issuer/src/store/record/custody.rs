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
    /// Binds a new database to its keys and begins its audit, and refuses one that belongs to other
    /// keys. A database that holds something and has lost its binding is refused too: with it went the
    /// head of the audit.
    pub(crate) fn claim(&self, keys: &dyn KeyCustody) -> Result<(), Fault> {
        let check_value = keys.check_value();
        // Whoever opens it waits for nobody who writes.
        if self.read(|db| belongs(db, check_value))? {
            return Ok(());
        }
        let Head {
            identity,
            count,
            code,
            seal,
        } = Head::begin(keys)?;
        Ok(self.write(|db| {
            // Another process may have claimed it meanwhile.
            if belongs(db, check_value)? {
                return Ok(());
            }
            if holds_something(db)? {
                return Err(StoreError::AuditHead);
            }
            let claim = "INSERT INTO custody (id, check_value, audit_identity, audit_count, \
                audit_code, audit_seal) VALUES (1, ?1, ?2, ?3, ?4, ?5)";
            db.execute(claim, (check_value, identity, count, code, seal))?;
            Ok(())
        })?)
    }
}

/// Begins the audit of a database from before there were audits, in the transaction that gives it one.
/// A new database has no keys yet: its audit begins when it is claimed.
pub(in crate::store) fn begin_audit(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
) -> Result<(), Fault> {
    if !belongs(db, keys.check_value())? {
        return Ok(());
    }
    let Head {
        identity,
        count,
        code,
        seal,
    } = Head::begin(keys)?;
    let begin = "UPDATE custody SET audit_identity = ?1, audit_count = ?2, audit_code = ?3, \
        audit_seal = ?4 WHERE id = 1";
    db.execute(begin, (identity, count, code, seal))
        .map_err(StoreError::from)?;
    Ok(())
}

fn holds_something(db: &Transaction<'_>) -> Result<bool, StoreError> {
    for first in [
        "SELECT 1 FROM account WHERE id > 0 LIMIT 1",
        "SELECT 1 FROM device WHERE id >= x'' LIMIT 1",
        "SELECT 1 FROM audit WHERE sequence > 0 LIMIT 1",
    ] {
        if db.prepare_cached(first)?.exists([])? {
            return Ok(true);
        }
    }
    Ok(false)
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
