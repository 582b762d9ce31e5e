//! Card master keys from an issuer master key.

use MasterKeyMethod::{OptionA, OptionB};

use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, with_odd_parity};

use crate::cases::{MasterKeyCase, all};
use crate::mistakes::{one_short, swaps};

/// Every card master key in the files.
fn each(mut check: impl FnMut(&MasterKeyCase, MasterKeyMethod, [u8; 16])) {
    for case in all().iter().flat_map(|vectors| &vectors.card_master_keys) {
        if let Some(expected) = &case.option_a {
            check(case, OptionA, expected.array());
        }
        check(case, OptionB, case.option_b.array());
    }
}

/// The key in the form of the files, with odd parity.
fn derive(imk: [u8; 16], method: MasterKeyMethod, pan: &str, psn: Option<u8>) -> [u8; 16] {
    let key = IssuerMasterKey::from_octets(imk)
        .card_master_key(method, pan, psn)
        .unwrap();
    with_odd_parity(key.expose().try_into().unwrap())
}

fn psn(case: &MasterKeyCase) -> Option<u8> {
    case.psn.as_ref().map(|psn| psn.array::<1>()[0])
}

/// The digits of the card number that the option uses: up to 16 digits or in option A the last 14
/// (two more are the sequence number), otherwise all of them, in whole octets.
fn looked_at(method: MasterKeyMethod, pan: &[char]) -> String {
    match method {
        OptionB if pan.len() > 16 && pan.len() % 2 == 1 => format!("0{}", digits(pan)),
        OptionB if pan.len() > 16 => digits(pan),
        _ => digits(&pan[pan.len() - 14..]),
    }
}

fn digits(characters: &[char]) -> String {
    characters.iter().collect()
}

#[test]
fn every_card_master_key_is_the_one_published() {
    each(|case, method, expected| {
        assert_eq!(
            derive(case.imk.array(), method, &case.pan, psn(case)),
            expected
        );
    });
}

#[test]
fn the_other_option_gives_another_key_beyond_16_digits() {
    each(|case, method, expected| {
        let other = if method == OptionA { OptionB } else { OptionA };
        let same = derive(case.imk.array(), other, &case.pan, psn(case)) == expected;
        assert_eq!(same, case.pan.len() <= 16, "{}", case.pan);
    });
}

#[test]
fn a_key_of_another_level_makes_another_key() {
    each(|case, method, expected| {
        // The card master key in place of the issuer master key.
        assert_ne!(derive(expected, method, &case.pan, psn(case)), expected);
    });
}

#[test]
fn another_sequence_number_makes_another_key() {
    each(|case, method, expected| {
        for other in (0x00..=0x99).filter(|octet| octet >> 4 <= 9 && octet & 0x0F <= 9) {
            let same = derive(case.imk.array(), method, &case.pan, Some(other)) == expected;
            assert_eq!(
                same,
                other == psn(case).unwrap_or(0x00),
                "{} {other:02X}",
                case.pan
            );
        }
    });
}

#[test]
fn digits_swapped_or_missing_make_another_key_where_the_option_looks_at_them() {
    each(|case, method, expected| {
        let pan: Vec<char> = case.pan.chars().collect();
        let mut seen = 0;
        for wrong in swaps(&pan).iter().chain(&one_short(&pan)) {
            let made = derive(case.imk.array(), method, &digits(wrong), psn(case));
            let looks_the_same = looked_at(method, wrong) == looked_at(method, &pan);
            assert_eq!(made == expected, looks_the_same, "{wrong:?}");
            seen += usize::from(!looks_the_same);
        }
        assert!(seen >= 1, "mistakes that show");
    });
}

#[test]
fn option_b_pads_an_odd_number_of_digits_with_a_zero_on_the_left() {
    each(|case, method, expected| {
        if method == OptionA || case.pan.len() != 17 {
            return;
        }
        let made = |pan: &str| derive(case.imk.array(), OptionB, pan, psn(case));
        assert_eq!(made(&format!("0{}", case.pan)), expected);
        assert_ne!(made(&format!("{}0", case.pan)), expected);
    });
}
