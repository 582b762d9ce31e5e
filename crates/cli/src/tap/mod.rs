//! `tap`: a terminal taps a card, an issuer decides.

mod advice;
mod demonstration;
mod external;
mod host;
mod link;
mod print;
mod report;
mod view;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use understudy_core::wire::amount::Amount;
use understudy_issuer::Pin;
use understudy_pos::{
    Config, LocalTime, Outcome, SystemRandom, TapReport, Terminal, Transaction, TransactionType,
    Transceive, money,
};

use crate::card_command::present;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::Given;
use crate::issue::read_pin;
use crate::output::Output;
use crate::state::{self, IssuerSide};
use crate::usage::hide_text;
use external::External;
use host::Decision;
use link::InProcess;
use report::Report;
use view::Subject;

/// The default amount, in minor units of whatever currency.
const AMOUNT: u64 = 12_34;

/// Taps a terminal with a card and lets the issuer decide.
///
/// Exit code 0 says that the issuer approved. Running this is the user acting in the wallet.
/// Without a card in the wallet a demonstration card is issued first. Every tap that reaches a cryptogram uses one key, whatever comes of it.
#[derive(Debug, Args)]
pub(crate) struct Tap {
    /// Amount, as the currency writes it; 12.34 if not given, a balance inquiry has none
    #[arg(long, value_name = "AMOUNT")]
    amount: Option<String>,
    /// Currency by its three letters; the terminal's if not given
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// What is done
    #[arg(long = "type", value_name = "TYPE", default_value = "purchase")]
    kind: Kind,
    /// The user verified on the device just now
    #[arg(long, conflicts_with = "card")]
    verified: bool,
    /// The PIN that is entered if the terminal asks for it; `-` reads it from the standard input
    #[arg(long, value_name = "DIGITS")]
    pin: Option<Given>,
    /// The terminal's configuration, a TOML file; else a shop in mainland China
    #[arg(long, value_name = "FILE")]
    terminal: Option<PathBuf>,
    /// The card to tap with, by its number in `understudy cards`; else the default card
    #[arg(long, value_name = "CARD", conflicts_with = "card")]
    from: Option<u16>,
    /// Taps another card: a program (with its arguments; quotes keep spaces) or a TCP peer that
    /// answers each line of hex, a C-APDU, with one line of hex, the R-APDU. The line `reset` is
    /// sent when the field goes off, and has no answer
    #[arg(long, value_name = "COMMAND|HOST:PORT")]
    card: Option<String>,
    /// How long that card may take for an answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "card")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Purchase,
    Refund,
    Preauth,
    Balance,
}

/// Everything that was given, read and checked before anything happens.
struct Order {
    terminal: Terminal,
    transaction: Transaction,
    pin: Option<Pin>,
}

impl Tap {
    /// Taps once.
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let order = self.read()?;
        let report = match &self.card {
            None => self.tap_own(&order, home)?,
            Some(card) => self.tap_other(&order, card, home)?,
        };
        if out.json() {
            out.object(&report);
        } else {
            print::print(&report, out);
        }
        if let Some(link) = report.broken_link {
            return Err(Failure::Link(format!("--card: {link}")));
        }
        Ok(if report.approved() {
            Exit::Done
        } else {
            Exit::NotApproved
        })
    }

    /// Taps a card of the wallet.
    fn tap_own(&self, order: &Order, home: &Home) -> Result<Report, Failure> {
        let (mut wallet, mut issuer) = state::open_both(home)?;
        let new_card = match (wallet.wallet.cards().is_empty(), self.from) {
            (true, None) => Some(demonstration::issue(&mut wallet, &mut issuer)?),
            _ => None,
        };
        let card = wallet.card(self.from)?;
        let mut wallet = wallet.wallet;
        present(&mut wallet, self.from.map(|_| card.id))?;
        let acted = if self.verified {
            wallet.user_verified()
        } else {
            wallet.user_acted()
        };
        acted.map_err(|error| Failure::Home(error.to_string()))?;
        wallet.events().for_each(drop);

        let subject = Subject::own(&card, new_card.is_some());
        let mut link = InProcess::new(wallet);
        let tap = order.tap(&mut link);
        let decision = order.decide(&tap, &mut issuer)?;
        let mut report = Report::new(subject, &order.transaction, &tap, decision);
        let mut wallet = link.into_wallet();
        let after = wallet.cards().into_iter().find(|other| other.id == card.id);
        let refusal = link::last_refusal(&mut wallet);
        let may_verify = !self.verified && matches!(self.kind, Kind::Purchase | Kind::Preauth);
        report.look_into_wallet(after.as_ref(), refusal, &issuer, may_verify);
        Ok(report)
    }

    /// Taps whatever answers.
    fn tap_other(&self, order: &Order, card: &str, home: &Home) -> Result<Report, Failure> {
        state::check_issuer(home)?;
        let mut link = External::open(card, Duration::from_secs(self.timeout))?;
        let tap = order.tap(&mut link);
        drop(link);
        let decision = match &tap.outcome {
            Outcome::OnlineRequest(_) => {
                let mut issuer = IssuerSide::open(home)?;
                state::check_issuer(home)?;
                order.decide(&tap, &mut issuer)?
            }
            _ => None,
        };
        let subject = Subject::other(card);
        Ok(Report::new(subject, &order.transaction, &tap, decision))
    }

    fn read(&self) -> Result<Order, Failure> {
        let config = self.config()?;
        let currency = match &self.currency {
            None => config.currency(),
            Some(code) => money::parse_currency(&code.to_ascii_uppercase())
                .map_err(|error| unusable("--currency", &error))?,
        };
        let kind = match self.kind {
            Kind::Purchase => TransactionType::Purchase,
            Kind::Refund => TransactionType::Refund,
            Kind::Preauth => TransactionType::PreAuthorisation,
            Kind::Balance => TransactionType::Balance,
        };
        let amount = match (&self.amount, kind) {
            (Some(text), _) => {
                money::parse_amount(text, currency).map_err(|error| match error {
                    money::MoneyError::TooLarge(_) => too_large(),
                    error => unusable("--amount", &error),
                })?
            }
            (None, TransactionType::Balance) => in_minor_units(0, currency)?,
            (None, _) => in_minor_units(AMOUNT, currency)?,
        };
        let now = state::now().0;
        let time = LocalTime::from_unix(now, config.utc_offset_minutes());
        let time =
            time.ok_or_else(|| Failure::Input("the system's clock is not set".to_owned()))?;
        // The terminal keeps nothing between taps: its counter follows the clock.
        let sequence = u32::try_from(now % 99_999_999).unwrap_or(0) + 1;
        let transaction = Transaction::new(kind, amount, time, sequence)
            .map_err(|error| unusable("--amount", &error))?;
        let pin = self.pin.as_ref().map(read_pin).transpose()?;
        Ok(Order {
            terminal: Terminal::new(config),
            transaction,
            pin,
        })
    }

    fn config(&self) -> Result<Config, Failure> {
        let Some(path) = &self.terminal else {
            return Ok(Config::default());
        };
        let wrong = |error: String| {
            Failure::Input(format!(
                "--terminal {}: {}",
                path.display(),
                hide_text(&error)
            ))
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        Config::from_toml(&text).map_err(|error| wrong(error.to_string()))
    }
}

impl Order {
    /// The tap, up to the point where only the issuer can go on.
    fn tap(&self, link: &mut dyn Transceive) -> TapReport {
        self.terminal
            .tap(&self.transaction, link, &mut SystemRandom)
    }

    /// The issuer's decision, if the outcome asks for one.
    fn decide(
        &self,
        tap: &TapReport,
        issuer: &mut IssuerSide,
    ) -> Result<Option<Decision>, Failure> {
        let Outcome::OnlineRequest(request) = &tap.outcome else {
            return Ok(None);
        };
        let terminal = self.terminal.config().terminal_id();
        host::decide(issuer, request, self.pin.as_ref(), terminal).map(Some)
    }
}

/// A value in the wrong place may be a card number or a key.
fn unusable(option: &str, error: &dyn std::error::Error) -> Failure {
    Failure::Input(format!("{option}: {}", hide_text(&error.to_string())))
}

fn in_minor_units(
    minor: u64,
    currency: understudy_core::wire::amount::Currency,
) -> Result<Amount, Failure> {
    Amount::new(minor, currency).ok_or_else(too_large)
}

fn too_large() -> Failure {
    Failure::Input("--amount: at most twelve digits are payable, minor units included".to_owned())
}
