//! A second phone is a home of its own: its bank and the shop are in another home, and only messages
//! pass between them.

use std::fs;

use serde_json::{Value, json};

use crate::desk::{Desk, PANS, PIN};

/// A bank with its shop, and a phone of it, in two homes.
pub(crate) struct Pair {
    pub(crate) bank: Desk,
    pub(crate) phone: Desk,
    pub(crate) id: String,
}

impl Pair {
    /// A phone that enrolled by pipes.
    pub(crate) fn enrolled() -> Self {
        let (bank, phone) = (Desk::new(), Desk::new());
        let (request, id) = request(&bank, &phone);
        let enrolled = bank.feed(["enrol", "--request", "-"], &request);
        assert_eq!(enrolled.code, 0, "{}", enrolled.err);
        assert!(enrolled.out.contains(&id), "{}", enrolled.out);
        Self { bank, phone, id }
    }

    /// A phone with an active card; its token is 1.
    pub(crate) fn with_card() -> Self {
        let pair = Self::enrolled();
        let file = pair.bank.path().join("package");
        let file = file.to_str().unwrap();
        let options = ["--device", &pair.id, "--out", file, "--pin", PIN];
        pair.bank.issue_active(PANS[0], &options);
        let taken = pair.phone.run(["phone", "receive", file]);
        assert_eq!(taken.code, 0, "{}", taken.err);
        assert!(taken.out.contains("card 1 is new"), "{}", taken.out);
        pair
    }

    /// The bank's letters, a line of hex each.
    fn letters(&self) -> String {
        let run = self
            .bank
            .run(["letters", "--device", &self.id, "--out", "-"]);
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    }

    /// Carries the bank's letters to the phone; what they did.
    pub(crate) fn deliver(&self) -> Vec<Value> {
        let mail = self.letters();
        let run = self.phone.feed(["phone", "receive", "-", "--json"], &mail);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        let received: Value = serde_json::from_str(&run.out).unwrap();
        let letters = received["letters"].as_array().unwrap();
        letters
            .iter()
            .map(|letter| letter["taken"].clone())
            .collect()
    }

    /// Carries the phone's report to the bank.
    fn report(&self) -> Value {
        let written = self.phone.run(["phone", "report"]);
        assert_eq!(written.code, 0, "{}", written.err);
        let taken = self.bank.feed(["report", "-", "--json"], &written.out);
        assert_eq!(taken.code, 0, "{}", taken.err);
        let last = taken.out.lines().last().unwrap();
        serde_json::from_str(last).unwrap()
    }

    fn tap(&self, options: &[&str]) -> (i32, Value) {
        let phone = self.phone.home();
        let args = ["tap", "--phone", phone.to_str().unwrap()];
        self.bank.json([&args[..], options].concat())
    }
}

/// The request of a phone for a fresh challenge, in hex, and the phone's name.
fn request(bank: &Desk, phone: &Desk) -> (String, String) {
    let challenge = bank.run(["enrol", "--challenge"]);
    assert_eq!(challenge.code, 0, "{}", challenge.err);
    let request = phone.feed(["phone", "enrol"], &challenge.out);
    assert_eq!(request.code, 0, "{}", request.err);
    let id = request.err.split_whitespace().last().unwrap().to_owned();
    (request.out, id)
}

#[test]
fn a_second_phone_enrols_gets_a_card_pays_reports_and_gets_new_keys() {
    let pair = Pair::with_card();
    let (code, tapped) = pair.tap(&["--amount", "21.50"]);
    assert_eq!(
        (code, &tapped["result"]),
        (0, &json!("approved")),
        "{tapped}"
    );
    assert_eq!(tapped["card"]["keys_left"], json!(9));
    let sent = pair.phone.last_tap()["state"].clone();
    assert!([json!("sent"), json!("possibly torn")].contains(&sent));
    assert_eq!(pair.deliver(), [json!("settled")]);
    assert_eq!(pair.phone.last_tap()["state"], json!("approved"));
    let report = pair.report();
    assert_eq!(
        (&report["outcome"], &report["marks"]),
        (&json!("accepted"), &json!(1))
    );
    assert_eq!(pair.bank.run(["replenish", "--token", "1"]).code, 0);
    assert_eq!(
        pair.deliver(),
        [json!("report-accepted"), json!("replenished")]
    );
    assert_eq!(pair.phone.cards()[0]["keys_left"], json!(19));
    assert_eq!(pair.bank.run(["void", "1"]).code, 0, "and the shop voids");
    assert_eq!(pair.deliver(), [json!("settled")]);
    assert_eq!(pair.bank.run(["settle"]).code, 0);
    assert!(!pair.bank.home().join("wallet").exists(), "no wallet there");
    assert!(!pair.phone.file("issuer.db").exists(), "no bank here");
}

#[test]
fn what_the_bank_orders_a_second_phone_does_when_it_has_its_letters() {
    let pair = Pair::with_card();
    assert_eq!(pair.bank.run(["suspend", "--device", &pair.id]).code, 0);
    let (code, declined) = pair.tap(&[]);
    assert_eq!(code, 1);
    assert_eq!(declined["issuer"]["reason"], json!("device-suspended"));
    assert!(pair.deliver().contains(&json!("suspended")));
    let (_, refused) = pair.tap(&[]);
    assert_eq!(refused["refusal"], json!("the card is suspended"));
    assert_eq!(pair.bank.run(["resume", "--device", &pair.id]).code, 0);
    assert!(pair.deliver().contains(&json!("resumed")));
    assert_eq!(pair.tap(&[]).0, 0);

    for (order, taken) in [
        (&["limits", "1", "--tap", "20"][..], "limited"),
        (&["rotate", "--device", &pair.id], "rotated"),
        (
            &["unlock-password", "--device", &pair.id],
            "password-unlocked",
        ),
        (&["update-profile", "1"], "profile-changed"),
    ] {
        let run = pair.bank.run(order);
        assert_eq!(run.code, 0, "{order:?}: {}", run.err);
        let did = pair.deliver();
        assert!(did.contains(&json!(taken)), "{order:?}: {did:?}");
        assert_eq!(pair.report()["outcome"], json!("accepted"));
    }
    assert_eq!(pair.bank.run(["wipe", "--device", &pair.id]).code, 0);
    assert!(pair.deliver().contains(&json!("wiped")));
    assert_eq!(pair.phone.cards(), [Value::Null; 0]);
    assert_eq!(pair.report()["outcome"], json!("accepted"));
    let (_, tokens) = pair.bank.json(["tokens"]);
    assert_eq!(tokens["tokens"][0]["standing"], json!("wiped"));
    // It is found again, and enrols anew.
    let (request, id) = request(&pair.bank, &pair.phone);
    assert_ne!(id, pair.id);
    assert_eq!(
        pair.bank.feed(["enrol", "--request", "-"], &request).code,
        0
    );
}

#[test]
fn a_letter_that_is_another_phones_or_altered_or_late_changes_nothing() {
    let pair = Pair::with_card();
    let other = Desk::new();
    let (request, _) = request(&pair.bank, &other);
    assert_eq!(
        pair.bank.feed(["enrol", "--request", "-"], &request).code,
        0
    );
    for order in [["suspend", "1"], ["resume", "1"]] {
        assert_eq!(pair.bank.run(order).code, 0);
    }
    let mail = pair.letters();
    let letters: Vec<&str> = mail.lines().collect();
    let [_, suspended, resumed] = letters[..] else {
        panic!("{mail}")
    };
    // Another phone's.
    let run = other.feed(["phone", "receive", "-"], &mail);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    assert_eq!(run.err.matches("letter ").count() / 2, 3, "{}", run.err);
    // Altered.
    for at in (0..suspended.len()).step_by(42) {
        let digit = if &suspended[at..=at] == "0" { "1" } else { "0" };
        let altered = [&suspended[..at], digit, &suspended[at + 1..]].concat();
        let run = pair.phone.feed(["phone", "receive", "-"], &altered);
        let sorted_out = run.code == 0 && run.out.contains("taken before");
        assert!(run.code == 4 || sorted_out, "digit {at}: {}", run.out);
    }
    assert_eq!(pair.phone.cards()[0]["suspended"], json!(false));
    // Out of order: mail is sorted, and the last word counts.
    let swapped = [resumed, suspended].join("\n");
    let run = pair.phone.feed(["phone", "receive", "-"], &swapped);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(pair.phone.cards()[0]["suspended"], json!(false));
    // Again, and late: a letter that is named alone is refused.
    let run = pair.phone.feed(["phone", "receive", "-"], &mail);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, "3 letters were taken before.\n")
    );
    let late = pair.phone.path().join("late");
    fs::write(&late, suspended).unwrap();
    let run = pair.phone.run(["phone", "receive", late.to_str().unwrap()]);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    assert!(run.err.contains("letter 2: "), "{}", run.err);
    assert_eq!(pair.phone.cards()[0]["suspended"], json!(false));
    assert_eq!(pair.tap(&[]).0, 0, "and pays");
    // The bank hears of what was refused.
    assert_ne!(pair.report()["refusals"], json!(0));
}

#[test]
fn a_request_or_a_report_that_is_repeated_or_altered_gains_nothing() {
    let bank = Desk::new();
    let (phone, thief) = (Desk::new(), Desk::new());
    let challenge = bank.run(["enrol", "--challenge"]).out;
    let request = phone.feed(["phone", "enrol"], &challenge).out;
    let stolen = thief.feed(["phone", "enrol"], &challenge).out;
    assert_eq!(bank.feed(["enrol", "--request", "-"], &request).code, 0);
    // One challenge serves one request; the same request again is the same device.
    let run = bank.feed(["enrol", "--request", "-"], &stolen);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    assert_eq!(bank.feed(["enrol", "--request", "-"], &request).code, 0);
    let altered = format!("{}00{}", &request[..80], &request[82..]);
    assert_eq!(bank.feed(["enrol", "--request", "-"], &altered).code, 4);

    let pair = Pair::with_card();
    assert_eq!(pair.tap(&[]).0, 0);
    let written = pair.phone.run(["phone", "report"]).out;
    assert_eq!(pair.phone.run(["phone", "report"]).out, written, "kept");
    let altered = format!("{}00{}", &written[..200], &written[202..]);
    assert_eq!(pair.bank.feed(["report", "-"], &altered).code, 4);
    for outcome in ["accepted", "again"] {
        let run = pair.bank.feed(["report", "-", "--json"], &written);
        let answer: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(answer["outcome"], json!(outcome));
    }
    assert_eq!(bank.feed(["report", "-"], &written).code, 4, "another bank");
}

#[test]
fn mail_goes_by_folders_and_files_as_well() {
    let pair = Pair::enrolled();
    let folder = pair.bank.path().join("mail");
    let folder = folder.to_str().unwrap();
    let package = pair.bank.path().join("package");
    let options = ["--device", &pair.id, "--out", package.to_str().unwrap()];
    pair.bank.issue_active(PANS[0], &options);
    for _ in 0..2 {
        let run = pair
            .bank
            .run(["letters", "--device", &pair.id, "--out", folder]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(pair.phone.run(["phone", "receive", folder]).code, 0);
        assert_eq!(pair.tap(&[]).0, 0);
    }
    assert_eq!(pair.phone.cards()[0]["keys_left"], json!(8));
    let report = pair.phone.path().join("report");
    let report = report.to_str().unwrap();
    assert_eq!(pair.phone.run(["phone", "report", "--out", report]).code, 0);
    assert_eq!(pair.bank.run(["report", report]).code, 0);
    let again = pair.phone.run(["phone", "report", "--out", report]);
    assert_eq!(again.code, 4, "a file is not overwritten");
    for nothing in ["/nowhere", ""] {
        let run = pair.phone.run(["phone", "receive", nothing]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{nothing}");
    }
    let empty = pair.phone.feed(["phone", "receive", "-"], "");
    assert_eq!((empty.code, empty.out.as_str()), (0, "No letter came.\n"));
}

#[test]
fn a_home_is_a_bank_or_a_phone_of_another_bank_and_says_which() {
    let pair = Pair::with_card();
    for args in [
        &["tap"][..],
        &["issue", "--pan", PANS[0], "--expiry", "4912"],
        &["tokens"],
        &["settle"],
        &["enrol"],
        &["replenish"],
        &["keys", "list"],
        &["keys", "rotate"],
    ] {
        let before = pair.phone.files();
        let run = pair.phone.run(args);
        assert_eq!((run.code, run.out.as_str()), (3, ""), "{args:?}");
        let verb = match args {
            ["tap"] => "tap --phone ".to_owned(),
            ["keys", ..] => format!("{}`", args.join(" ")),
            _ => format!("{}`", args[0]),
        };
        let next = format!("--home BANK {verb}");
        assert!(run.err.contains(&next), "{args:?}: {}", run.err);
        assert_eq!(pair.phone.files(), before, "{args:?}");
    }
    // The phone's own commands are at home there.
    for args in [
        &["cards"][..],
        &["history"],
        &["storage"],
        &["present", "1"],
        &["default", "1"],
    ] {
        assert_eq!(pair.phone.run(args).code, 0, "{args:?}");
    }
    assert_eq!(
        pair.phone.feed(["password", "set"], "73918264\n").code,
        0,
        "the payment password too"
    );
    let (code, tap) = pair.tap(&["--amount", "1500", "--verified"]);
    assert_eq!((code, &tap["result"]), (0, &json!("approved")));
    // A bank's home is nobody's second phone, and a phone with a card keeps its bank.
    let challenge = pair.bank.run(["enrol", "--challenge"]).out;
    let run = pair.bank.feed(["phone", "enrol"], &challenge);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(run.err.contains("a bank of its own"), "{}", run.err);
    let run = pair.phone.feed(["phone", "enrol"], &challenge);
    assert_eq!((run.code, run.out.as_str()), (3, ""), "{}", run.err);
    assert!(run.err.contains("keeps it"), "{}", run.err);
    let run = pair.phone.feed(["phone", "enrol"], "challenge 00\n");
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
}

#[test]
fn a_phone_that_is_none_or_has_no_card_is_told_before_anything_is_tapped() {
    let pair = Pair::enrolled();
    assert_eq!(pair.bank.run(["tap"]).code, 0);
    let requests = pair.bank.authorisations().len();
    let phone = pair.phone.home();
    let nowhere = pair.bank.path().join("nowhere");
    for (folder, part) in [(&phone, "holds no card"), (&nowhere, "is no phone")] {
        let run = pair.bank.run(["tap", "--phone", folder.to_str().unwrap()]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert!(!nowhere.exists());
    assert_eq!(pair.bank.authorisations().len(), requests);
}

#[test]
fn a_second_phone_without_keys_says_where_they_come_from() {
    let pair = Pair::enrolled();
    let package = pair.bank.path().join("package");
    let file = package.to_str().unwrap();
    let options = ["--device", &pair.id, "--out", file, "--keys", "1"];
    pair.bank.issue_active(PANS[0], &options);
    assert_eq!(pair.phone.run(["phone", "receive", file]).code, 0);
    assert_eq!(pair.tap(&[]).0, 0);
    let (code, empty) = pair.tap(&[]);
    assert_eq!(code, 1, "{empty}");
    let advice = empty["advice"].as_str().unwrap();
    assert!(advice.contains("replenish --token"), "{advice}");
    assert!(advice.contains("phone receive"), "{advice}");
}
