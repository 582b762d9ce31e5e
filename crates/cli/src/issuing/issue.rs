//! `issue`: issues a stand-in card for a bank card.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::Pin;
use understudy_pos::money;

use super::demonstration;
use super::device_id::{Device, shown};
use super::kind::Kind;
use super::mail::occupied;
use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, write_new};
use crate::input::{self, Given, key_count};
use crate::output::{GOOD, Output, paint};
use crate::state::{self, Cards, IssuerKeySource, IssuerSide, NewCard, NewToken, WalletSide};
use crate::usage::hide_text;

/// The default funds of a new account, in whole units of its currency.
const FUNDS: &str = "1000000";

/// The most cards in the wallet.
const CARDS_MAX: usize = 10;

/// Issues a stand-in card for a bank card and puts it into the wallet.
///
/// The card is inactive until its cardholder is verified: a bank would send a code, this issuer
/// prints it. With --device the card is another device's, and its sealed package goes into a file.
/// Without a number it is the demonstration's bank card of the scheme, which an issuer with the
/// published test keys issues alone.
///
/// The number on the command line stays in the shell's history and can be seen by other users of
/// the machine: `--pan -` reads it from the standard input.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The bank card's number, 13 to 19 digits; `-` reads it from the standard input. The
    /// demonstration's if not given
    #[arg(long, value_name = "DIGITS", requires = "expiry")]
    pan: Option<Given>,
    /// Month of the bank card's expiry
    #[arg(long, value_name = "YYMM", requires = "pan")]
    expiry: Option<Given>,
    /// Single-use keys to begin with, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = key_count)]
    keys: u16,
    /// The account's PIN, 4 to 12 digits; `-` reads it from the standard input. Without it every
    /// PIN is wrong; the demonstration's account has one
    #[arg(long, value_name = "DIGITS")]
    pin: Option<Given>,
    #[command(flatten)]
    kind: Kind,
    /// Funds of the account, in CNY, if the issuer does not know the bank card yet
    #[arg(long, value_name = "AMOUNT", default_value = FUNDS, allow_negative_numbers = true)]
    funds: String,
    /// The device that the card is for, by the name that `understudy enrol` printed; our wallet if
    /// not given
    #[arg(long, value_name = "ID", requires = "out")]
    device: Option<Device>,
    /// The new file for the sealed package
    #[arg(long, value_name = "FILE", requires = "device")]
    out: Option<PathBuf>,
}

impl Issue {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        if self.pan.is_none() {
            need_published_keys(home)?;
        }
        let card = self.read()?;
        let answer = match (self.device, &self.out) {
            (Some(device), Some(path)) => issue_elsewhere(home, &card, device, path)?,
            _ => issue_here(home, &card)?,
        };
        if out.json() {
            out.object(&answer);
        } else {
            answer.print(out);
        }
        Ok(Exit::Done)
    }

    fn read(&self) -> Result<NewCard, Failure> {
        let options = self.kind.options(self.keys)?;
        let pin = self.pin.as_ref().map(read_pin).transpose()?;
        let funds = parse_funds(&self.funds, options.limits.currency)?;
        let (Some(pan), Some(expiry)) = (&self.pan, &self.expiry) else {
            let card = demonstration::card(self.kind.scheme(), options)?;
            return Ok(NewCard {
                pin: pin.or(card.pin),
                funds,
                ..card
            });
        };
        let pan = input::digits("--pan", pan, 13, 19)?;
        let pan =
            CardNumber::parse(&pan).map_err(|error| Failure::Input(format!("--pan: {error}")))?;
        let expiry = Expiry::parse(&input::text("--expiry", expiry)?).map_err(|_| {
            Failure::Input("--expiry: a year and a month are needed, YYMM: 2912".to_owned())
        })?;
        Ok(NewCard {
            pan,
            expiry,
            pin,
            funds,
            options,
        })
    }
}

/// Refuses to issue the demonstration's card under keys of the issuer's own: whoever has those has a
/// number too.
fn need_published_keys(home: &Home) -> Result<(), Failure> {
    if IssuerKeySource::expected(home)? == IssuerKeySource::Published {
        return Ok(());
    }
    Err(Failure::Usage(
        "--pan and --expiry are needed: the demonstration's cards are for an issuer with the \
         published test keys, and this one has keys of its own"
            .to_owned(),
    ))
}

/// Issues a card to our own wallet.
fn issue_here(home: &Home, card: &NewCard) -> Result<Document, Failure> {
    let cards = Cards::of(&card.pan);
    let (wallet, issuer) = state::open_both(home, cards)?;
    issuer.admit(cards, home)?;
    if wallet.wallet.cards().len() >= CARDS_MAX {
        return Err(Failure::Input(format!(
            "the wallet holds {CARDS_MAX} cards: `understudy delete TOKEN` makes room"
        )));
    }
    let device = state::enrolled(&wallet.wallet, &issuer)?;
    let token = state::issue(&issuer, card, device)?;
    // The issuer comes first: if anything fails from here on, the letter waits there.
    state::fetch(&wallet.wallet, &issuer)?;
    let view = own_card(home, &wallet, &issuer, &token)?;
    Ok(Document {
        card: Some(view),
        ..Document::new(&token, &issuer)?
    })
}

fn own_card(
    home: &Home,
    wallet: &WalletSide,
    issuer: &IssuerSide,
    token: &NewToken,
) -> Result<CardView, Failure> {
    let place = issuer.token(token.id)?.home;
    let card = wallet.card(home, place.map(|place| place.card.0))?;
    Ok(CardView::new(&card))
}

/// Issues a card to another device.
fn issue_elsewhere(
    home: &Home,
    card: &NewCard,
    Device(device): Device,
    path: &Path,
) -> Result<Document, Failure> {
    if path.as_os_str() == "-" {
        return Err(Failure::Input(
            "--out: the standard output tells the code; name a file for the package".to_owned(),
        ));
    }
    if path.exists() {
        return Err(occupied(path));
    }
    let issuer = IssuerSide::need(home)?;
    issuer.admit(Cards::of(&card.pan), home)?;
    let token = state::issue(&issuer, card, device)?;
    write_new(path, &token.letter).map_err(|error| {
        Failure::Input(format!(
            "{error}: token {id} is issued all the same: `understudy letters` writes its package, \
             and `understudy verify --resend --token {id}` sends another code",
            id = token.id
        ))
    })?;
    Ok(Document {
        device: Some(shown(device)),
        file: Some(path.display().to_string()),
        ..Document::new(&token, &issuer)?
    })
}

/// The default funds of a new account.
pub(super) fn default_funds(currency: Currency) -> Result<Amount, Failure> {
    parse_funds(FUNDS, currency)
}

fn parse_funds(text: &str, currency: Currency) -> Result<Amount, Failure> {
    money::parse_amount(text, currency)
        .map_err(|error| Failure::Input(format!("--funds: {}", hide_text(&error.to_string()))))
}

/// The PIN from `--pin`.
pub(crate) fn read_pin(given: &Given) -> Result<Pin, Failure> {
    let text = if given.is_typed() {
        input::secret("--pin", "PIN: ")?
    } else {
        input::text("--pin", given)?
    };
    Pin::parse(&text).map_err(|error| Failure::Input(format!("--pin: {error}")))
}

/// The JSON about an issued card.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    /// The card in our wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<CardView>,
    token: u32,
    number: String,
    /// The code, which a real bank would send to the cardholder.
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// True if no other token waits for a code.
    #[serde(skip)]
    alone: bool,
}

impl Document {
    fn new(token: &NewToken, issuer: &IssuerSide) -> Result<Self, Failure> {
        let pending = issuer.issuer.pending_verifications(None)?;
        Ok(Self {
            format: "understudy.issue/1",
            card: None,
            token: token.id.get(),
            number: token.number.to_string(),
            code: token.code.digits().to_owned(),
            device: None,
            file: None,
            alone: pending.len() == 1,
        })
    }

    fn print(&self, out: &mut Output) {
        let issued = paint(GOOD, "Issued");
        match (&self.card, &self.file) {
            (Some(card), _) => {
                out.line(format!(
                    "{issued} token {}, {}",
                    self.token,
                    card.sentence()
                ));
            }
            (None, file) => {
                let file = file.as_deref().unwrap_or_default();
                let (token, number) = (self.token, &self.number);
                out.line(format!(
                    "{issued} token {token}, {number}, sealed into {file}."
                ));
            }
        }
        out.line("It is inactive until its cardholder enters the code (a bank would send it).");
        let which = if self.alone {
            String::new()
        } else {
            format!(" --token {}", self.token)
        };
        out.line(format!("Next: `understudy verify {}{which}`", self.code));
    }
}
