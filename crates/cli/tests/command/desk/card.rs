//! The `card` command as a process that answers line by line.

use std::io::{BufRead, BufReader, Read as _, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{Desk, SELECT_CARD, SELECT_PPSE};

/// A `card` process and the lines to and from it.
pub(crate) struct CardProcess {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl CardProcess {
    pub(crate) fn start(desk: &Desk) -> Self {
        Self::start_with(desk, &["card"])
    }

    pub(crate) fn start_with(desk: &Desk, args: &[&str]) -> Self {
        let mut command = desk.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
        }
    }

    pub(crate) fn send(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.send(line);
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }

    /// The unread output of the process, after its end.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        rest
    }

    /// SELECT, SELECT, GET PROCESSING OPTIONS; returns the last answer.
    pub(crate) fn tap(&mut self, amount: u64) -> String {
        self.send("reset");
        assert!(self.ask(SELECT_PPSE).ends_with("9000"));
        assert!(self.ask(SELECT_CARD).ends_with("9000"));
        self.ask(&processing_options(amount))
    }

    /// Ends the input and waits; returns the exit code.
    pub(crate) fn end(mut self) -> i32 {
        self.input = None;
        self.child.wait().unwrap().code().unwrap()
    }
}

/// GET PROCESSING OPTIONS for the demonstration card's PDOL: yuan, no CVM required.
pub(crate) fn processing_options(amount: u64) -> String {
    let merchant = "55".repeat(20);
    format!(
        "80A800003A8338268040000{amount:011}00000000000001560000000000015626112200A1B2C3D4120000{merchant}00"
    )
}

/// The counter (`9F36`) in an answer to GET PROCESSING OPTIONS.
pub(crate) fn counter(answer: &str) -> String {
    let at = answer
        .find("9F3602")
        .unwrap_or_else(|| panic!("no counter in {answer}"));
    answer[at + 6..at + 10].to_owned()
}
