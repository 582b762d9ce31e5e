//! `letters` and `report`: messages between the issuer and a device, in both directions.

use std::fs::{self, DirBuilder};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use understudy_issuer::{Reconciliation, ReportOutcome};
use understudy_provisioning::inbox::Sequence;

use super::device_id::{Device, shown, unknown};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::{Home, write_new};
use crate::message::{self, Place};
use crate::output::{BAD, GOOD, Output, note, paint};
use crate::state::{self, IssuerSide};

/// Writes the letters that a device has not acknowledged yet.
///
/// A letter is sealed to its device. In a folder each has a file, named by its number and never
/// overwritten; on the standard output each is a line of hex. `understudy phone receive` gives them to
/// a phone.
#[derive(Debug, Args)]
pub(crate) struct Letters {
    /// The device, by the name that `understudy enrol` printed
    #[arg(long, value_name = "ID")]
    device: Device,
    /// The folder, which is created if necessary; `-` prints the letters in hex
    #[arg(long, value_name = "DIR|-")]
    out: PathBuf,
}

/// Takes a device's report of the keys that it used, as `understudy phone report` writes it.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The report, its octets or their hex; `-` reads the standard input, a line of hex for each
    #[arg(value_name = "FILE|-")]
    report: String,
}

impl Letters {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let letters = issuer.issuer.letters(self.device.0, state::now());
        let letters = letters.map_err(unknown)?;
        match Place::new(&self.out) {
            Place::Standard => self.print(&letters, out)?,
            Place::File(folder) => self.keep(&letters, folder, out)?,
        }
        Ok(Exit::Done)
    }

    fn print(&self, letters: &[Vec<u8>], out: &mut Output) -> Result<(), Failure> {
        if out.json() {
            out.object(&LettersAnswer {
                letters: letters.iter().map(|letter| hex::upper(letter)).collect(),
                ..self.answer()
            });
            return Ok(());
        }
        if letters.is_empty() {
            note(ACKNOWLEDGED);
        }
        for letter in letters {
            Place::Standard.write(letter, out)?;
        }
        Ok(())
    }

    fn keep(&self, letters: &[Vec<u8>], folder: &Path, out: &mut Output) -> Result<(), Failure> {
        make_folder(folder)?;
        let mut files = Vec::new();
        for letter in letters {
            let place = Sequence::after(letter);
            let number = place.map_or(0, |place| place.last());
            let path = folder.join(format!("{number:08}.letter"));
            keep(&path, letter)?;
            files.push(path.display().to_string());
        }
        if out.json() {
            out.object(&LettersAnswer {
                files,
                ..self.answer()
            });
        } else if files.is_empty() {
            out.line(ACKNOWLEDGED);
        } else {
            for file in &files {
                out.line(file);
            }
        }
        Ok(())
    }

    fn answer(&self) -> LettersAnswer {
        LettersAnswer {
            format: "understudy.letters/1",
            device: shown(self.device.0),
            files: Vec::new(),
            letters: Vec::new(),
        }
    }
}

const ACKNOWLEDGED: &str = "The device has acknowledged every letter.";

impl Report {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let reports = message::read_several("FILE", &self.report)?;
        if reports.is_empty() {
            return Err(Failure::Input(
                "the report is refused: FILE is empty".to_owned(),
            ));
        }
        let issuer = IssuerSide::need(home)?;
        for report in reports {
            let reconciliation = issuer.issuer.receive_report(&report, state::now())?;
            let answer = ReportAnswer::new(&reconciliation);
            if out.json() {
                out.object(&answer);
            } else {
                answer.print(out);
            }
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    /// In hex, if they are not in files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    letters: Vec<String>,
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
                "{} the report of device {}. New taps: {}; acknowledged letters: {}; letters refused \
                 so far: {}.",
                paint(GOOD, "Accepted"),
                self.device,
                self.marks.unwrap_or_default(),
                self.letters.unwrap_or_default(),
                self.refusals.unwrap_or_default(),
            )),
            "again" => out.line(format!(
                "The report was accepted before; nothing has changed. The phone writes another one \
                 when it has its letters: `understudy letters --device {} --out DIR`",
                self.device
            )),
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
