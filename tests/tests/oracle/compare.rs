//! Every value that the oracle computed, computed here.

use std::collections::BTreeMap;

use understudy_core::crypto::{Cryptogram, CryptogramInput, Cvn, KeyIndex};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, SessionKeyMethod};

use crate::cases::{COUNT, Made, cases, key, master_key_method, psn};

/// A triple DES key without its parity bits, in which tools differ; any other key as it is.
fn without_parity(cipher: &str, key: &[u8]) -> Vec<u8> {
    let mask = if cipher == "tdes" { 0xFE } else { 0xFF };
    key.iter().map(|octet| octet & mask).collect()
}

fn cipher_of(method: &str) -> &str {
    match method {
        "option-c" => "aes",
        "sm4" => "sm4",
        _ => "tdes",
    }
}

/// Asserts that every kind was compared as often as asked for.
fn assert_all(compared: &BTreeMap<String, usize>, kinds: usize) {
    assert_eq!(compared.len(), kinds, "{compared:?}");
    assert!(
        compared.values().all(|count| *count == COUNT),
        "{compared:?}"
    );
}

#[test]
fn card_master_keys_are_the_oracles() {
    let mut compared = BTreeMap::new();
    for case in cases().card_keys {
        let cipher = cipher_of(&case.method);
        let imk = IssuerMasterKey::new(key(cipher, &case.imk.0));
        let method = master_key_method(&case.method);
        let made = imk.card_master_key(method, &case.pan, psn(case.psn.as_ref()));
        let made = without_parity(cipher, made.unwrap().expose());
        assert_eq!(
            made,
            without_parity(cipher, &case.key.0),
            "{method}, {}",
            case.pan
        );
        *compared
            .entry(format!("{method} {}", case.imk.0.len()))
            .or_default() += 1;
    }
    assert_all(&compared, 6);
}

#[test]
fn session_keys_are_the_oracles() {
    let mut compared = BTreeMap::new();
    for case in cases().session_keys {
        let card = CardMasterKey::new(key(&case.cipher, &case.card_key.0));
        let method = match case.method.as_str() {
            "unionpay" => SessionKeyMethod::UnionPay,
            "common" => SessionKeyMethod::Common,
            _ => SessionKeyMethod::MChip,
        };
        let made = card.session_key(
            method,
            case.atc.counter(),
            case.unpredictable_number.array(),
        );
        let kind = format!("{method:?} {} {}", case.cipher, case.key.0.len());
        assert_eq!(
            without_parity(&case.cipher, made.expose()),
            without_parity(&case.cipher, &case.key.0),
            "{kind}, {:02X?}",
            case.atc.0
        );
        *compared.entry(kind).or_default() += 1;
    }
    assert_all(&compared, 7);
}

#[test]
fn limited_use_keys_are_the_oracles() {
    let cases = cases().limited_use_keys;
    assert_eq!(cases.len(), COUNT);
    for case in cases {
        let card = CardMasterKey::from_octets(case.card_key.array());
        let index = KeyIndex::parse(&case.index).unwrap();
        let made = card.limited_use_key(index).unwrap();
        assert_eq!(
            without_parity("tdes", made.expose()),
            without_parity("tdes", &case.key.0),
            "{index}"
        );
    }
}

#[test]
fn cryptograms_and_answers_are_the_oracles() {
    let mut compared = BTreeMap::new();
    for case in cases().cryptograms {
        let kind = format!("{} {} {}", case.version, case.cipher, case.imk.0.len());
        compare(&case, &kind);
        *compared.entry(kind).or_default() += 1;
    }
    assert_all(&compared, 14);
}

fn compare(case: &Made, kind: &str) {
    let place = format!("{kind}, {} {:?}, {:02X?}", case.pan, case.psn, case.atc.0);
    let mut versions = Cvn::ALL.into_iter();
    let cvn = versions.find(|cvn| cvn.name() == case.version).unwrap();
    let imk = IssuerMasterKey::new(key(&case.cipher, &case.imk.0));
    let method = master_key_method(&case.method);
    let card = imk.card_master_key(method, &case.pan, psn(case.psn.as_ref()));
    let card = card.unwrap();
    let input = CryptogramInput::new(cvn, case.data.transaction_data(), &case.iad.0).unwrap();
    let expected = Cryptogram(case.cryptogram.array());
    if let Some(index) = &case.index {
        assert_eq!(cvn.session_key_method(), None, "{place}");
        let key = card.limited_use_key(KeyIndex::parse(index).unwrap());
        let verified = key.unwrap().verify(&input, case.atc.counter(), &expected);
        assert!(verified, "{place}");
        return;
    }
    let session = |method: Option<SessionKeyMethod>| {
        let method = method.expect("a version with a session key");
        let number = case.data.unpredictable_number.array();
        card.session_key(method, case.atc.counter(), number)
    };
    let verifier = session(cvn.session_key_method());
    assert!(
        verifier.verify(&input, case.atc.counter(), &expected),
        "{place}"
    );
    let made = verifier.application_cryptogram(&input, case.atc.counter());
    assert_eq!(made, expected, "{place}");
    let answering = session(cvn.arpc_key_method());
    assert!(case.arpc_1.is_some() || case.arpc_2.is_some());
    if let Some(answer) = &case.arpc_1 {
        assert_eq!(
            answering.arpc_method_1(&made, *b"00"),
            answer.array(),
            "{place}"
        );
    }
    if let Some(answer) = &case.arpc_2 {
        let csu = [0x00, 0x12, 0x00, 0x00];
        assert_eq!(
            answering.arpc_method_2(&made, csu, &[]),
            answer.array(),
            "{place}"
        );
    }
}
