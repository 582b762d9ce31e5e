use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

#[test]
fn a_card_number_shows_six_and_four_digits_and_fewer_when_it_is_short() {
    let cases = [
        ("6250947000000014", "625094******0014"),
        ("1234567890123", "123456***0123"),
        ("1234567890123456789", "123456*********6789"),
        ("123456789012", "********9012"),
        ("12345678", "****5678"),
    ];
    for (digits, masked) in cases {
        let number = CardNumber::parse(digits).unwrap();
        assert_eq!(number.to_string(), masked);
        assert_eq!(format!("{number:?}"), format!("CardNumber({masked})"));
        assert_eq!(number.last_four(), &digits[digits.len() - 4..]);
        assert_eq!(number.expose(), digits);
        assert_eq!(number.len(), digits.len());
    }
}

#[test]
fn card_numbers_of_8_to_19_digits_are_read_and_no_others() {
    let digits = "12345678901234567890";
    for length in 0..=20 {
        let parsed = CardNumber::parse(&digits[..length]);
        match length {
            8..=19 => assert_eq!(parsed.unwrap().expose(), &digits[..length]),
            _ => assert_eq!(parsed, Err(DigitsError::Length), "{length}"),
        }
    }
    for text in [
        "6250 947000000014",
        "625094700000001A",
        "625094700000001:",
        "625094700000001/",
        "-250947000000014",
        "６250947000000",
    ] {
        assert_eq!(CardNumber::parse(text), Err(DigitsError::NotADigit));
    }
}

#[test]
fn a_card_number_is_read_from_compressed_numeric() {
    let cases = [
        ("6250947000000014", Ok("6250947000000014")),
        ("6250947000000014FFFF", Ok("6250947000000014")),
        ("6250947000000000014F", Ok("6250947000000000014")),
        ("12345678", Ok("12345678")),
        ("1234567F", Err(DigitsError::Length)),
        ("12345678901234567890", Err(DigitsError::Length)),
        ("6250947000000014FFFFFF", Err(DigitsError::Length)),
        ("6250947F00000014", Err(DigitsError::NotADigit)),
        ("F250947000000014", Err(DigitsError::NotADigit)),
        ("625094700000001A", Err(DigitsError::NotADigit)),
        ("FFFFFFFFFFFFFFFF", Err(DigitsError::Length)),
        ("", Err(DigitsError::Length)),
    ];
    for (text, expected) in cases {
        let read = CardNumber::from_bcd(&hex::decode(text).unwrap());
        assert_eq!(
            read.as_ref().map(CardNumber::expose).map_err(|e| *e),
            expected,
            "{text}"
        );
    }
}

#[test]
fn digits_are_values_from_0_to_9() {
    let number = CardNumber::parse("0123456789").unwrap();
    let digits: Vec<u8> = number.digits().collect();
    assert_eq!(digits, (0..10).collect::<Vec<u8>>());
    assert_eq!(CardNumber::from_digits(digits).unwrap(), number);
    assert_eq!(
        CardNumber::from_digits([10; 10]),
        Err(DigitsError::NotADigit)
    );
}

/// 49927398716 is the usual worked example of the algorithm; 4111…, 5555… and 3782… are test
/// numbers that the schemes publish; the last two are those of `tests/vectors`.
#[test]
fn the_luhn_digit_of_published_numbers_is_right() {
    for text in [
        "49927398716",
        "4111111111111111",
        "5555555555554444",
        "378282246310005",
        "6250947000000014",
        "6212345678901232",
    ] {
        let number = CardNumber::parse(text).unwrap();
        assert!(number.luhn_valid(), "{text}");
        let payload: Vec<u8> = number.digits().take(text.len() - 1).collect();
        assert_eq!(CardNumber::with_check_digit(&payload), Ok(number));
    }
}

#[test]
fn a_check_digit_makes_8_to_19_digits_of_7_to_18() {
    for length in 0..=20 {
        let made = CardNumber::with_check_digit(&vec![9; length]);
        match length {
            7..=18 => assert!(made.unwrap().luhn_valid()),
            _ => assert_eq!(made, Err(DigitsError::Length), "{length}"),
        }
    }
    assert_eq!(
        CardNumber::with_check_digit(&[1, 2, 3, 4, 5, 6, 10]),
        Err(DigitsError::NotADigit)
    );
    assert_eq!(
        CardNumber::with_check_digit(&[255; 7]),
        Err(DigitsError::NotADigit)
    );
}

#[test]
fn bcd_is_read_as_a_number_unless_a_nibble_is_no_digit() {
    let cases: [(&str, Option<u64>); 9] = [
        ("", Some(0)),
        ("00", Some(0)),
        ("0156", Some(156)),
        ("000000001234", Some(1234)),
        ("999999999999", Some(999_999_999_999)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("99999999999999999999", None),
        ("00A0", None),
    ];
    for (text, number) in cases {
        assert_eq!(bcd_to_u64(&hex::decode(text).unwrap()), number, "{text}");
    }
}

#[test]
fn a_number_is_written_as_bcd_if_its_digits_fit() {
    assert_eq!(u64_to_bcd(1234), Some([0, 0, 0, 0, 0x12, 0x34]));
    assert_eq!(u64_to_bcd(99), Some([0x99]));
    assert_eq!(u64_to_bcd::<1>(100), None);
    assert_eq!(u64_to_bcd(0), Some([]));
    assert_eq!(u64_to_bcd::<0>(1), None);
    let most = hex::decode("18446744073709551615").unwrap();
    assert_eq!(u64_to_bcd::<10>(u64::MAX).unwrap()[..], most);
}

proptest! {
    #[test]
    fn one_wrong_digit_breaks_the_luhn_digit(
        digits in prop::collection::vec(0..10_u8, 7..=18), place in 0..19_usize, add in 1..10_u8
    ) {
        let number = CardNumber::with_check_digit(&digits).unwrap();
        let mut wrong: Vec<u8> = number.digits().collect();
        let place = place % wrong.len();
        wrong[place] = (wrong[place] + add) % 10;
        prop_assert!(!CardNumber::from_digits(wrong).unwrap().luhn_valid());
    }

    #[test]
    fn a_card_number_survives_text_and_bcd(digits in "[0-9]{8,19}") {
        let number = CardNumber::parse(&digits).unwrap();
        prop_assert_eq!(number.expose(), &digits);
        let mut text: String = digits.clone();
        text.push_str(if digits.len() % 2 == 0 { "" } else { "F" });
        prop_assert_eq!(CardNumber::from_bcd(&hex::decode(text).unwrap()), Ok(number));
    }

    #[test]
    fn a_number_survives_bcd(number in 0..1_000_000_000_000_u64) {
        prop_assert_eq!(bcd_to_u64(&u64_to_bcd::<6>(number).unwrap()), Some(number));
    }
}

#[test]
fn card_numbers_are_found_in_text_and_other_digits_are_not() {
    let cases: [(&str, &[&str]); 12] = [
        ("", &[]),
        ("6250947000000014", &["6250947000000014"]),
        ("DEBIT6250947000000014.", &["6250947000000014"]),
        ("6250 9470-0000 0014", &["6250 9470-0000 0014"]),
        // Another group before and behind it.
        ("12 6250947000000014 35", &["6250947000000014"]),
        (
            "4222222222222 and 6222020000000001230",
            &["4222222222222", "6222020000000001230"],
        ),
        // Wrong check digit; twelve digits; twenty; a leading zero; no digit between two spaces.
        ("6250947000000015", &[]),
        ("632616000018", &[]),
        ("62509470000000140000", &[]),
        ("0000000000000000", &[]),
        ("62509470  00000014", &[]),
        ("2026-11-27 10:15", &[]),
    ];
    for (text, numbers) in cases {
        let found: Vec<&str> = card_numbers(text.as_bytes())
            .map(|place| &text[place])
            .collect();
        assert_eq!(found, numbers, "{text}");
    }
}
