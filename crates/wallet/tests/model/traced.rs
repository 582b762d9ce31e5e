//! The system calls of a tap, as `strace` sees them.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use understudy_wallet::{Disk, Verification, Wallet};

use super::bank::Bank;
use super::clock::HandClock;
use super::reader::{ask, purchase};
use super::world::key;

/// The environment variable with the folder of the traced process.
const FOLDER: &str = "UNDERSTUDY_TRACED_FOLDER";
const BEGIN: &str = "the reader sends its command";
const END: &str = "the card has answered";

/// The traced process of [`a_tap_with_an_armed_key_writes_once_and_syncs_nothing`].
#[test]
#[ignore = "it is what another test traces"]
fn child() {
    let folder = std::env::var_os(FOLDER).unwrap();
    let clock = HandClock::new();
    let disk = Disk::open(Path::new(&folder)).unwrap();
    let wallet = Wallet::open(disk, &key(), clock.clone()).unwrap();
    let mut bank = Bank::of(&wallet, clock.now());
    bank.issue(2, clock.now());
    for post in bank.letters(clock.now()) {
        wallet.receive(&post.octets).unwrap();
    }
    wallet.settle().unwrap();
    wallet.user_verified(Verification::aged(0));
    let data = purchase(100, clock.now());
    say(BEGIN);
    let answer = ask(&wallet, &data);
    say(END);
    assert_eq!(answer.atc(), Some(1));
}

/// Writes a marker into the trace, as one system call.
fn say(what: &str) {
    std::io::stderr().write_all(what.as_bytes()).unwrap();
}

#[test]
fn a_tap_with_an_armed_key_writes_once_and_syncs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let traced = Command::new("strace")
        .args(["-f", "-s", "64", "-o"])
        .arg(&trace)
        .args([
            "-e",
            "trace=fsync,fdatasync,sync_file_range,msync,openat,pwrite64,write",
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "traced::child", "--ignored"])
        .env(FOLDER, folder.path().join("wallet"))
        .output();
    let calls = match traced {
        Ok(traced) if traced.status.success() => std::fs::read_to_string(&trace).unwrap(),
        other => {
            eprintln!("skipped: strace cannot be used here: {other:?}");
            return;
        }
    };
    let place = |mark| calls.lines().position(|line| line.contains(mark)).unwrap();
    let (begin, end) = (place(BEGIN), place(END));
    let before: Vec<_> = calls.lines().take(begin).collect();
    let during: Vec<_> = calls
        .lines()
        .skip(begin + 1)
        .take(end - begin - 1)
        .collect();
    // Every kind of sync is counted.
    let is_sync = |line: &&&str| line.contains("sync(");
    assert!(before.iter().filter(is_sync).count() >= 3);
    assert_eq!(during.len(), 1, "{during:#?}");
    assert!(during[0].contains("pwrite64("), "{during:#?}");
}
