//! Commands that are killed at a step, not after a time.
//!
//! A command under a limit for the size of files is killed by the system at the write that would
//! exceed the limit (`SIGXFSZ`): always at the same octet of the same file. From a limit of zero up
//! to one that is never exceeded, the write at which it dies moves from the first to the last.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output, Stdio};

use rustix::process::Signal;

use crate::desk::Desk;

/// Limits in blocks of 512 octets. Up to 64 blocks a command dies before it has read the issuer's
/// database; then at each page of the database's log, which has somewhat more than 4096 octets;
/// then at the update of the database itself.
pub(crate) fn limits() -> impl Iterator<Item = u32> {
    let beginning = [0, 48];
    let log = (64..200).step_by(8);
    let database = (200..4000).step_by(48);
    beginning.into_iter().chain(log).chain(database)
}

/// A command under a limit, set by `sh`.
pub(crate) fn limited(desk: &Desk, args: &[&str], blocks: u32) -> Command {
    let command = desk.command(args);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("ulimit -f {blocks} && exec \"$@\""), "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// True if the process died at the limit.
pub(crate) fn died(output: &Output) -> bool {
    output.status.signal() == Some(Signal::XFSZ.as_raw())
}

/// Runs a command under a limit; true if it died there. Otherwise it must end with `code`.
pub(crate) fn dies(desk: &Desk, args: &[&str], blocks: u32, code: i32) -> bool {
    let output = limited(desk, args, blocks).output().unwrap();
    let died = died(&output);
    assert!(
        died || output.status.code() == Some(code),
        "{args:?} under {blocks} blocks: {output:?}"
    );
    died
}
