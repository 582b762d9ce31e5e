//! The reader of plans, which looks at every statement that a test prepares.

use crate::store::plan::walks;
use crate::store::{Store, StoreError};

fn walking(sql: &str) -> bool {
    let store = Store::in_memory(&crate::demonstration::custody()).unwrap();
    let walks = store.read(|db| Ok::<_, StoreError>(walks(db.connection(), sql)));
    !walks.unwrap().is_empty()
}

#[test]
fn a_statement_that_walks_through_a_table_is_found() {
    for sql in [
        "SELECT * FROM token",
        "SELECT * FROM token ORDER BY id",
        "SELECT * FROM token WHERE status = 'active'",
        "SELECT count(*) FROM authorisation",
        "SELECT * FROM authorisation WHERE id > ?1",
        "SELECT * FROM authorisation WHERE (?1 IS NULL OR token = ?1)",
        "SELECT * FROM authorisation WHERE hold_until <= ?1 AND released_at IS NULL ORDER BY id",
        "UPDATE authorisation SET settlement = 1 WHERE amount = 1",
    ] {
        assert!(walking(sql), "{sql}");
    }
}

#[test]
fn a_statement_that_reads_one_thing_or_a_page_is_not() {
    for sql in [
        "SELECT * FROM token WHERE id = ?1",
        "SELECT ifnull(max(id), 0) FROM authorisation",
        "SELECT * FROM authorisation WHERE id < ?1 ORDER BY id DESC LIMIT 100",
        "SELECT * FROM authorisation WHERE hold_until <= ?1 AND released_at IS NULL \
            ORDER BY hold_until, id",
        "DELETE FROM authorisation WHERE id = 1",
    ] {
        assert!(!walking(sql), "{sql}");
    }
}

#[test]
#[should_panic(expected = "SCAN token")]
fn an_act_whose_statement_walks_through_a_table_fails_its_test() {
    let store = Store::in_memory(&crate::demonstration::custody()).unwrap();
    let _ = store.read(|db| {
        db.prepare_cached("SELECT * FROM token")?;
        Ok::<_, StoreError>(())
    });
}
