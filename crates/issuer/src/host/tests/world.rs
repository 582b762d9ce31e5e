//! An issuer in memory with a card of it.

use rusqlite::Connection;
use rusqlite::backup::Backup;
use understudy_core::card::UnixTime;
use understudy_core::crypto::{Atc, Cvn};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, TRACK2_MAX, Track2};

use super::kit::{Card, DKI, EXPIRY, Sale};
use crate::account::{Account, AccountId};
use crate::demonstration::{self, TEST_PAN, TEST_PIN};
use crate::fault::Fault;
use crate::host::money;
use crate::store::{Act, PATIENCE, Store, View};
use crate::testkit::{dump, dump_with};
use crate::token::{Home, Token, TokenStatus, Unverified};
use crate::{Identity, IssueOptions, Issuer, Reason, RefundLimits, ReversalVerdict, Verdict};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime(1_795_305_600);

/// Far more than any limit lets through at once.
pub(crate) const FUNDS: u64 = 900_000_000_000;

/// An issuer, and a card of it.
pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) card: Card,
}

pub(crate) fn pan() -> CardNumber {
    CardNumber::parse(TEST_PAN).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(IssueOptions::default())
    }

    pub(crate) fn cvn(cvn: Cvn) -> Self {
        Self::with(IssueOptions {
            cvn,
            domestic_only: cvn == Cvn::UnionPay17,
            ..IssueOptions::default()
        })
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "most tests make the options for it"
    )]
    pub(crate) fn with(options: IssueOptions) -> Self {
        let world = Self::without_pin(&options, 16, FUNDS);
        world.set_pin(TEST_PIN);
        world
    }

    /// The world of an issuer, with a card without a PIN.
    pub(crate) fn of(issuer: Issuer) -> Self {
        let card = personalise(&issuer, &IssueOptions::default(), 16, FUNDS, None);
        Self { issuer, card }
    }

    /// A world whose card has this many digits, and an account with these funds and no PIN.
    pub(crate) fn without_pin(options: &IssueOptions, digits: usize, funds: u64) -> Self {
        let issuer = demonstration::issuer().unwrap();
        let card = personalise(&issuer, options, digits, funds, None);
        Self { issuer, card }
    }

    /// One more card for the same account, with the same options.
    pub(crate) fn another_card(&self) -> Card {
        personalise(&self.issuer, &self.card.options, 16, 0, None)
    }

    /// One more card for the same account, on a device.
    pub(crate) fn card_at_home(&self, home: Home) -> Card {
        personalise(&self.issuer, &self.card.options, 16, 0, Some(home))
    }

    pub(crate) fn set_pin(&self, pin: &str) {
        let account = AccountId::new(1);
        let block = self.card.pin_block(pin);
        let keys = self.issuer.keys();
        let reference = keys.pin_reference(account, &block, &self.card.number);
        let reference = reference.unwrap().unwrap();
        self.write(|act| Account::set_pin(act, account, &reference));
    }

    pub(crate) fn set_status(&self, status: TokenStatus) {
        self.change_token(|token| token.status = status);
    }

    pub(crate) fn change_token(&self, change: impl FnOnce(&mut Token)) {
        let id = self.card.token;
        self.write(|act| {
            let mut token = Token::load(act, id)?.unwrap();
            change(&mut token);
            token.update(act)
        });
    }

    pub(crate) fn execute(&self, sql: &str) {
        self.write(|act| act.execute_batch(sql));
    }

    pub(crate) fn write(&self, work: impl FnOnce(&Act<'_>) -> Result<(), Fault>) {
        self.issuer.act(NOW, work).unwrap();
    }

    pub(crate) fn authorise(&self, sale: &Sale) -> Verdict {
        self.issuer.authorise(&sale.request(), NOW).unwrap()
    }

    /// The reason that a request is answered with; none if it is no message.
    pub(crate) fn reason(&self, sale: &Sale) -> Option<Reason> {
        let verdict = self.issuer.authorise(&sale.message().ok()?, NOW);
        Some(verdict.unwrap().reason)
    }

    pub(crate) fn reverse(&self, original: Identity) -> ReversalVerdict {
        self.issuer.reverse(&original, NOW).unwrap()
    }

    /// Lets the merchant of all requests refund without an original: this much in one refund, in a
    /// day and in all, in yuan.
    pub(crate) fn let_refund(&self, [each, day, total]: [u64; 3]) {
        let limits = RefundLimits::new(Currency::CNY, each, day, total).unwrap();
        let merchant = super::kit::identity().merchant;
        self.issuer
            .allow_unlinked_refunds(&merchant, &limits, NOW)
            .unwrap();
    }

    /// The available sum on the account.
    pub(crate) fn available(&self) -> i128 {
        let statement = self.issuer.statement(self.card.token).unwrap();
        statement.unwrap().available
    }

    /// All that the issuer knows but the records of what it declined before a counter was used up,
    /// as text that can be compared.
    pub(crate) fn state(&self) -> String {
        dump_with(
            &self.issuer,
            "WHERE atc IS NOT NULL OR original IS NOT NULL",
        )
    }

    /// All that the issuer knows.
    pub(crate) fn everything(&self) -> String {
        dump(&self.issuer)
    }

    /// A second world that knows the same.
    pub(crate) fn fork(&self) -> Self {
        let mut copy = Connection::open_in_memory().unwrap();
        let backup = |view: &View<'_>| -> Result<(), Fault> {
            Backup::new(view.connection(), &mut copy)?.step(-1)?;
            Ok(())
        };
        self.issuer.view(backup).unwrap();
        let store = Store::prepare(copy, PATIENCE, &demonstration::custody()).unwrap();
        let issuer = Issuer::on(store, demonstration::custody(), demonstration::config()).unwrap();
        let card = self.card.clone();
        Self { issuer, card }
    }
}

/// A token of the account of the test PAN, in the clear and active at once.
fn personalise(
    issuer: &Issuer,
    options: &IssueOptions,
    digits: usize,
    funds: u64,
    home: Option<Home>,
) -> Card {
    let insert = |act: &Act<'_>| -> Result<Card, Fault> {
        let account = if let Some(account) = Account::of_pan(act, &pan())? {
            account
        } else {
            let funds = Amount::new(funds, options.limits.currency).unwrap();
            let account = Account::insert(act, &pan(), funds)?;
            money::open(act, account, funds)?;
            account
        };
        let id = Token::next_id(act)?;
        let serial = format!("625094{:0width$}", id.get(), width = digits - 7);
        let serial: Vec<u8> = serial.bytes().map(|octet| octet - b'0').collect();
        let number = CardNumber::with_check_digit(&serial).unwrap();
        let expiry = Expiry::parse(EXPIRY).unwrap();
        let track2 = Track2::new(number.clone(), expiry, [2, 0, 1], &[1, 2, 3, 4, 5, 6, 7, 8]);
        let token = Token {
            id,
            account,
            home,
            status: TokenStatus::Active,
            track2: track2.unwrap(),
            terms: options.terms(DKI),
            last_key: Atc::new(options.keys),
            unverified: Unverified::default(),
            profile_due: false,
        };
        token.insert(act)?;
        Ok(Card {
            token: id,
            number,
            track2: token.track2.emit(&mut [0; TRACK2_MAX]).to_vec(),
            options: options.clone(),
        })
    };
    issuer.act(NOW, insert).unwrap()
}
