//! `phone`: a home as a phone of its own, that reaches its bank by messages alone.

use clap::{Args, Subcommand};

use super::enrol::Enrol;
use super::receive::Receive;
use super::report::Report;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Output;

/// A second phone: a home of its own, whose bank is in another home.
///
/// Its messages are sealed and signed, and go through files or pipes: `-` is the standard input or
/// output, with a line of hex for each message. `enrol` makes the home a phone of a bank; `receive`
/// and `report` also serve the wallet beside a bank.
#[derive(Debug, Args)]
pub(crate) struct Phone {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Enrol(Enrol),
    Receive(Receive),
    Report(Report),
}

impl Phone {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        match &self.verb {
            Verb::Enrol(enrol) => enrol.run(home, out),
            Verb::Receive(receive) => receive.run(home, out),
            Verb::Report(report) => report.run(home, out),
        }
    }
}
