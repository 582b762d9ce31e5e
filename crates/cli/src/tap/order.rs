//! The order of a tap: the options of the command, and the steps that it takes with them.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::Pin;
use understudy_pos::batch::EntryId;
use understudy_pos::{
    Outcome, SystemRandom, TapReport, Terminal, Transaction, TransactionType, Transceive,
};
use zeroize::Zeroizing;

use super::host::{self, Decision};
use super::options::{Kind, Tap};
use crate::failure::Failure;
use crate::home::Home;
use crate::issuing::read_pin;
use crate::phone::password;
use crate::shop::{ShopTill, failed, local_time, parse_amount, parse_currency};
use crate::state::{DeskTill, IssuerSide};
use crate::trace::TestCards;
use crate::usage::hide_text;

/// The default amount, in minor units of any currency.
const AMOUNT: u64 = 12_34;

/// The sequence counter of a transaction that is not counted yet.
const NOT_COUNTED: u32 = 1;

/// The options of the command, read and checked before anything happens.
pub(super) struct Order {
    pub(super) terminal: Terminal,
    /// The till at which the terminal stands.
    pub(super) till: ShopTill,
    pub(super) transaction: Transaction,
    pin: Option<Pin>,
    pub(super) password: Option<Zeroizing<String>>,
    pub(super) test_cards: TestCards,
}

impl Order {
    /// The options of the command line; nothing has happened yet.
    pub(super) fn read(given: &Tap, home: &Home) -> Result<Self, Failure> {
        if given.of.is_some() && !matches!(given.kind, Kind::Refund) {
            let text = "--of: a refund gives a payment back, add --type refund";
            return Err(Failure::Input(text.to_owned()));
        }
        let till = given.terminal.read(home)?;
        let config = till.config();
        let currency = parse_currency(given.currency.as_ref(), config)?;
        let kind = match given.kind {
            Kind::Purchase => TransactionType::Purchase,
            Kind::Refund => TransactionType::Refund,
            Kind::Preauth => TransactionType::PreAuthorisation,
            Kind::Balance => TransactionType::Balance,
        };
        let amount = match (&given.amount, kind) {
            (Some(text), _) => parse_amount(text, currency)?,
            (None, TransactionType::Balance) => in_minor_units(0, currency)?,
            (None, _) => in_minor_units(AMOUNT, currency)?,
        };
        let time = local_time(config)?;
        let transaction = Transaction::new(kind, amount, time, NOT_COUNTED)
            .map_err(|error| unusable("--amount", &error))?;
        // At a terminal the pad asks when it is needed.
        let pin = given.pin.as_ref().filter(|pin| !pin.is_typed());
        let pin = pin.map(read_pin).transpose()?;
        let password = given.password.then(|| password::read(password::QUESTION));
        let mut config = config.clone();
        if given.no_sm4 {
            config = config.without_sm_algorithms();
        }
        Ok(Self {
            terminal: Terminal::new(config),
            till,
            transaction,
            pin,
            password: password.transpose()?,
            test_cards: given.test_cards,
        })
    }

    /// Gives the transaction its sequence counter, which the terminal stores.
    pub(super) fn count(&mut self, till: &mut DeskTill) -> Result<(), Failure> {
        let sequence = till
            .count_transaction()
            .map_err(|error| failed(&error, None))?;
        let (kind, amount) = (self.transaction.kind(), self.transaction.amount());
        self.transaction = Transaction::new(kind, amount, self.transaction.time(), sequence)
            .map_err(|error| unusable("--amount", &error))?;
        Ok(())
    }

    /// The tap, up to the point that needs the issuer.
    pub(super) fn tap(&self, link: &mut dyn Transceive) -> TapReport {
        self.terminal
            .tap(&self.transaction, link, &mut SystemRandom)
    }

    /// The issuer's decision, if the outcome asks for one.
    pub(super) fn decide(
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
