//! The cases of one run, as the oracle prints them.

use std::env;

use serde::Deserialize;
use understudy_core::crypto::{AesKey, Key, Sm4Key, TdesKey};
use understudy_core::kd::MasterKeyMethod;
use understudy_tests::{DataElements, Hex};

use crate::python::run;

/// Inputs for each method and scheme.
pub(crate) const COUNT: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cases {
    pub(crate) card_keys: Vec<CardKey>,
    pub(crate) session_keys: Vec<Session>,
    pub(crate) limited_use_keys: Vec<LimitedUse>,
    pub(crate) cryptograms: Vec<Made>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardKey {
    pub(crate) method: String,
    pub(crate) imk: Hex,
    pub(crate) pan: String,
    pub(crate) psn: Option<String>,
    pub(crate) key: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    pub(crate) method: String,
    pub(crate) cipher: String,
    pub(crate) card_key: Hex,
    #[serde(rename = "9F36")]
    pub(crate) atc: Hex,
    #[serde(rename = "9F37")]
    pub(crate) unpredictable_number: Hex,
    pub(crate) key: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitedUse {
    pub(crate) card_key: Hex,
    pub(crate) index: String,
    pub(crate) key: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    pub(crate) version: String,
    pub(crate) cipher: String,
    pub(crate) method: String,
    pub(crate) imk: Hex,
    pub(crate) pan: String,
    pub(crate) psn: Option<String>,
    /// Of a limited-use key.
    pub(crate) index: Option<String>,
    #[serde(rename = "9F36")]
    pub(crate) atc: Hex,
    pub(crate) data: DataElements,
    #[serde(rename = "9F10")]
    pub(crate) iad: Hex,
    #[serde(rename = "9F26")]
    pub(crate) cryptogram: Hex,
    pub(crate) arpc_1: Option<Hex>,
    pub(crate) arpc_2: Option<Hex>,
}

/// The cases of a seed, which is drawn and printed unless the environment names it.
pub(crate) fn cases() -> Cases {
    let drawn = || {
        let mut octets = [0; 8];
        getrandom::fill(&mut octets).unwrap();
        hex::encode(octets)
    };
    let seed = env::var("UNDERSTUDY_ORACLE_SEED").unwrap_or_else(|_| drawn());
    println!("UNDERSTUDY_ORACLE_SEED={seed}");
    let printed = run("oracle.py", &["cases", &seed, &COUNT.to_string()], "");
    serde_json::from_str(&printed).unwrap()
}

/// The method that the oracle calls so.
pub(crate) fn master_key_method(name: &str) -> MasterKeyMethod {
    match name {
        "option-a" => MasterKeyMethod::OptionA,
        "option-b" => MasterKeyMethod::OptionB,
        "option-c" => MasterKeyMethod::OptionC,
        "sm4" => MasterKeyMethod::Sm4,
        other => panic!("{other}"),
    }
}

/// The key of these octets of the cipher that the oracle calls so.
pub(crate) fn key(cipher: &str, octets: &[u8]) -> Key {
    match cipher {
        "tdes" => TdesKey::from_octets(octets.try_into().unwrap()).into(),
        "sm4" => Sm4Key::from_octets(octets.try_into().unwrap()).into(),
        "aes" => AesKey::from_octets(octets).unwrap().into(),
        other => panic!("{other}"),
    }
}

/// A card sequence number of two digits as one BCD octet.
pub(crate) fn psn(digits: Option<&String>) -> Option<u8> {
    digits.map(|digits| u8::from_str_radix(digits, 16).unwrap())
}
