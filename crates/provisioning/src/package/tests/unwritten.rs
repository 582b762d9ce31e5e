//! Packages that are not written.

use super::*;

#[test]
fn a_package_is_not_written_from_wrong_parts() {
    let mut room = [0; 256];
    let cases: [(&str, Subject<'_>, &[u16], EmitError); 7] = [
        ("no keys", keys_for(NUMBER), &[], EmitError::NoKeys),
        (
            "a counter twice",
            keys_for(NUMBER),
            &[4, 4],
            EmitError::Order,
        ),
        (
            "counters that fall",
            keys_for(NUMBER),
            &[4, 3],
            EmitError::Order,
        ),
        ("an empty profile", card(&[]), &[1], EmitError::Profile),
        (
            "another template",
            card(&[0xE1, 0x00]),
            &[1],
            EmitError::Profile,
        ),
        (
            "a profile in a long form",
            card(&[0xE0, 0x81, 0x00]),
            &[1],
            EmitError::Profile,
        ),
        (
            "a damaged profile",
            card(&[0xE0, 0x01, 0xC0]),
            &[1],
            EmitError::Profile,
        ),
    ];
    for (name, subject, atcs, expected) in cases {
        let written = emit(
            &mut room,
            &subject,
            Some(EXPIRY),
            Algorithms::TDES,
            atcs.iter().copied().map(key),
        );
        assert_eq!(written.err(), Some(expected), "{name}");
    }
}

#[test]
fn a_package_is_not_written_into_too_little_room() {
    let whole = package(&card(&PROFILE), &[1, 2]);
    for len in 0..whole.len() {
        let mut room = vec![0; len];
        let written = emit(
            &mut room,
            &card(&PROFILE),
            Some(EXPIRY),
            Algorithms::TDES,
            [1, 2].map(key),
        );
        assert_eq!(
            written.err(),
            Some(EmitError::Overflow),
            "{len} octets of room"
        );
    }
}

#[test]
fn a_package_longer_than_its_length_field_can_say_is_not_written() {
    let mut room = vec![0; 70_000];
    let written = emit(
        &mut room,
        &keys_for(NUMBER),
        Some(EXPIRY),
        Algorithms::TDES,
        (1..=3300).map(key),
    );
    assert_eq!(written.err(), Some(EmitError::Overflow));
}
