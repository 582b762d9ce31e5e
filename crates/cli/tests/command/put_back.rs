//! A wallet whose files were put back to an earlier state.

use std::path::PathBuf;

use serde_json::json;

use crate::desk::{Desk, PANS};

#[test]
fn a_wallet_put_back_is_taken_for_a_copy() {
    let desk = Desk::with_card();
    let old = desk.store();
    assert_eq!(desk.run(["replenish"]).code, 0);
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(desk.run(["replenish"]).code, 0);
    desk.put_store(&old);
    let run = desk.run(["replenish"]);
    assert_eq!(run.code, 4, "{}", run.out);
    assert!(
        run.err.contains("understudy resume --device"),
        "{}",
        run.err
    );
    assert_eq!(desk.tokens()[0]["status"], json!("suspended"));
    let (_, device) = desk.json(["enrol"]);
    assert_eq!(device["standing"], json!("clone-or-rollback"));
}

/// A desk whose wallet was restored below its last report and flagged for it; and its newest files.
fn flagged() -> (Desk, Vec<(PathBuf, Vec<u8>)>) {
    let desk = Desk::with_card();
    let old = desk.store();
    assert_eq!(desk.run(["replenish"]).code, 0);
    let newest = desk.store();
    desk.put_store(&old);
    let run = desk.run(["replenish"]);
    assert_eq!(run.code, 4, "{}", run.out);
    assert!(run.err.contains("newest folder wallet"), "{}", run.err);
    assert!(run.err.contains("understudy delete"), "{}", run.err);
    (desk, newest)
}

#[test]
fn a_wallet_that_was_flagged_pays_again_with_its_newest_files() {
    let (desk, newest) = flagged();
    desk.put_store(&newest);
    let device = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    let resumed = desk.run(["resume", "--device", &device]);
    assert!(
        resumed.out.contains("understudy resume 1"),
        "{}",
        resumed.out
    );
    assert_eq!(desk.run(["resume", "1"]).code, 0);
    assert_eq!(desk.run(["replenish"]).code, 0);
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn a_wallet_whose_newest_files_are_lost_begins_anew() {
    let (desk, _) = flagged();
    std::fs::remove_dir_all(desk.file("wallet")).unwrap();
    assert_eq!(desk.run(["delete", "1"]).code, 0);
    desk.issue_active(PANS[0], &[]);
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(desk.run(["replenish"]).code, 0);
}
