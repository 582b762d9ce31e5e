//! ISO/IEC 9797-1 MAC algorithm 3.

use understudy_core::crypto::{Padding, TdesKey};

use crate::cases::{MacCase, all};
use crate::mistakes::{one_short, other, pad, swaps};

/// Every MAC in the files, under either padding method.
fn each(mut check: impl FnMut(&MacCase, Padding, [u8; 8])) {
    for case in all().iter().flat_map(|vectors| &vectors.macs) {
        check(case, Padding::Method1, case.method_1.array());
        check(case, Padding::Method2, case.method_2.array());
    }
}

fn key(case: &MacCase) -> TdesKey {
    TdesKey::from_octets(case.key.array())
}

#[test]
fn every_mac_is_the_one_published() {
    each(|case, padding, expected| {
        assert_eq!(key(case).mac(padding, &[case.text.as_bytes()]), expected);
    });
}

#[test]
fn the_other_padding_gives_another_mac() {
    each(|case, padding, expected| {
        let mac = |padding, message: &[u8]| key(case).mac(padding, &[message]);
        assert_ne!(mac(other(padding), case.text.as_bytes()), expected);
        // Only the padding is wrong there: with independent padding the value is right again.
        assert_eq!(
            mac(Padding::Method1, &pad(padding, case.text.as_bytes())),
            expected
        );
    });
}

#[test]
fn halves_of_the_key_in_the_wrong_place_give_another_mac() {
    each(|case, padding, expected| {
        let [left, right]: [[u8; 8]; 2] = [
            case.key.0[..8].try_into().unwrap(),
            case.key.0[8..].try_into().unwrap(),
        ];
        for halves in [[left, right], [right, left], [left, left], [right, right]] {
            let octets = halves.concat().try_into().unwrap();
            let mac = TdesKey::from_octets(octets).mac(padding, &[case.text.as_bytes()]);
            assert_eq!(mac == expected, halves == [left, right]);
        }
    });
}

#[test]
fn swapped_neighbours_and_a_missing_octet_give_another_mac() {
    each(|case, padding, expected| {
        let message = case.text.as_bytes();
        for wrong in swaps(message).iter().chain(&one_short(message)) {
            assert_ne!(key(case).mac(padding, &[wrong]), expected);
        }
    });
}
