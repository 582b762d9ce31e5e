//! Databases that are locked, damaged, cut off, or other files: a clear error, and no panic.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use understudy_issuer::{Fault, StoreError};

use super::world::{NOW, World, database, folder, open, sale};

const SHORT: Duration = Duration::from_millis(20);

/// The error of opening the present content of a folder.
fn refusal(folder: &Path) -> Option<Fault> {
    open(&database(folder), SHORT).err()
}

/// A folder with a database in a single file.
fn settled() -> tempfile::TempDir {
    let folder = folder();
    let world = World::new(folder.path());
    for atc in 1..=20 {
        assert!(
            world
                .authorise(&sale(&world.card, atc, atc.into()))
                .approved()
        );
    }
    drop(world);
    let db = Connection::open(database(folder.path())).unwrap();
    db.pragma_update(None, "journal_mode", "DELETE").unwrap();
    folder
}

#[test]
fn a_database_that_another_process_holds_is_locked_and_nothing_is_lost() {
    let folder = folder();
    let world = World::new(folder.path());
    let issuer = open(&database(folder.path()), SHORT).unwrap();
    let other = Connection::open(database(folder.path())).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let request = sale(&world.card, 1, 1);
    let refused = issuer.authorise(&request.request(), NOW);
    assert_eq!(refused, Err(Fault::Store(StoreError::Locked)));
    // Opening and reading wait for nobody.
    assert_eq!(refusal(folder.path()), None);
    assert_eq!(world.spent(), 0);
    other.execute_batch("ROLLBACK").unwrap();
    assert!(
        issuer
            .authorise(&request.request(), NOW)
            .unwrap()
            .approved()
    );
    assert_eq!(world.spent(), 1);
}

#[test]
fn a_file_that_is_no_database_is_left_as_it_is() {
    for content in [
        b"not a database".repeat(1000),
        vec![0xFF; 4096],
        b"x".to_vec(),
    ] {
        let folder = folder();
        fs::write(database(folder.path()), &content).unwrap();
        let expected = Some(Fault::Store(StoreError::Damaged));
        assert_eq!(refusal(folder.path()), expected);
        assert_eq!(fs::read(database(folder.path())).unwrap(), content);
    }
}

#[test]
fn a_database_of_another_program_is_left_as_it_is() {
    for sql in [
        "CREATE TABLE t (a)",
        "CREATE TABLE t (a); PRAGMA user_version = 1",
        "PRAGMA application_id = 77",
    ] {
        let folder = folder();
        let path = database(folder.path());
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let before = fs::read(&path).unwrap();
        assert_eq!(
            refusal(folder.path()),
            Some(Fault::Store(StoreError::Foreign)),
            "{sql}"
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_newer_database_is_left_as_it_is() {
    let folder = settled();
    let path = database(folder.path());
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let before = fs::read(&path).unwrap();
    let refused = refusal(folder.path());
    assert!(matches!(
        refused,
        Some(Fault::Store(StoreError::Newer { found: 99, .. }))
    ));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_is_not_there_is_said_so() {
    let nowhere = folder().path().join("nowhere");
    assert_eq!(
        refusal(&nowhere),
        Some(Fault::Store(StoreError::CannotOpen))
    );
}

#[test]
fn a_file_that_was_cut_off_is_damaged() {
    let folder = settled();
    let path = database(folder.path());
    let whole = fs::read(&path).unwrap();
    // A file of no length is how a new database begins.
    for length in (1..whole.len()).step_by(whole.len() / 97) {
        fs::write(&path, &whole[..length]).unwrap();
        let expected = Some(Fault::Store(StoreError::Damaged));
        assert_eq!(refusal(folder.path()), expected, "{length} octets");
        assert_eq!(fs::read(&path).unwrap(), whole[..length]);
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(World::open(folder.path()).spent(), 20);
}

/// Damage that the database cannot detect changes a value; it never causes a panic, and never an
/// unclear error.
#[test]
fn damage_anywhere_is_an_error_or_a_value_and_never_a_panic() {
    let folder = settled();
    let path = database(folder.path());
    let whole = fs::read(&path).unwrap();
    let mut noticed = 0;
    for at in (0..whole.len()).step_by(whole.len() / 499) {
        for file in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("issuer.sqlite{file}")));
        }
        let mut damaged = whole.clone();
        damaged[at] ^= 0x55;
        fs::write(&path, &damaged).unwrap();
        if let Err(fault) = use_it(&path) {
            noticed += 1;
            assert!(!fault.to_string().is_empty(), "{at}");
        }
    }
    assert!(noticed > 20, "{noticed} damages were noticed");
}

fn use_it(path: &Path) -> Result<(), Fault> {
    let issuer = open(path, SHORT)?;
    let card = super::world::card();
    issuer.authorise(&sale(&card, 21, 21).request(), NOW)?;
    issuer.authorise(&sale(&card, 1, 1).request(), NOW)?;
    let original = sale(&card, 2, 2).identity;
    issuer.reverse(&original, NOW)?;
    issuer.authorisations(&understudy_issuer::AuthorisationFilter::default())?;
    issuer.statement(card.token)?;
    issuer.check_integrity().map(drop)
}

/// Spoils the root page of an index that neither opening nor authorising reads.
fn spoil(path: &Path) {
    let db = Connection::open(path).unwrap();
    let number = |sql| db.query_row(sql, [], |row| row.get(0)).unwrap();
    let root: usize = number("SELECT rootpage FROM sqlite_schema WHERE name = 'settlement_empty'");
    let page: usize = number("PRAGMA page_size");
    drop(db);
    let mut octets = fs::read(path).unwrap();
    octets[(root - 1) * page] ^= 0x55;
    fs::write(path, octets).unwrap();
}

#[test]
fn a_database_that_was_closed_is_opened_unread_and_checked_when_asked() {
    let folder = settled();
    let path = database(folder.path());
    open(&path, SHORT).unwrap().check_integrity().unwrap();
    spoil(&path);
    let issuer = open(&path, SHORT).unwrap();
    let damaged = Fault::Store(StoreError::Damaged);
    assert_eq!(issuer.check_integrity(), Err(damaged));
}

/// A folder with the files as a process leaves them that is killed after one more authorisation.
fn left(settled: &Path) -> tempfile::TempDir {
    let world = World::open(settled);
    assert!(world.authorise(&sale(&world.card, 21, 21)).approved());
    let left = folder();
    for file in ["issuer.sqlite", "issuer.sqlite-wal"] {
        fs::copy(settled.join(file), left.path().join(file)).unwrap();
    }
    left
}

#[test]
fn a_database_that_was_left_open_is_checked_before_it_is_used() {
    let whole = left(settled().path());
    assert_eq!(World::open(whole.path()).spent(), 21);
    assert!(!whole.path().join("issuer.sqlite-wal").exists());
    let spoilt = settled();
    spoil(&database(spoilt.path()));
    let damaged = left(spoilt.path());
    for _ in 0..2 {
        let expected = Some(Fault::Store(StoreError::Damaged));
        assert_eq!(refusal(damaged.path()), expected);
        assert!(damaged.path().join("issuer.sqlite-wal").exists());
    }
}

#[test]
fn a_database_that_is_in_use_is_not_checked_by_whoever_opens_it_too() {
    let settled = settled();
    spoil(&database(settled.path()));
    let world = World::open(settled.path());
    assert!(world.authorise(&sale(&world.card, 21, 21)).approved());
    assert!(settled.path().join("issuer.sqlite-wal").exists());
    assert_eq!(refusal(settled.path()), None);
}
