//! Packages of a limited-use key.

use understudy_core::crypto::KeyIndex;

use super::super::{LimitedUse, emit_limited_use, limited_use_len};
use super::*;

const KEY: &str = "000102030405060708090A0B0C0D0E0F";

fn terms() -> LimitedUse {
    LimitedUse {
        index: KeyIndex::parse("0570201").unwrap(),
        first: Atc::new(0x0007).unwrap(),
        last: Atc::new(0x0010).unwrap(),
        sum: 123_456,
    }
}

/// The limits, with a word in place of one of them.
fn package(index: &str, first: &str, last: &str, sum: &str) -> Vec<u8> {
    hex(&format!(
        "E8 34 C0 01 04 C1 08 0000000001020304 C3 0E {index} {first} {last} {sum} E0 03 C0 01 01 \
         C9 10 {KEY}"
    ))
}

fn good() -> Vec<u8> {
    package("00570201", "0007", "0010", "000000123456")
}

#[test]
fn a_package_of_a_limited_use_key_says_its_index_and_limits_in_version_04() {
    let octets = good();
    let package = Package::parse(&octets).unwrap();
    let batch = package.limited_use().unwrap();
    assert_eq!(batch.terms(), terms());
    assert_eq!(batch.terms().counters(), Some(10));
    assert_eq!(batch.octets()[..], hex(KEY));
    assert_eq!(batch.key().index(), terms().index);
    assert_eq!(batch.key().expose(), batch.octets());
    assert_eq!(package.not_after(), Some(EXPIRY));
    assert_eq!(package.algorithms(), Algorithms::TDES);
    assert_eq!((package.keys().len(), package.keys().count()), (0, 0));
    let mut out = vec![0; limited_use_len(package.subject())];
    assert_eq!(out.len(), octets.len());
    let subject = package.subject();
    let written = emit_limited_use(&mut out, subject, Some(EXPIRY), &terms(), batch.octets());
    assert_eq!(written.unwrap(), octets);
    assert_eq!(rewritten(&octets), Some(octets.clone()));
    for length in 0..octets.len() {
        assert!(Package::parse(&octets[..length]).is_err(), "{length}");
    }
}

#[test]
fn a_package_of_single_use_keys_has_no_limited_use_key() {
    let octets = super::package(&card(&PROFILE), &[1, 2]);
    let package = Package::parse(&octets).unwrap();
    assert!(package.limited_use().is_none());
    assert_eq!(package.keys().len(), 2);
}

#[test]
fn limits_that_are_none_are_refused() {
    for (name, octets) in [
        (
            "hour 0",
            package("00000001", "0007", "0010", "000000123456"),
        ),
        (
            "index in hex",
            package("0057020A", "0007", "0010", "000000123456"),
        ),
        (
            "counter 0000",
            package("00570201", "0000", "0010", "000000123456"),
        ),
        (
            "counter FFFF",
            package("00570201", "FF00", "FFFF", "000000123456"),
        ),
        (
            "last before first",
            package("00570201", "0010", "000F", "000000123456"),
        ),
        (
            "1001 counters",
            package("00570201", "0001", "03E9", "000000123456"),
        ),
        (
            "sum in hex",
            package("00570201", "0007", "0010", "00000012345A"),
        ),
    ] {
        let refused = Package::parse(&octets).err();
        assert_eq!(refused, Some(PackageError::LimitedUse), "{name}");
    }
    let most = package("00570201", "0001", "03E8", "999999999999");
    assert!(Package::parse(&most).is_ok());
}

#[test]
fn a_key_that_is_none_or_not_alone_is_refused() {
    let profile = "E0 03 C0 01 01";
    let head = "C0 01 04 C1 08 0000000000000000 C3 0E 00570201 0007 0010 000000123456";
    for (name, octets, error) in [
        (
            "no limits",
            format!("E8 24 C0 01 04 C1 08 0000000000000000 {profile} C9 10 {KEY}"),
            PackageError::LimitedUse,
        ),
        (
            "no key",
            format!("E8 22 {head} {profile}"),
            PackageError::NoKeys,
        ),
        (
            "two keys",
            format!("E8 46 {head} {profile} C9 10 {KEY} C9 10 {KEY}"),
            PackageError::Unexpected,
        ),
        (
            "a single-use key",
            format!("E8 36 {head} {profile} C8 12 0007 {KEY}"),
            PackageError::Unexpected,
        ),
        (
            "15 octets",
            format!("E8 33 {head} {profile} C9 0F {}", &KEY[2..]),
            PackageError::KeyLength,
        ),
        (
            "of single-use keys",
            format!("E8 24 C0 01 02 C1 08 0000000000000000 {profile} C9 10 {KEY}"),
            PackageError::Unexpected,
        ),
    ] {
        assert_eq!(Package::parse(&hex(&octets)).err(), Some(error), "{name}");
    }
}

#[test]
fn limits_that_are_none_are_not_written() {
    let mut out = [0; 128];
    let mut write = |terms: &LimitedUse| {
        let subject = card(&PROFILE);
        emit_limited_use(&mut out, &subject, None, terms, &[7; 16]).err()
    };
    assert_eq!(write(&terms()), None);
    let refused = Some(EmitError::LimitedUse);
    let last = Atc::new(0x0006).unwrap();
    assert_eq!(write(&LimitedUse { last, ..terms() }), refused);
    let sum = 1_000_000_000_000;
    assert_eq!(write(&LimitedUse { sum, ..terms() }), refused);
    let last = Atc::new(7 + 1000).unwrap();
    assert_eq!(write(&LimitedUse { last, ..terms() }), refused);
    let mut short = [0; 53];
    let subject = card(&PROFILE);
    let written = emit_limited_use(&mut short, &subject, None, &terms(), &[7; 16]);
    assert_eq!(written.err(), Some(EmitError::Overflow));
}

#[test]
fn no_key_is_shown() {
    let octets = good();
    let package = Package::parse(&octets).unwrap();
    for text in [
        format!("{package:?}"),
        format!("{:?}", package.limited_use()),
    ] {
        assert!(
            !text.contains("0, 1, 2, 3") && !text.contains("00010203"),
            "{text}"
        );
    }
}
