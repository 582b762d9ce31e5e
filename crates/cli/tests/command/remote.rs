//! The issuer's commands to a phone, here one of provisioning messages alone.

use std::fs;

use getrandom::SysRng;
use serde_json::{Value, json};
use understudy_core::card::{CardId, Profile};
use understudy_provisioning::enrolment::{self, Challenge, Enrolment};
use understudy_provisioning::inbox::{self, Arrival, Sequence};
use understudy_provisioning::keys::{DeviceId, ReceiveKey, ReceiveKeys, SigningKey, VerifyKey};
use understudy_provisioning::letter::{Body, Command};

use crate::desk::{Desk, PANS, hex};

struct Phone {
    keys: ReceiveKeys,
    issuer: VerifyKey,
}

const ID: DeviceId = DeviceId([0xD1; 16]);

fn octets(value: &Value) -> [u8; 32] {
    let digits = value.as_str().unwrap();
    let octet = |at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
    std::array::from_fn(octet)
}

fn enrolled(desk: &Desk) -> Phone {
    let (_, answer) = desk.json(["enrol", "--challenge"]);
    let receive = ReceiveKey::generate(&mut SysRng).unwrap();
    let enrolment = Enrolment {
        device: ID,
        receive: receive.public(),
        challenge: Challenge(octets(&answer["challenge"])),
        attestation: None,
    };
    let sign = SigningKey::generate(&mut SysRng).unwrap();
    let mut room = [0; 256];
    let request = enrolment::request(&mut room, &enrolment, &sign).unwrap();
    let path = desk.path().join("request");
    fs::write(&path, request).unwrap();
    let enrolled = desk.run(["enrol", "--request", path.to_str().unwrap()]);
    assert_eq!(enrolled.code, 0, "{}", enrolled.err);
    Phone {
        keys: ReceiveKeys::enrolled(receive),
        issuer: VerifyKey::parse(&octets(&answer["verify_key"])).unwrap(),
    }
}

/// The contents of the phone's letters, in order.
fn letters<T>(desk: &Desk, phone: &Phone, out: &str, see: impl Fn(&Body<'_>) -> T) -> Vec<T> {
    let out = desk.path().join(out);
    let out = out.to_str().unwrap();
    let (code, answer) = desk.json(["letters", "--device", &hex(&ID.0), "--out", out]);
    assert_eq!(code, 0, "{answer}");
    let files = answer["files"].as_array().unwrap();
    let read = |file: &Value| {
        let letter = fs::read(file.as_str().unwrap()).unwrap();
        let me = inbox::Device {
            id: ID,
            cards: &[CardId(1)],
            issuer: &[phone.issuer],
            accepted: &Sequence::EMPTY,
            keys: &phone.keys,
        };
        let mut room = vec![0; inbox::content_len(&letter).unwrap()];
        match inbox::take(&letter, &me, &mut room).unwrap() {
            Arrival::Fresh(letter) => see(&letter.body()),
            Arrival::Done => panic!("nothing was accepted before"),
        }
    };
    files.iter().map(read).collect()
}

fn command(body: &Body<'_>) -> Option<Command> {
    match body {
        Body::Command(command) => Some(*command),
        _ => None,
    }
}

fn with_card(desk: &Desk) -> (Phone, String) {
    let phone = enrolled(desk);
    let path = desk.path().join("package");
    let out = ["--device", &hex(&ID.0), "--out", path.to_str().unwrap()];
    let token = desk.issue_active(PANS[0], &out);
    (phone, token)
}

#[test]
fn a_lost_phone_is_written_off_and_its_only_letter_erases_it() {
    let desk = Desk::new();
    let (phone, token) = with_card(&desk);
    let (code, answer) = desk.json(["wipe", "--device", &hex(&ID.0)]);
    assert_eq!(
        (code, &answer["standing"]),
        (0, &json!("wiping")),
        "{answer}"
    );
    assert_eq!(desk.tokens()[0]["status"], json!("deleted"));
    let left = letters(&desk, &phone, "letters", command);
    assert_eq!(left, [Some(Command::Wipe)]);
    for refused in [
        &["resume", "--device", &hex(&ID.0)][..],
        &["unlock-password", "--device", &hex(&ID.0)],
        &["unlock-password"],
        &["limits", &token, "--count", "1"],
        &["wipe", "--device", &hex(&[7; 16])],
    ] {
        let run = desk.run(refused);
        assert_eq!(run.code, 4, "{refused:?}: {}", run.err);
    }
}

#[test]
fn limits_password_and_storage_are_told_to_the_phone_they_are_about() {
    let desk = Desk::new();
    let (phone, token) = with_card(&desk);
    let changed = [
        "limits", &token, "--tap", "200", "--count", "3", "--sum", "450.50",
    ];
    assert_eq!(desk.run(changed).code, 0);
    assert_eq!(desk.run(["unlock-password"]).code, 0);
    assert_eq!(desk.run(["unlock-password", "--reset"]).code, 0);
    assert_eq!(desk.run(["rotate", "--device", &hex(&ID.0)]).code, 0);
    let told = letters(&desk, &phone, "letters", command);
    let [None, Some(Command::Limits(limits)), rest @ ..] = &told[..] else {
        panic!("{told:?}");
    };
    let expected = (20_000, 3, 45_050, 5_000_000);
    let found = (
        limits.unverified_tap,
        limits.unverified_taps,
        limits.unverified_sum,
        limits.verified_tap,
    );
    assert_eq!(found, expected);
    let rest_expected = [
        Some(Command::UnlockPassword),
        Some(Command::ResetPassword),
        Some(Command::RotateStorage),
    ];
    assert_eq!(rest, rest_expected);

    let above = desk.run(["limits", &token, "--any-tap", "100000.01"]);
    assert_eq!(above.code, 4);
    assert!(
        above.err.contains("above what this bank allows"),
        "{}",
        above.err
    );
    assert_eq!(desk.run(["limits", &token]).code, 0, "they are shown");
    assert_eq!(desk.run(["limits", &token, "--tap", "x"]).code, 4);
    assert_eq!(desk.run(["limits", "9", "--count", "1"]).code, 4);
}

#[test]
fn a_profile_is_sent_anew_with_the_last_digits_of_the_new_bank_card() {
    let desk = Desk::new();
    let (phone, token) = with_card(&desk);
    assert_eq!(desk.run(["replace-pan", &token, "--pan", PANS[1]]).code, 0);
    assert_eq!(desk.run(["update-profile", &token]).code, 0);
    let profiles = letters(&desk, &phone, "letters", |body| match body {
        Body::Profile(profile) => Some(Profile::parse(profile.to_vec()).unwrap().last_four()),
        _ => None,
    });
    let digits = &PANS[1][PANS[1].len() - 4..];
    let last_four = [&digits[..2], &digits[2..]].map(|pair| u8::from_str_radix(pair, 16).unwrap());
    assert_eq!(profiles, [None, Some(Some(last_four))]);
}
