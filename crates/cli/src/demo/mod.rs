//! `demo`: stories with real commands, each in a home of its own.

mod bank;
mod child;
mod clone;
mod field;
mod lost_phone;
mod power_cut;
mod second_tap;
mod stage;
mod ten_cards;

use clap::{Args, ValueEnum};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use stage::Stage;

/// Plays a story with commentary, in a temporary folder.
///
/// Commands are really run, processes are really killed, and the power of a simulated disk is cut.
/// The exit code is 1 if the story does not end as described.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The story
    #[arg(value_name = "STORY", default_value = "bank")]
    story: Story,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Story {
    /// Five minutes for a bank: a card is bound, verified and pays; the phone is lost, suspended and
    /// found; a payment is refunded, and the day is settled
    Bank,
    /// A phone is stolen, its bank writes it off, and the thief gets nothing
    LostPhone,
    /// A payment needs verification: the first tap asks, the second pays that amount, once
    SecondTap,
    /// A process is killed and loses nothing; a power cut costs at most one key
    PowerCut,
    /// A wallet's files are copied back: the issuer declines the old key and takes it for a copy
    Clone,
    /// Ten cards in one wallet, each presented, none of them seen beside another
    TenCards,
}

/// A function that plays a story on a stage.
type Play = fn(&mut Stage<'_>) -> Result<(), Failure>;

impl Demo {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let (name, play): (_, Play) = match self.story {
            Story::Bank => ("bank", bank::play),
            Story::LostPhone => ("lost-phone", lost_phone::play),
            Story::SecondTap => ("second-tap", second_tap::play),
            Story::PowerCut => ("power-cut", power_cut::play),
            Story::Clone => ("clone", clone::play),
            Story::TenCards => ("ten-cards", ten_cards::play),
        };
        let mut stage = Stage::new(out)?;
        play(&mut stage)?;
        Ok(stage.end(name))
    }
}
