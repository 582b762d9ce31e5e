//! PINs and PIN blocks.

use understudy_core::wire::digits::CardNumber;

use crate::line::{AesPinKey, Pin, PinKey};

fn octets<const N: usize>(hexadecimal: &str) -> [u8; N] {
    hex::decode(hexadecimal).unwrap().try_into().unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::parse(text).unwrap()
}

fn number(text: &str) -> CardNumber {
    CardNumber::parse(text).unwrap()
}

/// The package psec 1.3.0 for Python (MIT): `encode_pinblock_iso_0`, then `encrypt_tdes_ecb`. The first
/// clear block, 0412AC89ABCDEF67, is also the example in common descriptions of ISO 9564-1.
#[test]
fn a_block_of_format_0_is_the_peer_s() {
    let key = PinKey::new(octets("0123456789ABCDEFFEDCBA9876543210"));
    for (digits, card, block) in [
        ("1234", "43219876543210987", "C967C8198151A458"),
        ("123456", "6228480000000000014", "7D8C858DF85989BB"),
    ] {
        let block = octets(block);
        assert_eq!(key.seal(&pin(digits), &number(card)), block);
        let opened = key.open(block, &number(card)).unwrap();
        assert_eq!(opened.digits(), pin(digits).digits());
        assert!(key.open(block, &number("6228480000000000022")).is_none());
    }
}

/// psec 1.3.0: `encode_pin_field_iso_4` with its random half replaced by 0102030405060708,
/// `encode_pan_field_iso_4`, and AES around them as ISO 9564-1 has it; `decipher_pinblock_iso_4` reads
/// each. The last block is the example in that package's documentation.
#[test]
fn a_block_of_format_4_is_the_peer_s() {
    let key = AesPinKey::new(octets("00112233445566778899AABBCCDDEEFF"));
    for (digits, card, block) in [
        (
            "1234",
            "1234567890123456",
            "225A306A3C02D26D35C241B3FE9BB6C4",
        ),
        (
            "123456789012",
            "6228480000000000014",
            "BD51A048A8D59326A12E45C04247EC64",
        ),
        ("0000", "123456789012", "258C74B0B79A15371549B5E1A54EC8E9"),
        ("98765", "1234567890123", "374FB5EFF5E60E7E90B2E5E324509EFA"),
    ] {
        let block = octets(block);
        let fill = [1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(key.seal(&pin(digits), &number(card), fill), block);
        let opened = key.open(block, &number(card)).unwrap();
        assert_eq!(opened.digits(), pin(digits).digits());
        assert!(key.open(block, &number("6228480000000000022")).is_none());
    }
    let documented = octets("7CDF645C86CAF763AE34637A66997534");
    let opened = key.open(documented, &number("1234567890123456")).unwrap();
    assert_eq!(opened.digits(), [1, 2, 3, 4]);
}

#[test]
fn a_block_with_a_bit_altered_does_not_give_the_pin() {
    let card = number("6228480000000000014");
    let key = PinKey::new([7; 16]);
    let block = key.seal(&pin("2468"), &card);
    for bit in 0..64 {
        let altered = (u64::from_be_bytes(block) ^ 1 << bit).to_be_bytes();
        let opened = key.open(altered, &card);
        assert!(opened.is_none_or(|opened| opened.digits() != [2, 4, 6, 8]));
    }
    let key = AesPinKey::new([7; 16]);
    let block = key.seal(&pin("2468"), &card, [9; 8]);
    for bit in 0..128 {
        let altered = (u128::from_be_bytes(block) ^ 1 << bit).to_be_bytes();
        let opened = key.open(altered, &card);
        assert!(opened.is_none_or(|opened| opened.digits() != [2, 4, 6, 8]));
    }
}

#[test]
fn only_four_to_twelve_digits_are_a_pin() {
    let cases = [
        ("1234", true),
        ("000000000000", true),
        ("123", false),
        ("", false),
        ("1234567890123", false),
        ("12a4", false),
        ("12 34", false),
        ("\u{661}\u{662}\u{663}\u{664}", false),
    ];
    for (text, good) in cases {
        assert_eq!(Pin::parse(text).is_ok(), good, "{text}");
    }
    assert_eq!(std::format!("{:?}", pin("1234")), "Pin(..)");
}
