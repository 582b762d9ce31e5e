//! DUKPT.

use serde_json::Value;
use std::vec::Vec;
use understudy_acquiring::line::{ClearBlock, Pin};
use understudy_core::crypto::Padding;
use understudy_core::wire::digits::CardNumber;

use super::{array, list, octets, text, upper, vectors};
use crate::dukpt::{
    AesKeySerialNumber, AesUse, DerivationKey, DukptError, InitialKey, KeyType,
    TdesKeySerialNumber, TdesUse,
};
use crate::{Algorithm, BlockKey, TdesKey, open_pin};

const USES: [(&str, AesUse); 8] = [
    ("key-encryption", AesUse::KeyEncryption),
    ("pin", AesUse::Pin),
    ("mac-generation", AesUse::MacGeneration),
    ("mac-verification", AesUse::MacVerification),
    ("mac", AesUse::Mac),
    ("data-encryption", AesUse::DataEncryption),
    ("data-decryption", AesUse::DataDecryption),
    ("data", AesUse::Data),
];

const TYPES: [(&str, KeyType); 5] = [
    ("tdes-2", KeyType::Tdes2),
    ("tdes-3", KeyType::Tdes3),
    ("aes-128", KeyType::Aes128),
    ("aes-192", KeyType::Aes192),
    ("aes-256", KeyType::Aes256),
];

fn named<T: Copy>(table: &[(&str, T)], name: &str) -> T {
    table.iter().find(|(known, _)| *known == name).unwrap().1
}

fn number(ksn: &Value) -> TdesKeySerialNumber {
    TdesKeySerialNumber(array(ksn, "ksn"))
}

#[test]
fn the_keys_of_a_terminal_are_the_published_ones() {
    let file = vectors!("dukpt");
    let tdes = &file["tdes"];
    let base = array(tdes, "base_key");
    let uses = &tdes["uses"];
    let initial = InitialKey::derive(&base, number(uses));
    assert_eq!(upper(initial.expose()), text(tdes, "initial_key"));
    for (name, used) in [
        ("pin", TdesUse::Pin),
        ("mac_request", TdesUse::MacRequest),
        ("mac_response", TdesUse::MacResponse),
        ("data_request", TdesUse::DataRequest),
    ] {
        let key = initial.key(number(uses), used).unwrap();
        assert_eq!(upper(*key), text(uses, name), "{name}");
    }
    for case in list(tdes, "sequence") {
        let key = initial.key(number(case), TdesUse::Transaction).unwrap();
        assert_eq!(upper(*key), text(case, "transaction_key"));
        let initial = InitialKey::derive(&base, number(case));
        assert_eq!(upper(initial.expose()), text(tdes, "initial_key"));
    }
}

#[test]
fn what_those_keys_protect_is_what_is_published() {
    let file = vectors!("dukpt");
    let tdes = &file["tdes"];
    let initial = InitialKey::new(array(tdes, "initial_key"));
    let card = CardNumber::parse(text(tdes, "pan")).unwrap();
    let data = text(tdes, "text").as_bytes();
    for case in list(tdes, "sequence")
        .iter()
        .filter(|case| case["pin_block"].is_string())
    {
        let key = |used| initial.key(number(case), used).unwrap();
        let cipher = |used| BlockKey::new(Algorithm::Des, &*key(used)).unwrap();
        let format = ClearBlock::Format0(&card);
        let pin = open_pin(&cipher(TdesUse::Pin), format, array(case, "pin_block")).unwrap();
        assert_eq!(
            pin.digits(),
            Pin::parse(text(tdes, "pin")).unwrap().digits()
        );
        assert!(
            open_pin(
                &cipher(TdesUse::MacRequest),
                format,
                array(case, "pin_block")
            )
            .is_err()
        );
        for (name, used, other) in [
            ("mac_request", TdesUse::MacRequest, TdesUse::MacResponse),
            ("mac_response", TdesUse::MacResponse, TdesUse::MacRequest),
        ] {
            let mac = |used| {
                TdesKey::new(&*key(used))
                    .unwrap()
                    .mac(Padding::Method1, data)
            };
            assert_eq!(upper(mac(used)), text(case, name));
            assert_ne!(upper(mac(other)), text(case, name));
        }
        for (name, used) in [
            ("data_request", TdesUse::DataRequest),
            ("data_response", TdesUse::DataResponse),
        ] {
            let mut whole = [data, &[0; 7]].concat();
            cipher(used).encrypt_cbc(&[0; 8], &mut whole).unwrap();
            assert_eq!(upper(whole), text(case, name));
        }
    }
}

#[test]
fn the_keys_of_a_terminal_with_aes_are_the_published_ones() {
    let file = vectors!("dukpt");
    let aes = &file["aes"];
    let initial_of = |case: &Value| {
        let base = DerivationKey::new(&octets(case, "base_key")).unwrap();
        base.initial_key(AesKeySerialNumber(array(case, "ksn")))
    };
    for case in list(aes, "initial_keys") {
        assert_eq!(upper(initial_of(case).expose()), text(case, "initial_key"));
    }
    for case in list(aes, "keys") {
        let initial = DerivationKey::new(initial_of(case).expose()).unwrap();
        let ksn = AesKeySerialNumber(array(case, "ksn"));
        let (used, key_type) = (
            named(&USES, text(case, "use")),
            named(&TYPES, text(case, "type")),
        );
        let key = initial.key(ksn, used, key_type).unwrap();
        assert_eq!(upper(key.expose()), text(case, "key"), "{case}");
        for (_, other) in USES.iter().filter(|(_, other)| *other != used) {
            let key = initial.key(ksn, *other, key_type).unwrap();
            assert_ne!(upper(key.expose()), text(case, "key"), "{case}");
        }
    }
    assert!(list(aes, "keys").len() >= 20);
}

#[test]
fn counters_that_no_terminal_uses_are_refused() {
    let initial = InitialKey::new([1; 16]);
    let tdes = |counter: u32| {
        let [_, a, b, c] = counter.to_be_bytes();
        let ksn = TdesKeySerialNumber([0xFF, 0xFF, 1, 2, 3, 4, 5, a, b, c]);
        initial.key(ksn, TdesUse::Pin).map(|key| *key)
    };
    let wide = DerivationKey::new(&[1; 16]).unwrap();
    let aes = |counter: u32| {
        let [a, b, c, d] = counter.to_be_bytes();
        let ksn = AesKeySerialNumber([0, 1, 2, 3, 4, 5, 6, 7, a, b, c, d]);
        wide.key(ksn, AesUse::Pin, KeyType::Aes128)
            .map(|key| upper(key.expose()))
    };
    assert_eq!(tdes(0), Err(DukptError::NoTransaction));
    assert_eq!(aes(0), Err(DukptError::NoTransaction));
    assert!(tdes(0x3FF).is_ok() && aes(0xFFFF).is_ok());
    assert_eq!(tdes(0x7FF), Err(DukptError::TooManyOnes(10)));
    assert_eq!(aes(0x1_FFFF), Err(DukptError::TooManyOnes(16)));
    assert!(tdes(0x10_0000).is_ok() && aes(0x8000_0000).is_ok());
}

#[test]
fn every_counter_has_its_own_key() {
    let initial = InitialKey::new([7; 16]);
    let mut seen: Vec<[u8; 16]> = (1..200_u32)
        .map(|counter| {
            let [.., b, c] = counter.to_be_bytes();
            let ksn = TdesKeySerialNumber([0xFF, 0xFF, 1, 2, 3, 4, 5, 0xE0, b, c]);
            *initial.key(ksn, TdesUse::Transaction).unwrap()
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 199);
}

#[test]
fn no_key_is_stronger_than_the_initial_key() {
    let strengths = [("tdes", 0), ("aes-128", 1), ("aes-192", 2), ("aes-256", 3)];
    let rank = |name: &str| {
        strengths
            .iter()
            .find(|(known, _)| name.starts_with(known))
            .unwrap()
            .1
    };
    for (length, from) in [(16, 1), (24, 2), (32, 3)] {
        let initial = DerivationKey::new(&std::vec![9; length]).unwrap();
        for (name, key_type) in TYPES {
            let ksn = AesKeySerialNumber([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
            let key = initial.key(ksn, AesUse::Data, key_type);
            assert_eq!(key.is_ok(), rank(name) <= from, "{name} from {length}");
            assert!(key.is_ok() || matches!(key, Err(DukptError::Strength)));
        }
    }
    assert!(DerivationKey::new(&[0; 20]).is_err());
}
