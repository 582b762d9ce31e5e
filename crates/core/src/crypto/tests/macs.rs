//! The MAC and what is made with it, against Algorithm 3 built up from single DES blocks.

extern crate std;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::Des;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use std::vec::Vec;

use crate::crypto::{Cryptogram, Padding, TdesKey};

/// ISO/IEC 9797-1 Algorithm 3 over blocks: CBC under the left half, then the last block
/// decrypted under the right half and encrypted under the left one.
fn algorithm_3(key: [u8; 16], padded: &[u8]) -> [u8; 8] {
    let left = Des::new_from_slice(&key[..8]).unwrap();
    let right = Des::new_from_slice(&key[8..]).unwrap();
    let (blocks, rest) = padded.as_chunks::<8>();
    assert!(
        rest.is_empty() && !blocks.is_empty(),
        "whole blocks, at least one"
    );
    let mut state = [0; 8];
    for block in blocks {
        state = core::array::from_fn(|i| state[i] ^ block[i]);
        left.encrypt_block((&mut state).into());
    }
    right.decrypt_block((&mut state).into());
    left.encrypt_block((&mut state).into());
    state
}

fn pad(padding: Padding, message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    if padding == Padding::Method2 {
        padded.push(0x80);
    }
    while padded.is_empty() || !padded.len().is_multiple_of(8) {
        padded.push(0x00);
    }
    padded
}

fn paddings() -> impl Strategy<Value = Padding> {
    prop_oneof![Just(Padding::Method1), Just(Padding::Method2)]
}

const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

proptest! {
    #[test]
    fn the_mac_is_algorithm_3_over_the_padded_message(
        key in any::<[u8; 16]>(),
        padding in paddings(),
        message in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mac = TdesKey::from_octets(key).mac(padding, &[&message]);
        prop_assert_eq!(mac, algorithm_3(key, &pad(padding, &message)));
    }

    #[test]
    fn the_mac_does_not_depend_on_where_the_message_is_cut(
        padding in paddings(),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..12),
    ) {
        let key = TdesKey::from_octets(KEY);
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(key.mac(padding, &slices), key.mac(padding, &[&parts.concat()]));
    }

    #[test]
    fn the_parity_bits_of_a_key_change_nothing(key in any::<[u8; 16]>(), message in any::<[u8; 11]>()) {
        let other = TdesKey::from_octets(key.map(|octet| octet ^ 0x01));
        let key = TdesKey::from_octets(key);
        prop_assert_eq!(
            key.mac(Padding::Method2, &[&message]),
            other.mac(Padding::Method2, &[&message])
        );
        prop_assert_eq!(key.check_value(), other.check_value());
    }

    #[test]
    fn a_single_encrypted_block_is_the_mac_over_it(key in any::<[u8; 16]>(), arqc in any::<[u8; 8]>(), arc in any::<[u8; 2]>()) {
        let key = TdesKey::from_octets(key);
        let mut block = arqc;
        block[0] ^= arc[0];
        block[1] ^= arc[1];
        let arpc = key.arpc_method_1(&Cryptogram(arqc), arc);
        prop_assert_eq!(arpc, key.mac(Padding::Method1, &[&block]));
        prop_assert_eq!(&key.check_value()[..], &key.mac(Padding::Method1, &[&[0; 8]])[..3]);
    }

    #[test]
    fn answer_method_2_is_the_left_half_of_a_mac(
        key in any::<[u8; 16]>(),
        arqc in any::<[u8; 8]>(),
        csu in any::<[u8; 4]>(),
        proprietary in prop::collection::vec(any::<u8>(), 0..=8),
    ) {
        let message = [&arqc[..], &csu, &proprietary].concat();
        let arpc = TdesKey::from_octets(key).arpc_method_2(&Cryptogram(arqc), csu, &proprietary);
        prop_assert_eq!(&arpc[..], &algorithm_3(key, &pad(Padding::Method2, &message))[..4]);
    }
}

#[test]
fn padding_reaches_the_block_border_and_no_further() {
    let key = TdesKey::from_octets(KEY);
    for length in 0..=33 {
        let message = std::vec![0xA5; length];
        for padding in [Padding::Method1, Padding::Method2] {
            let expected = algorithm_3(KEY, &pad(padding, &message));
            assert_eq!(
                key.mac(padding, &[&message]),
                expected,
                "{padding:?}, {length} octets"
            );
        }
    }
}

#[test]
fn the_empty_message_is_one_block_under_either_method() {
    let key = TdesKey::from_octets(KEY);
    let zeros = [0; 8];
    let marked = [0x80, 0, 0, 0, 0, 0, 0, 0];
    let nothing: [&[u8]; 2] = [&[], &[]];
    for parts in [&nothing[..0], &nothing[..1], &nothing] {
        assert_eq!(key.mac(Padding::Method1, parts), algorithm_3(KEY, &zeros));
        assert_eq!(key.mac(Padding::Method2, parts), algorithm_3(KEY, &marked));
    }
}

#[test]
fn method_1_cannot_see_trailing_zeros_and_method_2_can() {
    let key = TdesKey::from_octets(KEY);
    let (short, long): (&[u8], &[u8]) = (&[0xA5], &[0xA5, 0x00]);
    assert_eq!(
        key.mac(Padding::Method1, &[short]),
        key.mac(Padding::Method1, &[long])
    );
    assert_ne!(
        key.mac(Padding::Method2, &[short]),
        key.mac(Padding::Method2, &[long])
    );
}

#[test]
fn a_check_value_is_three_octets_of_an_encrypted_zero_block() {
    // openssl enc -des-ede -nopad over eight zero octets
    assert_eq!(TdesKey::from_octets(KEY).check_value(), [0x08, 0xD7, 0xB4]);
}
