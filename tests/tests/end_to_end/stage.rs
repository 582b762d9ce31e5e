//! An issuer, a phone with a card, a terminal, and a clock that a test sets.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, TRACK2_MAX};
use understudy_issuer::{
    AuthorisationRequest, IssueOptions, Issued, Issuer, Pin, TerminalPinKey, TokenId, Verdict,
    demonstration,
};
use understudy_pos::{
    Config, LinkError, LocalTime, OnlineRequest, Outcome, RandomError, TapReport, Terminal,
    Transaction, TransactionType, Transceive, UnpredictableNumbers,
};
use understudy_wallet::{Clock, Volatile, Wallet};

/// 2026-11-22T00:00:00Z.
pub(crate) const TODAY: u64 = 1_795_305_600;

/// Seconds of Unix time, shared with the wallet; also the time elapsed.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(pub(crate) Rc<Cell<u64>>);

impl Clock for TestClock {
    fn time(&self) -> Option<UnixTime> {
        Some(UnixTime(self.0.get()))
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
        let clock = TestClock(Rc::new(Cell::new(TODAY)));
        Self {
            issuer: demonstration::issuer(),
            wallet: Wallet::new(Volatile, clock.clone()),
            terminal: Terminal::new(Config::default()),
            clock,
            traces: 0,
        }
    }

    /// A stage with one card.
    pub(crate) fn with_card(options: &IssueOptions) -> (Self, Issued, CardId) {
        let mut stage = Self::new();
        let (issued, card) = stage.issue(options);
        (stage, issued, card)
    }

    pub(crate) fn issue(&mut self, options: &IssueOptions) -> (Issued, CardId) {
        let pan = CardNumber::parse(demonstration::TEST_PAN).expect("a card number");
        let expiry = Expiry::new(30, 12).expect("a month");
        let now = UnixTime(self.clock.0.get());
        let issued = self
            .issuer
            .issue(&pan, expiry, options, now)
            .expect("issued");
        let pin = Pin::parse(demonstration::TEST_PIN).expect("a PIN");
        self.issuer.set_pin(issued.token, &pin).expect("set");
        let card = self.wallet.install(&issued.package).expect("installed");
        (issued, card)
    }

    pub(crate) fn tap(&mut self, amount: Amount) -> TapReport {
        let transaction = self.transaction(amount);
        let mut phone = Phone {
            wallet: &mut self.wallet,
            rewrite: |_| {},
        };
        self.terminal.tap(&transaction, &mut phone, &mut Fixed)
    }

    pub(crate) fn transaction(&self, amount: Amount) -> Transaction {
        let time = LocalTime::from_unix(self.clock.0.get(), 480).expect("a time");
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
        self.traces += 1;
        let pin_block = pin.map(|pin| {
            let pin = Pin::parse(pin).expect("a PIN");
            terminal_pin_key().seal(&pin, request.track2.number())
        });
        self.send(request, pin_block, &request.de55, self.traces)
    }

    /// Sends a request with these chip data.
    pub(crate) fn send(
        &mut self,
        request: &OnlineRequest,
        pin_block: Option<[u8; 8]>,
        de55: &[u8],
        trace_number: u32,
    ) -> Verdict {
        let mut track2 = [0; TRACK2_MAX];
        self.send_as(
            request.track2.encode(&mut track2),
            request,
            pin_block,
            de55,
            trace_number,
        )
    }

    /// Sends a request with this track 2 and these chip data.
    pub(crate) fn send_as(
        &mut self,
        track2: &[u8],
        request: &OnlineRequest,
        pin_block: Option<[u8; 8]>,
        de55: &[u8],
        trace_number: u32,
    ) -> Verdict {
        let request = AuthorisationRequest {
            de55,
            track2,
            psn: request.psn,
            amount: request.transaction.amount(),
            pin_block,
            terminal: *b"00000001",
            trace_number,
        };
        self.issuer
            .authorise(&request, UnixTime(self.clock.0.get()))
    }

    pub(crate) fn replenish(&mut self, token: TokenId, card: CardId, keys: u16) {
        let now = UnixTime(self.clock.0.get());
        let package = self.issuer.replenish(token, keys, now).expect("keys");
        self.wallet.replenish(card, &package).expect("taken");
    }
}

pub(crate) fn terminal_pin_key() -> TerminalPinKey {
    TerminalPinKey::new(understudy_issuer::Secret::new(
        demonstration::TEST_TERMINAL_PIN_KEY,
    ))
}

pub(crate) const fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).expect("an amount")
}

/// The phone at the reader, with somebody between them who may rewrite the answers.
pub(crate) struct Phone<'w> {
    pub(crate) wallet: &'w mut TestWallet,
    pub(crate) rewrite: fn(&mut Vec<u8>),
}

impl Transceive for Phone<'_> {
    fn transceive(&mut self, command: &[u8]) -> Result<Vec<u8>, LinkError> {
        let mut buffer = [0; ANSWER_MAX];
        let mut answer = self.wallet.process(command, &mut buffer).to_vec();
        (self.rewrite)(&mut answer);
        Ok(answer)
    }

    fn reset(&mut self) {
        self.wallet
            .field_lost()
            .expect("a volatile journal keeps everything");
    }
}

/// The unpredictable number of every tap, so that answers can be compared.
pub(crate) struct Fixed;

impl UnpredictableNumbers for Fixed {
    fn next(&mut self) -> Result<[u8; 4], RandomError> {
        Ok([0xA1, 0xB2, 0xC3, 0xD4])
    }
}
