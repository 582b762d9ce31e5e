//! Folders that are deleted, renamed or replaced while they are open.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::kit::{Repeating, key, numbers, record};
use crate::store::{Disk, OpenError, Opened, Store, StoreError, Tail};

fn open(path: &Path) -> Result<Opened<Disk>, OpenError> {
    Store::open(Disk::open(path).unwrap(), &key(), &mut Repeating(1))
}

fn committed(path: &Path, state: &[u8]) -> (Store<Disk>, Tail<fs::File>) {
    let mut store = open(path).unwrap().store;
    let tail = store.commit(state, 0, &mut Repeating(2)).unwrap();
    (store, tail)
}

#[test]
fn in_a_folder_that_was_deleted_nothing_is_armed_and_no_change_made() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("wallet");
    let (mut store, mut tail) = committed(&path, b"state");
    fs::remove_dir_all(&path).unwrap();
    tail.append(&record(1)).unwrap();
    assert_eq!(tail.file().sync().unwrap_err().kind(), ErrorKind::NotFound);
    let refused = store.commit(b"next", 0, &mut Repeating(3));
    assert!(
        matches!(refused, Err(StoreError::Io(failure)) if failure.kind() == ErrorKind::NotFound)
    );
    assert!(!path.exists());
}

#[test]
fn a_folder_that_was_renamed_and_replaced_goes_on_under_its_new_name_alone() {
    let home = tempfile::tempdir().unwrap();
    let [path, away] = ["wallet", "away"].map(|name| home.path().join(name));
    let (mut store, _) = committed(&path, b"mine");
    fs::rename(&path, &away).unwrap();
    drop(committed(&path, b"another's"));
    let mut tail = store
        .commit(b"mine, changed", 0, &mut Repeating(3))
        .unwrap();
    tail.append(&record(1)).unwrap();
    tail.file().sync().unwrap();
    drop((store, tail));
    assert_eq!(open(&path).unwrap().state.unwrap().as_slice(), b"another's");
    let mine = open(&away).unwrap();
    assert_eq!(mine.state.unwrap().as_slice(), b"mine, changed");
    assert_eq!(numbers(&mine.records), [Some(1)]);
}

#[test]
fn folder_and_files_are_their_owner_s_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("wallet");
    drop(committed(&path, b"state"));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&path.join("state.1"))), (0o700, 0o600));
}

#[test]
fn a_folder_that_nothing_may_be_made_in_refuses_a_change_and_takes_records() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("wallet");
    let (mut store, mut tail) = committed(&path, b"state");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o500)).unwrap();
    let allowed = fs::write(path.join("probe"), b"").is_ok();
    let refused = store.commit(b"next", 0, &mut Repeating(3));
    tail.append(&record(1)).unwrap();
    tail.file().sync().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    if allowed {
        eprintln!("this user may write anywhere: a folder without permission was not tried");
        return;
    }
    let refused = refused.err().unwrap();
    assert!(
        refused
            .to_string()
            .starts_with("cannot create state.2.new: "),
        "{refused}"
    );
    drop((store, tail));
    assert_eq!(numbers(&open(&path).unwrap().records), [Some(1)]);
}

#[test]
fn what_is_no_folder_or_no_file_is_an_error_and_no_link_is_followed() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    fs::write(&file, b"mine").unwrap();
    assert_eq!(
        Disk::open(&file).unwrap_err().kind(),
        ErrorKind::NotADirectory
    );
    let nowhere = home.path().join("no/where");
    assert_eq!(
        Disk::open(&nowhere).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let path = home.path().join("wallet");
    drop(committed(&path, b"state"));
    fs::create_dir(path.join("state.2")).unwrap();
    assert!(matches!(open(&path), Err(OpenError::Io(_))));
    fs::remove_dir(path.join("state.2")).unwrap();
    symlink(&file, path.join("state.2")).unwrap();
    assert!(matches!(open(&path), Err(OpenError::Io(_))));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}
