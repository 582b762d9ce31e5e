//! Locks that are held, and locks that are deleted, moved or replaced.

use std::fs;

use super::*;

const SIDE: &str = "terminal";

/// A tampering, in words and as a function.
type Tampering = (&'static str, fn(&Path, &Path));

/// Tamperings with a held lock: `home` is the folder, `aside` a place beside it.
const TAMPERINGS: [Tampering; 5] = [
    ("deleted", |home, _| {
        fs::remove_file(home.join("terminal.lock")).unwrap();
    }),
    ("moved away", |home, aside| {
        fs::rename(home.join("terminal.lock"), aside).unwrap();
    }),
    ("replaced by another file", |home, aside| {
        fs::write(aside, "").unwrap();
        fs::rename(aside, home.join("terminal.lock")).unwrap();
    }),
    ("in a folder that was moved away", |home, aside| {
        fs::rename(home, aside).unwrap();
        fs::create_dir(home).unwrap();
    }),
    ("deleted with its folder", |home, _| {
        fs::remove_dir_all(home).unwrap();
        fs::create_dir(home).unwrap();
    }),
];

#[test]
fn a_lock_keeps_others_out_until_it_is_dropped() {
    let home = tempfile::tempdir().unwrap();
    let lock = Lock::acquire(home.path(), SIDE).unwrap();
    let other = || Lock::acquire_if_free(home.path(), SIDE).unwrap();
    assert!(other().is_none());
    drop(lock.turn().unwrap());
    assert!(other().is_none());
    assert!(
        Lock::acquire_if_free(home.path(), "wallet")
            .unwrap()
            .is_some(),
        "another side is another lock"
    );
    drop(lock);
    drop(other().unwrap().turn().unwrap());
}

#[test]
fn a_lock_that_its_name_does_not_lead_to_any_more_gives_no_turn() {
    for (what, tamper) in TAMPERINGS {
        let folder = tempfile::tempdir().unwrap();
        let (home, aside) = (folder.path().join("home"), folder.path().join("aside"));
        fs::create_dir(&home).unwrap();
        let first = Lock::acquire(&home, SIDE).unwrap();
        drop(first.turn().unwrap());
        tamper(&home, &aside);
        assert!(first.turn().is_err(), "{what}: before anybody else comes");
        let second = Lock::acquire_if_free(&home, SIDE).unwrap();
        let second = second.unwrap_or_else(|| panic!("{what}: the new lock is free"));
        assert!(first.turn().is_err(), "{what}");
        drop(second.turn().unwrap());
    }
}

#[test]
fn nobody_takes_a_lock_in_the_folder_during_a_turn() {
    let home = tempfile::tempdir().unwrap();
    let first = Lock::acquire(home.path(), SIDE).unwrap();
    let turn = first.turn().unwrap();
    fs::remove_file(home.path().join("terminal.lock")).unwrap();
    let folder = File::open(home.path()).unwrap();
    assert!(matches!(folder.try_lock(), Err(TryLockError::WouldBlock)));
    drop(turn);
    folder.try_lock().unwrap();
}
