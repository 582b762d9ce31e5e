//! The library as a phone loads it, behind a program that stands in for a JVM.
//!
//! `cargo xtask aarch64` builds both for arm64, runs these tests and names the program to them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use understudy_core::crypto::Atc;
use understudy_issuer::{IssueOptions, Reason};
use understudy_pos::{LinkError, Transceive};
use understudy_test_phone::{Fixed, STORAGE_KEY, storage_key};
use understudy_wallet::{Disk, Filter, Wallet};

use crate::stage::{Stage, cny};

/// Names the program and its first arguments, one a line; folder and key follow.
const PROGRAM: &str = "UNDERSTUDY_TAP_PROGRAM";

/// SELECT PPSE.
const SELECT_PPSE: &[u8] = b"\x00\xA4\x04\x00\x0E2PAY.SYS.DDF01\x00";

/// A process that has the library loaded and a wallet open; killed when it is dropped.
struct Library {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Library {
    fn open(folder: &Path) -> Self {
        let mut process = program(folder, &STORAGE_KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        Self {
            commands: process.stdin.take().expect("a pipe"),
            answers: BufReader::new(process.stdout.take().expect("a pipe")),
            process,
        }
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.commands, "{line}").expect("a living process");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("a line");
        answer.trim_end().to_owned()
    }

    fn process(&mut self, command: &[u8]) -> Vec<u8> {
        let answer = self.ask(&format!("process {}", hex::encode(command)));
        hex::decode(answer).expect("octets in hex")
    }
}

impl Transceive for Library {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        Ok(self.process(command))
    }

    fn reset(&mut self) {
        assert_eq!(self.ask("lost"), "lost");
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        self.process.kill().expect("a process to kill");
        self.process.wait().expect("its end");
    }
}

fn program(folder: &Path, key: &[u8]) -> Command {
    let words = std::env::var(PROGRAM).expect("`cargo xtask aarch64` names the program");
    let mut words = words.lines();
    let mut command = Command::new(words.next().expect("a program"));
    command.args(words).arg(folder).arg(hex::encode(key));
    command
}

/// A folder with the phone's wallet, as it stands on a disk.
fn folder_of(stage: &Stage) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, octets) in stage.phone.files() {
        std::fs::write(folder.path().join(name), octets).expect("written");
    }
    folder
}

#[test]
#[ignore = "`cargo xtask aarch64` builds the library"]
fn the_library_pays_in_two_processes_and_the_issuer_approves_two_keys() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut stage = Stage::at(now.expect("a clock that is set").as_secs());
    let issued = stage.issue(&IssueOptions::default());
    let folder = folder_of(&stage);
    for atc in 1..=2 {
        let mut library = Library::open(folder.path());
        let transaction = stage.transaction(cny(1234));
        let report = stage.terminal.tap(&transaction, &mut library, &mut Fixed);
        let request = Stage::online(&report).clone();
        let counter = [0x9F, 0x36, 0x02, 0x00, atc];
        assert!(request.de55.windows(5).any(|part| part == counter));
        let verdict = stage.authorise(&request, None);
        assert_eq!(
            (verdict.reason, verdict.token),
            (Reason::Approved, Some(issued.token))
        );
    }
    let disk = Disk::open(folder.path()).expect("a folder that is free");
    let wallet = Wallet::open(disk, &storage_key(), stage.clock.0.clone()).expect("whole files");
    let history = wallet.history(&Filter::default());
    let counters: Vec<_> = history.iter().map(|tap| tap.atc.map(Atc::get)).collect();
    assert_eq!(counters, [Some(2), Some(1)]);
}

#[test]
#[ignore = "`cargo xtask aarch64` builds the library"]
fn the_library_answers_any_octets_from_an_empty_wallet() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut library = Library::open(folder.path());
    assert_eq!(library.process(SELECT_PPSE), [0x6A, 0x82]);
    for length in [0, 1, 4, 261, 0x1_0000, 0x2_0000] {
        let answer = library.process(&vec![0xA5; length]);
        assert!((2..=258).contains(&answer.len()), "{length} octets");
    }
    library.reset();
    assert_eq!(library.process(SELECT_PPSE), [0x6A, 0x82]);
}

#[test]
#[ignore = "`cargo xtask aarch64` builds the library"]
fn the_library_throws_the_reason_if_a_key_is_wrong_or_short() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Library::open(folder.path()).process(SELECT_PPSE));
    let short = "java/lang/IllegalStateException: a storage key has 32 octets\n";
    let wrong = "java/lang/IllegalStateException: the storage key";
    for (key, sentence) in [(&[0x77; 31][..], short), (&[0x78; 32], wrong)] {
        let output = program(folder.path(), key).output().expect("run");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.starts_with(sentence), "{error}");
        assert_eq!(output.status.code(), Some(1));
    }
}
