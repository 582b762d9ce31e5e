//! Requests for which nothing is issued.

use understudy_core::card::{Limits, Scheme, UnixTime};
use understudy_core::crypto::{Algorithm, Algorithms, Cvn};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::letter::SuspendReason;

use crate::testkit::{
    Mailbox, NOW, Phone, bench, cny, dump, expiry, few_keys, issuer, number, pan, ready, try_bind,
    world,
};
use crate::{Country, IssueError, IssueOptions, Request, Restrictions, TokenId};

/// 2029-01-01T00:00:00Z: the demonstration card is good until December 2028.
const TOO_LATE: UnixTime = UnixTime(1_861_920_000);

fn limits(change: fn(&mut Limits)) -> IssueOptions {
    let mut options = IssueOptions::default();
    change(&mut options.limits);
    options
}

fn cvn(cvn: Cvn) -> IssueOptions {
    IssueOptions {
        cvn,
        ..IssueOptions::default()
    }
}

fn psn(psn: u8) -> IssueOptions {
    IssueOptions {
        psn: Some(psn),
        ..IssueOptions::default()
    }
}

fn discretionary(scheme: Scheme, octets: usize) -> IssueOptions {
    IssueOptions {
        discretionary: vec![0; octets],
        ..IssueOptions::of(scheme)
    }
}

fn product(scheme: Scheme, other: Scheme, name: &str) -> IssueOptions {
    IssueOptions {
        product: other.product(name).unwrap(),
        ..IssueOptions::of(scheme)
    }
}

fn algorithms(scheme: Scheme, first: Algorithm, second: Algorithm) -> IssueOptions {
    IssueOptions {
        algorithms: Algorithms::two(first, second).unwrap(),
        ..IssueOptions::of(scheme)
    }
}

/// Options that a rule of the scheme is against.
fn against_the_scheme() -> Vec<(IssueOptions, &'static str)> {
    use Algorithm::{Aes128, Sm4, Tdes};
    use Scheme::{Mastercard, UnionPay, Visa};
    let version = |scheme, cvn| IssueOptions {
        cvn,
        ..IssueOptions::of(scheme)
    };
    vec![
        (
            version(Visa, Cvn::Visa10),
            "version Visa 10 is none of a stand-in card of Visa; those are Visa 18, Visa 22",
        ),
        (
            version(Mastercard, Cvn::MChip17),
            "those are M/Chip 20, M/Chip 21",
        ),
        (
            version(UnionPay, Cvn::Visa18),
            "those are UnionPay 01, UnionPay 17",
        ),
        (
            cvn(Cvn::UnionPay17),
            "issue the card as domestic only, or with one of UnionPay 01",
        ),
        (discretionary(UnionPay, 24), "the 23 octets of UnionPay 01"),
        (discretionary(Visa, 25), "the 24 octets of Visa 18"),
        (discretionary(Mastercard, 1), "the 0 octets of M/Chip 20"),
        (
            product(Visa, Mastercard, "maestro"),
            "Visa has no product Maestro; it has Visa Debit, Visa Credit",
        ),
        (
            product(Visa, UnionPay, "debit"),
            "Visa has no product UnionPay Debit",
        ),
        (
            algorithms(Visa, Tdes, Sm4),
            "a card of Visa has no keys of tdes+sm4; it has one of tdes, sm4, aes-128, aes-192, \
             aes-256",
        ),
        (
            algorithms(UnionPay, Sm4, Aes128),
            "a card of UnionPay has no keys of sm4+aes-128; it has one of tdes, sm4, aes-128, \
             aes-192, aes-256, tdes+sm4",
        ),
    ]
}

#[test]
fn options_that_cannot_be_issued_are_refused_and_change_nothing() {
    let mut cases = vec![
        (
            few_keys(0),
            "0 keys were asked for; a package holds 1 to 1000",
        ),
        (few_keys(1001), "1001 keys were asked for"),
        (psn(0x0A), "sequence number is not two decimal digits"),
        (psn(0xA0), "sequence number is not two decimal digits"),
        (
            limits(|l| l.unverified_tap = l.verified_tap + 1),
            "the limits are",
        ),
        (
            limits(|l| l.verified_tap = Amount::MAX_MINOR + 1),
            "the limits are",
        ),
        (
            limits(|l| l.unverified_sum = Amount::MAX_MINOR + 1),
            "the limits are",
        ),
    ];
    cases.extend(against_the_scheme());
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let before = dump(&issuer);
    for (options, expected) in cases {
        let bound = issuer.issue(
            &Request {
                pan: &pan(),
                expiry: expiry(),
                device: phone.id,
                options: &options,
                funds: cny(0),
                restrictions: &Restrictions::default(),
            },
            &Mailbox::default(),
            NOW,
        );
        let personalised = issuer.personalise(&bench(), &pan(), expiry(), &options, cny(0), NOW);
        for error in [bound.unwrap_err(), personalised.unwrap_err()] {
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
    assert_eq!(dump(&issuer), before);
}

#[test]
fn only_a_card_number_of_a_bank_gets_a_token() {
    let issuer = issuer();
    let phone = Phone::enrolled(&issuer, 1);
    let before = dump(&issuer);
    let bind = |text: &str| try_bind(&issuer, &phone, &Mailbox::default(), &number(text));
    assert!(matches!(bind("6222020000000001231"), Err(IssueError::Pan)));
    assert!(matches!(bind("622202000000"), Err(IssueError::Pan)));
    assert!(matches!(
        bind("6250947000000014"),
        Err(IssueError::PanIsToken)
    ));
    assert_eq!(dump(&issuer), before);
}

#[test]
fn an_unknown_device_gets_no_token() {
    let issuer = issuer();
    let refused = try_bind(&issuer, &Phone::new(1), &Mailbox::default(), &pan());
    assert!(matches!(refused, Err(IssueError::UnknownDevice)));
    assert!(issuer.tokens(None).unwrap().is_empty());
}

#[test]
fn an_expiry_that_is_over_gets_no_token() {
    let issuer = issuer();
    let personalise = |expiry, now| {
        issuer.personalise(
            &bench(),
            &pan(),
            expiry,
            &IssueOptions::default(),
            cny(0),
            now,
        )
    };
    for (expiry, good) in [
        ("2610", false),
        ("2611", true),
        ("2612", true),
        ("2512", false),
    ] {
        let expiry = Expiry::parse(expiry).unwrap();
        assert_eq!(personalise(expiry, NOW).is_ok(), good, "{expiry}");
    }
    assert!(personalise(expiry(), UnixTime(u64::MAX)).is_err());
}

#[test]
fn funds_and_limits_and_account_are_in_one_currency() {
    let issuer = issuer();
    let dollars = |minor| Amount::new(minor, Currency::new(840).unwrap()).unwrap();
    let in_dollars = limits(|l| l.currency = Currency::new(840).unwrap());
    let in_yuan = IssueOptions::default();
    let personalise = |options, funds| {
        issuer
            .personalise(&bench(), &pan(), expiry(), options, funds, NOW)
            .err()
    };
    for (options, funds) in [(&in_yuan, dollars(1)), (&in_dollars, cny(1))] {
        let refused = personalise(options, funds);
        assert!(matches!(refused, Some(IssueError::Currency)));
    }
    assert!(personalise(&in_yuan, cny(1)).is_none());
    let refused = personalise(&in_dollars, dollars(1));
    assert!(matches!(refused, Some(IssueError::Currency)));
}

#[test]
fn countries_are_restricted_only_where_they_are_under_the_mac() {
    let issuer = issuer();
    let restrictions = Restrictions {
        countries: Country::new(156).into_iter().collect(),
        ..Restrictions::default()
    };
    for (cvn, protected) in [(Cvn::UnionPay01, true), (Cvn::UnionPay17, false)] {
        let options = IssueOptions {
            cvn,
            domestic_only: true,
            ..IssueOptions::default()
        };
        let given = issuer.personalise(&bench(), &pan(), expiry(), &options, cny(0), NOW);
        let restricted = issuer.restrict(given.unwrap().token, &restrictions, NOW);
        assert_eq!(restricted.is_ok(), protected, "{cvn}");
    }
}

#[test]
fn only_an_active_token_that_has_not_expired_gets_keys() {
    let (issuer, _, token) = ready();
    let refused = |now| issuer.replenish(token, 1, now).unwrap_err();
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    assert!(matches!(refused(NOW), IssueError::NotActive(id) if id == token));
    issuer.resume(token, NOW).unwrap();
    assert!(issuer.replenish(token, 1, NOW).is_ok());
    assert!(matches!(refused(TOO_LATE), IssueError::Expired(_)));
    issuer.delete(token, NOW).unwrap();
    assert!(matches!(refused(NOW), IssueError::NotActive(id) if id == token));
}

#[test]
fn a_replenishment_of_too_few_or_too_many_keys_is_refused() {
    let (issuer, _, token) = world();
    let before = dump(&issuer);
    for keys in [0, 1001, u16::MAX] {
        let refused = issuer.replenish(token, keys, NOW);
        assert!(matches!(refused, Err(IssueError::KeyCount(n)) if n == keys));
    }
    let nobody = issuer.replenish(TokenId::new(99), 1, NOW);
    assert!(matches!(nobody, Err(IssueError::UnknownToken(id)) if id.get() == 99));
    assert_eq!(dump(&issuer), before);
}
