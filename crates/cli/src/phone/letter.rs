//! `letters apply` and `report --out`: the wallet's messages from and to its issuer.

use std::path::{Path, PathBuf};

use serde::Serialize;
use understudy_wallet::{Taken, Wallet};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, write_new};
use crate::output::{GOOD, Output, paint};
use crate::state::{WalletSide, need_wallet};

/// Gives the wallet a letter of its issuer.
pub(crate) fn apply(letter: &[u8], home: &Home, out: &mut Output) -> Result<Exit, Failure> {
    need_wallet(home)?;
    let side = WalletSide::open(home)?;
    let taken = side.wallet.receive(letter)?;
    side.settle_later();
    let (name, card, text) = words(&taken);
    if out.json() {
        out.object(&Applied {
            format: "understudy.letter/1",
            taken: name,
            card,
            letter: side.wallet.last_letter(),
        });
    } else {
        out.line(format!("{}: {text}.", paint(GOOD, "Taken")));
        if taken == Taken::Wiped {
            out.line("Next: `understudy report --out FILE` writes its last report to the issuer.");
        }
    }
    Ok(Exit::Done)
}

/// Writes the wallet's report to the issuer into a new file. A wallet that was wiped has one or two
/// last reports: the second goes into a file of the same name with `.2`.
pub(crate) fn write_report(path: &Path, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
    need_wallet(home)?;
    let side = WalletSide::open(home)?;
    let mut files = Vec::new();
    for (number, report) in (1..).zip(reports(&side.wallet)?) {
        let path = numbered(path, number);
        write_new(&path, &report).map_err(|error| {
            Failure::Input(format!("{error}: the report is kept: name another file"))
        })?;
        files.push(path.display().to_string());
    }
    if out.json() {
        out.object(&Written {
            format: "understudy.report-file/1",
            files,
        });
    } else {
        for file in files {
            out.line(file);
        }
    }
    Ok(Exit::Done)
}

/// The reports to be sent to the issuer, in order.
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

/// The effect of a letter: its name in JSON, the card, and a sentence.
fn words(taken: &Taken) -> (&'static str, Option<u16>, String) {
    let of_card = |name, card: understudy_core::card::CardId, text: &str| {
        (name, Some(card.0), format!("card {} {text}", card.0))
    };
    let of_wallet = |name, text: &str| (name, None, text.to_owned());
    match *taken {
        Taken::Installed(card) => of_card("installed", card, "is new in the wallet"),
        Taken::Reprovisioned(card) => {
            of_card("reprovisioned", card, "has a new profile and new keys")
        }
        Taken::ProfileChanged(card) => of_card("profile-changed", card, "has a new profile"),
        Taken::Replenished(card) => of_card("replenished", card, "has new keys"),
        Taken::Limited(card) => of_card("limited", card, "has other limits"),
        Taken::Suspended(card, _) => of_card(
            "suspended",
            card,
            "does not pay until the issuer resumes it",
        ),
        Taken::Resumed(card) => of_card("resumed", card, "pays again"),
        Taken::Deleted(card) => of_card("deleted", card, "is erased"),
        Taken::Settled(card, atc) => {
            let text = format!("has the issuer's word on counter {atc} in its history");
            of_card("settled", card, &text)
        }
        Taken::Wiped => of_wallet("wiped", "everything is erased"),
        Taken::Rotated => of_wallet("rotated", "what is stored is under new keys"),
        Taken::PasswordUnlocked => of_wallet(
            "password-unlocked",
            "the payment password may be tried again",
        ),
        Taken::PasswordReset => of_wallet("password-reset", "the payment password is erased"),
        Taken::Wanted => of_wallet("wanted", "the issuer wants a report"),
        Taken::ReportAccepted => of_wallet("report-accepted", "the last report was accepted"),
        Taken::Done => of_wallet("done", "nothing is left to do"),
    }
}

/// The JSON about a letter's effect.
#[derive(Serialize)]
struct Applied {
    format: &'static str,
    taken: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<u16>,
    /// The number of the last letter that was accepted.
    letter: u64,
}

/// The JSON about written files.
#[derive(Serialize)]
struct Written {
    format: &'static str,
    files: Vec<String>,
}
