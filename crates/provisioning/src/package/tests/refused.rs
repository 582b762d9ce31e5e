//! Packages that are refused, each for a different reason.

use std::format;
use std::vec::Vec;

use understudy_core::wire::tlv::TlvError;

use super::{hex, parsed};
use crate::PackageError;

/// In the cases, `N` stands for the number of a card, 6 octets with tag and length, and `K` for a
/// key of 16 octets.
fn refuse(cases: &[(&str, &str, PackageError)]) {
    for (name, octets, expected) in cases {
        let octets: Vec<u8> = hex(&octets
            .replace('N', "5A 04 62509401")
            .replace('K', &"11".repeat(16)));
        assert_eq!(parsed(&octets), Err(*expected), "{name}");
    }
}

#[test]
fn octets_that_are_no_package_of_this_version_are_refused() {
    refuse(&[
        ("nothing at all", "", PackageError::NotAPackage),
        (
            "another template",
            "E0 03 C0 01 01",
            PackageError::NotAPackage,
        ),
        ("an empty package", "E8 00", PackageError::Version),
        (
            "octets after it",
            "E8 1D C0 01 01 N C8 12 0001 K C1 00",
            PackageError::NotAPackage,
        ),
        (
            "two packages",
            "E8 1D C0 01 01 N C8 12 0001 K E8 00",
            PackageError::NotAPackage,
        ),
        (
            "a tag without end",
            "BF FF FF FF",
            PackageError::Tlv(TlvError::Tag),
        ),
        (
            "an indefinite length",
            "E8 80 00 00",
            PackageError::Tlv(TlvError::Length),
        ),
        (
            "an unknown version",
            "E8 1D C0 01 05 N C8 12 0001 K",
            PackageError::Version,
        ),
        (
            "a version of two octets",
            "E8 1E C0 02 0101 N C8 12 0001 K",
            PackageError::Version,
        ),
        (
            "a version 02 without an expiry",
            "E8 1D C0 01 02 N C8 12 0001 K",
            PackageError::Expiry,
        ),
        (
            "an expiry of seven octets",
            "E8 26 C0 01 02 C1 07 00000001020304 N C8 12 0001 K",
            PackageError::Expiry,
        ),
        (
            "an expiry in version 01",
            "E8 27 C0 01 01 C1 08 0000000001020304 N C8 12 0001 K",
            PackageError::Unexpected,
        ),
        ("no version", "E8 1A N C8 12 0001 K", PackageError::Version),
    ]);
}

#[test]
fn a_version_03_that_names_no_ciphers_or_those_of_version_02_is_refused() {
    let cases = [
        ("none", "N", PackageError::Algorithms),
        ("an empty list", "C2 00 N", PackageError::Algorithms),
        ("an unknown one", "C2 01 02 N", PackageError::Algorithms),
        ("falling", "C2 02 0401 N", PackageError::Algorithms),
        ("one twice", "C2 02 0404 N", PackageError::Algorithms),
        ("three", "C2 03 010410 N", PackageError::Algorithms),
        ("triple DES alone", "C2 01 01 N", PackageError::Encoding),
        ("of a longer key", "C2 01 18 N", PackageError::KeyLength),
        ("of two keys", "C2 02 0104 N", PackageError::KeyLength),
        ("twice", "C2 01 04 C2 01 04 N", PackageError::Unexpected),
    ];
    for (name, content, expected) in cases {
        let rest = format!("C0 01 03 C1 08 0000000001020304 {content} C8 12 0001 K");
        let octets = rest
            .replace('N', "5A 04 62509401")
            .replace('K', &"11".repeat(16));
        let content = hex(&octets);
        let octets = [&[0xE8, u8::try_from(content.len()).unwrap()], &content[..]].concat();
        assert_eq!(parsed(&octets), Err(expected), "{name}");
    }
}

#[test]
fn objects_that_do_not_belong_where_they_stand_are_refused() {
    refuse(&[
        (
            "two versions",
            "E8 20 C0 01 01 C0 01 01 N C8 12 0001 K",
            PackageError::Unexpected,
        ),
        (
            "a version and nothing else",
            "E8 03 C0 01 01",
            PackageError::Subject,
        ),
        (
            "neither a profile nor a number",
            "E8 17 C0 01 01 C8 12 0001 K",
            PackageError::Subject,
        ),
        (
            "a number of seven digits",
            "E8 1D C0 01 01 5A 04 6250940F C8 12 0001 K",
            PackageError::Number,
        ),
        (
            "a number of twenty digits",
            "E8 23 C0 01 01 5A 0A 62509400000000000001 C8 12 0001 K",
            PackageError::Number,
        ),
        (
            "a number that is none",
            "E8 1D C0 01 01 5A 04 625094A1 C8 12 0001 K",
            PackageError::Number,
        ),
        (
            "an empty number",
            "E8 19 C0 01 01 5A 00 C8 12 0001 K",
            PackageError::Number,
        ),
        (
            "two numbers",
            "E8 23 C0 01 01 N N C8 12 0001 K",
            PackageError::Unexpected,
        ),
        (
            "a number and a profile",
            "E8 22 C0 01 01 N E0 03 C0 01 01 C8 12 0001 K",
            PackageError::Unexpected,
        ),
        (
            "a profile and a number",
            "E8 22 C0 01 01 E0 03 C0 01 01 N C8 12 0001 K",
            PackageError::Unexpected,
        ),
        (
            "a number after a key",
            "E8 23 C0 01 01 N C8 12 0001 K N",
            PackageError::Unexpected,
        ),
        (
            "two profiles",
            "E8 1B C0 01 01 E0 00 E0 00 C8 12 0001 K",
            PackageError::Unexpected,
        ),
        (
            "a profile after a key",
            "E8 1F C0 01 01 N C8 12 0001 K E0 00",
            PackageError::Unexpected,
        ),
        (
            "a damaged profile",
            "E8 1B C0 01 01 E0 02 C0 01 C8 12 0001 K",
            PackageError::Tlv(TlvError::Truncated),
        ),
        (
            "an unknown object",
            "E8 1F C0 01 01 N C8 12 0001 K C9 00",
            PackageError::Unexpected,
        ),
    ]);
}

#[test]
fn keys_that_no_card_could_use_are_refused() {
    refuse(&[
        (
            "a number but no key",
            "E8 09 C0 01 01 N",
            PackageError::NoKeys,
        ),
        (
            "a profile but no key",
            "E8 08 C0 01 01 E0 03 C0 01 01",
            PackageError::NoKeys,
        ),
        (
            "a short key",
            "E8 1C C0 01 01 N C8 11 0001 111111111111111111111111111111",
            PackageError::KeyLength,
        ),
        (
            "a long key",
            "E8 1E C0 01 01 N C8 13 0001 K11",
            PackageError::KeyLength,
        ),
        (
            "a key without a counter",
            "E8 0B C0 01 01 N C8 00",
            PackageError::KeyLength,
        ),
        (
            "the counter 0000",
            "E8 1D C0 01 01 N C8 12 0000 K",
            PackageError::Counter,
        ),
        (
            "the counter FFFF",
            "E8 1D C0 01 01 N C8 12 FFFF K",
            PackageError::Counter,
        ),
        (
            "a counter twice",
            "E8 31 C0 01 01 N C8 12 0002 K C8 12 0002 K",
            PackageError::Order,
        ),
        (
            "counters that fall",
            "E8 31 C0 01 01 N C8 12 0002 K C8 12 0001 K",
            PackageError::Order,
        ),
    ]);
}

#[test]
fn an_encoding_that_is_not_the_shortest_is_refused() {
    refuse(&[
        (
            "a long form of its length",
            "E8 81 1D C0 01 01 N C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "a longer form still",
            "E8 82 001D C0 01 01 N C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "a long form within",
            "E8 1E C0 81 01 01 N C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "a long form of the profile",
            "E8 1A C0 01 01 E0 81 00 C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "a long form of the number",
            "E8 1E C0 01 01 5A 81 04 62509401 C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "padding that the number does not need",
            "E8 1E C0 01 01 5A 05 62509401FF C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "padding in front",
            "00 E8 1D C0 01 01 N C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "padding within",
            "E8 1E C0 01 01 00 N C8 12 0001 K",
            PackageError::Encoding,
        ),
        (
            "padding behind",
            "E8 1D C0 01 01 N C8 12 0001 K 00",
            PackageError::Encoding,
        ),
    ]);
}
