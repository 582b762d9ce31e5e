//! The vector files, read strictly: an unknown member is an error.

use serde::Deserialize;
use understudy_tests::{DataElements, Hex};

const FILES: [(&str, &str); 3] = [
    ("emv_tdes.json", include_str!("../../vectors/emv_tdes.json")),
    (
        "iso9797_algorithm_3.json",
        include_str!("../../vectors/iso9797_algorithm_3.json"),
    ),
    (
        "unionpay_tdes.json",
        include_str!("../../vectors/unionpay_tdes.json"),
    ),
];

/// One vector file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vectors {
    pub(crate) source: String,
    #[serde(default, rename = "note")]
    _note: String,
    #[serde(default)]
    pub(crate) card_master_keys: Vec<MasterKeyCase>,
    #[serde(default)]
    pub(crate) common_session_keys: Vec<CommonCase>,
    #[serde(default)]
    pub(crate) mchip_session_keys: Vec<MChipCase>,
    #[serde(default)]
    pub(crate) macs: Vec<MacCase>,
    #[serde(default)]
    pub(crate) cryptograms: Vec<CryptogramCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MasterKeyCase {
    pub(crate) imk: Hex,
    pub(crate) pan: String,
    pub(crate) psn: Option<Hex>,
    pub(crate) option_a: Option<Hex>,
    pub(crate) option_b: Hex,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonCase {
    pub(crate) card_master_key: Hex,
    pub(crate) r: Hex,
    pub(crate) session_key: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MChipCase {
    pub(crate) card_master_key: Hex,
    pub(crate) atc: Hex,
    pub(crate) un: Hex,
    pub(crate) session_key: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MacCase {
    pub(crate) key: Hex,
    pub(crate) text: String,
    pub(crate) method_1: Hex,
    pub(crate) method_2: Hex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CryptogramCase {
    pub(crate) version: String,
    pub(crate) octet: Hex,
    pub(crate) imk: Hex,
    pub(crate) pan: String,
    pub(crate) psn: Hex,
    #[serde(rename = "9F36")]
    pub(crate) atc: Hex,
    pub(crate) data: DataElements,
    #[serde(rename = "9F10")]
    pub(crate) iad: Hex,
    pub(crate) card_master_key: Option<Hex>,
    pub(crate) session_key: Option<Hex>,
    pub(crate) under_mac: Option<Hex>,
    #[serde(rename = "9F26")]
    pub(crate) cryptogram: Hex,
    pub(crate) answers: Vec<Answer>,
}

/// An issuer's answer: method 1 has an `arc`, method 2 a `csu`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) method: u8,
    pub(crate) arc: Option<Hex>,
    pub(crate) csu: Option<Hex>,
    pub(crate) arpc: Hex,
}

/// All vector files.
pub(crate) fn all() -> [Vectors; 3] {
    FILES.map(|(name, text)| {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"))
    })
}

/// The cryptograms of all vector files.
pub(crate) fn cryptograms() -> Vec<CryptogramCase> {
    all()
        .into_iter()
        .flat_map(|vectors| vectors.cryptograms)
        .collect()
}

/// The vectors that other tests read: those of AES and SM4 [`ciphers`](crate::ciphers), those of the
/// calculator `crates/calculator` and `crates/cli`, those of sealed messages `tests/provisioning`.
const ELSEWHERE: [&str; 7] = [
    "block_ciphers.json",
    "card_verification.json",
    "dukpt.json",
    "emv_aes_sm4.json",
    "pin_blocks.json",
    "provisioning.json",
    "rfc9180.json",
];

#[test]
fn every_vector_file_is_read_and_names_its_source() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");
    let files = std::fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let mut found: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    found.sort();
    let mut known: Vec<_> = FILES
        .iter()
        .map(|(name, _)| *name)
        .chain(ELSEWHERE)
        .collect();
    known.sort_unstable();
    assert_eq!(found, known);
    for vectors in all() {
        assert!(!vectors.source.is_empty());
    }
    for name in ELSEWHERE {
        let text = std::fs::read_to_string(format!("{directory}/{name}")).unwrap();
        let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(
            vectors["source"]
                .as_str()
                .is_some_and(|source| !source.is_empty())
        );
    }
}
