//! `card`: the wallet's card on the standard input and output, for any terminal.

use std::io::Write as _;
use std::sync::mpsc::{self, Sender};

use clap::Args;
use understudy_core::card::{CardId, Event, KeyError, Refusal, Standing};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_wallet::{CardSummary, Verification, Wallet, WalletEvent};

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::lines;
use crate::output::note;
use crate::state::{WalletSide, need_wallet};
use crate::tap::advice::{for_no_key, for_refusal};

/// Answers another terminal's commands: hex lines on the standard input and output.
///
/// One C-APDU per line on the standard input, one R-APDU per line on the standard output, flushed.
/// The line `reset` is the loss of the field and has no answer; empty lines and lines that begin
/// with `#` have none either. A line that is not hex is answered with the line `error` and a
/// message on the standard error; it changes nothing, and makes the exit code 4 at the end. The end
/// of the input is the loss of the field.
///
/// The answers are those that a reader gets, with the stand-in number in them. A key is marked as
/// spent in the wallet's store before its cryptogram is printed, and the next one is armed after
/// the answer. Running this does not count as an act of the user, and neither does any line, since
/// lines come from the reader: at most three cryptograms a minute, and five in all, until
/// `understudy tap` runs. The wallet is locked while this runs.
#[derive(Debug, Args)]
pub(crate) struct Card {
    /// The card to present, by its number in `understudy cards`; the default card if not given
    #[arg(long, value_name = "CARD")]
    from: Option<u16>,
    /// The user verified on the device just now. This counts as one act of the user, and is good
    /// from the start for the time in the card's profile
    #[arg(long)]
    verified: bool,
}

impl Card {
    /// Answers commands until the input ends.
    pub(crate) fn run(&self, home: &Home) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let mut side = WalletSide::open(home)?;
        let chosen = self
            .from
            .map(|number| side.card(home, Some(number)))
            .transpose()?;
        let chosen = chosen.map(|card| card.id);
        present(&side.wallet, chosen)?;
        tell_absence(&side.wallet);
        if self.verified {
            side.wallet.user_verified(Verification::aged(0));
        }
        side.settle_later();
        let result = serve(&side, chosen, home);
        side.end_presentation(home);
        result
    }
}

/// Presents the chosen card to readers; the end of a tap undoes that.
fn present(wallet: &Wallet, chosen: Option<CardId>) -> Result<(), Failure> {
    match chosen {
        Some(card) => Ok(wallet.present(card, u32::MAX)?),
        None => Ok(()),
    }
}

/// Answers commands. The next key is armed after an answer, so that no reader waits for it.
fn serve(side: &WalletSide, chosen: Option<CardId>, home: &Home) -> Result<Exit, Failure> {
    let (due, work) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for () in work {
                side.settle_later();
            }
        });
        let mut service = Service {
            side,
            chosen,
            home,
            due,
            exit: Exit::Done,
            lost: None,
        };
        let result = service.converse();
        side.wallet.field_lost();
        result.map(|()| service.exit)
    })
}

/// The conversation with one reader.
struct Service<'s> {
    side: &'s WalletSide,
    chosen: Option<CardId>,
    /// The home of the wallet.
    home: &'s Home,
    /// The channel that tells the worker to settle.
    due: Sender<()>,
    /// The exit code of the command.
    exit: Exit,
    /// The reason for which no key may be used any more.
    lost: Option<std::io::Error>,
}

impl Service<'_> {
    fn converse(&mut self) -> Result<(), Failure> {
        let mut input = std::io::stdin().lock();
        for number in 1_usize.. {
            let line = lines::next(&mut input).map_err(|error| broken("input", &error))?;
            let Some(line) = line else { break };
            let Some(answer) = self.answer(number, &line)? else {
                continue;
            };
            let mut output = std::io::stdout().lock();
            match writeln!(output, "{answer}").and_then(|()| output.flush()) {
                Ok(()) => {}
                // The reader has closed the output, which counts as loss of the field.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
                Err(error) => return Err(broken("output", &error)),
            }
            if let Some(error) = self.lost.take() {
                return Err(Failure::Home(error.to_string()));
            }
            self.look_after_the_tap(number);
        }
        Ok(())
    }

    /// The answer to a line; `None` for a line without one.
    fn answer(&mut self, number: usize, line: &lines::Line) -> Result<Option<String>, Failure> {
        Ok(match read(line) {
            Ok(Line::Nothing) => None,
            Ok(Line::Reset) => {
                self.side.wallet.field_lost();
                present(&self.side.wallet, self.chosen)?;
                None
            }
            Ok(Line::Command(command)) => {
                let mut room = [0; ANSWER_MAX];
                let answer = self.side.process(&command, &mut room);
                Some(hex::upper(answer.unwrap_or_else(|error| {
                    self.lost = Some(error);
                    &WalletSide::REFUSAL
                })))
            }
            Err(problem) => {
                // The line `error` in the answer tells it too, so a failure here is ignored.
                let _ = writeln!(anstream::stderr(), "error: line {number}: {problem}");
                self.exit = Exit::Input;
                Some("error".to_owned())
            }
        })
    }

    /// Prints a refusal's reason if the status word does not tell it and the user can act on it,
    /// and has the next key armed after a key was used.
    fn look_after_the_tap(&self, line: usize) {
        let wallet = &self.side.wallet;
        for event in wallet.events() {
            match event {
                WalletEvent::Tap(Event::Refused { refusal, .. }) => {
                    let card = presented(wallet);
                    let advice = card.and_then(|card| match refusal {
                        Refusal::Key(KeyError::Exhausted) => {
                            Some(for_no_key(self.home, wallet.device(), card.id))
                        }
                        refusal => for_refusal(refusal, &CardView::new(&card)),
                    });
                    if let Some(advice) = advice {
                        note(&format!(
                            "line {line}: the card refused: {refusal}. {advice}"
                        ));
                    }
                }
                WalletEvent::Tap(Event::Answered { .. }) => {
                    // The worker outlives this sender.
                    let _ = self.due.send(());
                }
                WalletEvent::Waited(_)
                | WalletEvent::Tap(Event::Selected { .. } | Event::FieldLost { .. }) => {}
            }
        }
    }
}

/// Prints the reason for which readers find no card, if they find none.
fn tell_absence(wallet: &Wallet) {
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

fn presented(wallet: &Wallet) -> Option<CardSummary> {
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
