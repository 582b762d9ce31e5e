//! Codes of consumers.

use std::string::String;
use std::vec::Vec;

use proptest::prelude::*;
use understudy_core::wire::tags;
use zeroize::Zeroizing;

use crate::consumer::{ConsumerCode, ConsumerCodeError, OCTETS_MAX, TEXT_MAX, octets_of};

/// The sample in the documents of a `UnionPay` interface for merchants, as a client of it that others
/// published has it in its tests.
const UNIONPAY: &str = "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5OTk5nzYCAAGCAgAAnzcE6gZYyA==";
/// The examples of EMVCo's specification of consumer-presented codes.
const ONE: &str = "hQVDUFYwMWEaTwegAAAAVVVVVw8SNFZ4kBI0WNGRIgESNF8=";
const TWO: &str = "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==";

fn octets(text: &str) -> Vec<u8> {
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    octets_of(text, &mut buffer).unwrap().to_vec()
}

fn upper(octets: &[u8]) -> String {
    hex::encode_upper(octets)
}

#[test]
fn the_code_of_a_unionpay_card_is_read() {
    let octets = octets(UNIONPAY);
    let code = ConsumerCode::parse(&octets).unwrap();
    let cards: Vec<_> = code.applications().collect();
    let [card] = cards.as_slice() else {
        panic!("{} cards", cards.len());
    };
    assert_eq!(upper(card.aid), "A000000333010101");
    let track_2 = card.object(tags::TRACK_2_EQUIVALENT_DATA).unwrap();
    assert_eq!(upper(track_2), "6292610358444335641D22102010000018801F");
    assert_eq!(
        upper(card.chip_data),
        "9F2608568B12D9DA0BD97F9F2701809F101107000103A000000108333939393939\
         39399F36020001820200009F3704EA0658C8"
    );
    assert!(code.common().is_empty());
}

#[test]
fn the_examples_of_the_specification_are_read() {
    let octets_of_one = octets(ONE);
    let one = ConsumerCode::parse(&octets_of_one).unwrap();
    let card = one.applications().next().unwrap();
    assert_eq!(upper(card.aid), "A0000000555555");
    assert!(card.chip_data.is_empty());
    let octets_of_two = octets(TWO);
    let two = ConsumerCode::parse(&octets_of_two).unwrap();
    let aids: Vec<String> = two.applications().map(|card| upper(card.aid)).collect();
    assert_eq!(aids, ["A0000000555555", "A0000000666666"]);
    assert!(upper(two.common()).starts_with("5A081234567890123458"));
}

#[test]
fn every_truncation_is_refused() {
    for text in [UNIONPAY, ONE, TWO] {
        let octets = octets(text);
        // The common template is the last object of the second example and may be missing.
        for length in 0..octets.len() {
            let parsed = ConsumerCode::parse(&octets[..length]);
            let is_whole = text == TWO && (length == 28 || length == 49);
            assert_eq!(parsed.is_ok(), is_whole, "{length} of {text}");
        }
    }
}

#[test]
fn what_is_not_a_code_is_refused_by_its_reason() {
    let refused = |hex: &str| {
        let octets = hex::decode(hex.replace(' ', "")).unwrap();
        ConsumerCode::parse(&octets).map(|_| ()).unwrap_err()
    };
    let aid = "4F05A000000333";
    let one = std::format!("6107{aid}");
    for (hex, reason) in [
        ("", ConsumerCodeError::Format),
        ("8505 4350563032", ConsumerCodeError::Format),
        ("8505 4350563031", ConsumerCodeError::NoApplication),
        ("8505 4350563031 6100", ConsumerCodeError::NoIdentifier),
        (
            "8505 4350563031 6106 4F04A0000003",
            ConsumerCodeError::NoIdentifier,
        ),
    ] {
        assert_eq!(refused(hex), reason, "{hex}");
    }
    let start = "85054350563031";
    for twice in [
        std::format!("{start}{one}{start}"),
        std::format!("{start}610E{aid}{aid}"),
        std::format!("{start}610F{aid}630682020000820200"),
        std::format!("{start}{one}62006200"),
        std::format!("{start}{one}6206500141500142"),
    ] {
        assert!(
            matches!(
                refused(&twice),
                ConsumerCodeError::Twice | ConsumerCodeError::Objects(_)
            ),
            "{twice}"
        );
    }
    let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
    let long = "A".repeat(TEXT_MAX + 4);
    for (text, reason) in [
        ("hQVDUFYwMQ", ConsumerCodeError::NotBase64),
        ("hQVD UFYw", ConsumerCodeError::NotBase64),
        (long.as_str(), ConsumerCodeError::TooLong),
    ] {
        assert_eq!(octets_of(text, &mut buffer), Err(reason));
    }
}

proptest! {
    #[test]
    fn nothing_panics(octets in prop::collection::vec(any::<u8>(), 0..200), at in 0..90_usize, to: u8) {
        if let Ok(code) = ConsumerCode::parse(&octets) {
            prop_assert!(code.applications().count() > 0);
        }
        let mut altered = self::octets(UNIONPAY);
        let place = at % altered.len();
        altered[place] = to;
        if let Ok(code) = ConsumerCode::parse(&altered) {
            prop_assert_eq!(code.applications().count(), 1);
        }
    }
}
