//! `phone receive`: letters of the bank.

use std::path::Path;

use clap::Args;
use serde::Serialize;
use understudy_provisioning::inbox;
use understudy_wallet::{Taken, WalletError};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::message::{self, Message};
use crate::output::{GOOD, Output, paint};
use crate::state::{WalletSide, need_wallet, no_card};

/// Gives the wallet letters of its bank, as `understudy letters` writes them.
///
/// Letters in a folder or on the standard input are mail: they are sorted by their numbers, and those
/// up to the last one that was taken are passed over, because a bank writes each letter again until a
/// report acknowledges it. A letter in a file that is named alone is given to the wallet as it is.
/// After a refusal the other letters are taken all the same, and the exit code is 4.
#[derive(Debug, Args)]
pub(crate) struct Receive {
    /// A letter, its octets or their hex; a folder of letters; `-` reads lines of hex from the
    /// standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    letters: Vec<String>,
}

/// The ending of a letter's file.
const ENDING: &str = "letter";

impl Receive {
    pub(super) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let mut mail = Vec::new();
        for source in &self.letters {
            mail.push(read(source)?);
        }
        need_wallet(home)?;
        let side = WalletSide::open(home)?;
        if home.is_phone() && side.wallet.device().is_none() {
            return Err(no_card(home, Some(&side.wallet)));
        }
        let mut received = Received::default();
        for bag in mail {
            received.take(&side, bag)?;
        }
        side.settle_later();
        received.tell(&side, out)
    }
}

/// Letters from one source.
enum Mail {
    /// Sorted by number; those that were taken before are passed over.
    Bag(Vec<Message>),
    /// One letter, given to the wallet in any case.
    Letter(Message),
}

fn read(source: &str) -> Result<Mail, Failure> {
    let path = Path::new(source);
    let letters = match source {
        "-" => message::read_several("-", source)?,
        _ if path.is_dir() => folder(path)?,
        _ => return message::read("FILE", source).map(Mail::Letter),
    };
    let mut numbered: Vec<(u64, Message)> = letters
        .into_iter()
        .map(|letter| (number(&letter).unwrap_or(u64::MAX), letter))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    Ok(Mail::Bag(
        numbered.into_iter().map(|(_, letter)| letter).collect(),
    ))
}

fn folder(path: &Path) -> Result<Vec<Message>, Failure> {
    let unreadable = |error: std::io::Error| Failure::Input(format!("{}: {error}", path.display()));
    let mut letters = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|ending| ending == ENDING) {
            letters.push(message::read("DIR", &file.to_string_lossy())?);
        }
    }
    Ok(letters)
}

fn number(letter: &[u8]) -> Option<u64> {
    inbox::address(letter).ok().map(|(_, number)| number)
}

/// The effects of letters.
#[derive(Default)]
struct Received {
    letters: Vec<Effect>,
    passed_over: usize,
}

/// The effect of a letter, or the reason for which it was refused.
#[derive(Serialize)]
struct Effect {
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(skip)]
    text: String,
}

impl Received {
    /// Gives the wallet letters, in their order.
    fn take(&mut self, side: &WalletSide, mail: Mail) -> Result<(), Failure> {
        match mail {
            Mail::Letter(letter) => self.give(side, &letter),
            Mail::Bag(letters) => {
                for letter in letters {
                    if was_taken(side, &letter) {
                        self.passed_over += 1;
                    } else {
                        self.give(side, &letter)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn give(&mut self, side: &WalletSide, letter: &[u8]) -> Result<(), Failure> {
        let number = number(letter);
        let effect = match side.wallet.receive(letter) {
            Ok(taken) => {
                let (name, card, text) = words(&taken);
                Effect {
                    number,
                    taken: Some(name),
                    card,
                    refused: None,
                    text,
                }
            }
            Err(error @ (WalletError::Store(_) | WalletError::Journal(_))) => {
                return Err(error.into());
            }
            Err(error) => Effect {
                number,
                taken: None,
                card: None,
                refused: Some(error.to_string()),
                text: String::new(),
            },
        };
        self.letters.push(effect);
        Ok(())
    }

    fn tell(self, side: &WalletSide, out: &mut Output) -> Result<Exit, Failure> {
        let refusals: Vec<String> = self.letters.iter().filter_map(Effect::refusal).collect();
        if out.json() {
            out.object(&Document {
                format: "understudy.phone-receive/1",
                letters: self.letters,
                passed_over: self.passed_over,
                last: side.wallet.last_letter(),
            });
        } else {
            self.print(out);
        }
        if refusals.is_empty() {
            return Ok(Exit::Done);
        }
        Err(Failure::Input(refusals.join("; ")))
    }

    fn print(&self, out: &mut Output) {
        let taken = self.letters.iter().filter(|letter| letter.taken.is_some());
        for letter in taken {
            out.line(format!("{}: {}.", paint(GOOD, "Taken"), letter.text));
            if letter.taken == Some(WIPED) {
                out.line("Next: `understudy phone report` has its last reports for the bank.");
            }
        }
        match self.passed_over {
            0 if self.letters.is_empty() => out.line("No letter came."),
            0 => {}
            1 => out.line("1 letter was taken before."),
            count => out.line(format!("{count} letters were taken before.")),
        }
    }
}

impl Effect {
    fn refusal(&self) -> Option<String> {
        let reason = self.refused.as_ref()?;
        Some(match self.number {
            Some(number) => format!("letter {number}: {reason}"),
            None => format!("a letter: {reason}"),
        })
    }
}

/// True for mail to this wallet that is not behind the last letter that it took.
fn was_taken(side: &WalletSide, letter: &[u8]) -> bool {
    inbox::address(letter).is_ok_and(|(device, number)| {
        side.wallet.device() == Some(device) && number <= side.wallet.last_letter()
    })
}

/// The name of a wipe in JSON.
const WIPED: &str = "wiped";

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
        Taken::Wiped => of_wallet(WIPED, "everything is erased"),
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

/// The JSON about letters.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    letters: Vec<Effect>,
    passed_over: usize,
    /// The number of the last letter that was taken.
    last: u64,
}
