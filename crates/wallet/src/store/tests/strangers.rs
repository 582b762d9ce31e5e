//! Files of another store, of another key or of a later version.

use rand_core::TryRng as _;

use super::kit::{self, Repeating, key, numbers, other_key, record};
use crate::store::{Folder as _, OpenError, Simulated, StorageKey, Store};

/// The two files of a separate store.
fn home(key: &StorageKey, seed: u64) -> [Vec<u8>; 2] {
    let folder = Simulated::new();
    let rng = &mut Repeating(seed);
    rng.try_next_u64().unwrap();
    let mut store = Store::open(folder.clone(), key, rng).unwrap().store;
    let mut tail = store.commit(b"older", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    let mut tail = store.commit(b"newer", 1, rng).unwrap();
    tail.append(&record(2)).unwrap();
    ["state.1", "state.2"].map(|name| folder.read(name, u64::MAX).unwrap())
}

fn folder_with(files: &[(&str, &[u8])]) -> Simulated {
    let folder = Simulated::new();
    for (name, octets) in files {
        folder.put(name, octets);
    }
    folder
}

/// The error of an opening, which must not change anything.
fn refusal(folder: &Simulated) -> OpenError {
    let (names, counts) = (folder.names().unwrap(), folder.counts());
    let refused = kit::open(folder).err().unwrap();
    assert_eq!((folder.names().unwrap(), folder.counts()), (names, counts));
    refused
}

#[test]
fn a_wrong_key_is_told_from_damage_and_destroys_nothing() {
    let [older, newer] = home(&other_key(8), 1);
    let folder = folder_with(&[
        ("state.1", &older),
        ("state.2", &newer),
        ("state.3.new", b"x"),
    ]);
    let refused = refusal(&folder);
    assert!(matches!(refused, OpenError::WrongKey));
    let text = "the storage key or passphrase is not the one of this wallet";
    assert_eq!(refused.to_string(), text);
    let opened = Store::open(folder, &other_key(8), &mut Repeating(2)).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"newer");
}

#[test]
fn a_later_version_is_refused_untouched() {
    let [older, mut newer] = home(&key(), 1);
    newer[8] = 2;
    assert!(matches!(
        refusal(&folder_with(&[("state.2", &newer)])),
        OpenError::Newer(2)
    ));
    let files = [
        ("state.1", older.as_slice()),
        ("state.2", &newer),
        ("state.3.new", b"x"),
    ];
    assert!(matches!(refusal(&folder_with(&files)), OpenError::Newer(2)));
}

#[test]
fn files_of_two_stores_under_one_key_are_refused() {
    let [mine, _] = home(&key(), 1);
    let [_, theirs] = home(&key(), 2);
    let folder = folder_with(&[("state.1", &mine), ("state.2", &theirs)]);
    assert!(matches!(refusal(&folder), OpenError::Mixed));
}

#[test]
fn a_file_of_a_store_under_another_key_is_damage() {
    let [older, newer] = home(&key(), 1);
    let [theirs_older, theirs_newer] = home(&other_key(8), 2);
    let opened = kit::open(&folder_with(&[
        ("state.1", &older),
        ("state.2", &theirs_newer),
    ]));
    let opened = opened.unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"older");
    assert_eq!(opened.loss.unwrap().damaged, [2]);
    let opened = kit::open(&folder_with(&[
        ("state.1", &theirs_older),
        ("state.2", &newer),
    ]));
    let opened = opened.unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"newer");
    assert_eq!(
        (numbers(&opened.records), opened.loss),
        (vec![None, Some(2)], None)
    );
}

#[test]
fn a_generation_under_another_number_is_damage() {
    let [older, newer] = home(&key(), 1);
    let opened = kit::open(&folder_with(&[("state.1", &newer), ("state.2", &older)]));
    assert!(matches!(opened, Err(OpenError::Damaged)));
    let opened = kit::open(&folder_with(&[("state.2", &newer), ("state.3", &newer)])).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"newer");
    assert_eq!(opened.loss.unwrap().damaged, [3]);
}

#[test]
fn other_files_are_let_be_and_the_highest_number_is_an_error() {
    let [older, newer] = home(&key(), 1);
    let strange = [
        "state.01",
        "state.0",
        "state.",
        "state.x",
        "state.1.new.new",
        "state",
        "notes",
    ];
    let mut files: Vec<(&str, &[u8])> = strange.iter().map(|name| (*name, &b"text"[..])).collect();
    files.extend([("state.1", older.as_slice()), ("state.2", &newer)]);
    let highest = format!("state.{}", u64::MAX);
    files.push((&highest, b"text"));
    let folder = folder_with(&files);
    let mut store = kit::open(&folder).unwrap().store;
    let refused = store.commit(b"next", 0, &mut Repeating(3)).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "the numbers of the wallet's files are used up"
    );
    let names = folder.names().unwrap();
    assert!(
        strange
            .iter()
            .all(|name| names.contains(&(*name).to_owned())),
        "{names:?}"
    );
    store.wipe().unwrap();
    assert_eq!(folder.names().unwrap().len(), strange.len());
}
