use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use proptest::prelude::*;
use understudy_core::crypto::Atc;
use understudy_core::wire::tlv::TlvError;
use zeroize::Zeroizing;

use super::{Package, PackageError, WriteError, encoded_len, write};

const PROFILE: [u8; 5] = [0xE0, 0x03, 0xC0, 0x01, 0x01];

type Key = (Atc, Zeroizing<[u8; 16]>);

fn key(atc: u16) -> Key {
    let octet = u8::try_from(atc & 0x7F).unwrap() | 0x80;
    (Atc::new(atc).unwrap(), Zeroizing::new([octet; 16]))
}

fn package(profile: Option<&[u8]>, atcs: &[u16]) -> Vec<u8> {
    let mut out = vec![0; encoded_len(profile.map(<[u8]>::len), atcs.len())];
    write(&mut out, profile, atcs.iter().copied().map(key))
        .unwrap()
        .to_vec()
}

/// The profile and the keys of a package.
type Parts<'a> = (Option<&'a [u8]>, Vec<(u16, [u8; 16])>);

fn parsed(octets: &[u8]) -> Result<Parts<'_>, PackageError> {
    let package = Package::parse(octets)?;
    let keys = package
        .keys()
        .map(|(atc, key)| (atc.get(), *key.expose()))
        .collect();
    Ok((package.profile(), keys))
}

fn rewritten(octets: &[u8]) -> Option<Vec<u8>> {
    let package = Package::parse(octets).ok()?;
    let keys = package
        .keys()
        .map(|(atc, key)| (atc, Zeroizing::new(*key.expose())));
    let mut out = vec![0; octets.len()];
    Some(write(&mut out, package.profile(), keys).unwrap().to_vec())
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

#[test]
fn a_package_is_laid_out_as_documented() {
    let key = "000102030405060708090A0B0C0D0E0F";
    let octets = hex(&format!("E8 1C C0 01 01 E0 03 C0 01 01 C8 12 0007 {key}"));
    let (profile, keys) = parsed(&octets).unwrap();
    assert_eq!(profile, Some(&PROFILE[..]));
    assert_eq!(keys, [(7, *hex(key).first_chunk().unwrap())]);
    assert_eq!(rewritten(&octets), Some(octets));
}

#[test]
fn a_package_that_was_written_reads_back_for_every_form_of_length_field() {
    for profile_len in [0, 3, 0x7F, 0x80, 0xFF, 0x100, 0x400] {
        let mut content = vec![0xC2, 0x82, 0, 0];
        content.resize(profile_len.max(4), 0x55);
        let value = u16::try_from(content.len() - 4).unwrap().to_be_bytes();
        content[2..4].copy_from_slice(&value);
        let mut profile = vec![0; content.len() + 4];
        let mut writer = understudy_core::wire::tlv::Writer::new(&mut profile);
        writer
            .object(understudy_core::wire::tlv::Tag::new(0xE0), &content)
            .unwrap();
        let profile = writer.finish().to_vec();
        for count in [1_u16, 4, 5, 6, 11, 12, 13, 14, 1000] {
            let atcs: Vec<u16> = (1..=count).map(|n| n * 3).collect();
            for profile in [None, Some(&profile[..])] {
                let octets = package(profile, &atcs);
                let (read_profile, keys) = parsed(&octets).unwrap();
                assert_eq!(read_profile, profile);
                let expected: Vec<_> = atcs.iter().map(|atc| (*atc, *key(*atc).1)).collect();
                assert_eq!(keys, expected);
            }
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table, a row for each mistake")]
fn every_wrong_package_is_refused_for_its_own_reason() {
    let k = "11".repeat(16);
    let cases = [
        ("nothing at all", String::new(), PackageError::NotAPackage),
        (
            "another template",
            "E0 03 C0 01 01".into(),
            PackageError::NotAPackage,
        ),
        ("an empty package", "E8 00".into(), PackageError::Version),
        (
            "octets after it",
            format!("E8 17 C0 01 01 C8 12 0001 {k} C1 00"),
            PackageError::NotAPackage,
        ),
        (
            "two packages",
            format!("E8 17 C0 01 01 C8 12 0001 {k} E8 00"),
            PackageError::NotAPackage,
        ),
        (
            "a tag without end",
            "BF FF FF FF".into(),
            PackageError::Tlv(TlvError::Tag),
        ),
        (
            "an indefinite length",
            "E8 80 00 00".into(),
            PackageError::Tlv(TlvError::Length),
        ),
        (
            "an unknown version",
            format!("E8 17 C0 01 02 C8 12 0001 {k}"),
            PackageError::Version,
        ),
        (
            "a version of two octets",
            format!("E8 18 C0 02 0101 C8 12 0001 {k}"),
            PackageError::Version,
        ),
        (
            "no version",
            format!("E8 14 C8 12 0001 {k}"),
            PackageError::Version,
        ),
        (
            "two versions",
            format!("E8 1A C0 01 01 C0 01 01 C8 12 0001 {k}"),
            PackageError::Unexpected,
        ),
        ("no key", "E8 03 C0 01 01".into(), PackageError::NoKeys),
        (
            "a profile but no key",
            "E8 08 C0 01 01 E0 03 C0 01 01".into(),
            PackageError::NoKeys,
        ),
        (
            "two profiles",
            format!("E8 1B C0 01 01 E0 00 E0 00 C8 12 0001 {k}"),
            PackageError::Unexpected,
        ),
        (
            "a profile after a key",
            format!("E8 19 C0 01 01 C8 12 0001 {k} E0 00"),
            PackageError::Unexpected,
        ),
        (
            "a damaged profile",
            format!("E8 1B C0 01 01 E0 02 C0 01 C8 12 0001 {k}"),
            PackageError::Tlv(TlvError::Truncated),
        ),
        (
            "an unknown object",
            format!("E8 19 C0 01 01 C8 12 0001 {k} C9 00"),
            PackageError::Unexpected,
        ),
        (
            "a short key",
            format!("E8 16 C0 01 01 C8 11 0001 {}", &k[2..]),
            PackageError::KeyLength,
        ),
        (
            "a long key",
            format!("E8 18 C0 01 01 C8 13 0001 {k}11"),
            PackageError::KeyLength,
        ),
        (
            "a key without a counter",
            "E8 05 C0 01 01 C8 00".into(),
            PackageError::KeyLength,
        ),
        (
            "the counter 0000",
            format!("E8 17 C0 01 01 C8 12 0000 {k}"),
            PackageError::Counter,
        ),
        (
            "the counter FFFF",
            format!("E8 17 C0 01 01 C8 12 FFFF {k}"),
            PackageError::Counter,
        ),
        (
            "a counter twice",
            format!("E8 2B C0 01 01 C8 12 0002 {k} C8 12 0002 {k}"),
            PackageError::Order,
        ),
        (
            "counters that fall",
            format!("E8 2B C0 01 01 C8 12 0002 {k} C8 12 0001 {k}"),
            PackageError::Order,
        ),
        (
            "a long form of its length",
            format!("E8 81 17 C0 01 01 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "a longer form still",
            format!("E8 82 0017 C0 01 01 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "a long form within",
            format!("E8 18 C0 81 01 01 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "a long form of the profile",
            format!("E8 1A C0 01 01 E0 81 00 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "padding in front",
            format!("00 E8 17 C0 01 01 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "padding within",
            format!("E8 18 C0 01 01 00 C8 12 0001 {k}"),
            PackageError::Encoding,
        ),
        (
            "padding behind",
            format!("E8 17 C0 01 01 C8 12 0001 {k} 00"),
            PackageError::Encoding,
        ),
    ];
    for (name, octets, expected) in cases {
        assert_eq!(parsed(&hex(&octets)), Err(expected), "{name}");
    }
}

#[test]
fn every_truncation_is_refused() {
    for octets in [package(Some(&PROFILE), &[1, 2]), package(None, &[1; 1])] {
        for len in 0..octets.len() {
            assert!(
                Package::parse(&octets[..len]).is_err(),
                "the first {len} octets"
            );
        }
    }
}

#[test]
fn a_changed_octet_is_refused_or_read_as_the_changed_value() {
    let octets = package(Some(&PROFILE), &[1, 0x0102]);
    for at in 0..octets.len() {
        for value in (0..=0xFF).filter(|value| *value != octets[at]) {
            let mut changed = octets.clone();
            changed[at] = value;
            if Package::parse(&changed).is_ok() {
                assert_eq!(
                    rewritten(&changed),
                    Some(changed),
                    "octet {at} as {value:02X}"
                );
            }
        }
    }
}

#[test]
fn a_changed_structure_octet_is_refused() {
    let octets = package(Some(&PROFILE), &[1, 2]);
    let profile = 5;
    let first_key = profile + PROFILE.len();
    // Not the profile's length: a profile that swallows a whole key is a well-formed package still,
    // and it is the profile that is wrong then.
    let structure = [
        0,
        1,
        2,
        3,
        4,
        profile,
        first_key,
        first_key + 1,
        first_key + 20,
        first_key + 21,
    ];
    for at in structure {
        for value in (0..=0xFF).filter(|value| *value != octets[at]) {
            let mut changed = octets.clone();
            changed[at] = value;
            assert!(
                Package::parse(&changed).is_err(),
                "octet {at} as {value:02X}"
            );
        }
    }
}

#[test]
fn a_package_is_not_written_from_wrong_parts() {
    type Case<'a> = (&'a str, Option<&'a [u8]>, &'a [u16], WriteError);
    let mut room = [0; 256];
    let cases: [Case<'_>; 7] = [
        ("no keys", None, &[], WriteError::NoKeys),
        ("a counter twice", None, &[4, 4], WriteError::Order),
        ("counters that fall", None, &[4, 3], WriteError::Order),
        ("an empty profile", Some(&[]), &[1], WriteError::Profile),
        (
            "another template",
            Some(&[0xE1, 0x00]),
            &[1],
            WriteError::Profile,
        ),
        (
            "a profile in a long form",
            Some(&[0xE0, 0x81, 0x00]),
            &[1],
            WriteError::Profile,
        ),
        (
            "a damaged profile",
            Some(&[0xE0, 0x01, 0xC0]),
            &[1],
            WriteError::Profile,
        ),
    ];
    for (name, profile, atcs, expected) in cases {
        let written = write(&mut room, profile, atcs.iter().copied().map(key));
        assert_eq!(written.err(), Some(expected), "{name}");
    }
}

#[test]
fn a_package_is_not_written_into_too_little_room() {
    let whole = package(Some(&PROFILE), &[1, 2]);
    for len in 0..whole.len() {
        let mut room = vec![0; len];
        let written = write(&mut room, Some(&PROFILE), [1, 2].map(key));
        assert_eq!(
            written.err(),
            Some(WriteError::Overflow),
            "{len} octets of room"
        );
    }
}

#[test]
fn a_package_longer_than_its_length_field_can_say_is_not_written() {
    let mut room = vec![0; 70_000];
    let written = write(&mut room, None, (1..=3300).map(key));
    assert_eq!(written.err(), Some(WriteError::Overflow));
}

#[test]
fn nothing_of_a_package_is_shown_when_it_is_debugged() {
    let octets = package(Some(&PROFILE), &[1, 2]);
    let package = Package::parse(&octets).unwrap();
    assert_eq!(format!("{package:?}"), "Package { profile: true, keys: 2 }");
    assert_eq!(format!("{:?}", package.keys()), "Keys(2 left)");
}

proptest! {
    #[test]
    fn any_octets_are_refused_or_are_the_one_encoding_of_what_they_say(
        octets in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        if Package::parse(&octets).is_ok() {
            prop_assert_eq!(rewritten(&octets), Some(octets));
        }
    }

    #[test]
    fn any_damage_to_a_package_is_refused_or_read_as_it_stands(
        at in 0_usize..200,
        with in prop::collection::vec(any::<u8>(), 0..4),
        remove in 0_usize..4,
    ) {
        let mut octets = package(Some(&PROFILE), &[1, 2, 3, 9]);
        let at = at.min(octets.len());
        let end = (at + remove).min(octets.len());
        octets.splice(at..end, with);
        if Package::parse(&octets).is_ok() {
            prop_assert_eq!(rewritten(&octets), Some(octets));
        }
    }
}
