//! Requests for which nothing is issued.

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::Cvn;
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

#[test]
fn options_that_cannot_be_issued_are_refused_and_change_nothing() {
    let discretionary = IssueOptions {
        discretionary: vec![0; 24],
        ..IssueOptions::default()
    };
    let cases = [
        (
            few_keys(0),
            "0 keys were asked for; a package holds 1 to 1000",
        ),
        (few_keys(1001), "1001 keys were asked for"),
        (cvn(Cvn::Visa10), "cryptogram version Visa 10 is not one of"),
        (
            cvn(Cvn::UnionPay17),
            "UnionPay 17 does not have the currency under its MAC",
        ),
        (psn(0x0A), "sequence number is not two decimal digits"),
        (psn(0xA0), "sequence number is not two decimal digits"),
        (discretionary, "longer than 23 octets"),
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
