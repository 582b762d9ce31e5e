use super::*;

#[test]
fn a_currency_is_three_digits_with_a_zero_before_them() {
    assert_eq!(Currency::from_bcd([0x01, 0x56]), Some(Currency::CNY));
    assert_eq!(Currency::CNY.to_bcd(), [0x01, 0x56]);
    assert_eq!(Currency::USD.to_bcd(), [0x08, 0x40]);
    for octets in [[0x11, 0x56], [0x01, 0x5A], [0xA1, 0x56], [0xFF, 0xFF]] {
        assert_eq!(Currency::from_bcd(octets), None);
    }
}

#[test]
fn every_currency_survives_bcd() {
    for numeric in 0..=999 {
        let currency = Currency::new(numeric).unwrap();
        assert_eq!(currency.numeric(), numeric);
        assert_eq!(Currency::from_bcd(currency.to_bcd()), Some(currency));
    }
    assert_eq!(Currency::new(1000), None);
    assert_eq!(Currency::new(u16::MAX), None);
}

#[test]
fn an_amount_is_twelve_digits() {
    let cases = [
        (0, [0; 6]),
        (1234, [0, 0, 0, 0, 0x12, 0x34]),
        (Amount::MAX_MINOR, [0x99; 6]),
    ];
    for (minor, octets) in cases {
        let amount = Amount::new(minor, Currency::CNY).unwrap();
        assert_eq!(amount.to_bcd(), octets);
        assert_eq!(Amount::from_bcd(octets, Currency::CNY), Some(amount));
        assert_eq!(amount.minor(), minor);
        assert_eq!(amount.currency(), Currency::CNY);
    }
}

#[test]
fn an_amount_of_thirteen_digits_or_with_a_letter_is_refused() {
    assert_eq!(Amount::new(Amount::MAX_MINOR + 1, Currency::CNY), None);
    let letter = [0, 0, 0, 0, 0x12, 0x3A];
    assert_eq!(Amount::from_bcd(letter, Currency::CNY), None);
}

#[test]
fn amounts_in_different_currencies_are_different() {
    assert_ne!(Amount::new(1, Currency::CNY), Amount::new(1, Currency::USD));
}
