//! A child process: this test program, which obeys its parent through a pipe.

use std::env;
use std::io::{BufRead as _, BufReader, Write as _, stdin};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::scope;

use super::bad_disk;
use super::world::{World, sale};

/// The environment variable with the child's folder.
const FOLDER: &str = "UNDERSTUDY_TEST_FOLDER";
/// The test that a child runs.
const TEST: [&str; 3] = [
    "child::a_child_does_as_it_is_told",
    "--exact",
    "--nocapture",
];
/// The prefix of every answer, to find it in the test harness's output.
const ANSWER: &str = "answer: ";

/// A process that is killed when it is dropped.
pub(crate) struct Worker {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(Command::new(env::current_exe().unwrap()).args(TEST), folder)
    }

    /// Starts the child in a mount namespace, through a shell script that ends with `exec "$@"`.
    pub(crate) fn start_in(namespace: &str, script: &str, folder: &Path) -> Self {
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
    pub(crate) fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
    }

    /// The next answer; `None` if the process has ended.
    pub(crate) fn answer(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // The harness prints the name of the test before the first answer.
            if let Some((_, answer)) = line.trim_end().split_once(ANSWER) {
                return Some(answer.to_owned());
            }
        }
    }

    pub(crate) fn ask(&mut self, order: &str) -> String {
        self.order(order);
        self.answer().unwrap()
    }

    /// Sends SIGKILL; returns all answers that were given before.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.answer()).collect()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn say(text: &str) {
    println!("{ANSWER}{text}");
}

/// A test that does nothing unless a parent started it.
#[test]
fn a_child_does_as_it_is_told() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let mut world = None;
    for order in stdin().lines() {
        let order = order.unwrap();
        let (verb, rest) = order.split_once(' ').unwrap_or((&order, ""));
        let numbers: Vec<u32> = rest
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect();
        if verb == "disk" {
            bad_disk::in_a_small_disk(folder);
            continue;
        }
        let world = world.get_or_insert_with(|| World::open(folder));
        obey(world, verb, &numbers);
    }
}

fn obey(world: &World, verb: &str, numbers: &[u32]) {
    let request = |atc: u32, trace| sale(&world.card, u16::try_from(atc).unwrap(), trace);
    match (verb, numbers) {
        ("authorise", &[atc, trace]) => {
            let verdict = world.authorise(&request(atc, trace));
            say(&format!("{} {}", verdict.reason, verdict.repeat));
        }
        ("reverse", &[atc, trace]) => {
            let verdict = world.reverse(&request(atc, trace));
            say(&format!("{} {}", verdict.reason, verdict.repeat));
        }
        ("all", &[first, last]) => authorise_all(world, first, last, 1),
        ("all", &[first, last, callers]) => authorise_all(world, first, last, callers),
        _ => panic!("an order that nobody gives: {verb} {numbers:?}"),
    }
}

/// Each caller is a thread, which says what its authorisation came to before it asks for the next.
fn authorise_all(world: &World, first: u32, last: u32, callers: u32) {
    let next = AtomicU32::new(first);
    let call = || {
        loop {
            let atc = next.fetch_add(1, Ordering::Relaxed);
            if atc > last {
                return;
            }
            let sale = sale(&world.card, u16::try_from(atc).unwrap(), atc);
            say(&format!("{atc} {}", world.authorise(&sale).reason));
        }
    };
    scope(|threads| {
        for _ in 0..callers {
            threads.spawn(call);
        }
    });
}
