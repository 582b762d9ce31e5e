//! An issuer, its cardholders, and the terminals at which they pay.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use understudy_core::card::CardId;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_issuer::demonstration::{self, TEST_PAN};
use understudy_issuer::{Code, IssueOptions, Issued, Issuer, Pin, Request, Restrictions, TokenId};
use understudy_pos::till::{Conclusion, Till, TillFile, TillFiles, TillRules};
use understudy_pos::{
    Config, OnlineRequest, Outcome, SystemRandom, TapReport, Terminal, Transaction, TransactionType,
};
use understudy_provisioning::keys::DeviceId;
use understudy_test_bank::Mailbox;
use understudy_test_phone::Field;
use understudy_wallet::Taken;

use crate::line::{Fate, Line, Pad};
use crate::phone::Phone;
use crate::stage::{FUNDS, TestClock, cny, expiry};

pub(crate) struct Town {
    pub(crate) issuer: Issuer,
    pub(crate) clock: TestClock,
    terminal: Terminal,
    mailbox: Mailbox,
    transactions: Cell<u32>,
}

impl Town {
    pub(crate) fn new() -> Self {
        Self {
            issuer: demonstration::issuer().expect("a database in memory"),
            clock: TestClock::new(),
            terminal: Terminal::new(Config::default()),
            mailbox: Mailbox::default(),
            transactions: Cell::new(0),
        }
    }

    /// A town, and a phone with one verified card.
    pub(crate) fn with_card(keys: u16) -> (Self, Phone, TokenId, CardId) {
        let town = Self::new();
        let mut phone = Phone::enrolled(&town);
        let issued = town.card(&mut phone, TEST_PAN, keys);
        (town, phone, issued.token, issued.card)
    }

    /// Issues a card to a phone, which takes it, and verifies its cardholder.
    pub(crate) fn card(&self, phone: &mut Phone, pan: &str, keys: u16) -> Issued {
        let issued = self.issue(phone.device(), pan, keys);
        assert_eq!(phone.fetch(self), [Taken::Installed(issued.card)]);
        let code = self.mailbox.last();
        let verified = self
            .issuer
            .verify_identity(issued.token, &code, self.clock.now());
        verified.expect("the right code");
        issued
    }

    pub(crate) fn issue(&self, device: DeviceId, pan: &str, keys: u16) -> Issued {
        let request = Request {
            pan: &CardNumber::parse(pan).expect("a card number"),
            expiry: expiry(),
            device,
            options: &IssueOptions {
                keys,
                ..IssueOptions::default()
            },
            funds: cny(FUNDS),
            restrictions: &Restrictions::default(),
        };
        let issued = self.issuer.issue(&request, &self.mailbox, self.clock.now());
        let issued = issued.expect("issued");
        let pin = Pin::parse(demonstration::TEST_PIN).expect("a PIN");
        let block = demonstration::terminal_pin_key().seal(&pin, &issued.number);
        self.issuer
            .set_pin(issued.token, &block, self.clock.now())
            .expect("set");
        issued
    }

    /// The code that was last sent.
    pub(crate) fn code(&self) -> Code {
        self.mailbox.last()
    }

    /// A new till of a terminal.
    pub(crate) fn till(&self) -> (Till<Drawer>, Drawer) {
        let drawer = Drawer::default();
        (self.reopened(&drawer), drawer)
    }

    /// The till whose files are in the drawer.
    pub(crate) fn reopened(&self, drawer: &Drawer) -> Till<Drawer> {
        let config = self.terminal.config();
        Till::open(config, TillRules::default(), drawer.clone()).expect("its own files")
    }

    /// One tap at the terminal.
    pub(crate) fn tap(
        &self,
        phone: &mut Phone,
        kind: TransactionType,
        amount: Amount,
    ) -> TapReport {
        self.transactions.set(self.transactions.get() + 1);
        let (time, sequence) = (self.clock.local(), self.transactions.get());
        let transaction = Transaction::new(kind, amount, time, sequence).expect("a transaction");
        phone.wallet.user_acted();
        let mut link = Field::of(phone);
        let report = self
            .terminal
            .tap(&transaction, &mut link, &mut SystemRandom);
        self.clock.advance(1);
        report
    }

    /// A tap of a sale that goes online.
    pub(crate) fn request(&self, phone: &mut Phone, minor: u64) -> OnlineRequest {
        self.request_of(phone, TransactionType::Purchase, minor)
    }

    /// A tap that goes online.
    pub(crate) fn request_of(
        &self,
        phone: &mut Phone,
        kind: TransactionType,
        minor: u64,
    ) -> OnlineRequest {
        match self.tap(phone, kind, cny(minor)).outcome {
            Outcome::OnlineRequest(request) => *request,
            other => panic!("not online: {other}"),
        }
    }

    /// A sale at a new till, without any loss.
    pub(crate) fn buy(&self, phone: &mut Phone, minor: u64) -> Conclusion {
        let request = self.request(phone, minor);
        self.send(&request)
    }

    /// A sale at a new till, if the card makes a cryptogram.
    pub(crate) fn buy_or_refused(&self, phone: &mut Phone) -> Option<Conclusion> {
        match self
            .tap(phone, TransactionType::Purchase, cny(1234))
            .outcome
        {
            Outcome::OnlineRequest(request) => Some(self.send(&request)),
            _ => None,
        }
    }

    /// Concludes a request at a new till.
    pub(crate) fn send(&self, request: &OnlineRequest) -> Conclusion {
        let (mut till, _) = self.till();
        let done = till.complete_online(request, &mut self.line([]), &mut Pad(None));
        done.expect("an end")
    }

    pub(crate) fn line(&self, fates: impl IntoIterator<Item = Fate>) -> Line<'_> {
        Line {
            issuer: &self.issuer,
            now: self.clock.now(),
            fates: fates.into_iter().collect(),
            delayed: Vec::new(),
        }
    }

    /// The available amount of the account behind a token, in minor units.
    pub(crate) fn available(&self, token: TokenId) -> i128 {
        let statement = self.issuer.statement(token).expect("read");
        statement.expect("an account").available
    }
}

/// The files of a till.
pub(crate) type Files = BTreeMap<TillFile, Vec<u8>>;

/// The files of a till after each write, the latest last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawer(Rc<RefCell<Vec<Files>>>);

impl Drawer {
    /// A drawer with these files.
    pub(crate) fn with(files: Files) -> Self {
        Self(Rc::new(RefCell::new(vec![files])))
    }

    /// The files after each write.
    pub(crate) fn kept(&self) -> Vec<Files> {
        self.0.borrow().clone()
    }

    /// The present files.
    pub(crate) fn files(&self) -> Files {
        self.0.borrow().last().cloned().unwrap_or_default()
    }

    /// Keeps the files after a change of them.
    fn change<T>(&self, change: impl FnOnce(&mut Files) -> io::Result<T>) -> io::Result<T> {
        let mut files = self.files();
        let done = change(&mut files)?;
        self.0.borrow_mut().push(files);
        Ok(done)
    }
}

impl TillFiles for Drawer {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        self.files().read(file, most)
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        self.change(|files| files.replace(file, content))
    }

    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()> {
        self.change(|files| TillFiles::append(files, file, length, octets))
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        self.change(|files| TillFiles::remove(files, file))
    }
}
