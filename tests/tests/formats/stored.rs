//! The stored state of the terminal, and the file around a wallet's image of the version before its
//! store.

use std::collections::BTreeMap;

use crate::document::block;
use crate::scene::StandingClock;
use serde_json::Value;
use sha2::{Digest, Sha256};
use understudy_pos::Config;
use understudy_pos::till::{Outstanding, Till, TillError, TillFile, TillRules, TillState};
use understudy_test_phone::storage_key;
use understudy_wallet::{Simulated, Wallet};

#[test]
fn the_file_of_the_document_has_its_checksum_and_an_empty_wallet_is_taken_over_from_it() {
    let file = block("text header");
    let (header, content) = file.split_once('\n').unwrap();
    let checksum = hex::encode_upper(Sha256::digest(content));
    assert_eq!(header, format!("understudy wallet 1 sha256={checksum}"));
    let image = content.as_bytes();
    let take_over =
        |image| Wallet::take_over(image, Simulated::new(), &storage_key(), StandingClock);
    let wallet = take_over(image).unwrap();
    assert!(wallet.cards().is_empty() && wallet.device().is_none());
    assert!(take_over(&image[1..]).is_err());
}

fn state(files: impl IntoIterator<Item = (TillFile, String)>) -> Result<TillState, TillError> {
    let files = files
        .into_iter()
        .map(|(file, text)| (file, text.into_bytes()));
    let files: BTreeMap<_, _> = files.collect();
    Till::open(&Config::default(), TillRules::default(), files).map(|till| till.state().clone())
}

/// The lines of a block, each checked by the seal that the document defines.
fn sealed(name: &str) -> String {
    let text = block(name) + "\n";
    let mut seal = [0; 16].to_vec();
    for line in text.lines() {
        let (json, sealed) = line.rsplit_once(' ').unwrap();
        let digest = Sha256::digest([&seal, json.as_bytes()].concat());
        seal = digest[..16].to_vec();
        assert_eq!(sealed, hex::encode_upper(&seal));
    }
    text
}

#[test]
fn the_terminal_of_the_document_is_the_same_in_both_versions_and_owes_its_reversal() {
    let journals = state([
        (TillFile::Index, sealed("text index")),
        (TillFile::Journal(1), sealed("text journal")),
    ]);
    let whole = state([(TillFile::Index, block("json terminal"))]);
    let (journals, whole) = (journals.unwrap(), whole.unwrap());
    assert_eq!(journals, whole);
    assert_eq!(whole.entries().count(), 2);
    let Some(Outstanding::ReversalOwed(owed)) = whole.outstanding() else {
        panic!("{whole:?}");
    };
    assert_eq!(owed.id.to_string(), "000001/000003");
}

#[test]
fn a_terminal_without_one_of_its_fields_is_not_read() {
    let whole: Value = serde_json::from_str(&block("json terminal")).unwrap();
    for object in ["", "/batch", "/batch/entries/0", "/batch/entries/1/record"] {
        let fields = whole.pointer(object).and_then(Value::as_object).unwrap();
        for field in fields.keys() {
            let mut cut = whole.clone();
            let fields = cut.pointer_mut(object).and_then(Value::as_object_mut);
            fields.unwrap().remove(field);
            let read = state([(TillFile::Index, cut.to_string())]);
            assert!(read.is_err(), "{object}/{field}");
        }
    }
}
