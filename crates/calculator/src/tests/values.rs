//! Card verification values.

use serde_json::Value;
use std::string::String;
use understudy_core::wire::digits::CardNumber;

use super::{array, list, text, vectors};
use crate::{CardVerification, CardVerificationError, CardVerificationKey};

fn digits<const N: usize>(case: &Value, name: &str) -> [u8; N] {
    let digits = text(case, name).as_bytes().try_into();
    <[u8; N]>::map(digits.unwrap(), |digit| digit - b'0')
}

fn value(key: [u8; 16], card: &CardVerification<'_>) -> String {
    let value = CardVerificationKey::new(key).value(card).unwrap();
    value.map(|digit| char::from(b'0' + digit)).iter().collect()
}

#[test]
fn every_value_is_the_one_published() {
    let file = vectors!("card_verification");
    let key = array(&file, "key");
    let mut swapped = key;
    swapped.rotate_left(8);
    let mut survivors = 0;
    for case in list(&file, "values") {
        let number = CardNumber::parse(text(case, "pan")).unwrap();
        let [a, b, c, d] = digits(case, "expiry");
        let service_code = digits(case, "service_code");
        let card = |expiry, service_code| CardVerification {
            number: &number,
            expiry,
            service_code,
        };
        assert_eq!(
            value(key, &card([a, b, c, d], service_code)),
            text(case, "value"),
            "{case}"
        );
        // Month and year swapped, keys A and B swapped, and the other service codes.
        let mut wrong = std::vec![value(swapped, &card([a, b, c, d], service_code))];
        if [a, b] != [c, d] {
            wrong.push(value(key, &card([c, d, a, b], service_code)));
        }
        for other in [[0, 0, 0], [9, 9, 9], [1, 2, 1]] {
            if other != service_code {
                wrong.push(value(key, &card([a, b, c, d], other)));
            }
        }
        survivors += wrong
            .iter()
            .filter(|wrong| *wrong == text(case, "value"))
            .count();
    }
    // Three digits: one mistake in a thousand goes unseen.
    assert_eq!(survivors, 0);
}

#[test]
fn digits_above_nine_are_refused() {
    let number = CardNumber::parse("6250947000000014").unwrap();
    let key = CardVerificationKey::new([1; 16]);
    for (expiry, service_code) in [([10, 0, 0, 0], [0; 3]), ([0; 4], [0, 0, 10])] {
        let card = CardVerification {
            number: &number,
            expiry,
            service_code,
        };
        assert_eq!(key.value(&card), Err(CardVerificationError));
    }
}
