//! `phone report`: the wallet's report to its bank.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use understudy_wallet::Wallet;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::message::Place;
use crate::output::Output;
use crate::state::{WalletSide, need_wallet};

/// Writes the wallet's report of the keys that it used, which `understudy report` takes.
///
/// Until the bank has accepted it, the same report is written again. A wallet that was wiped has one
/// or two last reports: the second goes into a file of the same name with `.2`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The new file for the report; `-` prints it in hex
    #[arg(long, value_name = "FILE|-", default_value = "-")]
    out: PathBuf,
}

impl Report {
    pub(super) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        let reports = reports(&side.wallet)?;
        let mut files = Vec::new();
        for (number, report) in (1..).zip(&reports) {
            let path = numbered(&self.out, number);
            let place = match Place::new(&self.out) {
                Place::Standard => Place::Standard,
                Place::File(_) => Place::File(&path),
            };
            place.write(report, out)?;
            if let Place::File(path) = place {
                files.push(path.display().to_string());
            }
        }
        if out.json() {
            out.object(&Document {
                format: "understudy.phone-report/1",
                reports: reports.iter().map(|report| hex::upper(report)).collect(),
                files,
            });
        } else {
            for file in files {
                out.line(file);
            }
        }
        Ok(Exit::Done)
    }
}

/// The reports to be sent to the bank, in order.
fn reports(wallet: &Wallet) -> Result<Vec<Vec<u8>>, Failure> {
    let parting = wallet.parting_reports();
    if wallet.device().is_none() && !parting.is_empty() {
        return Ok(parting);
    }
    Ok(vec![wallet.report()?])
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 1 {
        return path.to_owned();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

/// The JSON about reports.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    reports: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
}
