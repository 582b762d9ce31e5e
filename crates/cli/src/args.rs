//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::audit::Audit;
use crate::calc::Calc;
use crate::card_command::Card;
use crate::cards::Cards;
use crate::decode::Decode;
use crate::demo::Demo;
use crate::failure::Failure;
use crate::home::TillName;
use crate::issuing::{
    Check, Delete, Enrol, Issue, Letters, Limits, ReplacePan, Report, Resume, Rotate, SetPin,
    Suspend, Tokens, UnlockPassword, UpdateProfile, Verify, Wipe,
};
use crate::keys::Keys;
use crate::manual::{Completions, Man};
use crate::passphrase::PassphraseOptions;
use crate::phone::{Default, History, Password, Phone, Present, Storage};
use crate::place::ShowHome;
use crate::qr::Qr;
use crate::replenish::Replenish;
use crate::scan::Scan;
use crate::serve::Serve;
use crate::shop::{
    Authorisations, Complete, Refund, Reverse, Settle, TerminalFile, UnlinkedRefunds, Void,
};
use crate::tap::Tap;

/// A stand-in payment card, a terminal to tap it and an issuer to verify it.
///
/// Test keys and test cards only: nothing here is certified, and no output of it is money.
#[derive(Debug, Parser)]
#[command(name = "understudy", version, after_help = EXIT_CODES, subcommand_required = true)]
pub(crate) struct Args {
    /// Prints one JSON object instead of text for people
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub(crate) json: bool,
    /// Folder of issuer, wallet and terminal; if not given `UNDERSTUDY_HOME`, or else the platform's
    /// place for data
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub(crate) home: Option<PathBuf>,
    /// Who acts for the bank, as its audit names them; the user of this system if not given
    #[arg(long, global = true, value_name = "NAME", help_heading = "Everywhere")]
    pub(crate) operator: Option<String>,
    /// The till of `tap`, `void`, `refund`, `complete`, `reverse` and `settle`, which take the option
    /// behind the command too
    #[arg(long, value_name = "NAME")]
    pub(crate) till: Option<TillName>,
    #[command(flatten)]
    pub(crate) passphrase: PassphraseOptions,
    /// The command
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Tap(Tap),
    Card(Card),
    Cards(Cards),
    Default(Default),
    Present(Present),
    History(History),
    Password(Password),
    Phone(Phone),
    Storage(Storage),
    Replenish(Replenish),
    Enrol(Enrol),
    Issue(Issue),
    Verify(Verify),
    Tokens(Tokens),
    Suspend(Suspend),
    Resume(Resume),
    Delete(Delete),
    ReplacePan(ReplacePan),
    SetPin(SetPin),
    Limits(Limits),
    UpdateProfile(UpdateProfile),
    Wipe(Wipe),
    Rotate(Rotate),
    UnlockPassword(UnlockPassword),
    Keys(Keys),
    Audit(Audit),
    Letters(Letters),
    Report(Report),
    Authorisations(Authorisations),
    Void(Void),
    Refund(Refund),
    Complete(Complete),
    Reverse(Reverse),
    Settle(Settle),
    UnlinkedRefunds(UnlinkedRefunds),
    Check(Check),
    Serve(Serve),
    Home(ShowHome),
    #[command(subcommand)]
    Calc(Calc),
    Decode(Decode),
    Qr(Qr),
    Scan(Scan),
    Demo(Demo),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// The same command at the till that was named before it.
    ///
    /// # Errors
    /// Another till is named behind it, or it needs none.
    pub(crate) fn at_till(&mut self, till: Option<TillName>) -> Result<(), Failure> {
        let Some(till) = till else {
            return Ok(());
        };
        match self.terminal() {
            Some(terminal) => terminal.at_till(till),
            None => Err(Failure::Usage(
                "--till: only tap, void, refund, complete, reverse and settle are at a till"
                    .to_owned(),
            )),
        }
    }

    /// The option that names the till, of a command at one.
    fn terminal(&mut self) -> Option<&mut TerminalFile> {
        match self {
            Self::Tap(tap) => Some(tap.terminal()),
            Self::Void(void) => Some(void.terminal()),
            Self::Refund(refund) => Some(refund.terminal()),
            Self::Complete(complete) => Some(complete.terminal()),
            Self::Reverse(reverse) => Some(reverse.terminal()),
            Self::Settle(settle) => Some(settle.terminal()),
            _ => None,
        }
    }
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; tap, void, refund, complete, reverse: approved; settle: the batch is closed
  1  those: ended in any other way; demo: the story did not end as it says; audit verify: broken
  2  the command line is wrong
  3  the home directory or a file in it cannot be used
  4  a value, file or string that was given cannot be used
  5  a card program, a connection or an output failed

UNDERSTUDY_PASSPHRASE holds the passphrase of the issuer's keys and of the wallet. Without one `tap`,
or `issue` without --pan, makes a new issuer with published test keys, which are for the
demonstration's cards alone, and a wallet sealed under a published key, which protects nothing;
everything else needs a passphrase.";
