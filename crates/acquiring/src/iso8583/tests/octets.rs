//! Octets that are messages, and octets that are not.

use std::vec::Vec;

use proptest::prelude::*;

use super::kit::{messages, packed};
use crate::iso8583::{
    Class, Error, FIELDS, Field, MESSAGE_MAX, Message, MessageType, Problem, Variant, emit, field,
    frame, parse,
};

/// Written by hand from ISO 8583:1987 §4 and the table: type, bitmap with the bits of its fields,
/// fields. 3, 11, 22, 35 (25 digits), 41 and 55.
const BCD: &str = "0200 2020 0400 2080 0200 000000 000042 0720 \
     25 6228480000000000D301222010 5445524D2D303031 0003 9F3600";
const ASCII: &str = "30323030 32303230303430303230383030323030 303030303030 303030303432 303732 \
     3235 363232383438303030303030303030303D33303132323230 31 5445524D2D303031 303033 394633363030";

fn octets(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal.replace(char::is_whitespace, "")).unwrap()
}

#[test]
fn a_message_is_what_its_octets_say_by_hand() {
    let mut message = Message::new(MessageType::FinancialRequest);
    for (number, value) in [
        (3, &b"000000"[..]),
        (11, b"000042"),
        (22, b"072"),
        (35, b"6228480000000000=30122201"),
        (41, b"TERM-001"),
        (55, &[0x9F, 0x36, 0x00]),
    ] {
        message.set(number, value).unwrap();
    }
    for (variant, text) in [(Variant::Bcd, BCD), (Variant::Ascii, ASCII)] {
        let octets = octets(text);
        assert_eq!(packed(&message, variant), octets, "{variant:?}");
        assert_eq!(parse(&octets, variant).as_ref(), Ok(&message));
    }
}

#[test]
fn every_message_comes_back_from_its_octets() {
    for message in messages() {
        for variant in Variant::ALL {
            let octets = packed(&message, variant);
            assert_eq!(parse(&octets, variant).as_ref(), Ok(&message));
            assert!(octets.len() <= MESSAGE_MAX);
        }
    }
}

#[test]
fn every_truncation_is_refused_and_so_is_an_octet_more() {
    for message in messages() {
        for variant in Variant::ALL {
            let mut octets = packed(&message, variant);
            for length in 0..octets.len() {
                let error = parse(&octets[..length], variant).unwrap_err();
                let cut = matches!(
                    error,
                    Error::MessageType | Error::Bitmap | Error::Field(_, Problem::CutOff)
                );
                assert!(cut, "{length}: {error}");
            }
            octets.push(0);
            assert_eq!(parse(&octets, variant), Err(Error::Trailing(1)));
        }
    }
}

#[test]
fn every_octet_may_take_any_value_and_the_message_is_refused_or_says_that() {
    let mut accepted = 0_u32;
    for message in messages() {
        for variant in Variant::ALL {
            let good = packed(&message, variant);
            for at in 0..good.len() {
                for value in 0..=255 {
                    let mut octets = good.clone();
                    octets[at] = value;
                    if let Ok(read) = parse(&octets, variant) {
                        assert_eq!(packed(&read, variant), octets);
                        accepted += 1;
                    }
                }
            }
        }
    }
    assert!(accepted > 10_000);
}

#[test]
fn a_field_that_is_not_spoken_is_named() {
    let known = |number| FIELDS.iter().any(|row| row.number == number);
    for number in (2..=128_u8).filter(|&number| !known(number)) {
        let mut bits = 1_u128 << (128 - u32::from(number));
        bits |= u128::from(number > 64) << 127;
        let bitmap = bits.to_be_bytes();
        let mut octets = std::vec![0x02, 0x00];
        octets.extend(&bitmap[..if number > 64 { 16 } else { 8 }]);
        let error = parse(&octets, Variant::Bcd).unwrap_err();
        assert_eq!(error, Error::UnknownField(number));
        let text = std::format!("{error}");
        assert!(text.contains(&std::format!("DE {number} ")), "{text}");
    }
}

#[test]
fn a_second_bitmap_without_a_field_is_refused() {
    let octets = octets("0200 8000000000000000 0000000000000000");
    assert_eq!(parse(&octets, Variant::Bcd), Err(Error::Bitmap));
}

#[test]
fn a_message_type_that_is_not_spoken_is_refused() {
    let mut spoken = 0;
    for number in 0..10_000_u32 {
        let mut octets = std::format!("{number:04}").into_bytes();
        octets.extend(b"2000000000000000000000");
        match parse(&octets, Variant::Ascii) {
            Ok(_) => spoken += 1,
            Err(error) => assert_eq!(error, Error::MessageType),
        }
    }
    assert_eq!(spoken, MessageType::ALL.len());
}

#[test]
fn a_message_that_does_not_fit_is_not_written() {
    for message in messages() {
        let length = packed(&message, Variant::Ascii).len();
        for room in 0..length {
            let mut room = std::vec![0; room];
            let written = emit(&message, Variant::Ascii, &mut room);
            assert_eq!(written, Err(Error::Room));
        }
    }
}

#[test]
fn a_stream_is_split_at_its_lengths() {
    let stream = [0, 2, 0xAA, 0xBB, 0, 0, 0, 1];
    let (first, rest) = frame::split(&stream).unwrap();
    assert_eq!(first, [0xAA, 0xBB]);
    let (empty, rest) = frame::split(rest).unwrap();
    assert!(empty.is_empty() && frame::split(rest).is_none());
    for length in 0..4 {
        assert_eq!(frame::split(&stream[..length]), None);
    }
    assert_eq!(frame::prefix(&[0; 0x0102]), Ok([1, 2]));
    assert_eq!(frame::prefix(&std::vec![0; 0x1_0000]), Err(Error::Room));
}

/// Any value of a field.
fn value(row: &'static Field) -> BoxedStrategy<Vec<u8>> {
    let most = row.length.most();
    let least = if row.length.digits() == 0 { most } else { 1 };
    let characters = match row.class {
        Class::N => "[0-9]",
        Class::An => "[0-9A-Za-z]",
        Class::Ans => "[ -~]",
        Class::Z => "[0-9=]",
        Class::B => return proptest::collection::vec(any::<u8>(), least..=most).boxed(),
    };
    let pattern = std::format!("{characters}{{{least},{most}}}");
    let text = proptest::string::string_regex(&pattern).unwrap();
    text.prop_map(std::string::String::into_bytes).boxed()
}

proptest! {
    #[test]
    fn any_fields_come_back(
        kind in 0..MessageType::ALL.len(),
        chosen in proptest::sample::subsequence(&FIELDS[..], 0..=FIELDS.len()).prop_flat_map(
            |rows| rows.into_iter().map(|row| {
                value(field(row.number).unwrap()).prop_map(move |value| (row.number, value))
            }).collect::<Vec<_>>()
        ),
    ) {
        let mut message = Message::new(MessageType::ALL[kind]);
        for (number, value) in chosen.iter().rev() {
            message.set(*number, value).unwrap();
        }
        for variant in Variant::ALL {
            let octets = packed(&message, variant);
            let read = parse(&octets, variant);
            prop_assert_eq!(read.as_ref(), Ok(&message));
        }
    }

    #[test]
    fn any_octets_are_refused_or_are_the_one_encoding(octets: Vec<u8>) {
        for variant in Variant::ALL {
            if let Ok(message) = parse(&octets, variant) {
                prop_assert_eq!(packed(&message, variant), octets.clone());
            }
        }
    }
}
