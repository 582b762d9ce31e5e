//! The peer in Python as token service: our wallet takes its messages, and it reads our wallet's.

use serde_json::{Value, json};
use understudy_core::crypto::{Algorithms, Atc};
use understudy_provisioning::enrolment::{self, Challenge, Received};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::package::{self, Subject};
use understudy_test_phone::{HandClock, Phone};
use understudy_tests::{GpoData, ProfileSpec, UNIONPAY_DEBIT, select};
use understudy_wallet::{IssuerKeys, Taken};
use zeroize::Zeroizing;

use crate::device::{receiving, signing, vectors};
use crate::parties::NOW;
use crate::python::run;

/// The peer's output as JSON.
fn ask(verb: &str, input: &Value) -> Value {
    serde_json::from_str(&run("provisioning.py", &[verb], &input.to_string())).unwrap()
}

/// The peer's challenge to a device.
const CHALLENGE: Challenge = Challenge([0xCA; 32]);

/// A phone that is enrolled with the issuer of the vectors.
struct Enrolled {
    phone: Phone,
    request: Vec<u8>,
    /// The device's name and public keys, in hex.
    device: String,
    receive: String,
    verify: String,
}

fn enrolled() -> Enrolled {
    let issuer = &vectors()["issuer"];
    let keys = IssuerKeys {
        verify: vec![signing(&issuer["sign"]).public()],
        receive: receiving(&issuer["receive"]).public(),
    };
    let phone = Phone::new(&HandClock::at(NOW));
    let request = phone.enrol_with(keys, CHALLENGE).unwrap();
    let said = Received::parse(&request)
        .unwrap()
        .authenticate(&CHALLENGE)
        .unwrap();
    let [device, receive, verify] = [
        &said.enrolment.device.0[..],
        said.enrolment.receive.octets(),
        said.verify.octets(),
    ]
    .map(hex::encode);
    Enrolled {
        phone,
        request,
        device,
        receive,
        verify,
    }
}

impl Enrolled {
    /// A package of the peer for card 2: the kit's profile, and a key for counter 7.
    fn letter(&self, sequence: u64) -> Vec<u8> {
        let profile = ProfileSpec::default().octets();
        let mut content = vec![0; 1024];
        let key = Zeroizing::new(KEY);
        let atc = Atc::new(7).unwrap();
        let subject = Subject::Card { profile: &profile };
        let content = package::emit(&mut content, &subject, None, Algorithms::TDES, [(atc, key)]);
        let content = content.unwrap();
        let input = json!({
            "kind": "package", "device": self.device, "epoch": 1, "card": 2,
            "sequence": sequence, "issued_at": NOW, "content": hex::encode(content),
            "to": self.receive, "issuer_sign": vectors()["issuer"]["sign"],
        });
        let made = run("provisioning.py", &["letter"], &input.to_string());
        hex::decode(made.trim()).unwrap()
    }
}

/// The key in that package.
const KEY: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn pay(phone: &Phone) -> Vec<u8> {
    let _ = phone.send(&select(UNIONPAY_DEBIT));
    phone.send(&GpoData::default().command())
}

#[test]
fn the_peer_s_hpke_is_that_of_rfc_9180() {
    let said = run("provisioning.py", &["rfc9180"], "");
    assert_eq!(said.trim(), "RFC 9180 A.2.1: every value agrees");
}

#[test]
fn the_vectors_are_what_the_peer_makes() {
    let made: Value = serde_json::from_str(&run("vectors.py", &[], "")).unwrap();
    assert_eq!(made, vectors());
}

#[test]
fn our_device_takes_a_package_of_the_peer_and_its_keys() {
    let device = enrolled();
    let (message, again) = (device.letter(41), device.letter(41));
    assert_ne!(message, again, "each has an encapsulation of its own");
    let card = understudy_core::card::CardId(2);
    let phone = device.phone;
    assert_eq!(phone.takes(&message), Taken::Installed(card));
    assert!(phone.state().holds(&KEY));
    let answer = pay(&phone);
    assert!(answer.ends_with(&[0x90, 0x00]));
    let counter = [0x9F, 0x36, 0x02, 0x00, 0x07];
    assert!(answer.windows(5).any(|octets| octets == counter));
}

#[test]
fn the_peer_takes_our_enrolment_request() {
    let device = enrolled();
    let request = hex::encode(&device.request);
    let input = json!({"message": request, "challenge": "ca".repeat(32)});
    let expected = json!({
        "device": device.device, "receive": device.receive, "verify": device.verify,
        "attestation": "",
        "digest": hex::encode(enrolment::reports(&device.request).unwrap().digest()),
    });
    assert_eq!(ask("enrol", &input), expected);
}

#[test]
fn the_peer_reads_our_report() {
    let device = enrolled();
    let phone = &device.phone;
    phone.takes(&device.letter(41));
    pay(phone);
    phone.wallet.receive(&device.request).unwrap_err();
    let message = phone.report();
    let input = json!({
        "message": hex::encode(&message), "device_verify": device.verify,
        "issuer_receive": vectors()["issuer"]["receive"],
    });
    let mut said = ask("report", &input);
    let fresh = said["fresh_key"].take();
    let fresh = fresh.as_str().unwrap();
    assert!(fresh.len() == 64 && fresh != device.receive);
    let storage = phone.wallet.storage().unwrap();
    let expected = json!({
        "device": device.device, "epoch": 1, "sequence": 1, "issued_at": NOW,
        "previous": hex::encode(enrolment::reports(&device.request).unwrap().digest()),
        "generation": storage.generation, "accepted": 41,
        "refused": 1, "refusal": 4, "fresh_epoch": 2, "fresh_key": null,
        "cards": [{"card": 2, "highest": 7}],
        "marks": [{"card": 2, "atc": 7, "end": 1, "at": NOW, "amount": "000000001234",
                   "currency": "0156"}],
        "digest": hex::encode(Sequence::after(&message).unwrap().digest()),
    });
    assert_eq!(said, expected);
}
