use std::format;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<Track2, Track2Error> {
    Track2::parse(&hex::decode(text).unwrap())
}

#[test]
fn a_track_2_is_read_part_by_part() {
    // Number, expiry, service code, discretionary data; the octets.
    let cases = [
        (
            ("6250947000000014", "2812", [2, 0, 1], &[][..]),
            "6250947000000014D2812201",
        ),
        (
            ("6250947000000014", "2812", [2, 2, 0], &[1, 2, 3][..]),
            "6250947000000014D2812220123F",
        ),
        (
            ("6250947000000000014", "4901", [6, 2, 0], &[0; 10][..]),
            "6250947000000000014D49016200000000000F",
        ),
        (
            ("6250947000000000014", "4901", [6, 2, 0], &[9; 11][..]),
            "6250947000000000014D490162099999999999",
        ),
        (
            ("12345678", "0001", [0, 0, 0], &[5; 22][..]),
            "12345678D00010005555555555555555555555",
        ),
    ];
    for ((number, expiry, service_code, discretionary), text) in cases {
        let text = if text.len() % 2 == 0 {
            text.to_string()
        } else {
            format!("{text}F")
        };
        let track2 = parse(&text).unwrap();
        assert_eq!(track2.number().expose(), number);
        assert_eq!(track2.expiry(), Expiry::parse(expiry).unwrap());
        assert_eq!(track2.service_code(), service_code);
        assert_eq!(track2.discretionary(), discretionary);

        let number = CardNumber::parse(number).unwrap();
        let expiry = Expiry::parse(expiry).unwrap();
        let made = Track2::new(number, expiry, service_code, discretionary);
        assert_eq!(made, Ok(track2.clone()));
        let mut buffer = [0; TRACK2_MAX];
        assert_eq!(hex::encode_upper(track2.emit(&mut buffer)), text);
    }
}

#[test]
fn a_malformed_track_2_is_refused_by_its_first_wrong_part() {
    let cases = [
        ("", Track2Error::Number),
        ("D2812201F0", Track2Error::Number),
        ("1234567D2812201F", Track2Error::Number),
        ("625094700000000000014D2812201F", Track2Error::Number),
        ("62509470A0000014D2812201", Track2Error::Number),
        ("6250947000000014", Track2Error::Separator),
        ("625094700000001F", Track2Error::Separator),
        ("6250947000000014D2", Track2Error::Expiry),
        ("6250947000000014D281", Track2Error::Expiry),
        ("6250947000000014D2813201", Track2Error::Expiry),
        ("6250947000000014D2800201", Track2Error::Expiry),
        ("6250947000000014D2A12201", Track2Error::Expiry),
        ("6250947000000014D28122", Track2Error::ServiceCode),
        ("6250947000000014D281220F", Track2Error::ServiceCode),
        ("6250947000000014D28122A1", Track2Error::ServiceCode),
        ("6250947000000014D28122011A", Track2Error::Discretionary),
        ("6250947000000014D2812201D1", Track2Error::Discretionary),
        ("6250947000000014D2812201FF", Track2Error::Discretionary),
        ("6250947000000014D28122011FFF", Track2Error::Discretionary),
        (
            "6250947000000000014D49016200000000000000",
            Track2Error::Length,
        ),
    ];
    for (text, error) in cases {
        let even = if text.len() % 2 == 0 {
            text.to_string()
        } else {
            format!("{text}F")
        };
        assert_eq!(parse(&even), Err(error), "{text}");
    }
}

#[test]
fn a_truncated_track_2_is_refused_or_has_less_discretionary_data() {
    let octets = hex::decode("6250947000000014D2812220123F").unwrap();
    for length in 0..octets.len() {
        let parsed = Track2::parse(&octets[..length]);
        match length {
            0..4 => assert_eq!(parsed, Err(Track2Error::Number)),
            4..=8 => assert_eq!(parsed, Err(Track2Error::Separator)),
            9..=10 => assert_eq!(parsed, Err(Track2Error::Expiry)),
            11 => assert_eq!(parsed, Err(Track2Error::ServiceCode)),
            _ => assert!(parsed.unwrap().discretionary().len() < 3),
        }
    }
}

#[test]
fn a_track_2_of_more_than_19_octets_or_with_other_than_digits_is_not_made() {
    let number = CardNumber::parse("6250947000000014").unwrap();
    let expiry = Expiry::new(28, 12).unwrap();
    let make =
        |service_code, digits: &[u8]| Track2::new(number.clone(), expiry, service_code, digits);
    assert!(make([2, 0, 1], &[0; 14]).is_ok());
    assert_eq!(make([2, 0, 1], &[0; 15]), Err(Track2Error::Length));
    assert_eq!(make([2, 0, 1], &[0; 100]), Err(Track2Error::Length));
    assert_eq!(make([2, 0, 1], &[10]), Err(Track2Error::Discretionary));
    assert_eq!(make([2, 0, 13], &[]), Err(Track2Error::ServiceCode));
}

#[test]
fn a_track_2_prints_the_masked_number_and_the_expiry_only() {
    let track2 = parse("6250947000000014D2812220987F").unwrap();
    assert_eq!(
        format!("{track2:?}"),
        "Track2 { number: CardNumber(625094******0014), expiry: Expiry(2812), .. }"
    );
}

#[test]
fn an_expiry_is_a_year_and_a_month() {
    for (text, expected) in [
        ("2812", Ok([0x28, 0x12])),
        ("0001", Ok([0x00, 0x01])),
        ("9912", Ok([0x99, 0x12])),
        ("2800", Err(NotAnExpiry)),
        ("2813", Err(NotAnExpiry)),
        ("28A1", Err(NotAnExpiry)),
        ("281", Err(NotAnExpiry)),
        ("28123", Err(NotAnExpiry)),
        ("", Err(NotAnExpiry)),
    ] {
        assert_eq!(Expiry::parse(text).map(Expiry::to_bcd), expected, "{text}");
        if let Ok(octets) = expected {
            let expiry = Expiry::from_bcd(octets).unwrap();
            assert_eq!(expiry.to_string(), text);
            assert_eq!(Expiry::new(expiry.year(), expiry.month()), Some(expiry));
        }
    }
    for octets in [[0x28, 0x13], [0x28, 0x00], [0x2A, 0x01], [0x28, 0x0A]] {
        assert_eq!(Expiry::from_bcd(octets), None);
    }
    assert_eq!(Expiry::new(100, 1), None);
}

#[test]
fn a_card_is_good_through_its_last_month() {
    let expiry = Expiry::new(28, 6).unwrap();
    for (year, month, covered) in [
        (28, 5, true),
        (28, 6, true),
        (28, 7, false),
        (27, 12, true),
        (29, 1, false),
        (0, 1, true),
    ] {
        assert_eq!(expiry.covers(year, month), covered, "{year}-{month}");
    }
}

proptest! {
    #[test]
    fn octets_that_are_a_track_2_are_written_back_the_same(
        text in "[0-9]{6,20}D[0-9]{2}(0[1-9]|1[0-2])[0-9]{2,20}F?"
    ) {
        prop_assume!(text.len() % 2 == 0);
        if let Ok(track2) = parse(&text) {
            let mut buffer = [0xEE; TRACK2_MAX];
            prop_assert_eq!(hex::encode_upper(track2.emit(&mut buffer)), text);
        }
    }

    #[test]
    fn no_octets_make_the_parser_fail_otherwise_than_by_an_error(
        octets in prop::collection::vec(any::<u8>(), 0..24)
    ) {
        if let Ok(track2) = Track2::parse(&octets) {
            let mut buffer = [0; TRACK2_MAX];
            prop_assert_eq!(track2.emit(&mut buffer), &octets[..]);
        }
    }

    #[test]
    fn parts_survive_the_octets(
        number in "[0-9]{8,19}", year in 0..100_u8, month in 1..=12_u8,
        service_code in [0..10_u8, 0..10, 0..10], length in 0..12_usize,
    ) {
        let digits: Vec<u8> = vec![7; length];
        let number = CardNumber::parse(&number).unwrap();
        let expiry = Expiry::new(year, month).unwrap();
        let track2 = Track2::new(number, expiry, service_code, &digits).unwrap();
        prop_assert_eq!(Track2::parse(track2.emit(&mut [0; TRACK2_MAX])), Ok(track2));
    }
}
