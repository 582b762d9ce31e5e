//! Test kit: a child process of a test program. It runs one test of the same program, takes orders
//! from its parent line by line, and answers.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Write as _, stdin};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The environment variable with the child's argument.
const ARGUMENT: &str = "UNDERSTUDY_TEST_CHILD";
/// The prefix of every answer, to find it in the test harness's output.
const ANSWER: &str = "answer: ";
/// Options of `unshare` for a mount namespace: with a user namespace around it, else as root.
const NAMESPACES: [&str; 2] = ["-Urm", "-m"];

/// A child process, which is killed when the value is dropped.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts a child that runs the test with this whole name, and gives it an argument.
    #[must_use]
    pub fn start(test: &str, argument: impl AsRef<OsStr>) -> Self {
        Self::spawn(&mut Command::new(this_program()), test, argument.as_ref())
    }

    /// Starts a child whose argument is a folder, over which a file system of this size, such as
    /// `1m`, is mounted for the child alone. `None` if this machine lets nobody mount.
    #[must_use]
    pub fn start_on_small_disk(test: &str, folder: &Path, size: &str) -> Option<Self> {
        let mount = format!("mount -t tmpfs -o size={size} tmpfs");
        let mounts = |namespace: &&str| {
            let mut tried = Command::new("unshare");
            tried.args([*namespace, "sh", "-c", &format!("{mount} /mnt")]);
            tried.status().is_ok_and(|status| status.success())
        };
        let namespace = NAMESPACES.into_iter().find(mounts)?;
        let script = format!("{mount} \"${ARGUMENT}\"; exec \"$@\"");
        let mut command = Command::new("unshare");
        command
            .args([namespace, "sh", "-ec", &script, "sh"])
            .arg(this_program());
        Some(Self::spawn(&mut command, test, folder.as_os_str()))
    }

    fn spawn(command: &mut Command, test: &str, argument: &OsStr) -> Self {
        let mut process = command
            .args([test, "--exact", "--nocapture"])
            .env(ARGUMENT, argument)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program, once more");
        Self {
            orders: process.stdin.take().expect("piped"),
            answers: BufReader::new(process.stdout.take().expect("piped")),
            process,
        }
    }

    /// Sends an order without waiting for its answer.
    pub fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("a child that lives");
    }

    /// The next answer; `None` if the process has ended.
    pub fn answer(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            let length = self.answers.read_line(&mut line).expect("text");
            if length == 0 {
                return None;
            }
            // The harness prints the name of the test before the first answer.
            if let Some((_, answer)) = line.trim_end().split_once(ANSWER) {
                return Some(answer.to_owned());
            }
        }
    }

    /// Sends an order and waits for the answer.
    pub fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.answer().expect("a child that lives")
    }

    /// Sends SIGKILL, without waiting for the process to end.
    pub fn kill(&mut self) {
        self.process.kill().expect("a child of ours");
    }

    /// Sends SIGKILL; returns all answers that were given before.
    #[must_use]
    pub fn end(mut self) -> Vec<String> {
        self.kill();
        self.process.wait().expect("a child of ours");
        std::iter::from_fn(|| self.answer()).collect()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The argument of this process, if a parent started it.
#[must_use]
pub fn argument() -> Option<OsString> {
    env::var_os(ARGUMENT)
}

/// The orders of the parent, in a child.
pub fn orders() -> impl Iterator<Item = String> {
    stdin().lines().map(|order| order.expect("text"))
}

/// Answers the parent, in a child.
#[expect(clippy::print_stdout, reason = "the pipe to the parent")]
pub fn say(answer: impl std::fmt::Display) {
    println!("{ANSWER}{answer}");
}

fn this_program() -> OsString {
    env::current_exe().expect("a program").into_os_string()
}
