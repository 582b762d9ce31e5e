mod ciphers;
#[cfg(feature = "limited-use")]
mod limited_use;
mod refused;
mod unwritten;

use std::vec::Vec;
use std::{format, vec};

use proptest::prelude::*;
use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithm, Algorithms, Atc};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Tag, Writer};
use zeroize::Zeroizing;

use super::{EmitError, Package, PackageError, Subject, emit, emitted_len};

const PROFILE: [u8; 5] = [0xE0, 0x03, 0xC0, 0x01, 0x01];
const EXPIRY: UnixTime = UnixTime(0x0102_0304);
const NUMBER: &str = "6250940000000001";

type Key = (Atc, Zeroizing<[u8; 16]>);

fn key(atc: u16) -> Key {
    let octet = u8::try_from(atc & 0x7F).unwrap() | 0x80;
    (Atc::new(atc).unwrap(), Zeroizing::new([octet; 16]))
}

fn card(profile: &[u8]) -> Subject<'_> {
    Subject::Card { profile }
}

fn keys_for(number: &str) -> Subject<'static> {
    Subject::Keys {
        number: CardNumber::parse(number).unwrap(),
    }
}

fn package(subject: &Subject<'_>, atcs: &[u16]) -> Vec<u8> {
    let mut out = vec![0; emitted_len(subject, Algorithms::TDES, atcs.len())];
    emit(
        &mut out,
        subject,
        Some(EXPIRY),
        Algorithms::TDES,
        atcs.iter().copied().map(key),
    )
    .unwrap()
    .to_vec()
}

type Parts<'a> = (Subject<'a>, Vec<(u16, Vec<u8>)>);

fn parsed(octets: &[u8]) -> Result<Parts<'_>, PackageError> {
    let package = Package::parse(octets)?;
    let keys = package
        .keys()
        .map(|(atc, keys)| (atc.get(), keys.octets().to_vec()))
        .collect();
    Ok((package.subject().clone(), keys))
}

fn rewritten(octets: &[u8]) -> Option<Vec<u8>> {
    let package = Package::parse(octets).ok()?;
    let keys = package.keys().map(|(atc, keys)| (atc, keys.octets()));
    let mut out = vec![0; octets.len() + 12];
    #[cfg(feature = "limited-use")]
    if let Some(batch) = package.limited_use() {
        let (subject, not_after) = (package.subject(), package.not_after());
        let (terms, key) = (batch.terms(), batch.octets());
        let written = super::emit_limited_use(&mut out, subject, not_after, &terms, key);
        return Some(written.unwrap().to_vec());
    }
    let (not_after, algorithms) = (package.not_after(), package.algorithms());
    let written = emit(&mut out, package.subject(), not_after, algorithms, keys).unwrap();
    Some(written.to_vec())
}

/// The package of format version 01, rewritten in version 02.
fn in_version_2(octets: &[u8]) -> Vec<u8> {
    let content = match octets[1] {
        0x81 => &octets[3..],
        0x82 => &octets[4..],
        _ => &octets[2..],
    };
    let content = [
        &[0xC0, 1, 2, 0xC1, 8, 0, 0, 0, 0, 0, 0, 0, 0],
        &content[3..],
    ]
    .concat();
    let mut out = vec![0; content.len() + 4];
    let mut writer = Writer::new(&mut out);
    writer.object(Tag::new(0xE8), &content).unwrap();
    writer.finish().to_vec()
}

/// True if the package, written anew, gives the same octets, or those of version 02.
fn is_the_one_encoding(octets: &[u8]) -> bool {
    let rewritten = rewritten(octets).unwrap();
    rewritten == octets || rewritten == in_version_2(octets)
}

fn hex(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

#[test]
fn a_package_is_laid_out_as_documented() {
    let key = "000102030405060708090A0B0C0D0E0F";
    let octets = hex(&format!(
        "E8 26 C0 01 02 C1 08 0000000001020304 E0 03 C0 01 01 C8 12 0007 {key}"
    ));
    let (subject, keys) = parsed(&octets).unwrap();
    assert_eq!(subject, card(&PROFILE));
    assert_eq!(keys, [(7, hex(key))]);
    assert_eq!(rewritten(&octets), Some(octets));
}

#[test]
fn a_package_of_format_version_01_still_reads_and_its_keys_do_not_expire() {
    let key = "000102030405060708090A0B0C0D0E0F";
    let octets = hex(&format!("E8 1C C0 01 01 E0 03 C0 01 01 C8 12 0007 {key}"));
    let (subject, keys) = parsed(&octets).unwrap();
    assert_eq!(subject, card(&PROFILE));
    assert_eq!(keys, [(7, hex(key))]);
    assert_eq!(Package::parse(&octets).unwrap().not_after(), None);
    assert_eq!(rewritten(&octets), Some(in_version_2(&octets)));
}

#[test]
fn the_keys_of_a_package_are_good_until_a_time_or_for_good() {
    let read = |not_after| {
        let mut out = [0; 64];
        let octets = emit(
            &mut out,
            &card(&PROFILE),
            not_after,
            Algorithms::TDES,
            [key(1)],
        )
        .unwrap();
        Package::parse(octets).unwrap().not_after()
    };
    assert_eq!(read(Some(EXPIRY)), Some(EXPIRY));
    assert_eq!(read(Some(UnixTime(u64::MAX))), Some(UnixTime(u64::MAX)));
    assert_eq!(read(None), None);
}

#[test]
fn a_replenishment_names_its_card_by_a_number_of_even_or_odd_length() {
    let key = "000102030405060708090A0B0C0D0E0F";
    let cases = [
        (
            "E8 27 C0 01 02 C1 08 0000000001020304 5A 04 62509401",
            "62509401",
        ),
        (
            "E8 2B C0 01 02 C1 08 0000000001020304 5A 08 6250940000000001",
            "6250940000000001",
        ),
        (
            "E8 2A C0 01 02 C1 08 0000000001020304 5A 07 6250940000001F",
            "6250940000001",
        ),
        (
            "E8 2D C0 01 02 C1 08 0000000001020304 5A 0A 6250940000000000001F",
            "6250940000000000001",
        ),
    ];
    for (head, number) in cases {
        let octets = hex(&format!("{head} C8 12 0007 {key}"));
        let (subject, keys) = parsed(&octets).unwrap();
        assert_eq!(subject, keys_for(number));
        assert_eq!(Package::parse(&octets).unwrap().profile(), None);
        assert_eq!(keys, [(7, hex(key))]);
        assert_eq!(rewritten(&octets), Some(octets));
    }
}

#[test]
fn a_package_that_was_written_reads_back_for_every_form_of_length_field() {
    for profile_len in [0, 3, 0x7F, 0x80, 0xFF, 0x100, 0x400] {
        let mut content = vec![0xC2, 0x82, 0, 0];
        content.resize(profile_len.max(4), 0x55);
        let value = u16::try_from(content.len() - 4).unwrap().to_be_bytes();
        content[2..4].copy_from_slice(&value);
        let mut profile = vec![0; content.len() + 4];
        let mut writer = Writer::new(&mut profile);
        writer.object(Tag::new(0xE0), &content).unwrap();
        let profile = writer.finish().to_vec();
        for count in [1_u16, 4, 5, 6, 11, 12, 13, 14, 1000] {
            let atcs: Vec<u16> = (1..=count).map(|n| n * 3).collect();
            for subject in [keys_for(NUMBER), card(&profile)] {
                let octets = package(&subject, &atcs);
                let (read, keys) = parsed(&octets).unwrap();
                assert_eq!(read, subject);
                let expected: Vec<_> = atcs
                    .iter()
                    .map(|atc| (*atc, key(*atc).1.to_vec()))
                    .collect();
                assert_eq!(keys, expected);
            }
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    for octets in [
        package(&card(&PROFILE), &[1, 2]),
        package(&keys_for(NUMBER), &[1]),
    ] {
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
    let octets = package(&card(&PROFILE), &[1, 0x0102]);
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
    let octets = package(&card(&PROFILE), &[1, 2]);
    let profile = 15;
    let first_key = profile + PROFILE.len();
    // Not the profile's length: a profile that includes a whole key is still a well-formed package,
    // and the error is then in the profile.
    let structure = [
        0,
        1,
        2,
        3,
        4,
        5,
        6,
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
fn nothing_of_a_package_is_shown_when_it_is_debugged() {
    let octets = package(&card(&PROFILE), &[1, 2]);
    let read = Package::parse(&octets).unwrap();
    assert_eq!(
        format!("{read:?}"),
        "Package { subject: Card { .. }, not_after: Some(UnixTime(16909060)), keys: 2 }"
    );
    assert_eq!(format!("{:?}", read.keys()), "Keys(2 left)");
    let octets = package(&keys_for(NUMBER), &[1, 2]);
    assert_eq!(
        format!("{:?}", Package::parse(&octets).unwrap()),
        "Package { subject: Keys { number: CardNumber(625094******0001) }, \
         not_after: Some(UnixTime(16909060)), keys: 2 }"
    );
}

proptest! {
    #[test]
    fn any_octets_are_refused_or_are_the_one_encoding_of_what_they_say(
        octets in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        if Package::parse(&octets).is_ok() {
            prop_assert!(is_the_one_encoding(&octets));
        }
    }

    #[test]
    fn any_damage_to_a_package_is_refused_or_read_as_it_stands(
        at in 0_usize..200,
        with in prop::collection::vec(any::<u8>(), 0..4),
        remove in 0_usize..4,
    ) {
        let mut octets = package(&card(&PROFILE), &[1, 2, 3, 9]);
        let at = at.min(octets.len());
        let end = (at + remove).min(octets.len());
        octets.splice(at..end, with);
        if Package::parse(&octets).is_ok() {
            prop_assert!(is_the_one_encoding(&octets));
        }
    }
}
