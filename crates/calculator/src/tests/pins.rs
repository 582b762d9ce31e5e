//! PIN blocks.

use proptest::prelude::*;
use serde_json::Value;
use understudy_acquiring::line::{ClearBlock, Pin};
use understudy_core::wire::digits::CardNumber;

use super::{array, block_key, list, octets, text, upper, vectors};
use crate::{
    Algorithm, BlockKey, PinBlockError, open_pin, open_pin_format_4, seal_pin, seal_pin_format_4,
};

fn pin(case: &Value) -> Pin {
    Pin::parse(text(case, "pin")).unwrap()
}

fn card(case: &Value) -> CardNumber {
    CardNumber::parse(case["pan"].as_str().unwrap_or("6250947000000014")).unwrap()
}

fn format<'n>(case: &Value, card: &'n CardNumber) -> ClearBlock<'n> {
    match case["format"].as_u64().unwrap() {
        0 => ClearBlock::Format0(card),
        1 => ClearBlock::Format1,
        _ => ClearBlock::Format3(card),
    }
}

/// The digits behind the PIN as the random octets that give them.
fn fill(case: &Value) -> [u8; 10] {
    let digits = case["fill"].as_str().unwrap_or_default().bytes();
    let below = if case["format"] == 3 { 10 } else { 0 };
    let mut fill = [0; 10];
    for (slot, digit) in fill.iter_mut().zip(digits) {
        let digit = char::from(digit).to_digit(16).unwrap();
        *slot = u8::try_from(digit - below).unwrap();
    }
    fill
}

#[test]
fn clear_blocks_are_those_of_the_peer() {
    let file = vectors!("pin_blocks");
    for case in list(&file, "clear") {
        let card = card(case);
        let format = format(case, &card);
        let block = format.octets(&pin(case), fill(case));
        assert_eq!(upper(*block), text(case, "block"), "{case}");
        assert_eq!(format.read(&block).unwrap().digits(), pin(case).digits());
    }
}

#[test]
fn encrypted_blocks_are_those_of_the_peer() {
    let file = vectors!("pin_blocks");
    for case in list(&file, "encrypted") {
        let card = card(case);
        let (format, key) = (format(case, &card), block_key(case));
        let block = seal_pin(&key, format, &pin(case), fill(case)).unwrap();
        assert_eq!(upper(block), text(case, "block"), "{case}");
        let opened = open_pin(&key, format, block).unwrap();
        assert_eq!(opened.digits(), pin(case).digits());
        assert!(matches!(
            open_pin(&key, ClearBlock::Format1, block),
            Err(PinBlockError::NoPin)
        ));
        // Free digits may hide another card number; the PIN is another one then.
        let other = CardNumber::parse("4929399999999999").unwrap();
        for wrong in [ClearBlock::Format0(&other), ClearBlock::Format3(&other)] {
            let opened = open_pin(&key, wrong, block);
            assert!(!opened.is_ok_and(|opened| opened.digits() == pin(case).digits()));
        }
    }
    for case in list(&file, "format_4") {
        let (card, pin) = (card(case), pin(case));
        let key = BlockKey::new(Algorithm::Aes, &octets(case, "key")).unwrap();
        let block = seal_pin_format_4(&key, &card, &pin, array(case, "fill")).unwrap();
        assert_eq!(upper(block), text(case, "block"), "{case}");
        let opened = open_pin_format_4(&key, &card, block).unwrap();
        assert_eq!(opened.digits(), pin.digits());
        let other = CardNumber::parse("4111111111111112").unwrap();
        let refused = open_pin_format_4(&key, &other, block);
        assert!(matches!(refused, Err(PinBlockError::NoPin)), "{case}");
    }
}

#[test]
fn a_key_of_another_algorithm_is_refused() {
    let pin = Pin::parse("1234").unwrap();
    let card = CardNumber::parse("6250947000000014").unwrap();
    let [des, aes, sm4] = [Algorithm::Des, Algorithm::Aes, Algorithm::Sm4]
        .map(|algorithm| BlockKey::new(algorithm, &[3; 16]).unwrap());
    for key in [&aes, &sm4] {
        let refused = seal_pin(key, ClearBlock::Format1, &pin, [0; 10]);
        assert_eq!(refused, Err(PinBlockError::Algorithm));
        assert!(open_pin(key, ClearBlock::Format1, [0; 8]).is_err());
    }
    for key in [&des, &sm4] {
        let refused = seal_pin_format_4(key, &card, &pin, [0; 8]);
        assert_eq!(refused, Err(PinBlockError::Algorithm));
        assert!(open_pin_format_4(key, &card, [0; 16]).is_err());
    }
}

#[test]
fn a_block_filled_wrongly_is_no_block() {
    let card = CardNumber::parse("6250947000000014").unwrap();
    let zero = ClearBlock::Format0(&card).octets(&Pin::parse("1234").unwrap(), [0; 10]);
    let three = ClearBlock::Format3(&card).octets(&Pin::parse("1234").unwrap(), [0; 10]);
    // The last digit behind the PIN, which only format 1 leaves free.
    for (format, mut block) in [
        (ClearBlock::Format0(&card), *zero),
        (ClearBlock::Format3(&card), *three),
    ] {
        assert!(format.read(&block).is_some());
        block[7] ^= 0x08;
        assert!(format.read(&block).is_none());
    }
    for (block, is_one) in [
        ("1412340000000000", true),
        ("1312340000000000", false),
        ("1D12340000000000", false),
        ("1412A40000000000", false),
        ("0412340000000000", false),
    ] {
        let block = hex::decode(block).unwrap().try_into().unwrap();
        assert_eq!(ClearBlock::Format1.read(&block).is_some(), is_one);
    }
}

proptest! {
    #[test]
    fn every_pin_comes_back(
        digits in "[0-9]{4,12}",
        number in "[0-9]{8,19}",
        key in any::<[u8; 32]>(),
        random in any::<[u8; 10]>(),
    ) {
        let (pin, card) = (Pin::parse(&digits).unwrap(), CardNumber::parse(&number).unwrap());
        for length in [8, 16, 24] {
            let key = BlockKey::new(Algorithm::Des, &key[..length]).unwrap();
            for format in [ClearBlock::Format0(&card), ClearBlock::Format1, ClearBlock::Format3(&card)] {
                let block = seal_pin(&key, format, &pin, random).unwrap();
                let opened = open_pin(&key, format, block).unwrap();
                prop_assert_eq!(opened.digits(), pin.digits());
            }
        }
        for length in [16, 24, 32] {
            let key = BlockKey::new(Algorithm::Aes, &key[..length]).unwrap();
            let [random @ .., _, _] = random;
            let block = seal_pin_format_4(&key, &card, &pin, random).unwrap();
            let opened = open_pin_format_4(&key, &card, block).unwrap();
            prop_assert_eq!(opened.digits(), pin.digits());
        }
    }
}
