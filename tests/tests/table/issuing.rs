//! The issuer of a scene, and the issuing of a row's card.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use understudy_core::card::{CardId, Limits, UnixTime};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::demonstration::{self, TEST_PIN, terminal_pin_key};
use understudy_issuer::{
    IssueError, IssueOptions, Issuer, IssuerConfig, Pin, Request, Restrictions, SoftwareCustody,
    TokenId,
};
use understudy_test_bank::{self as bank, Mailbox};
use understudy_test_phone::Phone;
use understudy_wallet::Taken;

use crate::rows::Row;
use crate::values::{FUNDS, KEYS, LIMIT, cny};

/// A card on the phone, and its token.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) token: TokenId,
    /// The name of the card on the phone.
    pub(crate) id: CardId,
    pub(crate) number: CardNumber,
}

/// The options of a row's card: limits that no test reaches by the number of its taps. A card with
/// records has as much issuer discretionary data as there is room for, and no sequence number.
pub(crate) fn options(row: Row) -> IssueOptions {
    let longest = row.scheme.longest_discretionary(row.cvn);
    let usual = IssueOptions::default();
    IssueOptions {
        scheme: row.scheme,
        product: row.scheme.products()[0],
        cvn: row.cvn,
        algorithms: row.algorithms,
        with_record: row.records,
        psn: (!row.records).then_some(0x01),
        discretionary: if row.records {
            vec![0x5A; longest]
        } else {
            Vec::new()
        },
        keys: KEYS,
        limits: Limits {
            unverified_tap: LIMIT,
            unverified_taps: u8::MAX,
            unverified_sum: FUNDS,
            ..usual.limits
        },
        domestic_only: !row.scheme.authenticates_currency(row.cvn),
        ..usual
    }
}

thread_local! {
    static ISSUER: Rc<Issuer> = Rc::new(issuer(demonstration::custody()));
    static NUMBERS: Cell<u32> = const { Cell::new(0) };
}

/// The issuer of all scenes of one test: its database costs more than all else of a scene.
pub(crate) fn common_issuer() -> Rc<Issuer> {
    ISSUER.with(Rc::clone)
}

/// A number that nothing else of one test has, for a PAN or a trace number.
pub(crate) fn next_number() -> u32 {
    NUMBERS.replace(NUMBERS.get() + 1) + 1
}

/// An issuer of the demonstration under these keys, whose bounds no card here reaches.
pub(crate) fn issuer(keys: SoftwareCustody) -> Issuer {
    issuer_with(keys, demonstration::config())
}

/// An issuer of another configuration.
pub(crate) fn issuer_with(keys: SoftwareCustody, mut config: IssuerConfig) -> Issuer {
    config.bounds.unverified_taps = u8::MAX;
    config.bounds.unverified_sum = FUNDS;
    Issuer::in_memory(keys, config).expect("a database in memory")
}

/// Issues a card with a PIN, which the phone takes.
pub(crate) fn issue(
    issuer: &Issuer,
    phone: &Phone,
    options: &IssueOptions,
    pan: u32,
    now: UnixTime,
) -> Card {
    let pan = bank::pan(u64::from(pan));
    let made = bank::issue(issuer, &request(phone, options, &pan), now);
    let pin = Pin::parse(TEST_PIN).expect("a PIN");
    let block = terminal_pin_key().seal(&pin, &made.number);
    let set = issuer.set_pin(made.token, &block, now);
    set.expect("a PIN of the token");
    assert_eq!(phone.takes(&made.letter), Taken::Installed(made.card));
    Card {
        token: made.token,
        id: made.card,
        number: made.number,
    }
}

/// The error of issuing a card that the issuer refuses.
pub(crate) fn refusal(
    issuer: &Issuer,
    phone: &Phone,
    options: &IssueOptions,
    now: UnixTime,
) -> IssueError {
    let pan = bank::pan(u64::from(next_number()));
    let refused = issuer.issue(&request(phone, options, &pan), &Mailbox::default(), now);
    refused.map(|made| made.token).expect_err("a refusal")
}

static NO_RESTRICTIONS: Restrictions = Restrictions {
    currencies: BTreeSet::new(),
    countries: BTreeSet::new(),
    merchants: BTreeSet::new(),
};

fn request<'a>(phone: &Phone, options: &'a IssueOptions, pan: &'a CardNumber) -> Request<'a> {
    Request {
        pan,
        expiry: Expiry::new(30, 12).expect("a month"),
        device: phone.wallet.device().expect("enrolled"),
        options,
        funds: cny(FUNDS),
        restrictions: &NO_RESTRICTIONS,
    }
}
