//! An issuer, an enrolled phone with one card of a row, a terminal with a reader of the row, and a clock.

use std::rc::Rc;

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Amount;
use understudy_issuer::demonstration;
use understudy_issuer::{
    Authorisation, ChipData, Identity, IssueOptions, Issuer, TokenStatus, Verdict,
};
use understudy_pos::{
    Config, LocalTime, OnlineRequest, Outcome, TapReport, Terminal, Transaction, TransactionType,
};
use understudy_test_bank as bank;
use understudy_test_phone::{Field, Fixed, HandClock, Phone};
use understudy_wallet::{Clock as _, Taken};

use crate::chip::Chip;
use crate::issuing::{Card, common_issuer, issue, issuer, next_number, options};
use crate::line::{Fate, Line, identity, processing_code, reference};
use crate::rows::Row;
use crate::values::{FUNDS, cny};

/// 2026-11-22T00:00:00Z.
const TODAY: u64 = 1_795_305_600;

pub(crate) struct Scene {
    pub(crate) issuer: Rc<Issuer>,
    pub(crate) phone: Phone,
    pub(crate) clock: HandClock,
    pub(crate) terminal: Terminal,
    pub(crate) card: Card,
    /// The number of the account's PAN.
    pan: u32,
}

impl Scene {
    pub(crate) fn of(row: Row) -> Self {
        Self::with(row, |_| {})
    }

    /// A scene whose card is issued with other options.
    pub(crate) fn with(row: Row, change: impl FnOnce(&mut IssueOptions)) -> Self {
        Self::at(common_issuer(), row, change)
    }

    /// A scene at an issuer of its own.
    pub(crate) fn alone(row: Row) -> Self {
        Self::at(Rc::new(issuer(demonstration::custody())), row, |_| {})
    }

    /// A scene at another issuer.
    pub(crate) fn at(issuer: Rc<Issuer>, row: Row, change: impl FnOnce(&mut IssueOptions)) -> Self {
        let mut options = options(row);
        change(&mut options);
        let clock = HandClock::at(TODAY);
        let phone = Phone::new(&clock);
        let now = clock.wall().expect("a time");
        bank::enrol(&issuer, &phone.wallet, now);
        let pan = next_number();
        let card = issue(&issuer, &phone, &options, pan, now);
        Self {
            issuer,
            phone,
            clock,
            terminal: terminal(row.sm_reader, ""),
            card,
            pan,
        }
    }

    /// The scene with a terminal that takes no device's word, so that a card with a PIN answers it above
    /// the limit, too.
    pub(crate) fn at_strict_terminal(self, row: Row) -> Self {
        Self {
            terminal: terminal(row.sm_reader, "device_cvm = false\npin_after_read = false"),
            ..self
        }
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.clock.wall().expect("a time")
    }

    /// Issues a further card for the same account to the phone, which presents it from now on.
    pub(crate) fn beside(&self, row: Row) -> Card {
        self.add(row, self.pan)
    }

    /// Issues a card for another account to the phone, which presents it from now on.
    pub(crate) fn further(&self, row: Row) -> Card {
        self.add(row, next_number())
    }

    fn add(&self, row: Row, pan: u32) -> Card {
        let card = issue(&self.issuer, &self.phone, &options(row), pan, self.now());
        self.present(&card);
        card
    }

    pub(crate) fn present(&self, card: &Card) {
        let presented = self.phone.wallet.set_default(card.id);
        presented.expect("a card of the phone");
    }

    /// The field with the phone in it, whose user acted just now.
    pub(crate) fn field(&self) -> Field<'_> {
        self.phone.wallet.user_acted();
        Field::of(&self.phone)
    }

    pub(crate) fn tap(&self, amount: Amount) -> TapReport {
        self.tap_in(self.field(), amount)
    }

    pub(crate) fn tap_in(&self, mut field: Field<'_>, amount: Amount) -> TapReport {
        let transaction = self.transaction(TransactionType::Purchase, amount);
        self.terminal.tap(&transaction, &mut field, &mut Fixed)
    }

    pub(crate) fn transaction(&self, kind: TransactionType, amount: Amount) -> Transaction {
        Transaction::new(kind, amount, self.local_time(), 1).expect("a transaction")
    }

    /// The time of a terminal in China.
    pub(crate) fn local_time(&self) -> LocalTime {
        LocalTime::from_unix(self.now().0, 480).expect("a time")
    }

    /// The line to the issuer, on which the next messages have these fates.
    pub(crate) fn line(&self, fates: impl IntoIterator<Item = Fate>) -> Line<'_> {
        Line {
            issuer: &self.issuer,
            now: self.now(),
            fates: fates.into_iter().collect(),
            delayed: Vec::new(),
        }
    }

    /// The request of a tap of a sale, which goes online.
    pub(crate) fn request(&self, minor: u64) -> OnlineRequest {
        online(self.tap(cny(minor)))
    }

    /// The request of a tap of another kind.
    pub(crate) fn request_of(&self, kind: TransactionType, minor: u64) -> OnlineRequest {
        let transaction = self.transaction(kind, cny(minor));
        let tapped = self
            .terminal
            .tap(&transaction, &mut self.field(), &mut Fixed);
        online(tapped)
    }

    /// The identity of a message under a new trace number.
    pub(crate) fn new_identity(&self) -> Identity {
        identity(next_number(), self.local_time())
    }

    /// A message with a request, under a new trace number and without a PIN.
    pub(crate) fn message(&self, request: &OnlineRequest) -> Authorisation {
        let transaction = &request.transaction;
        let identity = self.new_identity();
        Authorisation {
            identity,
            reference: reference(identity.trace.get()),
            processing_code: processing_code(transaction.kind()),
            amount: transaction.amount(),
            expiry: None,
            entry_mode: request.entry_mode(),
            psn: request.psn,
            track2: request.track2.clone(),
            pin_block: None,
            chip_data: ChipData::new(&request.de55).expect("DE 55"),
            original: None,
        }
    }

    /// The issuer's answer to a request under a new trace number.
    pub(crate) fn authorise(&self, request: &OnlineRequest) -> Verdict {
        self.send(&self.message(request))
    }

    /// The issuer's answer to a request with other chip data.
    pub(crate) fn authorise_with(&self, request: &OnlineRequest, chip: &Chip) -> Verdict {
        self.send(&with_chip(self.message(request), chip))
    }

    pub(crate) fn send(&self, message: &Authorisation) -> Verdict {
        let verdict = self.issuer.authorise(message, self.now());
        verdict.expect("a database in memory")
    }

    /// Offers the phone the letters that wait for it; the effects of those that it has not taken before.
    pub(crate) fn fetch(&self) -> Vec<Taken> {
        let device = self.phone.wallet.device().expect("enrolled");
        let letters = self.issuer.letters(device, self.now()).expect("known");
        let taken = letters
            .iter()
            .map(|letter| self.phone.wallet.receive(letter));
        taken.filter_map(Result::ok).collect()
    }

    /// The phone reports, and takes the answer.
    pub(crate) fn report(&self) {
        let (report, now) = (self.phone.report(), self.now());
        let taken = self.issuer.receive_report(&report, now).expect("accepted");
        assert_eq!(taken.finding, None);
        self.fetch();
    }

    /// The status of the card's token.
    pub(crate) fn status(&self) -> TokenStatus {
        let token = self.issuer.token(self.card.token).expect("read");
        token.expect("known").status
    }

    /// The amount that is spent of the account, in minor units.
    pub(crate) fn spent(&self) -> i128 {
        let statement = self.issuer.statement(self.card.token).expect("read");
        i128::from(FUNDS) - statement.expect("an account").available
    }
}

/// A terminal with a kernel for each scheme, whose reader has these features besides.
pub(crate) fn terminal(sm_reader: bool, features: &str) -> Terminal {
    let text = format!("[reader]\nsm_algorithms = {sm_reader}\n{features}");
    Terminal::new(Config::from_toml(&text).expect("a configuration"))
}

pub(crate) fn with_chip(message: Authorisation, chip: &Chip) -> Authorisation {
    Authorisation {
        chip_data: ChipData::new(&chip.octets()).expect("DE 55"),
        ..message
    }
}

/// The request of a tap that went online.
pub(crate) fn online(report: TapReport) -> OnlineRequest {
    match report.outcome {
        Outcome::OnlineRequest(request) => *request,
        other => panic!("not online: {other}"),
    }
}

/// The status word of a tap's last answer.
pub(crate) fn last_status(report: &TapReport) -> u16 {
    let last = report.exchanges().last().expect("a command");
    let answer = last.answer.as_ref().expect("an answer");
    u16::from_be_bytes(*answer.last_chunk().expect("a status word"))
}
