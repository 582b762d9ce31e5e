//! `present` and `default`: the choice of the card that readers see.

use clap::Args;
use serde::Serialize;

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{GOOD, Output, paint};
use crate::state::{Presented, WalletSide, need_wallet};

/// Presents a card to readers for a limited time, or until a tap with it; then the default card
/// again.
#[derive(Debug, Args)]
pub(crate) struct Present {
    /// The card, by its number in `understudy cards`
    #[arg(value_name = "CARD")]
    card: u16,
    /// Duration, 1 to 3600 seconds
    #[arg(long, value_name = "N", default_value_t = 60)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=3600))]
    seconds: u32,
}

/// Makes a card the default, which readers see.
///
/// It also replaces a card that is presented for a limited time.
#[derive(Debug, Args)]
pub(crate) struct Default {
    /// The card, by its number in `understudy cards`
    #[arg(value_name = "CARD")]
    card: u16,
}

impl Present {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        let card = side.card(home, Some(self.card))?.id;
        side.wallet.present(card, self.seconds)?;
        Presented::begin(home, card, self.seconds)?;
        side.settle_later();
        let view = CardView::new(&side.card(home, Some(self.card))?);
        if out.json() {
            out.object(&Document {
                format: "understudy.present/1",
                seconds: Some(self.seconds),
                card: view,
            });
        } else {
            out.line(format!(
                "{} for {} seconds, or one tap: {}",
                paint(GOOD, "Presented"),
                self.seconds,
                view.sentence()
            ));
        }
        Ok(Exit::Done)
    }
}

impl Default {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        let card = side.card(home, Some(self.card))?.id;
        side.wallet.set_default(card)?;
        side.wallet.present_default();
        Presented::forget(home)?;
        side.settle_later();
        let view = CardView::new(&side.card(home, Some(self.card))?);
        if out.json() {
            out.object(&Document {
                format: "understudy.default/1",
                seconds: None,
                card: view,
            });
        } else {
            out.line(format!("{}: {}", paint(GOOD, "Default"), view.sentence()));
        }
        Ok(Exit::Done)
    }
}

/// The JSON about the card that readers see.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    card: CardView,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u32>,
}
