//! The peer in Python as token service: it makes what our wallet takes, and reads what our wallet
//! makes.

use serde_json::{Value, json};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_provisioning::enrolment::{self, Challenge};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::package::{self, Subject};
use understudy_tests::{GpoData, ProfileSpec, UNIONPAY_DEBIT, select};
use understudy_wallet::{IssuerKeys, SystemClock, Taken, Wallet};
use zeroize::Zeroizing;

use crate::device::{octets, receiving, signing, vectors};
use crate::parties::{Kept, NOW};
use crate::python::run;
use understudy_tests::Drawn;

/// What the peer prints as JSON.
fn ask(verb: &str, input: &Value) -> Value {
    serde_json::from_str(&run("provisioning.py", &[verb], &input.to_string())).unwrap()
}

/// A wallet that has the device's keys of the vectors, and its enrolment request.
fn enrolled() -> (Wallet<Kept>, Kept, Vec<u8>) {
    let vectors = vectors();
    let (issuer, ours) = (&vectors["issuer"], &vectors["device"]);
    let keys = IssuerKeys {
        verify: vec![signing(&issuer["sign"]).public()],
        receive: receiving(&issuer["receive"]).public(),
    };
    let kept = Kept::default();
    let mut wallet = Wallet::new(kept.clone(), SystemClock);
    let mut drawn = Drawn(
        ["id", "receive", "sign"]
            .map(|name| octets(&ours[name]))
            .concat(),
    );
    let request = wallet.enrol(keys, Challenge([0xCA; 32]), None, &mut drawn);
    (wallet, kept, request.unwrap())
}

/// A package of the peer for card 2: the kit's profile, and a key for counter 7.
fn letter(sequence: u64) -> Vec<u8> {
    let vectors = vectors();
    let profile = ProfileSpec::default().octets();
    let mut content = vec![0; 1024];
    let key = Zeroizing::new(core::array::from_fn(|at| u8::try_from(at).unwrap()));
    let atc = understudy_core::crypto::Atc::new(7).unwrap();
    let subject = Subject::Card { profile: &profile };
    let content = package::write(&mut content, &subject, None, [(atc, key)]).unwrap();
    let input = json!({
        "kind": "package", "device": vectors["device"]["id"], "epoch": 1, "card": 2,
        "sequence": sequence, "issued_at": NOW, "content": hex::encode(content),
        "to": hex::encode(receiving(&vectors["device"]["receive"]).public().octets()),
        "issuer_sign": vectors["issuer"]["sign"],
    });
    let made = run("provisioning.py", &["letter"], &input.to_string());
    hex::decode(made.trim()).unwrap()
}

fn pay(wallet: &mut Wallet<Kept>) -> Vec<u8> {
    let mut answer = [0; ANSWER_MAX];
    wallet.process(&select(UNIONPAY_DEBIT), &mut answer);
    wallet
        .process(&GpoData::default().command(), &mut answer)
        .to_vec()
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
    let (mut wallet, kept, _) = enrolled();
    let (message, again) = (letter(41), letter(41));
    assert_ne!(message, again, "each has an encapsulation of its own");
    let card = understudy_core::card::CardId(2);
    assert_eq!(wallet.receive(&message).unwrap(), Taken::Installed(card));
    let keys = &kept.json()["cards"][0]["keys"];
    assert_eq!(*keys, json!([[7, "000102030405060708090a0b0c0d0e0f"]]));
    let answer = pay(&mut wallet);
    assert!(answer.ends_with(&[0x90, 0x00]));
    let counter = [0x9F, 0x36, 0x02, 0x00, 0x07];
    assert!(answer.windows(5).any(|octets| octets == counter));
}

#[test]
fn the_peer_takes_our_enrolment_request() {
    let vectors = vectors();
    let ours = &vectors["device"];
    let (_, _, request) = enrolled();
    let input = json!({"message": hex::encode(&request), "challenge": "ca".repeat(32)});
    let expected = json!({
        "device": ours["id"],
        "receive": hex::encode(receiving(&ours["receive"]).public().octets()),
        "verify": hex::encode(signing(&ours["sign"]).public().octets()), "attestation": "",
        "digest": hex::encode(enrolment::reports(&request).unwrap().digest()),
    });
    assert_eq!(ask("enrol", &input), expected);
}

#[test]
fn the_peer_reads_our_report() {
    let vectors = vectors();
    let (mut wallet, kept, request) = enrolled();
    wallet.receive(&letter(41)).unwrap();
    pay(&mut wallet);
    wallet.receive(&request).unwrap_err();
    let fresh = octets(&vectors["device"]["fresh"]);
    let mut drawn = Drawn([fresh, vec![0x5E; 32]].concat());
    let message = wallet.report(&mut drawn).unwrap();
    let input = json!({
        "message": hex::encode(&message),
        "device_verify": hex::encode(signing(&vectors["device"]["sign"]).public().octets()),
        "issuer_receive": vectors["issuer"]["receive"],
    });
    let mut said = ask("report", &input);
    for time in [said["issued_at"].take(), said["marks"][0]["at"].take()] {
        assert!(time.as_u64() > Some(1_700_000_000), "the system's clock");
    }
    let fresh = receiving(&vectors["device"]["fresh"]).public();
    let expected = json!({
        "device": vectors["device"]["id"], "epoch": 1, "sequence": 1, "issued_at": null,
        "previous": hex::encode(enrolment::reports(&request).unwrap().digest()),
        "generation": kept.json()["device"]["generation"], "accepted": 41,
        "refused": 1, "refusal": 4, "fresh_epoch": 2, "fresh_key": hex::encode(fresh.octets()),
        "cards": [{"card": 2, "highest": 7}],
        "marks": [{"card": 2, "atc": 7, "end": 1, "at": null, "amount": "000000001234",
                   "currency": "0156"}],
        "digest": hex::encode(Sequence::after(&message).unwrap().digest()),
    });
    assert_eq!(said, expected);
}
