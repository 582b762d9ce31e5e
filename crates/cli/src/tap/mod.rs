//! `tap`: a terminal taps a card, and an issuer decides.

pub(crate) mod advice;
pub(crate) mod demonstration;
mod external;
mod host;
mod link;
mod live;
mod print;
mod report;
mod view;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use understudy_core::card::{CardId, KeyError, Refusal};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::Pin;
use understudy_pos::batch::EntryId;
use understudy_pos::{
    Outcome, SystemRandom, TapReport, Terminal, Transaction, TransactionType, Transceive, money,
};
use understudy_wallet::Verification;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::Given;
use crate::issuing::read_pin;
use crate::output::Output;
use crate::phone::password;
use crate::shop::{Named, TerminalFile, failed, local_time, parse_amount, payment, refused};
use crate::state::{self, Cards, DeskTill, IssuerSide, WalletSide};
use crate::trace::TestCards;
use crate::usage::hide_text;
use external::External;
use host::Decision;
use link::{InProcess, Told};
use live::Shown;
use report::TapDocument;
use view::{Subject, TransactionView};

/// The default amount, in minor units of any currency.
const AMOUNT: u64 = 12_34;

/// The sequence counter of a transaction that is not counted yet.
const NOT_COUNTED: u32 = 1;

/// Taps a terminal with a card and lets the issuer decide.
///
/// Exit code 0 means that the issuer approved. Running this counts as an act of the user in the
/// wallet. Without a card in the wallet a demonstration card is issued and verified first. Every
/// tap that reaches a cryptogram uses one key, whatever its result. A reversal that the terminal
/// owes is sent first.
#[derive(Debug, Args)]
pub(crate) struct Tap {
    /// Amount, as the currency writes it; 12.34 if not given, none for a balance inquiry
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Option<String>,
    /// Currency by its three letters; the terminal's if not given
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Kind of the transaction
    #[arg(long = "type", value_name = "TYPE", default_value = "purchase")]
    kind: Kind,
    /// The user verified on the device just now
    #[arg(long, conflicts_with = "card")]
    verified: bool,
    /// The user verifies with the payment password just now, which is read from the terminal or the
    /// standard input
    #[arg(long, conflicts_with_all = ["card", "verified"])]
    password: bool,
    /// The PIN that is entered if the terminal asks for it; `-` reads it from the standard input
    #[arg(long, value_name = "DIGITS")]
    pin: Option<Given>,
    /// The original payment of a refund, by its number in `understudy authorisations`, or by
    /// reference or batch and trace on its receipt; without it the issuer declines, unless
    /// `understudy unlinked-refunds` permits the merchant
    #[arg(
        long,
        value_name = "PAYMENT",
        requires = "amount",
        allow_negative_numbers = true
    )]
    of: Option<Named>,
    #[command(flatten)]
    terminal: TerminalFile,
    /// Also prints both copies of the receipt
    #[arg(long)]
    receipt: bool,
    /// Taps a second phone: a home that `understudy phone enrol` made, whose bank is in this one. Its
    /// letters stay at the bank until `understudy letters` writes them
    #[arg(long, value_name = "DIR", conflicts_with = "card")]
    phone: Option<PathBuf>,
    /// The card to tap with, by its number in `understudy cards`; the default card if not given
    #[arg(long, value_name = "CARD", conflicts_with = "card")]
    from: Option<u16>,
    /// Taps another card: a program (with its arguments; quotes keep spaces) or a TCP peer that
    /// answers each line of hex, a C-APDU, with one line of hex, the R-APDU. The line `reset` is
    /// sent when the field goes off, and has no answer
    #[arg(long, value_name = "COMMAND|HOST:PORT")]
    card: Option<String>,
    /// Longest time for an answer of that card, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "card")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    #[command(flatten)]
    test_cards: TestCards,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Purchase,
    Refund,
    Preauth,
    Balance,
}

/// The time for which a card that was chosen for the tap is presented, in seconds.
const PRESENTED: u32 = 60;

/// The options of the command, read and checked before anything happens.
struct Order {
    terminal: Terminal,
    transaction: Transaction,
    pin: Option<Pin>,
    password: Option<Zeroizing<String>>,
    test_cards: TestCards,
}

impl Tap {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let mut order = self.read()?;
        let report = match &self.card {
            None => self.tap_own(&mut order, home)?,
            Some(card) => self.tap_other(&mut order, card, home, out)?,
        };
        if out.json() {
            out.object(&report);
        } else if self.card.is_some() {
            // The exchanges were printed as they happened.
            print::result_of(&report, out);
        } else {
            print::print(&report, out);
        }
        if let Some(failure) = report.failure {
            return Err(failure);
        }
        Ok(if report.approved() {
            Exit::Done
        } else {
            Exit::NotApproved
        })
    }

    /// Taps a card of the wallet.
    fn tap_own(&self, order: &mut Order, home: &Home) -> Result<TapDocument, Failure> {
        let elsewhere = self.phone.as_deref().map(|folder| home.beside(folder));
        let elsewhere = elsewhere.transpose()?;
        let (mut wallet, issuer) = match &elsewhere {
            None => state::open_both(home, Cards::Demonstration)?,
            Some(phone) => open_phone(phone, home)?,
        };
        let phone = elsewhere.as_ref().unwrap_or(home);
        let mut till = state::open_till(home, order.terminal.config())?;
        let earlier = host::finish_earlier(&mut till, &issuer, order.transaction.kind())?;
        let refunded = self.refunded(&order.transaction, &till, &issuer)?;
        let is_new = elsewhere.is_none() && wallet.wallet.cards().is_empty() && self.from.is_none();
        if is_new {
            demonstration::issue(&wallet, &issuer)?;
        }
        let card = wallet.card(self.from)?;
        let password = order.password.as_ref().map(|digits| digits.as_str());
        self.act(&wallet, card.id, password)?;

        order.count(&mut till)?;
        let mut link = InProcess::new(&wallet);
        let tap = order.tap(&mut link);
        link.end()?;
        let decision = order.decide(&tap, &mut till, &issuer, (home, refunded))?;
        drop(till);
        let subject = Subject::own(&card, is_new);
        let mut report = TapDocument::new(subject, order, &tap, decision);
        report.tell_earlier(earlier);
        report.show_receipt(self.receipt);
        let told = Told::by(&wallet.wallet);
        wallet.end_presentation(phone);
        wallet.settle_later();
        if report.failure.is_none() && elsewhere.is_none() {
            state::fetch_later(&wallet.wallet, &issuer);
        }
        let may_verify =
            !self.verified && !self.password && matches!(self.kind, Kind::Purchase | Kind::Preauth);
        report.look_into_wallet(card.id, told, &wallet, &issuer, may_verify);
        if elsewhere.is_some() && told.refusal == Some(Refusal::Key(KeyError::Exhausted)) {
            report.advice = Some(advice::FOR_EMPTY_PHONE.to_owned());
        }
        Ok(report)
    }

    /// Performs the user's acts on the phone before the tap.
    fn act(&self, side: &WalletSide, card: CardId, password: Option<&str>) -> Result<(), Failure> {
        let wallet = &side.wallet;
        if self.from.is_some() {
            wallet.present(card, PRESENTED)?;
        }
        match password {
            Some(digits) => {
                let proof = wallet.verify_password(digits).map_err(password::refused)?;
                wallet.user_verified(proof);
            }
            None if self.verified => wallet.user_verified(Verification::aged(0)),
            None => wallet.user_acted(),
        }
        drop(wallet.events());
        side.settle()
    }

    /// Taps another program or peer. The terminal's lock is held while it talks to the issuer, and
    /// not while it waits for the card.
    fn tap_other(
        &self,
        order: &mut Order,
        card: &str,
        home: &Home,
        out: &mut Output,
    ) -> Result<TapDocument, Failure> {
        state::check_issuer(home)?;
        let mut link = External::open(card, Duration::from_secs(self.timeout))?;
        let issuer = IssuerSide::open(home, Cards::Demonstration)?;
        let mut till = state::open_till(home, order.terminal.config())?;
        let earlier = host::finish_earlier(&mut till, &issuer, order.transaction.kind())?;
        let refunded = self.refunded(&order.transaction, &till, &issuer)?;
        order.count(&mut till)?;
        drop(till);
        let subject = Subject::other(card);
        let tap = if out.json() {
            order.tap(&mut link)
        } else {
            let transaction = TransactionView::new(&order.transaction);
            print::heading(&transaction, &subject, out);
            order.tap(&mut Shown::new(&mut link, self.test_cards, out))
        };
        drop(link);
        let decision = match &tap.outcome {
            Outcome::OnlineRequest(_) => {
                let mut till = state::open_till(home, order.terminal.config())?;
                order.decide(&tap, &mut till, &issuer, (home, refunded))?
            }
            _ => None,
        };
        let mut report = TapDocument::new(subject, order, &tap, decision);
        report.tell_earlier(earlier);
        report.show_receipt(self.receipt);
        if report.failure.is_none() {
            state::deliver(home, &issuer);
        }
        Ok(report)
    }

    /// The entry to be refunded, checked to be refundable at present.
    fn refunded(
        &self,
        transaction: &Transaction,
        till: &DeskTill,
        issuer: &IssuerSide,
    ) -> Result<Option<EntryId>, Failure> {
        let Some(named) = &self.of else {
            return Ok(None);
        };
        let (number, entry) = payment(issuer, till, named)?;
        let entry = entry.record.id;
        let admitted = till.admit_refund(entry, transaction.amount());
        admitted.map_err(|error| refused(number, &error, None))?;
        Ok(Some(entry))
    }

    fn read(&self) -> Result<Order, Failure> {
        if self.of.is_some() && !matches!(self.kind, Kind::Refund) {
            let text = "--of: a refund gives a payment back, add --type refund";
            return Err(Failure::Input(text.to_owned()));
        }
        let config = self.terminal.read()?;
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
            (Some(text), _) => parse_amount(text, currency)?,
            (None, TransactionType::Balance) => in_minor_units(0, currency)?,
            (None, _) => in_minor_units(AMOUNT, currency)?,
        };
        let time = local_time(&config)?;
        let transaction = Transaction::new(kind, amount, time, NOT_COUNTED)
            .map_err(|error| unusable("--amount", &error))?;
        let pin = self.pin.as_ref().map(read_pin).transpose()?;
        let password = self.password.then(|| password::read(password::QUESTION));
        Ok(Order {
            terminal: Terminal::new(config),
            transaction,
            pin,
            password: password.transpose()?,
            test_cards: self.test_cards,
        })
    }
}

/// The wallet of a second phone, and the issuer in this home.
fn open_phone(phone: &Home, home: &Home) -> Result<(WalletSide, IssuerSide), Failure> {
    if !phone.has_wallet()? {
        return Err(Failure::Input(format!(
            "--phone: {} is no phone: `understudy enrol --challenge` and `understudy phone enrol` make \
             one",
            phone.folder().display()
        )));
    }
    let issuer = IssuerSide::need(home)?;
    let wallet = WalletSide::open(phone)?;
    if wallet.wallet.cards().is_empty() {
        return Err(Failure::Input(format!(
            "--phone: the phone in {} holds no card: `understudy issue --device ID --out FILE` makes \
             one for it, and `phone receive FILE` there takes it",
            phone.folder().display()
        )));
    }
    Ok((wallet, issuer))
}

impl Order {
    /// Gives the transaction its sequence counter, which the terminal stores.
    fn count(&mut self, till: &mut DeskTill) -> Result<(), Failure> {
        let sequence = till
            .count_transaction()
            .map_err(|error| failed(&error, None))?;
        let (kind, amount) = (self.transaction.kind(), self.transaction.amount());
        self.transaction = Transaction::new(kind, amount, self.transaction.time(), sequence)
            .map_err(|error| unusable("--amount", &error))?;
        Ok(())
    }

    /// The tap, up to the point that needs the issuer.
    fn tap(&self, link: &mut dyn Transceive) -> TapReport {
        self.terminal
            .tap(&self.transaction, link, &mut SystemRandom)
    }

    /// The issuer's decision, if the outcome asks for one.
    fn decide(
        &self,
        tap: &TapReport,
        till: &mut DeskTill,
        issuer: &IssuerSide,
        (home, refunded): (&Home, Option<EntryId>),
    ) -> Result<Option<Decision>, Failure> {
        let Outcome::OnlineRequest(request) = &tap.outcome else {
            return Ok(None);
        };
        let pin = self.pin.as_ref();
        host::decide(till, issuer, (request, refunded), pin, home).map(Some)
    }
}

/// The failure for an unusable value, which is not repeated: it may be a card number or a key in
/// the wrong place.
fn unusable(option: &str, error: &dyn std::error::Error) -> Failure {
    Failure::Input(format!("{option}: {}", hide_text(&error.to_string())))
}

fn in_minor_units(minor: u64, currency: Currency) -> Result<Amount, Failure> {
    Amount::new(minor, currency)
        .ok_or_else(|| Failure::Input("--currency: nothing can be paid in it".to_owned()))
}
