//! `storage`: the wallet's data on disk.

use clap::Args;
use serde::Serialize;
use understudy_wallet::StorageSummary;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{BAD, NOTE, Output, paint};
use crate::state::{KeySource, WalletSide, need_wallet};

/// Shows the wallet's data on disk: generation, files, journal, the armed key's counter.
///
/// Pending work is done first, as when a tap service starts: the next key is armed.
#[derive(Debug, Args)]
pub(crate) struct Storage {}

impl Storage {
    #[expect(clippy::unused_self, reason = "every command has this shape")]
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        side.settle()?;
        let summary = side.wallet.storage()?;
        let source = KeySource::of(home)?;
        if out.json() {
            out.object(&Document::new(&summary, source));
        } else {
            out.line(format!("Folder      {}", home.wallet().display()));
            print(&summary, source, out);
        }
        Ok(Exit::Done)
    }
}

fn print(summary: &StorageSummary, source: KeySource, out: &mut Output) {
    out.line(match source {
        KeySource::Passphrase => "Sealed      under the passphrase".to_owned(),
        KeySource::Published => format!(
            "Sealed      {}",
            paint(
                NOTE,
                "under the published storage key: whoever has the files can read them"
            )
        ),
    });
    out.line(format!(
        "Generation  {} ({} files, {} octets)",
        summary.generation, summary.files, summary.octets
    ));
    out.line(format!(
        "Journal     {} of {} slots used",
        summary.slots_used, summary.slots
    ));
    out.line(match summary.armed {
        Some((card, atc)) => format!("Armed       card {}, counter {atc}", card.0),
        None => "Armed       nothing: no card that is presented has a key".to_owned(),
    });
    if let Some(lost) = summary.lost {
        let text = format!(
            "{} damaged generations, {} keys are spent",
            lost.generations, lost.keys
        );
        out.line(format!("Lost        {}", paint(BAD, text)));
    }
}

/// The JSON about the data on disk.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    sealed: &'static str,
    generation: u64,
    files: usize,
    octets: u64,
    slots_used: usize,
    slots: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    armed: Option<ArmedView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<LostView>,
}

#[derive(Serialize)]
struct ArmedView {
    card: u16,
    atc: String,
}

#[derive(Serialize)]
struct LostView {
    generations: usize,
    keys: usize,
}

impl Document {
    fn new(summary: &StorageSummary, source: KeySource) -> Self {
        Self {
            format: "understudy.storage/1",
            sealed: match source {
                KeySource::Passphrase => "passphrase",
                KeySource::Published => "published",
            },
            generation: summary.generation,
            files: summary.files,
            octets: summary.octets,
            slots_used: summary.slots_used,
            slots: summary.slots,
            armed: summary.armed.map(|(card, atc)| ArmedView {
                card: card.0,
                atc: atc.to_string(),
            }),
            lost: summary.lost.map(|lost| LostView {
                generations: lost.generations,
                keys: lost.keys,
            }),
        }
    }
}
