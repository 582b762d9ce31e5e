//! Numbers of tokens.

use std::collections::HashSet;

use understudy_core::card::Scheme;
use understudy_provisioning::Package;

use crate::testkit::{NOW, OTHER_PAN, bench, cny, expiry, few_keys, issuer, number, pan};
use crate::{BinRange, IssueError, Issuer, IssuerConfig, Personalised, demonstration};

fn personalise(issuer: &Issuer) -> Result<Personalised, IssueError> {
    issuer.personalise(&bench(), &pan(), expiry(), &few_keys(1), cny(0), NOW)
}

fn with_ranges(ranges: &[(&str, usize)]) -> Issuer {
    let ranges = ranges.iter();
    let config = IssuerConfig {
        ranges: ranges
            .map(|(prefix, length)| BinRange::new(Scheme::UnionPay, prefix, *length).unwrap())
            .collect(),
        ..demonstration::config()
    };
    Issuer::in_memory(demonstration::custody(), config).unwrap()
}

#[test]
fn tokens_are_unique_valid_numbers_of_the_range_and_differ_in_what_their_keys_are_made_of() {
    let issuer = issuer();
    let mut seen = HashSet::new();
    for _ in 0..500 {
        let given = personalise(&issuer).unwrap();
        let digits = given.number.expose().to_owned();
        assert!(given.number.luhn_valid() && digits.starts_with("625094") && digits.len() == 16);
        assert!(seen.insert(digits[2..].to_owned()));
    }
}

#[test]
fn numbers_that_share_the_digits_their_keys_are_made_of_are_not_both_given_out() {
    // 61 and 20 contribute equally to the Luhn sum, so the two ranges have the same last 14 digits.
    let issuer = with_ranges(&[("6150941234567", 16), ("2050941234567", 16)]);
    let mut seen = HashSet::new();
    while let Ok(given) = personalise(&issuer) {
        assert!(seen.insert(given.number.expose()[2..].to_owned()));
    }
    assert_eq!(seen.len(), 100);
}

#[test]
fn zeros_in_front_of_a_short_number_count_among_the_digits_its_key_is_made_of() {
    // 67 contributes nothing to the Luhn sum, so the last 14 digits of a number of the second range
    // are a zero and a number of the first.
    let issuer = with_ranges(&[("62509412345", 13), ("67062509412345", 16)]);
    let mut keys = HashSet::new();
    for _ in 0..10 {
        let given = personalise(&issuer).unwrap();
        let package = Package::parse(&given.package).unwrap();
        let (_, key) = package.keys().next().unwrap();
        assert!(
            keys.insert(key.octets().to_vec()),
            "{} shares a key",
            given.number
        );
    }
    assert!(matches!(
        personalise(&issuer),
        Err(IssueError::RangeExhausted(Scheme::UnionPay))
    ));
}

#[test]
fn an_exhausted_range_gives_way_to_the_next_and_the_last_one_is_an_error() {
    let issuer = with_ranges(&[("625094123456", 14), ("625094654321", 14)]);
    for n in 0..20 {
        let given = personalise(&issuer).unwrap();
        let prefix = if n < 10 {
            "625094123456"
        } else {
            "625094654321"
        };
        assert!(given.number.expose().starts_with(prefix), "token {n}");
    }
    assert!(matches!(
        personalise(&issuer),
        Err(IssueError::RangeExhausted(Scheme::UnionPay))
    ));
    assert_eq!(issuer.tokens(None).unwrap().len(), 20);
}

#[test]
fn the_number_of_a_deleted_token_stays_taken() {
    let issuer = with_ranges(&[("625094123456", 14)]);
    for _ in 0..10 {
        let token = personalise(&issuer).unwrap().token;
        issuer.delete(token, NOW).unwrap();
    }
    assert!(matches!(
        personalise(&issuer),
        Err(IssueError::RangeExhausted(Scheme::UnionPay))
    ));
}

#[test]
fn the_tokens_of_one_card_share_its_account() {
    let issuer = issuer();
    let other = number(OTHER_PAN);
    for pan in [&pan(), &pan(), &other] {
        let options = few_keys(1);
        issuer
            .personalise(&bench(), pan, expiry(), &options, cny(0), NOW)
            .unwrap();
    }
    let accounts: Vec<_> = issuer
        .tokens(None)
        .unwrap()
        .iter()
        .map(|t| t.account.get())
        .collect();
    assert_eq!(accounts, [1, 1, 2]);
}
