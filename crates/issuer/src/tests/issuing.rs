//! New tokens, and their keys.

use std::collections::HashSet;

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::{Atc, Cvn};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::{Package, Subject};

use super::kit::{EXPIRY, NOW, World, pan};
use crate::{BinRange, IssueError, IssueOptions, Issuer, IssuerConfig, demonstration};

fn expiry() -> Expiry {
    Expiry::parse(EXPIRY).unwrap()
}

#[test]
fn a_package_holds_the_session_keys_of_the_next_counters() {
    let mut world = World::with(IssueOptions {
        keys: 3,
        ..IssueOptions::default()
    });
    let options = IssueOptions {
        keys: 3,
        ..IssueOptions::default()
    };
    let issued = world.issuer.issue(&pan(), expiry(), &options, NOW).unwrap();
    world.card.number = issued.number.clone();
    let more = world.issuer.replenish(issued.token, 2, NOW).unwrap();
    let first = Package::parse(&issued.package).unwrap();
    let second = Package::parse(&more).unwrap();
    let number = issued.number.clone();
    assert_eq!(*second.subject(), Subject::Keys { number });
    for (package, expected) in [(first, 1..=3), (second, 4..=5)] {
        let expected: Vec<u16> = expected.collect();
        assert_eq!(
            package.keys().map(|(atc, _)| atc.get()).collect::<Vec<_>>(),
            expected
        );
        for (atc, key) in package.keys() {
            assert_eq!(key.expose(), world.card.session_key(atc).expose());
        }
    }
}

#[test]
fn tokens_are_unique_valid_numbers_of_the_range_and_differ_in_what_their_keys_are_made_of() {
    let mut service = demonstration::issuer();
    let mut seen = HashSet::new();
    for _ in 0..500 {
        let options = IssueOptions {
            keys: 1,
            ..IssueOptions::default()
        };
        let issued = service.issue(&pan(), expiry(), &options, NOW).unwrap();
        let digits = issued.number.expose().to_owned();
        assert!(issued.number.luhn_valid() && digits.starts_with("625094") && digits.len() == 16);
        assert!(seen.insert(digits[2..].to_owned()));
    }
}

#[test]
fn numbers_that_share_the_digits_their_keys_are_made_of_are_not_both_given_out() {
    // 61 and 20 weigh the same in the Luhn sum, so the two ranges have the same last 14 digits.
    let config = IssuerConfig {
        ranges: ["6150941234567", "2050941234567"]
            .map(|prefix| BinRange::new(prefix, 16).unwrap())
            .to_vec(),
        ..demonstration::config()
    };
    let mut service = Issuer::new(config);
    let options = IssueOptions {
        keys: 1,
        ..IssueOptions::default()
    };
    let mut seen = HashSet::new();
    while let Ok(given) = service.issue(&pan(), expiry(), &options, NOW) {
        assert!(seen.insert(given.number.expose()[2..].to_owned()));
    }
    assert_eq!(seen.len(), 100);
}

#[test]
fn zeros_in_front_of_a_short_number_count_among_the_digits_its_key_is_made_of() {
    // 67 weighs nothing in the Luhn sum, so the last 14 digits of a number of the second range are
    // a zero and a number of the first.
    let config = IssuerConfig {
        ranges: vec![
            BinRange::new("62509412345", 13).unwrap(),
            BinRange::new("67062509412345", 16).unwrap(),
        ],
        ..demonstration::config()
    };
    let mut service = Issuer::new(config);
    let options = IssueOptions {
        keys: 1,
        ..IssueOptions::default()
    };
    let mut keys = HashSet::new();
    for _ in 0..10 {
        let issued = service.issue(&pan(), expiry(), &options, NOW).unwrap();
        let package = Package::parse(&issued.package).unwrap();
        let (_, key) = package.keys().next().unwrap();
        assert!(keys.insert(*key.expose()), "{} shares a key", issued.number);
    }
    let full = service.issue(&pan(), expiry(), &options, NOW);
    assert!(matches!(full, Err(IssueError::RangeExhausted)));
}

#[test]
fn an_exhausted_range_gives_way_to_the_next_and_the_last_one_is_an_error() {
    let config = IssuerConfig {
        ranges: vec![
            BinRange::new("625094123456", 14).unwrap(),
            BinRange::new("625094654321", 14).unwrap(),
        ],
        ..demonstration::config()
    };
    let mut service = Issuer::new(config);
    let options = IssueOptions {
        keys: 1,
        ..IssueOptions::default()
    };
    for n in 0..20 {
        let issued = service.issue(&pan(), expiry(), &options, NOW).unwrap();
        let prefix = if n < 10 {
            "625094123456"
        } else {
            "625094654321"
        };
        assert!(issued.number.expose().starts_with(prefix), "token {n}");
    }
    let full = service.issue(&pan(), expiry(), &options, NOW);
    assert!(matches!(full, Err(IssueError::RangeExhausted)));
    assert_eq!(service.tokens().count(), 20);
}

#[test]
fn the_tokens_of_one_card_share_its_account() {
    let mut service = demonstration::issuer();
    let options = IssueOptions::default();
    service.issue(&pan(), expiry(), &options, NOW).unwrap();
    service.issue(&pan(), expiry(), &options, NOW).unwrap();
    let other = CardNumber::parse("6228480000000015").unwrap();
    service.issue(&other, expiry(), &options, NOW).unwrap();
    assert_eq!(
        format!("{service:?}"),
        "Issuer { tokens: 3, accounts: 2, .. }"
    );
}

#[test]
fn what_cannot_be_issued_is_refused_and_changes_nothing() {
    let good = IssueOptions::default;
    let limits = |change: fn(&mut Limits)| {
        let mut options = good();
        change(&mut options.limits);
        options
    };
    let cases = [
        (
            IssueOptions { keys: 0, ..good() },
            "0 keys were asked for; a package holds 1 to 1000",
        ),
        (
            IssueOptions {
                keys: 1001,
                ..good()
            },
            "1001 keys were asked for",
        ),
        (
            IssueOptions {
                cvn: Cvn::Visa10,
                ..good()
            },
            "cryptogram version Visa 10 is not one of",
        ),
        (
            IssueOptions {
                cvn: Cvn::UnionPay17,
                ..good()
            },
            "UnionPay 17 does not have the currency under its MAC",
        ),
        (
            IssueOptions {
                psn: Some(0x0A),
                ..good()
            },
            "sequence number is not two decimal digits",
        ),
        (
            IssueOptions {
                psn: Some(0xA0),
                ..good()
            },
            "sequence number is not two decimal digits",
        ),
        (
            IssueOptions {
                discretionary: vec![0; 24],
                ..good()
            },
            "longer than 23 octets",
        ),
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
    for (options, expected) in cases {
        let mut service = demonstration::issuer();
        let error = service
            .issue(&pan(), expiry(), &options, NOW)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(service.tokens().count(), 0);
    }
}

#[test]
fn only_a_card_number_of_a_bank_gets_a_token() {
    let mut service = demonstration::issuer();
    let mut issue = |text: &str| {
        let number = CardNumber::parse(text).unwrap();
        service.issue(&number, expiry(), &IssueOptions::default(), NOW)
    };
    assert!(matches!(issue("6222020000000001231"), Err(IssueError::Pan)));
    assert!(matches!(issue("622202000000"), Err(IssueError::Pan)));
    assert!(matches!(
        issue("6250947000000014"),
        Err(IssueError::PanIsToken)
    ));
}

#[test]
fn an_expiry_that_is_over_gets_no_token() {
    let mut service = demonstration::issuer();
    for (expiry, good) in [
        ("2610", false),
        ("2611", true),
        ("2612", true),
        ("2512", false),
    ] {
        let expiry = Expiry::parse(expiry).unwrap();
        let issued = service.issue(&pan(), expiry, &IssueOptions::default(), NOW);
        assert_eq!(issued.is_ok(), good, "{expiry}");
    }
    let late = UnixTime(u64::MAX);
    assert!(
        service
            .issue(&pan(), expiry(), &IssueOptions::default(), late)
            .is_err()
    );
}

#[test]
fn keys_are_issued_to_the_last_counter_and_not_beyond() {
    let mut service = demonstration::issuer();
    let options = IssueOptions {
        keys: 1000,
        ..IssueOptions::default()
    };
    let token = service
        .issue(&pan(), expiry(), &options, NOW)
        .unwrap()
        .token;
    for _ in 1..65 {
        service.replenish(token, 1000, NOW).unwrap();
    }
    let refused = service.replenish(token, 535, NOW);
    assert!(matches!(
        refused,
        Err(IssueError::CountersExhausted { left: 534 })
    ));
    let last = service.replenish(token, 534, NOW).unwrap();
    let last = Package::parse(&last).unwrap().keys().last().unwrap().0;
    assert_eq!(last, Atc::LAST);
    let refused = service.replenish(token, 1, NOW);
    assert!(matches!(
        refused,
        Err(IssueError::CountersExhausted { left: 0 })
    ));
}

#[test]
fn a_replenishment_of_too_few_or_too_many_keys_is_refused() {
    let mut world = World::new();
    for keys in [0, 1001, u16::MAX] {
        let refused = world.issuer.replenish(world.card.token, keys, NOW);
        assert!(matches!(refused, Err(IssueError::KeyCount(n)) if n == keys));
    }
}
