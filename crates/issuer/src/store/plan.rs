//! The plans of all statements, read whenever a test prepares one: none may walk through a table.
//!
//! A walk is a scan, or a range of a table's rows whose length nothing but the table bounds.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

/// The statements whose plans were read.
static ADMITTED: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// Indexes of rows that are kept in a bounded number, which may be walked through.
const BOUNDED: [&str; 1] = ["settlement_empty"];

/// Refuses a statement whose plan walks through a table, unless it reads one page of it.
pub(super) fn admit(connection: &Connection, sql: &str) {
    let mut admitted = ADMITTED.lock().unwrap_or_else(PoisonError::into_inner);
    let admitted = admitted.get_or_insert_default();
    if !admitted.contains(sql) {
        let walks = walks(connection, sql);
        assert!(walks.is_empty(), "{walks:?} by {sql}");
        admitted.insert(sql.to_owned());
    }
}

/// The steps of a plan that walk.
pub(super) fn walks(connection: &Connection, sql: &str) -> Vec<String> {
    let explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"));
    let mut explained = explained.unwrap();
    let mut rows = explained.raw_query();
    let mut walks = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let step: String = row.get("detail").unwrap();
        if is_walk(&step, sql.contains(" LIMIT ")) {
            walks.push(step);
        }
    }
    walks
}

fn is_walk(step: &str, is_page: bool) -> bool {
    let bounded = |index: &&str| step.split(' ').any(|word| word == *index);
    if BOUNDED.iter().any(bounded) {
        return false;
    }
    let range =
        step.starts_with("SEARCH ") && (step.ends_with("(rowid>?)") || step.ends_with("(rowid<?)"));
    step.starts_with("SCAN ") || step.contains("AUTOMATIC") || range && !is_page
}
