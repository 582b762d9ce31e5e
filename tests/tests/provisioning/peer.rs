//! The peer in Python makes what our device takes, and reads what our device makes.

use serde_json::{Value, json};
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::letter::Body;
use understudy_provisioning::message::Refusals;
use understudy_provisioning::report::{self, CardUse, Draft, Mark, Payment};

use crate::device::{CARD, Given, device, octets, receiving, signing, take, vectors};
use crate::python::run;

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
    let vectors = vectors();
    let (keys, ours) = (&vectors["issuer"], &vectors["device"]);
    let content = "E8 1C C001 01 E003 C00101 C812 0007 000102030405060708090A0B0C0D0E0F";
    let request = json!({
        "kind": "package", "device": ours["id"], "epoch": 1, "card": 2, "sequence": 41,
        "issued_at": 1_795_311_000, "content": content.replace(' ', ""),
        "to": hex::encode(receiving(&ours["receive"]).public().octets()),
        "issuer_sign": keys["sign"],
    });
    let made = || hex::decode(run("provisioning.py", &["letter"], &request.to_string()).trim());
    let (message, again) = (made().unwrap(), made().unwrap());
    assert_ne!(message, again, "each has an encapsulation of its own");
    let issuer = signing(&keys["sign"]).public();
    let mut taken = Vec::new();
    let state = take(&message, &issuer, &Sequence::EMPTY, |body| {
        let Body::Package(package) = body else {
            panic!("{body:?} is no package");
        };
        assert_eq!(package.profile(), Some(&[0xE0, 0x03, 0xC0, 0x01, 0x01][..]));
        taken.extend(package.stored_keys().map(|(atc, key)| (atc.get(), *key)));
    });
    let key = core::array::from_fn(|at| u8::try_from(at).unwrap());
    assert_eq!(taken, [(7, key)]);
    assert_eq!(state.unwrap().unwrap().last(), 41);
}

#[test]
fn the_peer_takes_our_enrolment_request() {
    let vectors = vectors();
    let ours = &vectors["device"];
    let (receive, sign) = (receiving(&ours["receive"]).public(), signing(&ours["sign"]));
    let enrolment = Enrolment {
        device: device(),
        receive,
        challenge: Challenge([0xCA; 32]),
        attestation: None,
    };
    let mut out = [0; 256];
    let message = enrolment::request(&mut out, &enrolment, &sign).unwrap();
    let input = json!({"message": hex::encode(message), "challenge": "ca".repeat(32)});
    let said = run("provisioning.py", &["enrol"], &input.to_string());
    let said: Value = serde_json::from_str(&said).unwrap();
    let digest = enrolment::reports(message).unwrap().digest();
    let expected = json!({
        "device": ours["id"], "receive": hex::encode(receive.octets()),
        "verify": hex::encode(sign.public().octets()), "attestation": "",
        "digest": hex::encode(digest),
    });
    assert_eq!(said, expected);
}

#[test]
fn the_peer_reads_our_report() {
    let vectors = vectors();
    let sign = signing(&vectors["device"]["sign"]);
    let fresh = receiving(&vectors["device"]["fresh"]).public();
    let before = enrolment::reports(&octets(&vectors["enrolment"]["request"])).unwrap();
    let cards = [CardUse {
        card: CARD,
        highest: Atc::new(9),
    }];
    let payment = Payment {
        possibly_torn: true,
        at: Some(UnixTime(1_795_311_100)),
        amount: Amount::new(999_999_999_999, Currency::EUR).unwrap(),
    };
    let marks = [(8, Some(payment)), (9, None)].map(|(atc, payment)| Mark {
        card: CardId(1),
        atc: Atc::new(atc).unwrap(),
        payment,
    });
    let draft = Draft {
        device: device(),
        before,
        issued_at: UnixTime(1_795_312_000),
        generation: 70_000,
        accepted: 41,
        refusals: Refusals::default(),
        epoch: 2,
        key: fresh,
        cards: &cards,
        marks: &marks,
    };
    let to = receiving(&vectors["issuer"]["receive"]).public();
    let mut out = [0; 512];
    let message = report::seal(&mut out, &draft, &to, &sign, &mut Given(vec![0x5E; 32])).unwrap();
    let input = json!({
        "message": hex::encode(message),
        "device_verify": hex::encode(sign.public().octets()),
        "issuer_receive": vectors["issuer"]["receive"],
    });
    let said = run("provisioning.py", &["report"], &input.to_string());
    let said: Value = serde_json::from_str(&said).unwrap();
    let expected = json!({
        "device": vectors["device"]["id"], "epoch": 1, "sequence": 1, "issued_at": 1_795_312_000,
        "previous": hex::encode(before.digest()), "generation": 70_000, "accepted": 41,
        "refused": 0, "refusal": 0, "fresh_epoch": 2, "fresh_key": hex::encode(fresh.octets()),
        "cards": [{"card": 1, "highest": 9}],
        "marks": [
            {"card": 1, "atc": 8, "end": 2, "at": 1_795_311_100, "amount": "999999999999",
             "currency": "0978"},
            {"card": 1, "atc": 9, "end": 3, "at": 0, "amount": "000000000000", "currency": "0000"},
        ],
        "digest": hex::encode(Sequence::after(message).unwrap().digest()),
    });
    assert_eq!(said, expected);
}
