//! `card`: the wallet's card on the standard input and output, for any terminal.

use std::io::Write as _;

use clap::Args;
use understudy_core::card::{CardId, Event, Refusal, Standing};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_wallet::CardSummary;

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::lines;
use crate::output::note;
use crate::state::{DeviceWallet, WalletSide, need_wallet};
use crate::tap::advice::for_refusal;

/// Answers another terminal's commands: hex lines on the standard input and output.
///
/// One C-APDU per line on the standard input, one R-APDU per line on the standard output, flushed.
/// The line `reset` is the loss of the field and has no answer;
/// empty lines and lines that begin with `#` have none either. A line that is not hex is answered
/// with the line `error`, says why on the standard error, changes nothing, and makes the exit code
/// 4 at the end. The end of the input is the loss of the field.
///
/// What goes out is what a reader sees: the stand-in number is in it. A key is marked as spent in
/// the wallet's file before its cryptogram leaves. Running this is not the user acting: at most
/// three cryptograms a minute, and five in all, until `understudy tap` runs. No line is the user
/// acting either: the lines come from the reader. The wallet is locked while this runs.
#[derive(Debug, Args)]
pub(crate) struct Card {
    /// The card to present, by its number in `understudy cards`; else the default card
    #[arg(long, value_name = "CARD")]
    from: Option<u16>,
    /// The user verified on the device just now. This is the user acting, once, and holds from the
    /// start for as long as the card's verification does
    #[arg(long)]
    verified: bool,
}

impl Card {
    /// Answers until the input ends.
    pub(crate) fn run(&self, home: &Home) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        let card = self
            .from
            .map(|number| side.card(Some(number)))
            .transpose()?;
        let mut wallet = side.wallet;
        present(&mut wallet, card.map(|card| card.id))?;
        tell_absence(&wallet);
        if self.verified {
            wallet
                .user_verified()
                .map_err(|error| Failure::Home(error.to_string()))?;
        }
        let result = converse(&mut wallet);
        let stored = wallet
            .field_lost()
            .map_err(|error| Failure::Home(error.to_string()));
        let exit = result?;
        stored.map(|()| exit)
    }
}

/// Shows the reader `card`, or the default card.
pub(crate) fn present(wallet: &mut DeviceWallet, card: Option<CardId>) -> Result<(), Failure> {
    wallet
        .present(card)
        .map_err(|error| Failure::Input(error.to_string()))
}

fn converse(wallet: &mut DeviceWallet) -> Result<Exit, Failure> {
    let mut input = std::io::stdin().lock();
    let mut exit = Exit::Done;
    for number in 1_usize.. {
        let line = lines::next(&mut input).map_err(|error| broken("input", &error))?;
        let Some(line) = line else { break };
        let answer = match read(&line) {
            Ok(Line::Nothing) => continue,
            Ok(Line::Reset) => {
                wallet
                    .field_lost()
                    .map_err(|error| Failure::Home(error.to_string()))?;
                continue;
            }
            Ok(Line::Command(command)) => {
                let answer = hex::upper(wallet.process(&command, &mut [0; ANSWER_MAX]));
                tell_refusals(wallet, number);
                answer
            }
            Err(problem) => {
                // The answer says so too, if nobody reads this.
                let _ = writeln!(anstream::stderr(), "error: line {number}: {problem}");
                exit = Exit::Input;
                "error".to_owned()
            }
        };
        let mut output = std::io::stdout().lock();
        match writeln!(output, "{answer}").and_then(|()| output.flush()) {
            Ok(()) => {}
            // The reader is gone: so is the field.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(broken("output", &error)),
        }
    }
    Ok(exit)
}

/// Says why no reader finds a card, if none does.
fn tell_absence(wallet: &DeviceWallet) {
    let presented = presented(wallet);
    match presented {
        None => note("no card is presented: every SELECT is answered with 6A82"),
        Some(card) if card.standing == Standing::Suspended => note(&format!(
            "card {} is suspended: every SELECT is answered with 6A82",
            card.id.0
        )),
        Some(_) => {}
    }
}

/// Says why the card refused, where the status word does not and its user can do something.
fn tell_refusals(wallet: &mut DeviceWallet, line: usize) {
    let refusals = wallet.events().filter_map(|event| match event {
        Event::Refused { refusal, .. } => Some(refusal),
        Event::Selected { .. } | Event::Answered { .. } | Event::FieldLost { .. } => None,
    });
    let refusals: Vec<Refusal> = refusals.collect();
    for refusal in refusals {
        let card = presented(wallet).map(|card| CardView::new(&card));
        let advice = card.and_then(|card| for_refusal(refusal, &card));
        if let Some(advice) = advice {
            note(&format!(
                "line {line}: the card refused: {refusal}. {advice}"
            ));
        }
    }
}

fn presented(wallet: &DeviceWallet) -> Option<CardSummary> {
    wallet.cards().into_iter().find(|card| card.presented)
}

enum Line {
    Nothing,
    Reset,
    Command(Vec<u8>),
}

fn read(line: &lines::Line) -> Result<Line, String> {
    let lines::Line::Whole(line) = line else {
        return Err("longer than 200000 octets".to_owned());
    };
    let line = std::str::from_utf8(line)
        .map_err(|_| "not text".to_owned())?
        .trim();
    match line {
        "" => Ok(Line::Nothing),
        _ if line.starts_with('#') => Ok(Line::Nothing),
        _ if line.eq_ignore_ascii_case("reset") => Ok(Line::Reset),
        _ => hex::parse(line)
            .map(|octets| Line::Command(octets.to_vec()))
            .map_err(|error| error.to_string()),
    }
}

fn broken(what: &str, error: &std::io::Error) -> Failure {
    Failure::Link(format!("the standard {what} failed: {error}"))
}
