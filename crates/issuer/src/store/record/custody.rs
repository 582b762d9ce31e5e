//! The table `custody`: the check value of the keys that the database was made under, and the head of
//! its audit.

use rusqlite::OptionalExtension as _;

use crate::audit::Head;
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::store::StoreError;
use crate::store::act::{Act, View};
use crate::store::transaction::Transaction;

/// True if the database is bound to these keys, false if it is bound to none.
pub(crate) fn is_claimed(view: &View<'_>) -> Result<bool, StoreError> {
    belongs(view.db, view.keys.check_value())
}

/// Binds a database to its keys, and begins its audit.
pub(crate) fn claim(view: &View<'_>) -> Result<(), Fault> {
    let Head {
        identity,
        count,
        code,
        seal,
    } = Head::begin(view.keys)?;
    let claim = "INSERT INTO custody (id, check_value, audit_identity, audit_count, audit_code, \
        audit_seal) VALUES (1, ?1, ?2, ?3, ?4, ?5)";
    let values = (view.keys.check_value(), identity, count, code, seal);
    view.db.execute(claim, values).map_err(StoreError::from)?;
    Ok(())
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
