//! A full and a read-only disk: a file system of one mebibyte, in a mount namespace.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::scope;

use understudy_issuer::{Fault, StoreError};
use understudy_test_process::{Worker, say};

use super::child::CHILD;
use super::world::{NOW, World, database, open, sale};

#[test]
fn a_full_disk_and_one_that_cannot_be_written_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut worker) = Worker::start_on_small_disk(CHILD, folder.path(), "1m") else {
        eprintln!("this machine lets nobody mount: a full disk was not tried");
        return;
    };
    worker.order("disk");
    assert_eq!(worker.answer().as_deref(), Some("full"));
    assert_eq!(worker.answer().as_deref(), Some("nothing was lost"));
    assert_eq!(worker.answer().as_deref(), Some("it goes on"));
    assert_eq!(worker.answer().as_deref(), Some("many lost nothing"));
    assert_eq!(worker.answer().as_deref(), Some("read-only"));
}

/// The work of the child process in its small file system.
pub(crate) fn in_a_small_disk(folder: &Path) {
    let world = World::new(folder);
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 200_000]).unwrap();
    let request = |atc: u16| sale(&world.card, atc, atc.into());
    let refused = (1..).find_map(|atc| {
        let answer = world.issuer.authorise(&request(atc).request(), NOW);
        answer.err().map(|fault| (atc, fault))
    });
    let (atc, fault) = refused.unwrap();
    assert_eq!(fault, Fault::Store(StoreError::Full));
    assert!(atc > 2, "{atc}");
    say("full");
    fs::remove_file(&ballast).unwrap();
    let again = World::open(folder);
    assert_eq!(again.spent(), i128::from(atc - 1));
    assert!((1..atc).all(|atc| again.authorise(&request(atc)).repeat));
    say("nothing was lost");
    let verdict = again.authorise(&request(atc));
    assert_eq!((verdict.approved(), verdict.repeat), (true, false));
    say("it goes on");
    drop((world, again));
    many_callers(folder, &ballast, atc + 1);
    say("many lost nothing");
    let remount = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(folder)
        .status();
    assert!(remount.unwrap().success());
    let refused = open(&database(folder), std::time::Duration::from_millis(20));
    assert_eq!(refused.err(), Some(Fault::Store(StoreError::ReadOnly)));
    say("read-only");
}

/// Callers of the full disk that share commits.
const CALLERS: u16 = 8;

/// Lets many callers fill the disk: those that were answered are there, and the others are not.
fn many_callers(folder: &Path, ballast: &Path, first: u16) {
    fs::write(ballast, vec![0; 400_000]).unwrap();
    let world = World::open(folder);
    let card = world.card.clone();
    let request = |atc: u16| sale(&card, atc, atc.into());
    let spent = world.spent();
    let until_refused = |caller: u16| {
        let mut mine = (first + caller..).step_by(CALLERS.into());
        let refused = mine.find_map(|atc| {
            let answer = world.issuer.authorise(&request(atc).request(), NOW);
            answer.err().map(|fault| (atc, fault))
        });
        refused.unwrap()
    };
    let until_refused = &until_refused;
    let refused: Vec<(u16, Fault)> = scope(|threads| {
        let callers = (0..CALLERS).map(|caller| threads.spawn(move || until_refused(caller)));
        let callers: Vec<_> = callers.collect();
        callers.into_iter().map(|one| one.join().unwrap()).collect()
    });
    fs::remove_file(ballast).unwrap();
    drop(world);
    let world = World::open(folder);
    let mut answered = 0;
    for (caller, (refused, fault)) in (0..CALLERS).zip(refused) {
        assert_eq!(fault, Fault::Store(StoreError::Full));
        for atc in (first + caller..refused).step_by(CALLERS.into()) {
            assert!(world.authorise(&request(atc)).repeat, "{atc}");
            answered += 1;
        }
        assert!(!world.authorise(&request(refused)).repeat, "{refused}");
    }
    assert!(answered > 0);
    assert_eq!(world.spent() - spent, answered + i128::from(CALLERS));
}
