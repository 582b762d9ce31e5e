//! `password`: the wallet's payment password.

use std::path::Path;

use clap::{Args, Subcommand};
use serde::Serialize;
use understudy_wallet::{PasswordError, PasswordStatus, Wallet, WalletError};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::input;
use crate::invocation;
use crate::output::{GOOD, Output, paint};
use crate::state::{WalletSide, need_wallet};

/// The payment password, for a phone without a secure lock: 6 to 32 digits.
///
/// The digits are read from the terminal, without echo, or from lines of the standard input; never
/// from the command line. `understudy tap --password` verifies with it. After five wrong tries in a
/// row it is locked until `understudy unlock-password`.
#[derive(Debug, Args)]
pub(crate) struct Password {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Verb {
    /// Sets the first password; at a terminal it is typed twice
    Set,
    /// Replaces the password; the old one is read first
    Change,
    /// Tries the password
    Verify,
}

impl Password {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        need_wallet(home)?;
        let side;
        let (done, result) = match self.verb {
            Verb::Set => {
                let new = new()?;
                side = WalletSide::open(home)?;
                ("Set", side.wallet.set_password(&new))
            }
            Verb::Change => {
                let (old, new) = (read("Old payment password: ")?, new()?);
                side = WalletSide::open(home)?;
                ("Changed", side.wallet.change_password(&old, &new))
            }
            Verb::Verify => {
                let digits = read(QUESTION)?;
                side = WalletSide::open(home)?;
                ("Right", side.wallet.verify_password(&digits).map(drop))
            }
        };
        result.map_err(|error| refused(error, &side.wallet, Seat::of(home)))?;
        tell(&side.wallet, done, out);
        Ok(Exit::Done)
    }
}

/// The question at a terminal.
pub(crate) const QUESTION: &str = "Payment password: ";

/// Reads a line with the digits.
pub(crate) fn read(question: &str) -> Result<Zeroizing<String>, Failure> {
    input::secret("the payment password", question)
}

fn new() -> Result<Zeroizing<String>, Failure> {
    let new = read("New payment password: ")?;
    if input::is_typed() && *read("The same again: ")? != *new {
        return Err(Failure::Input(
            "the two payment passwords differ".to_owned(),
        ));
    }
    Ok(new)
}

/// The place of a wallet, as seen from the home of the command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seat<'h> {
    /// In this home, with its bank.
    WithBank,
    /// In this home; its bank is in another one.
    Phone,
    /// In this other home; its bank is in the home of the command.
    Elsewhere(&'h Home),
}

impl Seat<'_> {
    /// The place of the wallet in the home of the command.
    pub(crate) fn of(home: &Home) -> Self {
        if home.is_phone() {
            Self::Phone
        } else {
            Self::WithBank
        }
    }
}

/// The failure for a refused password, with the command that is next, in the home that it is for.
pub(crate) fn refused(error: WalletError, wallet: &Wallet, seat: Seat<'_>) -> Failure {
    let next = match &error {
        WalletError::Password(PasswordError::Locked) => unlocking(wallet, seat),
        WalletError::Password(PasswordError::Unset) => match seat {
            Seat::Elsewhere(phone) => {
                let first = invocation::elsewhere(phone.folder(), "password set");
                format!("`{first}` does")
            }
            Seat::WithBank | Seat::Phone => "`understudy password set` does".to_owned(),
        },
        WalletError::Password(PasswordError::AlreadySet) => {
            "`understudy password change` does".to_owned()
        }
        _ => return error.into(),
    };
    Failure::Input(format!("{error}: {next}"))
}

/// The commands that let a locked password be tried again.
fn unlocking(wallet: &Wallet, seat: Seat<'_>) -> String {
    let device = wallet.device().map(|device| hex::upper(&device.0));
    let verb = format!("unlock-password --device {}", device.unwrap_or_default());
    match seat {
        Seat::WithBank => "`understudy unlock-password` lets it be tried again".to_owned(),
        Seat::Phone => format!(
            "`{}` at its bank lets it be tried again, with the phone's next letters",
            invocation::elsewhere(Path::new("BANK"), &verb)
        ),
        Seat::Elsewhere(_) => {
            format!("`understudy {verb}` lets it be tried again, with the phone's next letters")
        }
    }
}

fn tell(wallet: &Wallet, done: &str, out: &mut Output) {
    let tries_left = match wallet.password_status() {
        PasswordStatus::Set { tries_left } => tries_left,
        PasswordStatus::Unset | PasswordStatus::Locked => 0,
    };
    if out.json() {
        out.object(&Document {
            format: "understudy.password/1",
            tries_left,
        });
    } else {
        out.line(format!(
            "{}. {tries_left} wrong tries in a row lock it.",
            paint(GOOD, done)
        ));
    }
}

/// The JSON about the state of the password.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    tries_left: u8,
}
