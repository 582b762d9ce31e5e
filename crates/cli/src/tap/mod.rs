//! `tap`: a terminal taps a card, and an issuer decides.

pub(crate) mod advice;
pub(crate) mod checks;
mod cryptogram;
pub(crate) mod demonstration;
mod external;
pub(crate) mod host;
mod link;
mod live;
mod mac;
mod options;
mod order;
mod page;
mod phone;
mod print;
mod report;
pub(crate) mod statements;
pub(crate) mod view;

use std::time::Duration;

use understudy_core::card::CardId;
use understudy_pos::batch::EntryId;
use understudy_pos::{Outcome, Transaction};
use understudy_wallet::Verification;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Output;
use crate::phone::password::{self, Seat};
use crate::shop::{payment, refused};
use crate::state::{self, Cards, DeskTill, IssuerSide, WalletSide};
use external::External;
use link::{InProcess, Told};
use live::Shown;
use options::Kind;
pub(crate) use options::Tap;
use order::Order;
use report::TapDocument;
use statements::Detail;
use view::{Subject, TransactionView};

/// The time for which a card that was chosen for the tap is presented, in seconds.
const PRESENTED: u32 = 60;

impl Tap {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let mut order = Order::read(self, home)?;
        let html = self.html.as_deref().map(page::open).transpose()?;
        let report = match &self.card {
            None => self.tap_own(&mut order, home)?,
            Some(card) => self.tap_other(&mut order, card, home, out)?,
        };
        let detail = self.detail();
        if out.json() {
            out.object(&report);
        } else if self.card.is_some() {
            // What comes before the result was printed as it happened.
            print::result_of(&report, detail, out);
        } else {
            print::print(&report, detail, out);
        }
        if let Some(file) = html {
            let path = page::write(file, &report)?;
            if !out.json() {
                print::page(&path, out);
            }
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

    fn detail(&self) -> Detail {
        Detail::of(self.verbose)
    }

    /// Taps a card of the wallet.
    fn tap_own(&self, order: &mut Order, home: &Home) -> Result<TapDocument, Failure> {
        let elsewhere = self.phone.as_deref().map(|folder| home.beside(folder));
        let elsewhere = elsewhere.transpose()?;
        let (mut wallet, issuer) = match &elsewhere {
            None => state::open_both(home, Cards::Demonstration)?,
            Some(phone) => phone::open(phone, home)?,
        };
        let phone = elsewhere.as_ref().unwrap_or(home);
        let mut till = order.till.open(home)?;
        let earlier = host::finish_earlier(&mut till, &issuer, order.transaction.kind())?;
        let refunded = self.refunded(&order.transaction, &till, &issuer)?;
        let is_new = elsewhere.is_none() && wallet.wallet.cards().is_empty() && self.from.is_none();
        if is_new {
            demonstration::issue(&wallet, &issuer, home)?;
        }
        let card = wallet.card(phone, self.from)?;
        let password = order.password.as_ref().map(|digits| digits.as_str());
        let seat = elsewhere.as_ref().map_or(Seat::of(home), Seat::Elsewhere);
        self.act(&wallet, card.id, password, seat)?;

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
        if let Some(phone) = &elsewhere {
            let place = phone::Place::of(phone, &wallet, &issuer, &card);
            report.advice = place.advice(&report, told).or(report.advice.take());
        }
        Ok(report)
    }

    /// Performs the user's acts on the phone before the tap.
    fn act(
        &self,
        side: &WalletSide,
        card: CardId,
        password: Option<&str>,
        seat: Seat<'_>,
    ) -> Result<(), Failure> {
        let wallet = &side.wallet;
        if self.from.is_some() {
            wallet.present(card, PRESENTED)?;
        }
        match password {
            Some(digits) => {
                let proof = wallet.verify_password(digits);
                let proof = proof.map_err(|error| password::refused(error, wallet, seat))?;
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
        let mut till = order.till.open(home)?;
        let earlier = host::finish_earlier(&mut till, &issuer, order.transaction.kind())?;
        let refunded = self.refunded(&order.transaction, &till, &issuer)?;
        order.count(&mut till)?;
        drop(till);
        let subject = Subject::other(card);
        if !out.json() {
            let transaction = TransactionView::new(&order.transaction, order.terminal.config());
            print::heading(&transaction, &subject, out);
        }
        let tap = if out.json() || self.detail() == Detail::Summary {
            order.tap(&mut link)
        } else {
            let tap = order.tap(&mut Shown::new(
                &mut link,
                self.test_cards,
                self.detail(),
                out,
            ));
            out.line("");
            tap
        };
        drop(link);
        let decision = match &tap.outcome {
            Outcome::OnlineRequest(_) => {
                let mut till = order.till.open(home)?;
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
}
