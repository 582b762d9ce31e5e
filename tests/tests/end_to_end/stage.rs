//! An issuer, a wallet that is its device, a terminal, and a clock that a test sets.

use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_issuer::demonstration::{self, terminal_pin_key};
use understudy_issuer::{
    Authorisation, ChipData, IssueOptions, Issued, Issuer, Pin, PinBlock, Request, Restrictions,
    Verdict,
};
use understudy_pos::{
    Config, LocalTime, OnlineRequest, Outcome, TapReport, Terminal, Transaction, TransactionType,
};
use understudy_test_bank as bank;
use understudy_test_phone::{Field, Fixed, HandClock, Phone};
use understudy_wallet::{Clock as _, Simulated, Taken, Wallet};

use crate::line::{identity, processing_code, reference};

/// 2026-11-22T00:00:00Z.
pub(crate) const TODAY: u64 = 1_795_305_600;

/// The balance of a new account, in minor units.
pub(crate) const FUNDS: u64 = 100_000_000;

/// The clocks of a phone, which issuer and terminal share.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(pub(crate) HandClock);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self::at(TODAY)
    }

    /// Clocks at this Unix time.
    pub(crate) fn at(wall: u64) -> Self {
        Self(HandClock::at(wall))
    }

    pub(crate) fn now(&self) -> UnixTime {
        self.0.wall().expect("a clock that shows the time")
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.pass(seconds);
    }

    /// The time of a terminal in China.
    pub(crate) fn local(&self) -> LocalTime {
        LocalTime::from_unix(self.now().0, 480).expect("a time")
    }
}

pub(crate) type TestWallet = Wallet<Simulated, HandClock>;

pub(crate) struct Stage {
    pub(crate) issuer: Issuer,
    pub(crate) phone: Phone,
    pub(crate) terminal: Terminal,
    pub(crate) clock: TestClock,
    cards: u64,
    traces: u32,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::at(TODAY)
    }

    /// A stage whose clocks show this Unix time.
    pub(crate) fn at(wall: u64) -> Self {
        let (issuer, clock) = (demonstration::issuer(), TestClock::at(wall));
        let issuer = issuer.expect("a database in memory");
        let phone = Phone::new(&clock.0);
        bank::enrol(&issuer, &phone.wallet, clock.now());
        Self {
            issuer,
            phone,
            terminal: Terminal::new(Config::default()),
            clock,
            cards: 0,
            traces: 0,
        }
    }

    /// A stage with one card.
    pub(crate) fn with_card(options: &IssueOptions) -> (Self, Issued) {
        let mut stage = Self::new();
        let issued = stage.issue(options);
        (stage, issued)
    }

    /// Issues a card with a new PAN, which the phone takes, and verifies its cardholder.
    pub(crate) fn issue(&mut self, options: &IssueOptions) -> Issued {
        let issued = self.write_card(options);
        let taken = self.phone.takes(&issued.letter);
        assert_eq!(taken, Taken::Installed(issued.card));
        issued
    }

    /// Issues a card whose letter the phone has not taken yet.
    pub(crate) fn write_card(&mut self, options: &IssueOptions) -> Issued {
        let request = Request {
            pan: &bank::pan(self.cards),
            expiry: expiry(),
            device: self.phone.wallet.device().expect("enrolled"),
            options,
            funds: cny(FUNDS),
            restrictions: &Restrictions::default(),
        };
        self.cards += 1;
        let issued = bank::issue(&self.issuer, &request, self.clock.now());
        let pin = Pin::parse(demonstration::TEST_PIN).expect("a PIN");
        let block = terminal_pin_key().seal(&pin, &issued.number);
        let set = self.issuer.set_pin(issued.token, &block, self.clock.now());
        set.expect("set");
        issued
    }

    /// Reports to the issuer, and takes its letters.
    pub(crate) fn report(&self) {
        let (report, now) = (self.phone.report(), self.clock.now());
        let taken = self.issuer.receive_report(&report, now).expect("accepted");
        assert_eq!(taken.finding, None);
        let device = self.phone.wallet.device().expect("enrolled");
        for letter in self.issuer.letters(device, now).expect("known") {
            self.phone.takes(&letter);
        }
    }

    pub(crate) fn tap(&mut self, amount: Amount) -> TapReport {
        let transaction = self.transaction(amount);
        (self.terminal).tap(&transaction, &mut Field::of(&self.phone), &mut Fixed)
    }

    pub(crate) fn transaction(&self, amount: Amount) -> Transaction {
        let time = self.clock.local();
        Transaction::new(TransactionType::Purchase, amount, time, 1).expect("a transaction")
    }

    /// The online request of a tap.
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

    /// An unused trace number.
    pub(crate) fn next_trace(&mut self) -> u32 {
        self.traces += 1;
        self.traces
    }

    /// Sends a request with these chip data.
    pub(crate) fn send(
        &self,
        request: &OnlineRequest,
        pin_block: Option<PinBlock>,
        de55: &[u8],
        trace: u32,
    ) -> Verdict {
        self.send_as(&request.track2, request, pin_block, de55, trace)
    }

    /// Sends a request with this track 2 and these chip data.
    pub(crate) fn send_as(
        &self,
        track2: &Track2,
        request: &OnlineRequest,
        pin_block: Option<PinBlock>,
        de55: &[u8],
        trace: u32,
    ) -> Verdict {
        let transaction = &request.transaction;
        let request = Authorisation {
            processing_code: processing_code(transaction.kind()),
            amount: transaction.amount(),
            identity: identity(trace, transaction.time()),
            expiry: None,
            entry_mode: request.entry_mode(),
            psn: request.psn,
            track2: track2.clone(),
            reference: reference(trace),
            pin_block,
            chip_data: ChipData::new(de55).expect("chip data"),
            original: None,
        };
        let verdict = self.issuer.authorise(&request, self.clock.now());
        verdict.expect("a database in memory")
    }
}

pub(crate) fn expiry() -> Expiry {
    Expiry::new(30, 12).expect("a month")
}

pub(crate) const fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).expect("an amount")
}
