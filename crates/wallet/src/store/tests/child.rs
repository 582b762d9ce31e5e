//! A child process: this test program, which obeys its parent through a pipe.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _, stdin};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::bad_disk;
use super::kit::{Repeating, key, record};
use crate::store::{Disk, Store};

/// The environment variable with the child's folder.
const FOLDER: &str = "UNDERSTUDY_TEST_FOLDER";
/// The test that a child runs.
const TEST: [&str; 3] = [
    "store::tests::child::a_child_does_as_it_is_told",
    "--exact",
    "--nocapture",
];
/// The prefix of every answer, to find it in the test harness's output.
const ANSWER: &str = "answer: ";

/// A process that is killed when it is dropped.
pub(super) struct Worker {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    pub(super) fn start(folder: &Path) -> Self {
        Self::start_with(Command::new(env::current_exe().unwrap()).args(TEST), folder)
    }

    /// Starts the child in a mount namespace, through a shell script that ends with `exec "$@"`.
    pub(super) fn start_in(namespace: &str, script: &str, folder: &Path) -> Self {
        let mut command = Command::new("unshare");
        command.args([namespace, "sh", "-ec", script, "sh"]);
        command.arg(env::current_exe().unwrap()).args(TEST);
        Self::start_with(&mut command, folder)
    }

    fn start_with(command: &mut Command, folder: &Path) -> Self {
        let mut process = command
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            orders: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Sends an order without waiting for its answer.
    pub(super) fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    /// The next answer; `None` if the process has ended.
    pub(super) fn answer(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some((_, answer)) = line.trim_end().split_once(ANSWER) {
                return Some(answer.to_owned());
            }
        }
    }

    /// Sends SIGKILL, without waiting for the process to end.
    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn say(text: &str) {
    println!("{ANSWER}{text}");
}

/// A test that does nothing unless a parent started it.
#[test]
fn a_child_does_as_it_is_told() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let mut held = None;
    for order in stdin().lines() {
        match order.unwrap().as_str() {
            "disk" => bad_disk::in_a_small_disk(folder),
            "hold" => held = Some(hold(folder)),
            order => panic!("an order that nobody gives: {order}"),
        }
    }
    drop(held);
}

/// Opens the store, appends two records and keeps it.
fn hold(folder: &Path) -> Store<Disk> {
    let rng = &mut Repeating(5);
    let opened = Store::open(Disk::open(folder).unwrap(), &key(), rng).unwrap();
    let mut store = opened.store;
    let mut tail = store.commit(b"the child's", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    tail.append(&record(2)).unwrap();
    say("held");
    store
}
