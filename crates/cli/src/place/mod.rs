//! `home`: the folder with the files, and what is in it.

mod files;
mod tills;

use clap::Args;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, Origin};
use crate::output::{FAINT, NOTE, Output, paint};
use crate::state::{IssuerKeySource, KeySource};
use files::FileView;
use tills::TillView;

/// Shows the home: where it is, what it is, its files, its keys and its tills.
///
/// No passphrase is needed, and nothing is changed or created.
#[derive(Debug, Args)]
pub(crate) struct ShowHome {}

/// The JSON about a home.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    folder: String,
    named_by: &'static str,
    role: &'static str,
    #[serde(skip)]
    has_wallet: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_keys: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet_sealed: Option<&'static str>,
    octets: u64,
    files: Vec<FileView>,
    tills: Vec<TillView>,
}

impl ShowHome {
    #[expect(clippy::unused_self, reason = "every command has this shape")]
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let files = files::of(home)?;
        let answer = Answer {
            format: "understudy.home/1",
            folder: home.folder().display().to_string(),
            named_by: home.origin().name(),
            role: role(home)?,
            has_wallet: home.has_wallet()?,
            issuer_keys: IssuerKeySource::of(home)?.map(IssuerKeySource::name),
            wallet_sealed: wallet_sealed(home)?,
            octets: files.iter().map(|file| file.octets).sum(),
            files,
            tills: tills::of(home)?,
        };
        if out.json() {
            out.object(&answer);
        } else {
            answer.print(home.origin(), out);
        }
        Ok(Exit::Done)
    }
}

/// The role of a home: `bank` with its shop and its wallet, `phone` of a bank elsewhere, or `empty`.
fn role(home: &Home) -> Result<&'static str, Failure> {
    Ok(if home.has_database()? {
        "bank"
    } else if home.is_phone() {
        "phone"
    } else if home.has_wallet()? {
        "wallet"
    } else {
        "empty"
    })
}

fn wallet_sealed(home: &Home) -> Result<Option<&'static str>, Failure> {
    if !home.has_store()? {
        return Ok(None);
    }
    Ok(Some(match KeySource::of(home)? {
        KeySource::Passphrase => "passphrase",
        KeySource::Published => "published",
    }))
}

impl Answer {
    fn print(&self, origin: Origin, out: &mut Output) {
        out.line(format!("Home        {} ({})", self.folder, origin.words()));
        out.line(match self.role {
            "bank" if self.has_wallet => {
                "It is       a bank with its shop, and the wallet beside it"
            }
            "bank" => "It is       a bank with its shop; its phones are in other homes",
            "phone" => "It is       a phone; its bank is in another home",
            "wallet" => "It is       a wallet that has lost its issuer.db",
            _ => "It is       empty: `understudy tap` or `understudy issue` begins",
        });
        let note = |published: &str| paint(NOTE, published);
        match self.issuer_keys {
            Some("published") => out.line(format!(
                "Bank's keys {}",
                note("published test keys: anybody can pay with them")
            )),
            Some(_) => out.line("Bank's keys its own, under a passphrase"),
            None => {}
        }
        match self.wallet_sealed {
            Some("published") => out.line(format!(
                "Wallet      {}",
                note("sealed under the published storage key: whoever has the files can read them")
            )),
            Some(_) => out.line("Wallet      sealed under the passphrase"),
            None => {}
        }
        if !self.files.is_empty() {
            self.print_files(out);
        }
        tills::print(&self.tills, out);
    }

    fn print_files(&self, out: &mut Output) {
        out.line("");
        out.line(paint(
            FAINT,
            format!("{:>12}  {:<10}  FILE", "OCTETS", "VERSION"),
        ));
        for file in &self.files {
            let version = file.version.as_deref().unwrap_or("");
            out.line(format!("{:>12}  {version:<10}  {}", file.octets, file.file));
        }
        out.line(format!("{:>12}", self.octets));
    }
}
