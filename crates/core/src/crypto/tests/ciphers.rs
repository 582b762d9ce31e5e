//! The algorithms and their keys: published check values, MACs built up from single blocks.

extern crate std;

use aes::{Aes128, Aes192, Aes256};
use cipher::{BlockCipherEncrypt, KeyInit};
use cmac::{Cmac, Mac};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use sm4::Sm4;
use std::vec::Vec;

use crate::crypto::secrecy::{assert_debug_hides, assert_does_not_implement, assert_wiped};
use crate::crypto::{AesKey, Algorithm, Cryptogram, Key, Padding, Sm4Key, TdesKey};

/// The last block of CBC under SM4 over whole blocks.
fn cbc_mac(key: [u8; 16], padded: &[u8]) -> [u8; 16] {
    let cipher = Sm4::new(&key.into());
    let (blocks, rest) = padded.as_chunks::<16>();
    assert!(rest.is_empty() && !blocks.is_empty());
    blocks.iter().fold([0; 16], |state, block| {
        let mut next = core::array::from_fn(|i| state[i] ^ block[i]);
        cipher.encrypt_block((&mut next).into());
        next
    })
}

fn pad(padding: Padding, message: &[u8]) -> Vec<u8> {
    let mut padded = message.to_vec();
    if padding == Padding::Method2 {
        padded.push(0x80);
    }
    while padded.is_empty() || !padded.len().is_multiple_of(16) {
        padded.push(0x00);
    }
    padded
}

/// One block under an AES key of any length.
fn aes_block(key: &[u8], mut block: [u8; 16]) -> [u8; 16] {
    let place = (&mut block).into();
    match key.len() {
        16 => Aes128::new_from_slice(key).unwrap().encrypt_block(place),
        24 => Aes192::new_from_slice(key).unwrap().encrypt_block(place),
        _ => Aes256::new_from_slice(key).unwrap().encrypt_block(place),
    }
    block
}

/// CMAC by the crate of that name.
fn cmac(key: &[u8], message: &[u8]) -> [u8; 16] {
    fn over<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> [u8; 16] {
        let mac = <M as KeyInit>::new_from_slice(key).unwrap();
        *mac.chain_update(message)
            .finalize()
            .into_bytes()
            .first_chunk()
            .unwrap()
    }
    match key.len() {
        16 => over::<Cmac<Aes128>>(key, message),
        24 => over::<Cmac<Aes192>>(key, message),
        _ => over::<Cmac<Aes256>>(key, message),
    }
}

#[test]
fn keys_and_schedules_implement_zeroize_on_drop() {
    assert_wiped::<AesKey>();
    assert_wiped::<Sm4Key>();
    assert_wiped::<Aes128>();
    assert_wiped::<Aes192>();
    assert_wiped::<Aes256>();
    assert_wiped::<Sm4>();
}

#[test]
fn keys_cannot_be_cloned_or_compared_or_displayed_and_show_no_octet() {
    use core::fmt::Display;
    assert_does_not_implement!(AesKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    assert_does_not_implement!(Sm4Key: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    let secret = [0x9E; 16];
    assert_debug_hides(&AesKey::from_octets(&secret).unwrap(), &secret);
    assert_debug_hides(&Sm4Key::from_octets(secret), &secret);
}

#[test]
fn cmac_is_the_one_that_rfc_4493_publishes() {
    // RFC 4493 §4: the key, and the first octets of the message.
    let key = hex::decode("2b7e151628aed2a6abf7158809cf4f3c").unwrap();
    let message = hex::decode(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
    )
    .unwrap();
    let key = AesKey::from_octets(&key).unwrap();
    for (length, published) in [
        (0, "bb1d6929e9593728"),
        (16, "070a16b46b4d4144"),
        (40, "dfa66747de9ae630"),
    ] {
        let mac = key.mac(&[&message[..length]]);
        assert_eq!(hex::encode(mac), published, "{length} octets");
    }
}

#[test]
fn sm4_is_the_one_that_its_standard_publishes() {
    // GB/T 32907-2016 Annex A.1: the key encrypted under itself.
    let octets = *hex::decode("0123456789abcdeffedcba9876543210")
        .unwrap()
        .first_chunk()
        .unwrap();
    let key = Sm4Key::from_octets(octets);
    let encrypted = key.mac(Padding::Method1, &[&octets]);
    assert_eq!(hex::encode(encrypted), "681edf34d206965e");
}

proptest! {
    #[test]
    fn the_mac_of_aes_is_cmac_whatever_the_padding_and_however_the_message_is_cut(
        octets in any::<[u8; 32]>(),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6),
    ) {
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        for algorithm in [Algorithm::Aes128, Algorithm::Aes192, Algorithm::Aes256] {
            let octets = &octets[..algorithm.key_length()];
            let expected = cmac(octets, &parts.concat());
            let key = Key::from_octets(algorithm, octets).unwrap();
            prop_assert_eq!(&key.mac(Padding::Method1, &slices)[..], &expected[..8]);
            prop_assert_eq!(&key.mac(Padding::Method2, &slices)[..], &expected[..8]);
            prop_assert_eq!(&key.check_value()[..], &cmac(octets, &[0; 16])[..3]);
        }
    }

    #[test]
    fn the_mac_of_sm4_is_its_last_block_of_cbc_however_the_message_is_cut(
        octets in any::<[u8; 16]>(),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..6),
    ) {
        let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        let key = Key::from(Sm4Key::from_octets(octets));
        for padding in [Padding::Method1, Padding::Method2] {
            let expected = cbc_mac(octets, &pad(padding, &parts.concat()));
            prop_assert_eq!(&key.mac(padding, &slices)[..], &expected[..8]);
        }
        prop_assert_eq!(&key.check_value()[..], &cbc_mac(octets, &[0; 16])[..3]);
    }

    #[test]
    fn an_answer_is_one_block_of_the_cryptogram_with_the_code(
        octets in any::<[u8; 32]>(),
        arqc in any::<[u8; 8]>(),
        code in any::<[u8; 2]>(),
    ) {
        let mut block = [0; 16];
        block[..8].copy_from_slice(&arqc);
        block[0] ^= code[0];
        block[1] ^= code[1];
        for algorithm in [Algorithm::Aes128, Algorithm::Aes192, Algorithm::Aes256] {
            let octets = &octets[..algorithm.key_length()];
            let key = Key::from_octets(algorithm, octets).unwrap();
            let answer = key.arpc_method_1(&Cryptogram(arqc), code);
            prop_assert_eq!(&answer[..], &aes_block(octets, block)[..8]);
        }
        let octets: [u8; 16] = *octets.first_chunk().unwrap();
        let answer = Sm4Key::from_octets(octets).arpc_method_1(&Cryptogram(arqc), code);
        prop_assert_eq!(&answer[..], &cbc_mac(octets, &block)[..8]);
    }
}

#[test]
fn a_key_has_exactly_the_length_of_its_algorithm() {
    for &algorithm in Algorithm::ALL {
        for length in 0..40 {
            let key = Key::from_octets(algorithm, &[0x5A; 40][..length]);
            let right = length == algorithm.key_length();
            assert_eq!(key.map(|key| key.algorithm()), right.then_some(algorithm));
        }
    }
    for length in 0..40 {
        let key = AesKey::from_octets(&[0x5A; 40][..length]);
        assert_eq!(key.is_some(), [16, 24, 32].contains(&length), "{length}");
    }
}

#[test]
fn an_algorithm_is_found_by_its_octet_and_by_no_other() {
    let octets: Vec<u8> = Algorithm::ALL.iter().map(|known| known.octet()).collect();
    assert_eq!(octets, [0x01, 0x04, 0x10, 0x18, 0x20]);
    for octet in 0..=u8::MAX {
        let found = Algorithm::from_octet(octet).map(Algorithm::octet);
        assert_eq!(found, octets.contains(&octet).then_some(octet));
    }
}

#[test]
fn the_same_octets_are_different_keys_of_different_ciphers() {
    let octets = [0x5A; 16];
    let tdes = Key::from(TdesKey::from_octets(octets));
    let sm4 = Key::from(Sm4Key::from_octets(octets));
    let aes = Key::from(AesKey::from_octets(&octets).unwrap());
    let macs = [tdes, sm4, aes].map(|key| key.mac(Padding::Method2, &[b"0123456789"]));
    assert!(macs[0] != macs[1] && macs[1] != macs[2] && macs[0] != macs[2]);
}
