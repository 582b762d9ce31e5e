//! A full and a read-only disk: a file system of one mebibyte, in a mount namespace.

use std::fs;
use std::path::Path;
use std::process::Command;

use understudy_issuer::{Fault, StoreError};

use super::child::{Worker, say};
use super::world::{NOW, World, database, open, sale};

/// Mounts a small file system over the folder, then runs the test.
const SMALL: &str = r#"mount -t tmpfs -o size=1m tmpfs "$UNDERSTUDY_TEST_FOLDER"; exec "$@""#;

/// Options for a mount namespace: with a user namespace around it, else as root.
const NAMESPACES: [&str; 2] = ["-Urm", "-m"];

#[test]
fn a_full_disk_and_one_that_cannot_be_written_lose_nothing() {
    let mounts = |namespace: &&str| {
        let mount = "mount -t tmpfs -o size=1m tmpfs /mnt";
        let tried = Command::new("unshare")
            .args([*namespace, "sh", "-c", mount])
            .status();
        tried.is_ok_and(|status| status.success())
    };
    let Some(namespace) = NAMESPACES.into_iter().find(mounts) else {
        eprintln!("this machine lets nobody mount: a full disk was not tried");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut worker = Worker::start_in(namespace, SMALL, folder.path());
    worker.order("disk");
    assert_eq!(worker.answer().as_deref(), Some("full"));
    assert_eq!(worker.answer().as_deref(), Some("nothing was lost"));
    assert_eq!(worker.answer().as_deref(), Some("it goes on"));
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
    fs::remove_file(ballast).unwrap();
    let again = World::open(folder);
    assert_eq!(again.spent(), i128::from(atc - 1));
    assert!((1..atc).all(|atc| again.authorise(&request(atc)).repeat));
    say("nothing was lost");
    let verdict = again.authorise(&request(atc));
    assert_eq!((verdict.approved(), verdict.repeat), (true, false));
    say("it goes on");
    drop((world, again));
    let remount = Command::new("mount")
        .args(["-o", "remount,ro"])
        .arg(folder)
        .status();
    assert!(remount.unwrap().success());
    let refused = open(&database(folder), std::time::Duration::from_millis(20));
    assert_eq!(refused.err(), Some(Fault::Store(StoreError::ReadOnly)));
    say("read-only");
}
