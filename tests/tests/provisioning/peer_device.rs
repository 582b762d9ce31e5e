//! The peer in Python as a device: our issuer takes its messages, and it reads our issuer's.

use serde_json::{Value, json};
use understudy_issuer::{
    CloneOrRollback, DeviceStanding, KeyCustody as _, NewLimits, ReportOutcome, demonstration,
};
use understudy_provisioning::letter::SuspendReason;
use understudy_provisioning::{Package, Subject};

use crate::parties::{NOW, Service};
use crate::python::run;

const RECEIVE: &str = "2222222222222222222222222222222222222222222222222222222222222222";
const FRESH: &str = "5555555555555555555555555555555555555555555555555555555555555555";
const SIGN: &str = "3333333333333333333333333333333333333333333333333333333333333333";
const DEVICE: &str = "d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1";

fn make(verb: &str, input: &Value) -> Vec<u8> {
    let made = run("provisioning.py", &[verb], &input.to_string());
    hex::decode(made.trim()).unwrap()
}

/// The content of a letter as the peer reads it, with this receive key.
fn read(letter: &[u8], receive: &str) -> Value {
    let keys = demonstration::custody().public_keys();
    let input = json!({
        "message": hex::encode(letter), "receive": receive,
        "issuer_verify": hex::encode(keys.verify.octets()),
    });
    serde_json::from_str(&run("provisioning.py", &["open"], &input.to_string())).unwrap()
}

/// Enrols the peer; returns the digest of its request, which its first report refers to.
fn enrol(service: &Service) -> String {
    let challenge = service.issuer.challenge(service.now()).unwrap();
    let input = json!({
        "device": DEVICE, "receive": RECEIVE, "sign": SIGN, "challenge": hex::encode(challenge.0),
    });
    let request = make("request", &input);
    assert_eq!(hex::encode(service.enrol(&request).id.0), DEVICE);
    let input = json!({"message": hex::encode(&request), "challenge": hex::encode(challenge.0)});
    let said = run("provisioning.py", &["enrol"], &input.to_string());
    let said: Value = serde_json::from_str(&said).unwrap();
    said["digest"].as_str().unwrap().to_owned()
}

fn report(previous: &str, sequence: u64, accepted: u64, generation: u64) -> Vec<u8> {
    let keys = demonstration::custody().public_keys();
    let input = json!({
        "device": DEVICE, "sign": SIGN, "fresh": FRESH, "fresh_epoch": sequence + 1,
        "to": hex::encode(keys.receive.octets()), "previous": previous, "sequence": sequence,
        "issued_at": NOW, "generation": generation, "accepted": accepted, "card": 1,
    });
    make("say", &input)
}

#[test]
fn our_issuer_enrols_the_peer_which_reads_its_letters() {
    let service = Service::open();
    enrol(&service);
    let device = service.device().id;
    let issued = service.issue(device, 3);
    let said = read(&issued.letter, RECEIVE);
    let header = ["kind", "epoch", "card", "sequence"].map(|name| said[name].as_u64());
    assert_eq!(header, [1, 1, 1, 1].map(Some));
    assert_eq!(said["device"], DEVICE);
    let content = hex::decode(said["content"].as_str().unwrap()).unwrap();
    let package = Package::parse(&content).unwrap();
    assert!(matches!(package.subject(), Subject::Card { .. }));
    let counters: Vec<u16> = package.keys().map(|(atc, _)| atc.get()).collect();
    assert_eq!(counters, [1, 2, 3]);
    let expiry = package.not_after().unwrap().0;
    let expected = json!({"not_after": expiry, "profile": true, "counters": counters});
    assert_eq!(said["said"], expected);
    let new = NewLimits {
        unverified_tap: Some(20_000),
        ..NewLimits::default()
    };
    let limits = service
        .issuer
        .set_limits(issued.token, &new, service.now())
        .unwrap();
    let said = read(&service.letters(device)[1], RECEIVE);
    let expected = json!({
        "currency": 156, "tap": 20_000, "count": limits.unverified_taps,
        "sum": limits.unverified_sum, "any_tap": limits.verified_tap, "validity": limits.validity,
    });
    assert_eq!(said["said"], expected);

    let reason = SuspendReason::Cardholder;
    service
        .issuer
        .suspend(issued.token, reason, service.now())
        .unwrap();
    let said = read(&service.letters(device)[2], RECEIVE);
    assert_eq!(
        (&said["kind"], &said["content"]),
        (&json!(2), &json!("0101"))
    );
}

#[test]
fn our_issuer_takes_a_report_of_the_peer_and_writes_to_the_key_in_it() {
    let service = Service::open();
    let previous = enrol(&service);
    let device = service.device().id;
    let issued = service.issue(device, 3);
    let said = service.take(&report(&previous, 1, 1, 7)).unwrap();
    let ReportOutcome::Accepted { marks, letters, .. } = said.outcome else {
        panic!("{said:?}");
    };
    assert_eq!((marks, letters, said.finding), (0, 1, None));
    assert_eq!(service.device().generation, 7);

    let more = service.issuer.replenish(issued.token, 2, service.now());
    let said = read(&more.unwrap(), FRESH);
    assert_eq!((&said["epoch"], &said["sequence"]), (&json!(2), &json!(3)));
    let content = hex::decode(said["content"].as_str().unwrap()).unwrap();
    let number = issued.number;
    let package = Package::parse(&content).unwrap();
    assert_eq!(*package.subject(), Subject::Keys { number });
}

#[test]
fn our_issuer_finds_out_that_the_peer_was_put_back() {
    let service = Service::open();
    let previous = enrol(&service);
    service.issue(service.device().id, 3);
    service.take(&report(&previous, 1, 1, 7)).unwrap();
    let said = service.take(&report(&previous, 1, 1, 5)).unwrap();
    assert_eq!(said.outcome, ReportOutcome::NotAccepted);
    assert_eq!(said.finding, Some(CloneOrRollback::Conflict));
}

#[test]
fn the_peer_reads_that_it_is_wiped_and_its_last_report_says_so() {
    let service = Service::open();
    let previous = enrol(&service);
    let device = service.device().id;
    service.issue(device, 3);
    let wipe = service.issuer.wipe_device(device, service.now()).unwrap();
    let said = read(&wipe.unwrap(), RECEIVE);
    assert_eq!((&said["card"], &said["sequence"]), (&json!(0), &json!(2)));
    assert_eq!(said["said"], json!({"command": 6}));
    service.take(&report(&previous, 1, 2, 7)).unwrap();
    assert_eq!(service.device().standing, DeviceStanding::Wiped);
}
