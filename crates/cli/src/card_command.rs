//! `card`: the wallet's card on the standard input and output, for any terminal.

use std::io::Write as _;

use clap::Args;
use understudy_core::card::CardId;
use understudy_core::wire::answer::ANSWER_MAX;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::lines;
use crate::state::{DeviceWallet, WalletSide, need_wallet};

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
        let card = side.card(self.from)?;
        let mut wallet = side.wallet;
        present(&mut wallet, self.from.map(|_| card.id))?;
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
                hex::upper(wallet.process(&command, &mut [0; ANSWER_MAX]))
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
