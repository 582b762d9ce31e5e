//! An issuer, a phone with cards that were personalised in the clear, a terminal, and a clock that
//! a test sets.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, TRACK2_MAX};
use understudy_issuer::demonstration::{self, terminal_pin_key};
use understudy_issuer::{
    AuthorisationRequest, EntryMode, IssueOptions, Issuer, Personalised, Pin, TokenId, Verdict,
};
use understudy_pos::{
    Config, LinkError, LocalTime, OnlineRequest, Outcome, RandomError, TapReport, Terminal,
    Transaction, TransactionType, Transceive, UnpredictableNumbers,
};
use understudy_wallet::{Clock, Journal, Volatile, Wallet};

use crate::line::{identity, processing_code, reference};

/// 2026-11-22T00:00:00Z.
pub(crate) const TODAY: u64 = 1_795_305_600;

/// What is on an account when it is opened.
pub(crate) const FUNDS: u64 = 100_000_000;

/// Seconds of Unix time, shared with the wallet; also the time elapsed.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(pub(crate) Rc<Cell<u64>>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Rc::new(Cell::new(TODAY)))
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(self.0.get())
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.set(self.0.get() + seconds);
    }

    /// The time of a terminal in China.
    pub(crate) fn local(&self) -> LocalTime {
        LocalTime::from_unix(self.0.get(), 480).expect("a time")
    }
}

impl Clock for TestClock {
    fn time(&self) -> Option<UnixTime> {
        Some(self.now())
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.get())
    }
}

pub(crate) type TestWallet = Wallet<Volatile, TestClock>;

pub(crate) struct Stage {
    pub(crate) issuer: Issuer,
    pub(crate) wallet: TestWallet,
    pub(crate) terminal: Terminal,
    pub(crate) clock: TestClock,
    traces: u32,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let clock = TestClock::new();
        Self {
            issuer: demonstration::issuer().expect("a database in memory"),
            wallet: Wallet::new(Volatile, clock.clone()),
            terminal: Terminal::new(Config::default()),
            clock,
            traces: 0,
        }
    }

    /// A stage with one card.
    pub(crate) fn with_card(options: &IssueOptions) -> (Self, Personalised, CardId) {
        let mut stage = Self::new();
        let (issued, card) = stage.issue(options);
        (stage, issued, card)
    }

    pub(crate) fn issue(&mut self, options: &IssueOptions) -> (Personalised, CardId) {
        let now = self.clock.now();
        let made = self
            .issuer
            .personalise(&pan(), expiry(), options, cny(FUNDS), now);
        let issued = made.expect("personalised");
        let pin = Pin::parse(demonstration::TEST_PIN).expect("a PIN");
        self.issuer.set_pin(issued.token, &pin).expect("set");
        let card = self.wallet.install(&issued.package).expect("installed");
        (issued, card)
    }

    pub(crate) fn tap(&mut self, amount: Amount) -> TapReport {
        let transaction = self.transaction(amount);
        let mut phone = AtReader {
            wallet: &mut self.wallet,
            rewrite: |_| {},
        };
        self.terminal.tap(&transaction, &mut phone, &mut Fixed)
    }

    pub(crate) fn transaction(&self, amount: Amount) -> Transaction {
        let time = self.clock.local();
        Transaction::new(TransactionType::Purchase, amount, time, 1).expect("a transaction")
    }

    /// The request of a tap that goes online.
    pub(crate) fn online(report: &TapReport) -> &OnlineRequest {
        match &report.outcome {
            Outcome::OnlineRequest(request) => request,
            other => panic!("not online: {other}"),
        }
    }

    /// Sends a request to the issuer under a new trace number.
    pub(crate) fn authorise(&mut self, request: &OnlineRequest, pin: Option<&str>) -> Verdict {
        let pin_block = pin.map(|pin| {
            let pin = Pin::parse(pin).expect("a PIN");
            terminal_pin_key().seal(&pin, request.track2.number())
        });
        let trace = self.next_trace();
        self.send(request, pin_block, &request.de55, trace)
    }

    /// A trace number that was not used yet.
    pub(crate) fn next_trace(&mut self) -> u32 {
        self.traces += 1;
        self.traces
    }

    /// Sends a request with these chip data.
    pub(crate) fn send(
        &self,
        request: &OnlineRequest,
        pin_block: Option<[u8; 8]>,
        de55: &[u8],
        trace: u32,
    ) -> Verdict {
        let mut track2 = [0; TRACK2_MAX];
        let track2 = request.track2.encode(&mut track2);
        self.send_as(track2, request, pin_block, de55, trace)
    }

    /// Sends a request with this track 2 and these chip data.
    pub(crate) fn send_as(
        &self,
        track2: &[u8],
        request: &OnlineRequest,
        pin_block: Option<[u8; 8]>,
        de55: &[u8],
        trace: u32,
    ) -> Verdict {
        let transaction = &request.transaction;
        let request = AuthorisationRequest {
            processing_code: processing_code(transaction.kind()),
            amount: transaction.amount(),
            identity: identity(trace, transaction.time()),
            expiry: None,
            entry_mode: EntryMode::parse(request.entry_mode()).expect("DE 22"),
            psn: request.psn,
            track2,
            reference: reference(trace),
            pin_block,
            de55,
            original: None,
        };
        let verdict = self.issuer.authorise(&request, self.clock.now());
        verdict.expect("a database in memory")
    }
}

impl Stage {
    /// Carries more keys to the wallet, in the clear.
    pub(crate) fn more_keys(&mut self, token: TokenId, card: CardId, keys: u16) {
        let package = self.issuer.more_keys(token, keys, self.clock.now());
        let package = package.expect("keys");
        self.wallet.replenish(card, &package).expect("taken");
    }
}

pub(crate) fn pan() -> CardNumber {
    CardNumber::parse(demonstration::TEST_PAN).expect("a card number")
}

pub(crate) fn expiry() -> Expiry {
    Expiry::new(30, 12).expect("a month")
}

pub(crate) const fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).expect("an amount")
}

/// The phone at the reader, with somebody between them who may rewrite the answers.
pub(crate) struct AtReader<'w, J> {
    pub(crate) wallet: &'w mut Wallet<J, TestClock>,
    pub(crate) rewrite: fn(&mut Vec<u8>),
}

impl<J: Journal> Transceive for AtReader<'_, J> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut buffer = [0; ANSWER_MAX];
        let mut answer = self.wallet.process(command, &mut buffer).to_vec();
        (self.rewrite)(&mut answer);
        Ok(answer)
    }

    fn reset(&mut self) {
        self.wallet
            .field_lost()
            .expect("a journal that keeps everything");
    }
}

/// The unpredictable number of every tap, so that answers can be compared.
pub(crate) struct Fixed;

impl UnpredictableNumbers for Fixed {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0xA1, 0xB2, 0xC3, 0xD4])
    }
}
