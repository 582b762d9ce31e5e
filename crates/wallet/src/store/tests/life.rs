//! Stored states and records are found again.

use super::kit::{Repeating, key, numbers, open, record};
use crate::store::{Disk, Simulated, Store, Summary};

#[test]
fn a_state_and_the_records_after_it_are_found_again() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let opened = open(&folder).unwrap();
    assert!(opened.state.is_none() && opened.tail.is_none());
    let mut store = opened.store;
    let mut tail = store.commit(b"first", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    tail.file().sync().unwrap();
    tail.append(&record(2)).unwrap();
    drop((store, tail));

    let opened = open(&folder.die()).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"first");
    assert_eq!(numbers(&opened.records), [Some(1), Some(2)]);
    assert_eq!(opened.tail.unwrap().len(), 2);
}

#[test]
fn a_folder_of_the_operating_system_keeps_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    let rng = &mut Repeating(1);
    let open = || Store::open(Disk::open(&path).unwrap(), &key(), &mut Repeating(2));
    let mut store = open().unwrap().store;
    let mut tail = store.commit(b"first", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    tail.file().sync().unwrap();
    let mut tail = store.commit(b"second", 1, rng).unwrap();
    tail.append(&record(2)).unwrap();
    drop((store, tail));

    let opened = open().unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"second");
    assert_eq!(numbers(&opened.records), [Some(2)]);
    assert_eq!(format!("{:?}", opened.records), "[Record(..)]");
    let summary = opened.store.summary().unwrap();
    let on_disk = ["state.1", "state.2"].map(|name| path.join(name).metadata().unwrap().len());
    let expected = Summary {
        generation: 2,
        files: 2,
        octets: on_disk.iter().sum(),
        slots_used: 1,
    };
    assert_eq!(summary, expected);
}
