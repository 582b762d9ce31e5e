//! `letters` and `report`: messages between the issuer and a device, in both directions.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use understudy_issuer::{Reconciliation, ReportOutcome};
use understudy_provisioning::inbox::Sequence;

use super::device_id::{Device, shown, unknown};
use super::enrol::read_message;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, write_new};
use crate::output::{BAD, GOOD, Output, paint};
use crate::phone;
use crate::state::{self, IssuerSide};

/// Writes the letters that a device has not acknowledged yet into a folder, one file each.
///
/// A letter is sealed to its device. Its file is named by its number and never overwritten.
/// `letters apply FILE` gives one to our own wallet.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Letters {
    #[command(subcommand)]
    verb: Option<LettersVerb>,
    /// The device, by the name that `understudy enrol` printed
    #[arg(long, value_name = "ID", required = true)]
    device: Option<Device>,
    /// The folder; it is created if necessary
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum LettersVerb {
    /// Gives our wallet a letter that its issuer wrote to it
    Apply {
        /// The letter, its octets or their hex; `-` reads the standard input
        #[arg(value_name = "FILE|-")]
        letter: String,
    },
}

/// Takes a device's report of the keys that it used, or writes our wallet's.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Report {
    /// The report, its octets or their hex; `-` reads the standard input
    #[arg(value_name = "FILE|-")]
    report: Option<String>,
    /// Writes our wallet's report into a new file instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Letters {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        match (&self.verb, self.device, &self.out) {
            (Some(LettersVerb::Apply { letter }), ..) => {
                phone::apply(&read_message("FILE", letter)?, home, out)
            }
            (None, Some(device), Some(folder)) => write(device, folder, home, out),
            // Both are required.
            (None, ..) => Ok(Exit::Usage),
        }
    }
}

fn write(device: Device, folder: &Path, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
    let issuer = IssuerSide::need(home)?;
    let letters = issuer.issuer.letters(device.0, state::now());
    let letters = letters.map_err(unknown)?;
    make_folder(folder)?;
    let mut files = Vec::new();
    for letter in letters {
        let place = Sequence::after(&letter);
        let number = place.map_or(0, |place| place.last());
        let path = folder.join(format!("{number:08}.letter"));
        keep(&path, &letter)?;
        files.push(path.display().to_string());
    }
    if out.json() {
        out.object(&LettersAnswer {
            format: "understudy.letters/1",
            device: shown(device.0),
            files,
        });
    } else if files.is_empty() {
        out.line("The device has acknowledged every letter.");
    } else {
        for file in &files {
            out.line(file);
        }
    }
    Ok(Exit::Done)
}

impl Report {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        if let Some(path) = &self.out {
            return phone::write_report(path, home, out);
        }
        let report = read_message("FILE", self.report.as_deref().unwrap_or_default())?;
        let issuer = IssuerSide::need(home)?;
        let reconciliation = issuer.issuer.receive_report(&report, state::now())?;
        let answer = ReportAnswer::new(&reconciliation);
        if out.json() {
            out.object(&answer);
        } else {
            answer.print(out);
        }
        Ok(Exit::Done)
    }
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.create(folder);
    made.map_err(|error| Failure::Input(format!("--out {}: {error}", folder.display())))
}

/// Writes a letter to a new file, unless the same letter is there already.
fn keep(path: &Path, letter: &[u8]) -> Result<(), Failure> {
    match fs::read(path) {
        Ok(there) if there == letter => Ok(()),
        Ok(_) => Err(occupied(path)),
        Err(_) => write_new(path, letter).map_err(|error| Failure::Input(error.to_string())),
    }
}

/// The failure for a file that exists already.
pub(super) fn occupied(path: &Path) -> Failure {
    Failure::Input(format!(
        "{} is there already and is not overwritten: name another one",
        path.display()
    ))
}

/// The JSON about written letters.
#[derive(Serialize)]
struct LettersAnswer {
    format: &'static str,
    device: String,
    files: Vec<String>,
}

/// The JSON about a report.
#[derive(Serialize)]
struct ReportAnswer {
    format: &'static str,
    device: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    marks: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    letters: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusals: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<String>,
}

impl ReportAnswer {
    fn new(reconciliation: &Reconciliation) -> Self {
        let (outcome, counts) = match reconciliation.outcome {
            ReportOutcome::Accepted {
                marks,
                letters,
                refusals,
            } => ("accepted", Some((marks, letters, refusals.count()))),
            ReportOutcome::Again => ("again", None),
            ReportOutcome::NotAccepted => ("not-accepted", None),
        };
        Self {
            format: "understudy.report/1",
            device: shown(reconciliation.device),
            outcome,
            marks: counts.map(|(marks, ..)| marks),
            letters: counts.map(|(_, letters, _)| letters),
            refusals: counts.map(|(.., refusals)| refusals),
            finding: reconciliation.finding.map(|finding| finding.to_string()),
        }
    }

    fn print(&self, out: &mut Output) {
        match self.outcome {
            "accepted" => out.line(format!(
                "{} the report of device {}: {} taps that were not reported before, {} letters \
                 acknowledged, {} refused so far.",
                paint(GOOD, "Accepted"),
                self.device,
                self.marks.unwrap_or_default(),
                self.letters.unwrap_or_default(),
                self.refusals.unwrap_or_default(),
            )),
            "again" => out.line("The report was accepted before; nothing has changed."),
            _ => out.line(paint(BAD, "The report was not accepted.")),
        }
        if let Some(finding) = &self.finding {
            out.line(format!(
                "{} the device seems to have been copied or put back: {finding}.",
                paint(BAD, "Suspended:")
            ));
        }
    }
}
