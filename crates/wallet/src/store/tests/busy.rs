//! Locking: one opener at a time.

use std::sync::Arc;
use std::thread;

use understudy_test_process::Worker;

use super::child::CHILD;
use super::kit::{self, Repeating, key, numbers, record};
use crate::store::{Disk, OpenError, Opened, Simulated, Store};

fn open(path: &std::path::Path) -> Result<Opened<Disk>, OpenError> {
    Store::open(Disk::open(path).unwrap(), &key(), &mut Repeating(1))
}

#[test]
fn a_second_opener_in_the_same_process_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let refused = open(folder.path()).err().unwrap();
    let text = "the wallet is in use by another process; close that first";
    assert_eq!(refused.to_string(), text);
    drop(first);
    open(folder.path()).unwrap();
}

#[test]
fn a_store_of_another_process_is_in_use_until_that_is_killed_and_then_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Worker::start(CHILD, folder.path());
    child.order("hold");
    assert_eq!(child.answer().as_deref(), Some("held"));
    assert!(matches!(open(folder.path()), Err(OpenError::Busy)));
    // The killed process may still be dying when the next one opens the store.
    child.kill();
    let opened = open(folder.path()).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"the child's");
    assert_eq!(numbers(&opened.records), [Some(1), Some(2)]);
}

#[test]
fn a_simulated_folder_has_one_opener_too() {
    let folder = Simulated::new();
    let first = kit::open(&folder).unwrap();
    assert!(matches!(kit::open(&folder), Err(OpenError::Busy)));
    drop(first);
    kit::open(&folder).unwrap();
}

#[test]
fn a_record_is_appended_while_a_commit_waits_for_the_disk() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"old", 0, rng).unwrap();
    folder.hold_syncs();
    let committing = thread::spawn(move || {
        let committed = store.commit(b"new", 0, &mut Repeating(2));
        committed.map(|tail| (store, tail))
    });
    folder.wait_for_held_sync();
    tail.append(&record(1)).unwrap();
    tail.append(&record(2)).unwrap();
    folder.release_syncs();
    let (_store, mut tail) = committing.join().unwrap().unwrap();
    tail.append(&record(3)).unwrap();
    let opened = kit::open(&folder.die()).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"new");
    assert_eq!(numbers(&opened.records), [1, 2, 3].map(Some));
}

#[test]
fn a_record_is_appended_while_another_waits_for_the_disk() {
    let folder = Simulated::new();
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"state", 0, &mut Repeating(1)).unwrap();
    tail.append(&record(1)).unwrap();
    folder.hold_syncs();
    let slots = Arc::clone(&tail.file());
    let arming = thread::spawn(move || slots.sync());
    folder.wait_for_held_sync();
    tail.append(&record(2)).unwrap();
    folder.release_syncs();
    arming.join().unwrap().unwrap();
    assert_eq!(tail.len(), 2);
}

#[test]
fn a_commit_takes_two_syncs_and_a_third_erases_and_an_arming_takes_one() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let syncs = || folder.counts().syncs;
    let mut before = syncs();
    let mut since = || {
        let since = syncs() - before;
        before = syncs();
        since
    };
    store.commit(b"first", 0, rng).unwrap();
    assert_eq!(since(), 2);
    let mut old = store.commit(b"second", 0, rng).unwrap();
    assert_eq!(since(), 2);
    let mut tail = store.commit(b"third", 0, rng).unwrap();
    assert_eq!(since(), 3);
    old.append(&record(1)).unwrap();
    tail.append(&record(2)).unwrap();
    assert_eq!(since(), 0);
    tail.file().sync().unwrap();
    assert_eq!(
        since(),
        2,
        "the file before holds a record that may not be durable"
    );
    tail.append(&record(3)).unwrap();
    tail.file().sync().unwrap();
    assert_eq!(since(), 1);
}
