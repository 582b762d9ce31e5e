//! Devices that are not the command's own wallet.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::{PublicReceiveKey, VerifyKey};
use understudy_wallet::{IssuerKeys, Simulated, StorageKey, SystemClock, Taken, Wallet};
use zeroize::Zeroizing;

use crate::desk::{Desk, PANS, hex};

/// A phone of another user, connected to the desk by files only.
struct Phone {
    wallet: Wallet<Simulated>,
    id: String,
}

fn octets<const N: usize>(value: &Value) -> [u8; N] {
    let text = value.as_str().unwrap();
    let octets: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect();
    octets.try_into().unwrap()
}

/// A request of a new phone, made from the output of `enrol --challenge`.
fn request(desk: &Desk) -> (Phone, Vec<u8>) {
    let (code, answer) = desk.json(["enrol", "--challenge"]);
    assert_eq!(code, 0);
    let issuer = IssuerKeys {
        verify: vec![VerifyKey::parse(&octets(&answer["verify_key"])).unwrap()],
        receive: PublicReceiveKey::parse(&octets(&answer["receive_key"])).unwrap(),
    };
    let key = StorageKey::new(Zeroizing::new([7; 32]));
    let wallet = Wallet::open(Simulated::new(), &key, SystemClock).unwrap();
    let challenge = Challenge(octets(&answer["challenge"]));
    let request = wallet.enrol(issuer, challenge, None).unwrap();
    let id = hex(&wallet.device().unwrap().0);
    (Phone { wallet, id }, request)
}

fn file(desk: &Desk, name: &str, content: &[u8]) -> String {
    let path: PathBuf = desk.path().join(name);
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn enrolled(desk: &Desk) -> Phone {
    let (phone, request) = request(desk);
    let path = file(desk, "request", &request);
    let (code, answer) = desk.json(["enrol", "--request", &path]);
    assert_eq!((code, &answer["device"]), (0, &json!(phone.id)), "{answer}");
    phone
}

/// The letters in a folder, in the order of their names.
fn letters(desk: &Desk, phone: &Phone, folder: &str) -> Vec<Vec<u8>> {
    let out = desk.path().join(folder);
    let out = out.to_str().unwrap();
    let (code, answer) = desk.json(["letters", "--device", &phone.id, "--out", out]);
    assert_eq!(code, 0, "{answer}");
    let files = answer["files"].as_array().unwrap();
    let read = |file: &Value| fs::read(file.as_str().unwrap()).unwrap();
    files.iter().map(read).collect()
}

#[test]
fn another_phone_gets_a_card_pays_and_reports_by_files_alone() {
    let desk = Desk::new();
    let phone = enrolled(&desk);
    let path = desk.path().join("package");
    let path = path.to_str().unwrap();
    let (token, code) = desk.issue(PANS[0], &["--device", &phone.id, "--out", path]);
    assert_eq!(
        desk.cards().len(),
        0,
        "our wallet has nothing to do with it"
    );
    let package = fs::read(path).unwrap();
    assert!(matches!(
        phone.wallet.receive(&package),
        Ok(Taken::Installed(_))
    ));
    assert_eq!(desk.run(["verify", &code, "--token", &token]).code, 0);
    assert_eq!(desk.run(["suspend", &token]).code, 0);
    for letter in &letters(&desk, &phone, "letters")[1..] {
        assert!(matches!(
            phone.wallet.receive(letter),
            Ok(Taken::Suspended(..))
        ));
    }
    let report = phone.wallet.report().unwrap();
    let report = file(&desk, "report", &report);
    let (code, answer) = desk.json(["report", &report]);
    assert_eq!((code, &answer["outcome"]), (0, &json!("accepted")));
    assert_eq!(answer["letters"], json!(2));
    let (_, again) = desk.json(["report", &report]);
    assert_eq!(again["outcome"], json!("again"));
    let left = letters(&desk, &phone, "later");
    assert_eq!(left.len(), 1, "the notice of the report");
    assert_eq!(
        phone.wallet.receive(&left[0]).unwrap(),
        Taken::ReportAccepted
    );
}

#[test]
fn another_phone_gets_new_keys_also_after_its_package_was_taken_back() {
    let desk = Desk::new();
    let phone = enrolled(&desk);
    let path = desk.path().join("package");
    let path = path.to_str().unwrap();
    let (token, code) = desk.issue(PANS[0], &["--device", &phone.id, "--out", path]);
    let early = desk.run(["replenish", "--token", &token]);
    assert_eq!(early.code, 4);
    assert!(early.err.contains("understudy verify"), "{}", early.err);
    assert_eq!(desk.run(["verify", &code, "--token", &token]).code, 0);
    assert_eq!(desk.run(["suspend", "--device", &phone.id]).code, 0);
    assert_eq!(desk.run(["resume", "--device", &phone.id]).code, 0);
    // The withdrawn package was sealed to the key with which the phone enrolled.
    let early = desk.run(["replenish", "--token", &token]);
    assert_eq!(early.code, 4);
    assert!(early.err.contains("understudy report"), "{}", early.err);
    let report = phone.wallet.report().unwrap();
    let report = file(&desk, "report", &report);
    assert_eq!(desk.run(["report", &report]).code, 0);
    let (code, answer) = desk.json(["replenish", "--token", &token, "--keys", "7"]);
    assert_eq!((code, &answer["added"]), (0, &json!(7)), "{answer}");
    assert_eq!(answer["device"], json!(phone.id));
    let waiting = letters(&desk, &phone, "letters");
    let installed = phone.wallet.receive(waiting.last().unwrap());
    assert!(
        matches!(installed, Ok(Taken::Installed(_))),
        "{installed:?}"
    );
    assert_eq!(phone.wallet.cards()[0].ledger.keys, 7);
    assert_eq!(desk.run(["replenish", "--token", "9"]).code, 4);
    assert_eq!(desk.run(["replenish", "1", "--token", "1"]).code, 2);
}

#[test]
fn a_package_is_sealed_for_its_owner_only_and_never_overwrites() {
    let desk = Desk::new();
    let phone = enrolled(&desk);
    let taken = file(&desk, "taken", b"mine");
    let issue = |path: &str| {
        let device = phone.id.as_str();
        let args = [
            "issue", "--pan", PANS[0], "--expiry", "4912", "--device", device,
        ];
        desk.run([&args[..], &["--out", path]].concat())
    };
    let run = issue(&taken);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("not overwritten"), "{}", run.err);
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
    let run = issue("-");
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    assert!(run.err.contains("name a file"), "{}", run.err);
    assert_eq!(desk.tokens().len(), 0, "nothing was issued");
    let path = desk.path().join("package");
    assert_eq!(issue(path.to_str().unwrap()).code, 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let only_one = ["issue", "--pan", PANS[1], "--expiry", "4912", "--out", "x"];
    assert_eq!(desk.run(only_one).code, 2);
}

#[test]
fn letters_are_written_once_and_strange_files_are_kept() {
    let desk = Desk::new();
    let phone = enrolled(&desk);
    let path = desk.path().join("package");
    desk.issue(
        PANS[0],
        &["--device", &phone.id, "--out", path.to_str().unwrap()],
    );
    let first = letters(&desk, &phone, "letters");
    assert_eq!(first, letters(&desk, &phone, "letters"), "the same octets");
    assert_eq!(first, [fs::read(&path).unwrap()]);
    let place = desk.path().join("letters").join("00000001.letter");
    fs::write(&place, "strange").unwrap();
    let out = desk.path().join("letters");
    let run = desk.run([
        "letters",
        "--device",
        &phone.id,
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("not overwritten"), "{}", run.err);
    assert_eq!(fs::read(&place).unwrap(), b"strange");
}

#[test]
fn a_request_is_taken_as_octets_or_hex_from_a_file_or_the_standard_input() {
    let desk = Desk::new();
    let (phone, octets) = request(&desk);
    let run = desk.feed(["enrol", "--request", "-"], &format!("{}\n", hex(&octets)));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(&phone.id), "{}", run.out);
    let path = file(&desk, "again", &octets);
    assert_eq!(
        desk.run(["enrol", "--request", &path]).code,
        0,
        "done already"
    );
}

#[test]
fn a_message_that_is_cut_or_altered_is_refused() {
    let desk = Desk::new();
    let (_, octets) = request(&desk);
    let mut altered = octets.clone();
    altered[40] ^= 1;
    for (name, content) in [
        ("cut", &octets[..100]),
        ("altered", &altered),
        ("empty", &[]),
    ] {
        let path = file(&desk, name, content);
        for args in [&["enrol", "--request", &path][..], &["report", &path]] {
            let run = desk.run(args);
            assert_eq!((run.code, run.out.as_str()), (4, ""), "{name} {args:?}");
            assert!(run.err.contains("refused"), "{name} {args:?}: {}", run.err);
        }
    }
    let phone = enrolled(&desk);
    let report = phone.wallet.report().unwrap();
    for at in (0..report.len()).step_by(29) {
        let mut altered = report.clone();
        altered[at] ^= 1;
        let run = desk.run(["report", &file(&desk, "report", &altered)]);
        assert_eq!(run.code, 4, "octet {at}");
    }
    assert_eq!(
        desk.run(["report", &file(&desk, "report", &report)]).code,
        0
    );
    assert_eq!(desk.run(["report", "/nowhere/report"]).code, 4);
}
