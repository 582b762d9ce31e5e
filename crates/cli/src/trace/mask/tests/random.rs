//! Random numbers in random objects, and random data that is neither.

use proptest::prelude::*;

use super::Mask;
use crate::hex;

/// The length of a value in one of the five forms that are read.
fn length(form: usize, value: usize) -> Vec<u8> {
    let octets = u32::try_from(value).unwrap().to_be_bytes();
    match form % 5 {
        0 if value < 0x80 => vec![octets[3]],
        0 | 1 if value < 0x100 => vec![0x81, octets[3]],
        0..=2 => vec![0x82, octets[2], octets[3]],
        3 => [&[0x83], &octets[1..]].concat(),
        _ => [&[0x84], &octets[..]].concat(),
    }
}

fn object(tag: &[u8], form: usize, value: &[u8]) -> Vec<u8> {
    [tag, &length(form, value.len()), value].concat()
}

/// Digits with a right check digit, computed by the definition and not by the tested code.
fn with_check_digit(mut digits: Vec<u8>) -> Vec<u8> {
    let weights = [2, 1].into_iter().cycle();
    let products = digits
        .iter()
        .rev()
        .zip(weights)
        .map(|(digit, weight)| digit * weight);
    let sum: u32 = products
        .map(|product| u32::from(product / 10 + product % 10))
        .sum();
    digits.push(u8::try_from((10 - sum % 10) % 10).unwrap());
    digits
}

fn packed(digits: &[u8]) -> Vec<u8> {
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0xF))
        .collect()
}

fn text(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// A card number of 13–19 digits, with its check digit.
fn number() -> impl Strategy<Value = Vec<u8>> {
    let digits = (1..=9_u8, prop::collection::vec(0..=9_u8, 11..=17));
    digits.prop_map(|(first, rest)| with_check_digit([&[first], &rest[..]].concat()))
}

/// A track 2: a number, a month, a service code, and discretionary data as long as fits.
fn track() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let rest = (
        0..=99_u8,
        1..=12_u8,
        prop::collection::vec(0..=9_u8, 3..=14),
    );
    (number(), rest).prop_map(|(number, (year, month, rest))| {
        let expiry = [year / 10, year % 10, month / 10, month % 10];
        let mut track = [&number[..], &[0xD], &expiry, &rest].concat();
        track.truncate(37);
        (number, track)
    })
}

fn check(octets: &[u8], number: &[u8], discretionary: &[u8]) -> Result<(), TestCaseError> {
    let mut mask = Mask::default();
    mask.learn(octets);
    let shown = mask.objects(octets);
    prop_assert_eq!(shown.len(), 2 * octets.len());
    prop_assert!(hex::parse(&shown).is_ok());
    let number = text(number);
    let middle = &number[6..number.len() - 4];
    prop_assert!(!shown.contains(&number), "{}", shown);
    let around = format!("{}{middle}", &number[..6]);
    prop_assert!(!shown.contains(&around), "{}", shown);
    if discretionary.len() > 5 {
        prop_assert!(!shown.contains(&text(discretionary)), "{}", shown);
    }
    // Only hidden digits differ.
    for (given, shown) in hex::upper(octets).chars().zip(shown.chars()) {
        prop_assert!(given == shown || shown == 'E');
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_number_under_its_tag_leaves_in_any_length_and_depth(
        (number, track) in track(),
        form in 0..5_usize,
        kind in 0..4_usize,
        templates in prop::collection::vec((0..4_usize, 0..5_usize), 0..20),
        before in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let mut octets = match kind {
            0 => object(&[0x57], form, &packed(&track)),
            1 => object(&[0x5A], form, &packed(&number)),
            2 => object(&[0x9F, 0x6B], form, &packed(&track)),
            _ => object(&[0xDF, 0x01], form, &packed(&number)),
        };
        for (template, form) in templates {
            let tag: &[u8] = [&[0x70][..], &[0x77], &[0xBF, 0x0C], &[0xE1]][template];
            let neighbour = object(&[0x9F, 0x37], 0, &before);
            octets = object(tag, form, &[neighbour, octets].concat());
        }
        let discretionary = match kind {
            0 | 2 => track.get(number.len() + 8..).unwrap_or_default(),
            _ => &[],
        };
        check(&octets, &number, discretionary)?;
    }

    #[test]
    fn no_track_without_a_tag_leaves(
        (number, track) in track(),
        before in prop::collection::vec(any::<u8>(), 0..6),
        cut in 0..4_usize,
    ) {
        // A tag that no reader continues after: the following octets have no meaning.
        let mut octets = [&[0x1F, 0xFF, 0xFF, 0xFF][..], &before, &packed(&track)].concat();
        octets.truncate(octets.len() - cut.min(track.len() / 2 - number.len() / 2 - 4));
        let rest = track.get(number.len() + 8..).unwrap_or_default();
        let kept = if cut == 0 { rest } else { &[] };
        check(&octets, &number, kept)?;
    }

    #[test]
    fn data_that_is_no_number_stays_untouched(
        reference in "[A-Z0-9]{29}",
        digits in prop::collection::vec(0x00..=0x99_u8, 8),
        cryptogram in any::<[u8; 8]>(),
        random in any::<[u8; 4]>(),
        iad in prop::collection::vec(any::<u8>(), 8..=32),
        aid in prop::collection::vec(any::<u8>(), 5..=16),
        check_value in any::<[u8; 3]>(),
        form in 0..3_usize,
    ) {
        let octets = [
            object(&[0x4F], 0, &aid),
            object(&[0x84], form, &aid),
            object(&[0x9F, 0x24], form, reference.as_bytes()),
            object(&[0x9F, 0x26], form, &cryptogram),
            object(&[0x9F, 0x26], form, &digits),
            object(&[0x9F, 0x37], form, &random),
            object(&[0x9F, 0x10], form, &iad),
            object(&[0xDF, 0x20], form, &check_value),
        ]
        .concat();
        let octets = object(&[0x77], form, &octets);
        let mut mask = Mask::default();
        mask.learn(&octets);
        prop_assert_eq!(mask.objects(&octets), hex::upper(&octets));
        prop_assert_eq!(mask.text(&reference.replace(|c: char| c.is_ascii_digit(), "7")),
            reference.replace(|c: char| c.is_ascii_digit(), "7"));
    }

    #[test]
    fn references_and_addresses_stay_untouched(
        reference in "[0-9]{12}",
        host in any::<[u8; 4]>(),
        port in any::<u16>(),
        words in "[A-Z]{1,6} [0-9]{1,12}",
    ) {
        let [a, b, c, d] = host;
        let mask = Mask::default();
        for text in [reference, format!("{a}.{b}.{c}.{d}:{port}"), words] {
            prop_assert_eq!(mask.text(&text), text);
        }
    }
}
