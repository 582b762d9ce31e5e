//! A process of `understudy card`, and a reader that uses it.

use std::io::{BufRead as _, BufReader, Error, Write as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::failure::Failure;

/// SELECT of the debit application (`A000000333010101`).
const SELECT: &str = "00A4040008A00000033301010100";
/// GET PROCESSING OPTIONS for one yuan, no CVM required, at a reader that is online.
const PROCESSING_OPTIONS: &str = concat!(
    "80A800003A8338268040000000000001000000000000000156000000000001562611270",
    "0A1B2C3D4120000",
    "5555555555555555555555555555555555555555",
    "00"
);

/// The process. It is killed when this is dropped.
pub(super) struct CardProcess {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl CardProcess {
    /// Starts it. It answers, so it holds the wallet's lock.
    pub(super) fn start(mut command: Command) -> Result<Self, Failure> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| broken(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = output.ok_or_else(|| broken(&Error::other("no output")))?;
        let mut process = Self {
            child,
            input,
            output: BufReader::new(output),
        };
        process.ask(SELECT)?;
        Ok(process)
    }

    /// Sends a line and reads its answer.
    fn ask(&mut self, line: &str) -> Result<String, Failure> {
        self.send(line).map_err(|error| broken(&error))?;
        let mut answer = String::new();
        let read = self.output.read_line(&mut answer);
        read.map_err(|error| broken(&error))?;
        Ok(answer.trim_end().to_owned())
    }

    fn send(&mut self, line: &str) -> Result<(), Error> {
        match &mut self.input {
            Some(input) => writeln!(input, "{line}"),
            None => Err(Error::other("its input is closed")),
        }
    }

    /// One tap of a reader: the counter of its cryptogram; `None` if it got none.
    pub(super) fn tap(&mut self) -> Result<Option<String>, Failure> {
        self.send("reset").map_err(|error| broken(&error))?;
        self.ask(SELECT)?;
        let answer = self.ask(PROCESSING_OPTIONS)?;
        let at = answer.find("9F3602").map(|at| at + "9F3602".len());
        let counter = at.and_then(|at| answer.get(at..at + 4));
        Ok(counter.map(str::to_owned))
    }

    /// Serves the card to a terminal that connects to `listener`, for one connection.
    pub(super) fn serve(&mut self, listener: &TcpListener) -> Result<(), Failure> {
        let (stream, _) = listener.accept().map_err(|error| broken(&error))?;
        let mut terminal = stream.try_clone().map_err(|error| broken(&error))?;
        for line in BufReader::new(stream).lines() {
            let line = line.map_err(|error| broken(&error))?;
            if line == "reset" {
                self.send(&line).map_err(|error| broken(&error))?;
                continue;
            }
            let answer = self.ask(&line)?;
            writeln!(terminal, "{answer}").map_err(|error| broken(&error))?;
        }
        Ok(())
    }

    /// Kills the process (SIGKILL).
    pub(super) fn kill(mut self) -> Result<(), Failure> {
        self.end().map_err(|error| broken(&error))
    }

    fn end(&mut self) -> Result<(), Error> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }
}

impl Drop for CardProcess {
    fn drop(&mut self) {
        // A process that was killed before has ended already.
        let _ = self.end();
    }
}

fn broken(error: &Error) -> Failure {
    Failure::Link(format!("the story's card process: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn the_readers_commands_have_the_lengths_that_they_say() {
        let select = hex::parse(SELECT).unwrap();
        assert_eq!(usize::from(select[4]), select.len() - 6);
        let options = hex::parse(PROCESSING_OPTIONS).unwrap();
        assert_eq!(usize::from(options[4]), options.len() - 6);
        assert_eq!(usize::from(options[6]), options.len() - 8);
    }
}
