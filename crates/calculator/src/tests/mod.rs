//! Published values, each file of which names its source, and mistakes that must not give them.

use std::string::String;
use std::vec::Vec;

use serde_json::Value;

use crate::{Algorithm, BlockKey};

mod blocks;
mod dukpt;
mod macs;
mod pins;
mod values;

macro_rules! vectors {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            "../../../../tests/vectors/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}
use vectors;

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    let found = value[name].as_str();
    found.unwrap_or_else(|| panic!("{name} in {value}"))
}

fn octets(value: &Value, name: &str) -> Vec<u8> {
    hex::decode(text(value, name)).unwrap()
}

fn array<const N: usize>(value: &Value, name: &str) -> [u8; N] {
    octets(value, name).try_into().unwrap()
}

fn upper(octets: impl AsRef<[u8]>) -> String {
    hex::encode_upper(octets)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let found = value[name].as_array();
    found.unwrap_or_else(|| panic!("{name} in {value}"))
}

fn block_key(value: &Value) -> BlockKey {
    let algorithm = match value["algorithm"].as_str() {
        None | Some("des") => Algorithm::Des,
        Some("aes") => Algorithm::Aes,
        Some("sm4") => Algorithm::Sm4,
        Some(other) => panic!("{other}"),
    };
    BlockKey::new(algorithm, &octets(value, "key")).unwrap()
}
