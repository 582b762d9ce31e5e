//! What the wallet keeps, and the command's file around it.

use std::collections::BTreeMap;
use std::io;

use crate::document::{block, octets, read};
use crate::scene::{Kept, Phone, StandingClock};
use serde_json::Value;
use sha2::{Digest, Sha256};
use understudy_pos::Config;
use understudy_pos::till::{
    Outstanding, Till, TillError, TillFile, TillFiles, TillRules, TillState,
};
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::{PublicReceiveKey, VerifyKey};
use understudy_tests::Drawn;
use understudy_wallet::{IssuerKeys, Taken, Volatile, Wallet};

#[test]
fn the_wallet_of_the_document_is_what_the_tap_leaves_behind() {
    let mut phone = Phone::provisioned();
    let _ = phone.tap();
    let kept: Value = serde_json::from_slice(&phone.image()).unwrap();
    assert_eq!(kept, wallet(), "{kept:#}");
}

#[test]
fn the_wallet_of_the_document_is_restored() {
    let image = serde_json::to_vec(&wallet()).unwrap();
    let wallet = Wallet::restore(&image, Volatile, StandingClock::default()).unwrap();
    let [card] = wallet.cards().try_into().unwrap();
    assert_eq!(
        (card.token.as_str(), card.ledger.keys),
        ("625094******0014", 1)
    );
    assert_eq!(wallet.history().count(), 1);
}

#[test]
fn the_device_of_the_document_is_what_enrolment_and_a_letter_leave_behind() {
    let vectors: Value = serde_json::from_str(&read("tests/vectors/provisioning.json")).unwrap();
    let hex = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let device: Value = serde_json::from_str(&block("json device")).unwrap();
    let key = |value: &Value| hex(value).try_into().unwrap();
    let issuer = IssuerKeys {
        verify: vec![VerifyKey::parse(&key(&device["issuer"]["verify"][0])).unwrap()],
        receive: PublicReceiveKey::parse(&key(&device["issuer"]["receive"])).unwrap(),
    };
    let mut drawn = Drawn(
        ["id", "receive", "sign"]
            .map(|name| hex(&vectors["device"][name]))
            .concat(),
    );
    let challenge = Challenge(key(&vectors["enrolment"]["challenge"]));
    let attestation = hex(&vectors["enrolment"]["attestation"]);

    let kept = Kept::default();
    let mut wallet = Wallet::new(kept.clone(), StandingClock::default());
    let request = wallet
        .enrol(issuer, challenge, Some(&attestation), &mut drawn)
        .unwrap();
    assert_eq!(request, octets("enrolment-request"));
    let letter = hex(&vectors["letters"][8]["message"]);
    assert_eq!(wallet.receive(&letter).unwrap(), Taken::Wanted);

    let image: Value = serde_json::from_slice(&kept.image()).unwrap();
    assert_eq!(image["device"], device, "{image:#}");
}

#[test]
fn the_file_of_the_document_has_its_checksum_and_holds_an_empty_wallet() {
    let file = block("text header");
    let (header, content) = file.split_once('\n').unwrap();
    let checksum = hex::encode_upper(Sha256::digest(content));
    assert_eq!(header, format!("understudy wallet 1 sha256={checksum}"));
    let wallet = Wallet::restore(content.as_bytes(), Volatile, StandingClock::default()).unwrap();
    assert!(wallet.cards().is_empty());
}

fn wallet() -> Value {
    let profile = hex::encode(octets("profile"));
    serde_json::from_str(&block("json wallet").replace("{profile}", &profile)).unwrap()
}

/// A terminal's files, in memory.
#[derive(Default)]
struct Files(BTreeMap<TillFile, Vec<u8>>);

impl TillFiles for Files {
    fn read(&self, file: TillFile, _: u64) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(&file).cloned())
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        self.0.insert(file, content.to_vec());
        Ok(())
    }

    fn append(&mut self, file: TillFile, _: u64, octets: &[u8]) -> io::Result<()> {
        self.0.entry(file).or_default().extend(octets);
        Ok(())
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        Ok(self.0.remove(&file).is_some())
    }
}

fn state(files: impl IntoIterator<Item = (TillFile, String)>) -> Result<TillState, TillError> {
    let files = files.into_iter().map(|(file, text)| (file, text.into()));
    let files = Files(files.collect());
    Till::open(&Config::default(), TillRules::default(), files).map(|till| till.state().clone())
}

/// The lines of a block, each checked by the rule of the document.
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
