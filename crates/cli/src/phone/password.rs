//! `password`: the wallet's payment password.

use clap::{Args, Subcommand};
use serde::Serialize;
use understudy_wallet::{PasswordError, PasswordStatus, Wallet, WalletError};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input;
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
        let (done, result) = match self.verb {
            Verb::Set => {
                let new = new()?;
                let side = WalletSide::open(home)?;
                ("Set", side.wallet.set_password(&new).map(|()| side))
            }
            Verb::Change => {
                let (old, new) = (read("Old payment password: ")?, new()?);
                let side = WalletSide::open(home)?;
                let changed = side.wallet.change_password(&old, &new);
                ("Changed", changed.map(|()| side))
            }
            Verb::Verify => {
                let digits = read(QUESTION)?;
                let side = WalletSide::open(home)?;
                let verified = side.wallet.verify_password(&digits);
                ("Right", verified.map(|_| side))
            }
        };
        let side = result.map_err(refused)?;
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

/// The failure for a refused password, with advice.
pub(crate) fn refused(error: WalletError) -> Failure {
    let next = match &error {
        WalletError::Password(PasswordError::Locked) => {
            "`understudy unlock-password` lets it be tried again"
        }
        WalletError::Password(PasswordError::Unset) => "`understudy password set` does",
        WalletError::Password(PasswordError::AlreadySet) => "`understudy password change` does",
        _ => return error.into(),
    };
    Failure::Input(format!("{error}: {next}"))
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
