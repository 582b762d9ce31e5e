//! Disks that are full, read-only or broken.

use std::io::ErrorKind;

use understudy_test_process::{Worker, say};

use super::child::CHILD;
use super::kit::{self, Repeating, key, numbers, record};
use super::model::fates;
use crate::store::{AppendError, Disk, Health, OpenError, Simulated, Store, StoreError};

#[test]
fn a_failure_of_any_operation_of_a_commit_loses_nothing_and_the_tail_goes_on() {
    let mut refusals = 0;
    for operation in 0.. {
        let folder = Simulated::new();
        let rng = &mut Repeating(operation);
        let mut store = kit::open(&folder).unwrap().store;
        store.commit(b"oldest", 0, rng).unwrap();
        let mut tail = store.commit(b"old", 0, rng).unwrap();
        tail.append(&record(1)).unwrap();
        let before = folder.counts().operations;
        folder.fail_after(operation, ErrorKind::PermissionDenied);
        let committed = store.commit(b"new", 1, rng);
        if folder.counts().operations - before <= operation {
            // Creation, write, sync, renaming and sync of the folder.
            assert_eq!(refusals, 5);
            return;
        }
        let refused = committed.is_err();
        refusals += usize::from(refused);
        if let Ok(new) = committed {
            tail = new;
        }
        tail.append(&record(2)).unwrap();
        tail.file().sync().unwrap();
        for seed in 0..20 {
            let found = kit::open(&folder.cut_power(fates(seed))).unwrap();
            let expected = match (&found.state.unwrap()[..], refused) {
                (b"old", true) => vec![Some(1), Some(2)],
                (b"new", _) => vec![Some(2)],
                _ => panic!("operation {operation}, seed {seed}"),
            };
            assert_eq!(
                numbers(&found.records),
                expected,
                "operation {operation}, seed {seed}"
            );
            assert_eq!(found.loss, None);
        }
    }
}

#[test]
fn after_a_sync_that_failed_only_a_commit_makes_records_durable() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"old", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    folder.fail_after(0, ErrorKind::Other);
    tail.file().sync().unwrap_err();
    let again = tail.file().sync().unwrap_err();
    assert_eq!(again.to_string(), "an earlier sync failed");
    let mut next = store.commit(b"new", 0, rng).unwrap();
    next.append(&record(2)).unwrap();
    next.file().sync().unwrap_err();
    let next = store.commit(b"newer", 1, rng).unwrap();
    next.file().sync().unwrap();
}

#[test]
fn on_a_full_disk_a_commit_fails_and_records_are_appended_as_before() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"old", 0, rng).unwrap();
    folder.set_health(Health::Full);
    let refused = store.commit(b"new", 0, rng).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "cannot create state.2.new: no storage space"
    );
    for number in 1..=128 {
        tail.append(&record(number)).unwrap();
        tail.file().sync().unwrap();
    }
    assert!(matches!(tail.append(&record(129)), Err(AppendError::Full)));
    folder.set_health(Health::Good);
    let mut tail = store.commit(b"new", 128, rng).unwrap();
    tail.append(&record(129)).unwrap();
    let opened = kit::open(&folder.die()).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"new");
    assert_eq!(numbers(&opened.records), [Some(129)]);
}

#[test]
fn a_record_that_was_not_written_may_be_written_again() {
    let folder = Simulated::new();
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"state", 0, &mut Repeating(1)).unwrap();
    folder.set_health(Health::ReadOnly);
    assert!(matches!(tail.append(&record(1)), Err(AppendError::Io(_))));
    assert_eq!((tail.len(), tail.room()), (0, 128));
    folder.set_health(Health::Good);
    tail.append(&record(2)).unwrap();
    assert_eq!(
        numbers(&kit::open(&folder.die()).unwrap().records),
        [Some(2)]
    );
}

#[test]
fn a_store_on_a_read_only_disk_is_not_opened_and_not_changed() {
    let folder = Simulated::new();
    let mut store = kit::open(&folder).unwrap().store;
    store.commit(b"state", 0, &mut Repeating(1)).unwrap();
    let folder = folder.die();
    folder.set_health(Health::ReadOnly);
    let Err(OpenError::Io(refused)) = kit::open(&folder) else {
        panic!("a read-only disk was opened");
    };
    assert_eq!(refused.kind(), ErrorKind::ReadOnlyFilesystem);
    folder.set_health(Health::Good);
    assert_eq!(
        kit::open(&folder).unwrap().state.unwrap().as_slice(),
        b"state"
    );
}

#[test]
fn a_small_file_system_of_its_own_that_fills_up_and_turns_read_only_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut worker) = Worker::start_on_small_disk(CHILD, folder.path(), "80k") else {
        eprintln!("this machine lets nobody mount: a file system of its own was not tried");
        return;
    };
    worker.order("disk");
    let answers = std::iter::from_fn(|| worker.answer()).take(4);
    let answers: Vec<_> = answers.collect();
    assert_eq!(answers, ["full", "marks go on", "it goes on", "read-only"]);
}

/// The work of the child process in its small file system.
pub(super) fn in_a_small_disk(folder: &std::path::Path) {
    let rng = &mut Repeating(1);
    let open = || Store::open(Disk::open(folder).unwrap(), &key(), &mut Repeating(2));
    let mut store = open().unwrap().store;
    let mut tail = store.commit(b"small", 0, rng).unwrap();
    let Err(StoreError::Io(refused)) = store.commit(&vec![7; 100_000], 0, rng) else {
        panic!("there was room");
    };
    assert_eq!(refused.kind(), ErrorKind::StorageFull);
    say("full");
    std::fs::write(folder.join("ballast"), vec![0; 100_000]).unwrap_err();
    tail.append(&record(1)).unwrap();
    tail.file().sync().unwrap();
    say("marks go on");
    std::fs::remove_file(folder.join("ballast")).unwrap();
    drop((store, tail));
    let mut opened = open().unwrap();
    assert_eq!(numbers(&opened.records), [Some(1)]);
    opened.store.commit(b"next", 1, rng).unwrap();
    say("it goes on");
    drop(opened);
    let mut remount = std::process::Command::new("mount");
    remount.args(["-o", "remount,ro"]).arg(folder);
    assert!(remount.status().unwrap().success());
    let Err(OpenError::Io(refused)) = open() else {
        panic!("it can be written");
    };
    assert_eq!(refused.kind(), ErrorKind::ReadOnlyFilesystem);
    say("read-only");
}
