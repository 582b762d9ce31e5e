//! The versions of the schema. A version that was ever released is never edited: a change is a new
//! file.

use rusqlite::{Connection, TransactionBehavior};

use super::{StoreError, Transaction, record};
use crate::custody::KeyCustody;
use crate::fault::Fault;

/// The statements that turn version n - 1 into version n.
const VERSIONS: [&str; 8] = [
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
];

/// The version that brought the audit.
const AUDIT: u32 = 7;

/// `USTD`, in the header of the file.
const APPLICATION: i32 = 0x5553_5444;

/// Refuses what is not ours or damaged, before anything is written. Looks at one moment of it: another
/// process may be making it.
pub(super) fn recognise(connection: &Connection) -> Result<(), StoreError> {
    let connection = connection.unchecked_transaction()?;
    let version = version(&connection)?;
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if version == 0 {
        let objects: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let empty = objects == 0 && application == 0;
        return if empty {
            Ok(())
        } else {
            Err(StoreError::Foreign)
        };
    }
    if application != APPLICATION {
        return Err(StoreError::Foreign);
    }
    let known = newest();
    if version > known {
        return Err(StoreError::Newer {
            found: version,
            known,
        });
    }
    Ok(())
}

/// Brings the database to the newest version, each step whole or not at all. The step that brings the audit
/// begins it.
pub(super) fn migrate(connection: &mut Connection, keys: &dyn KeyCustody) -> Result<(), Fault> {
    for (target, step) in (1..).zip(VERSIONS) {
        if version(connection)? >= target {
            continue;
        }
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        // Another process may have been here since.
        if version(&transaction)? < target {
            take(&transaction, target, step)?;
            if target == AUDIT {
                record::begin_audit(&Transaction::on(&transaction), keys)?;
            }
        }
        transaction.commit().map_err(StoreError::from)?;
    }
    Ok(())
}

fn take(connection: &Connection, target: u32, step: &str) -> Result<(), StoreError> {
    connection.execute_batch(step)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", target)?;
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn newest() -> u32 {
    u32::try_from(VERSIONS.len()).unwrap_or(u32::MAX)
}
