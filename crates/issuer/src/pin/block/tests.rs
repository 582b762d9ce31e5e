//! PIN blocks, compared with fields worked out by hand, and opened under neighbours of a number.

use understudy_core::crypto::{Cryptogram, TdesKey};
use understudy_core::wire::digits::CardNumber;

use super::TerminalPinKey;
use crate::secret::Secret;
use crate::{Pin, PinBlock};

const KEY: [u8; 16] = [
    0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01,
];

fn key() -> TerminalPinKey {
    TerminalPinKey::new(Secret::new(KEY))
}

fn number(text: &str) -> CardNumber {
    CardNumber::parse(text).unwrap()
}

/// A block of format 0 as a terminal makes it.
fn sealed(pin: &str, number: &CardNumber) -> [u8; 8] {
    match key().seal(&Pin::parse(pin).unwrap(), number) {
        PinBlock::Format0(block) => block,
        PinBlock::Format4(_) => panic!("TDES makes blocks of format 0"),
    }
}

/// A clear block encrypted under the key with the core's cipher: an answer cryptogram over the
/// response code 0000 is the bare encryption.
fn encrypted(clear: u64) -> [u8; 8] {
    TdesKey::from_octets(KEY).arpc_method_1(&Cryptogram(clear.to_be_bytes()), [0, 0])
}

/// Fields worked out by hand from ISO 9564-1, format 0: `0 N P…P F…F` for the PIN, and `0000` with
/// the twelve digits before the check digit for the account, left-padded with zeros.
#[test]
fn a_pin_block_is_the_encrypted_sum_of_pin_field_and_account_field() {
    let cases = [
        (
            "1234",
            0x0412_34FF_FFFF_FFFF,
            "6250947000000014",
            0x0000_0947_0000_0001,
        ),
        (
            "123456",
            0x0612_3456_FFFF_FFFF,
            "6250947000000014",
            0x0000_0947_0000_0001,
        ),
        (
            "123456789012",
            0x0C12_3456_7890_12FF,
            "6250947000000000014",
            0x0000_7000_0000_0001,
        ),
        (
            "0000",
            0x0400_00FF_FFFF_FFFF,
            "12345674",
            0x0000_0000_0123_4567,
        ),
    ];
    for (pin, pin_field, account, account_field) in cases {
        let clear: u64 = pin_field ^ account_field;
        let sealed = sealed(pin, &number(account));
        assert_eq!(sealed, encrypted(clear), "{pin} {account}");
        let opened = key().open(sealed, &number(account)).unwrap();
        let digits: Vec<u8> = pin.bytes().map(|octet| octet - b'0').collect();
        assert_eq!(opened.digits(), digits);
    }
}

#[test]
fn a_pin_field_of_another_form_holds_no_pin() {
    let cases: [(&str, u64); 9] = [
        ("format 1", 0x1412_34FF_FFFF_FFFF),
        ("format 3", 0x3412_34FF_FFFF_FFFF),
        ("three digits", 0x0312_3FFF_FFFF_FFFF),
        ("thirteen digits", 0x0D12_3456_7890_123F),
        ("no digits", 0x00FF_FFFF_FFFF_FFFF),
        ("a digit above 9", 0x0412_3AFF_FFFF_FFFF),
        ("fill within the digits", 0x0412_3FFF_FFFF_FFFF),
        ("a digit in the fill", 0x0412_34FF_FFFF_FFF0),
        ("a digit right behind the digits", 0x0412_345F_FFFF_FFFF),
    ];
    let number = number("6250947000000014");
    for (name, field) in cases {
        let block = encrypted(field ^ 0x0000_0947_0000_0001);
        assert!(key().open(block, &number).is_none(), "{name}");
    }
}

/// The number with its digits from index `from` on replaced by `with`, and a right check digit.
fn neighbour(of: &str, from: usize, with: &[u8]) -> CardNumber {
    let mut digits: Vec<u8> = of.bytes().map(|octet| octet - b'0').collect();
    digits.pop();
    digits[from..from + with.len()].copy_from_slice(with);
    CardNumber::with_check_digit(&digits).unwrap()
}

fn three_digits(number: u16) -> [u8; 3] {
    [number / 100, number / 10 % 10, number % 10].map(|digit| u8::try_from(digit).unwrap())
}

/// The digits of a block of `pin` opened under another number, computed from the standard's text on
/// decimal digits: the twelve digits before the check digit are added to the PIN from its third
/// digit on. Where they differ the entered digit is combined with both, and the fill is no longer
/// F.
fn seen_under(pin: &str, own: &str, other: &str) -> Option<Vec<u8>> {
    let account = |number: &str| number[number.len() - 13..number.len() - 1].to_owned();
    let (own, other) = (account(own).into_bytes(), account(other).into_bytes());
    let mut seen: Vec<u8> = pin.bytes().map(|octet| octet - b'0').collect();
    for (place, (a, b)) in own.iter().zip(&other).enumerate() {
        match seen.get_mut(place + 2) {
            Some(digit) => *digit ^= (a - b'0') ^ (b - b'0'),
            None if a != b => return None,
            None => {}
        }
    }
    seen.iter().all(|digit| *digit <= 9).then_some(seen)
}

/// Numbers of every length in which a neighbour may differ in all digits.
const NUMBERS: [&str; 3] = ["6250947000000014", "6250947000000000014", "3714496353984"];

#[test]
fn under_every_number_that_differs_in_a_digit_a_block_opens_as_format_0_says() {
    let (mut right, mut wrong, mut none) = (0, 0, 0);
    for own in NUMBERS {
        let own_number = neighbour(own, 0, &[]);
        let own = own_number.expose();
        for pin in [
            "1234",
            "98765",
            "123456",
            "0000000",
            "12345678",
            "123456789012",
        ] {
            let block = sealed(pin, &own_number);
            for (at, with) in (0..own.len() - 1).flat_map(|at| (0..=9).map(move |with| (at, with)))
            {
                let other = neighbour(own, at, &[with]);
                let opened = key().open(block, &other);
                let opened = opened.map(|pin| pin.digits().to_vec());
                assert_eq!(
                    opened,
                    seen_under(pin, own, other.expose()),
                    "{pin} {own} {other:?}"
                );
                let entered: Vec<u8> = pin.bytes().map(|octet| octet - b'0').collect();
                match opened {
                    Some(seen) if seen == entered => right += 1,
                    Some(_) => wrong += 1,
                    None => none += 1,
                }
            }
        }
    }
    assert!(right > 0 && wrong > 0 && none > 0, "{right} {wrong} {none}");
}

/// The neighbours within an issuer's own numbers, which share the first six digits.
#[test]
fn within_a_range_of_sixteen_digits_only_the_seventh_digit_may_differ_and_only_for_six_digits_or_more()
 {
    let own = NUMBERS[0];
    let own_number = neighbour(own, 0, &[]);
    for (pin, readable) in [("1234", 0), ("12345", 0), ("123456", 9), ("123450", 7)] {
        let block = sealed(pin, &own_number);
        let mut opened = 0;
        // Every number that differs in the seventh to ninth digit.
        for serial in 0..1000_u16 {
            let digits = three_digits(serial);
            let other = neighbour(own, 6, &digits);
            let Some(seen) = key().open(block, &other) else {
                continue;
            };
            if other.expose() == own_number.expose() {
                continue;
            }
            assert_eq!(digits[1..], [0, 0], "{pin} {other:?}");
            assert_ne!(
                seen.digits()[5],
                pin.as_bytes()[5] - b'0',
                "{pin} {other:?}"
            );
            opened += 1;
        }
        assert_eq!(opened, readable, "{pin}");
    }
}

/// A block is read correctly under its own number, and under those with the same twelve digits
/// before the check digit.
#[test]
fn the_entered_pin_is_read_only_where_the_twelve_digits_are_the_same() {
    let own = NUMBERS[0];
    let own_number = neighbour(own, 0, &[]);
    for pin in ["1234", "123456", "123456789012"] {
        let entered: Vec<u8> = pin.bytes().map(|octet| octet - b'0').collect();
        let block = sealed(pin, &own_number);
        for first in 0..1000_u16 {
            let digits = three_digits(first);
            for (from, same) in [
                (0, true),
                (3, digits == [0, 9, 4]),
                (12, digits == [0, 0, 1]),
            ] {
                let opened = key().open(block, &neighbour(own, from, &digits));
                let read = opened.is_some_and(|seen| seen.digits() == entered);
                assert_eq!(read, same, "{pin}, {digits:?} from {from}");
            }
        }
    }
}
