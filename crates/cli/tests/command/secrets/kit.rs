//! The secrets of a home, and a run of every command.

use std::collections::BTreeSet;

use understudy_issuer::demonstration;

use super::stored::{all_hex, stored};
use crate::desk::{Desk, PANS, Run, hex};

/// The name of the file for pages.
const PAGE: &str = "tap.html";

pub(super) const PAN: &str = "6222020000000001230";
pub(super) const PIN: &str = "73918264";
pub(super) const TEST_KEY: &str = "0123456789ABCDEFFEDCBA9876543210";

/// Components of a master key, each with its check value.
const COMPONENTS: [(&str, &str); 2] = [
    ("19ADB3F1C7166D2A52A4AB9BD68A896D", "6553A7"),
    ("F138C73EB65268C749923DC8B570B33B", "507099"),
];
/// Their sum.
const SUM: &str = "E99475CE704504EC1A37975262FB3B57";

/// Runs commands, and keeps both outputs.
pub(super) struct Witness<'d> {
    pub(super) desk: &'d Desk,
    pub(super) outputs: Vec<(String, String)>,
    /// Every session key that the wallet ever held.
    seen: BTreeSet<String>,
}

impl<'d> Witness<'d> {
    pub(super) fn new(desk: &'d Desk) -> Self {
        Self {
            desk,
            outputs: Vec::new(),
            seen: BTreeSet::new(),
        }
    }

    /// The session keys that the wallet held earlier.
    pub(super) fn spent(&self) -> Vec<String> {
        let held = keys(self.desk);
        self.seen.difference(&held).cloned().collect()
    }

    fn keep(&mut self, what: &str, run: &Run) {
        self.outputs
            .push((what.to_owned(), format!("{}\n{}", run.out, run.err)));
    }

    /// Keeps the page that a tap wrote, and removes it.
    fn keep_page(&mut self, args: &[&str]) {
        let page = self.desk.path().join(PAGE);
        if let Ok(text) = std::fs::read_to_string(&page) {
            self.outputs
                .push((format!("the page of {}", args.join(" ")), text));
            std::fs::remove_file(page).unwrap();
        }
    }

    /// Runs a command in text and in JSON; exit codes are ignored.
    pub(super) fn run(&mut self, args: &[&str]) {
        self.feed(args, "");
    }

    pub(super) fn feed(&mut self, args: &[&str], input: &str) {
        for json in [&[][..], &["--json"]] {
            let args = [args, json].concat();
            let run = self.desk.feed(&args, input);
            assert!(!run.err.contains("panicked"), "{args:?}: {}", run.err);
            self.keep(&args.join(" "), &run);
            self.keep_page(&args);
            self.seen.extend(keys(self.desk));
        }
    }
}

/// The session keys in the wallet; none if there is no wallet yet.
fn keys(desk: &Desk) -> BTreeSet<String> {
    if desk.file("wallet.salt").exists() {
        let cards = stored(desk).cards.into_iter();
        cards.flat_map(|(_, keys)| all_hex(&keys)).collect()
    } else {
        BTreeSet::new()
    }
}

/// Every secret of the home, in upper-case hex or decimal digits: card numbers and track 2, keys.
pub(super) fn secrets(desk: &Desk) -> Vec<String> {
    let mut secrets = vec![PAN.to_owned(), PIN.to_owned(), TEST_KEY.to_owned()];
    secrets.extend(PANS.map(str::to_owned));
    secrets.extend(COMPONENTS.map(|(component, _)| component.to_owned()));
    secrets.push(SUM.to_owned());
    secrets.extend([
        hex(&demonstration::TEST_TERMINAL_PIN_KEY),
        hex(&demonstration::TEST_HOST_KEY),
        hex(&demonstration::TEST_SIGNING_KEY),
        hex(&demonstration::TEST_RECEIVE_KEY),
    ]);
    let stored = stored(desk);
    secrets.extend(all_hex(&stored.device));
    let mut numbers = Vec::new();
    for (profile, keys) in &stored.cards {
        secrets.extend(all_hex(keys));
        let profile = hex(profile);
        let number = &profile[profile.find("5710625094").unwrap() + 4..][..16];
        numbers.push(number.to_owned());
        let track2 = &profile[profile.find(number).unwrap()..][..24];
        assert_eq!(&track2[16..17], "D", "{track2}");
        numbers.push(track2.to_owned());
    }
    secrets.extend(numbers);
    let as_text: Vec<String> = secrets
        .iter()
        .filter(|secret| secret.bytes().all(|digit| digit.is_ascii_digit()))
        .map(|secret| hex(secret.as_bytes()))
        .collect();
    secrets.extend(as_text);
    assert!(secrets.iter().all(|secret| secret.len() >= 8));
    secrets
}

/// The text without characters that may stand between digits.
pub(super) fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !".,:;-_|/'\"".contains(*c))
        .collect::<String>()
        .to_uppercase()
}

pub(super) fn full_run(witness: &mut Witness<'_>) {
    let page = witness.desk.path().join(PAGE);
    let page = page.to_str().unwrap();
    let issue = [
        "issue", "--pan", "-", "--expiry", "4912", "--keys", "9", "--pin", "-",
    ];
    for args in [
        &["tap"][..],
        &["tap", "--verified", "--amount", "1500"],
        &["tap", "--amount", "1500"],
        &["tap", "--amount", "1500", "--pin", PIN],
        &["tap", "-vv", "--html", page, "--receipt"],
        &[
            "tap", "-vv", "--html", page, "--amount", "1500", "--pin", PIN,
        ],
        &[
            "tap",
            "-v",
            "--html",
            page,
            "--type",
            "balance",
            "--verified",
        ],
        &["tap", "--type", "refund", "--amount", "1"],
        &["tap", "--verified", "--amount", "60000"],
        &["cards"],
    ] {
        witness.run(args);
    }
    witness.feed(&issue, &format!("{}\n{PIN}\n", PANS[0]));
    witness.run(&[
        "issue", "--pan", PANS[1], "--expiry", "4912", "--keys", "1", "--pin", PIN,
    ]);
    let (_, sent) = witness.desk.json(["verify", "--resend", "--token", "2"]);
    let code = sent["code"].as_str().unwrap().to_owned();
    for args in [
        &["verify", "--resend", "--token", "3"][..],
        &["verify", &code, "--token", "2"],
        &["verify", "000000", "--token", "3"],
        &["default", "2"],
        &["tap", "--amount", "1500", "--pin", PIN],
        &["tap"],
        &["tap"],
        &["replenish", "2"],
        &["present", "1"],
        &["cards"],
        &["history"],
        &["history", "--csv"],
        &["history", "--sums"],
        &["storage"],
    ] {
        witness.run(args);
    }
    for (verb, lines) in [
        ("set", "73918264\n"),
        ("verify", "73918264\n"),
        ("verify", "73918265\n"),
        ("change", "73918264\n48213907\n"),
        ("change", "48213907\n73918264\n"),
    ] {
        witness.feed(&["password", verb], lines);
    }
    issuers_desk(witness);
    key_ceremony(witness);
    merchants_desk(witness);
}

fn issuers_desk(witness: &mut Witness<'_>) {
    let device = witness.desk.tokens()[0]["device"].clone();
    let device = device.as_str().unwrap();
    let folder = witness.desk.path().join("letters");
    let folder = folder.to_str().unwrap();
    let report = witness.desk.path().join("report");
    let report = report.to_str().unwrap();
    for args in [
        &["tokens"][..],
        &["enrol"],
        &["enrol", "--challenge"],
        &["suspend", "2"],
        &["tap"],
        &["resume", "2"],
        &["suspend", "--device", device],
        &["tap"],
        &["resume", "--device", device],
        &["letters", "--device", device, "--out", folder],
        &["replace-pan", "1", "--pan", PANS[2]],
        &["replace-pan", "1", "--pan", PANS[0]],
        &["set-pin", "2", "--pin", PIN],
        &["delete", "3"],
        &["replenish", "1"],
        &["phone", "report", "--out", report],
        &["report", report],
        &["phone", "receive", report],
    ] {
        witness.run(args);
    }
    witness.feed(
        &["replace-pan", "1", "--pan", "-"],
        &format!("{}\n", PANS[3]),
    );
}

fn key_ceremony(witness: &mut Witness<'_>) {
    for ((component, value), name) in COMPONENTS.into_iter().zip(["Ann", "Bob"]) {
        let args = [
            "keys",
            "component",
            "--custodian",
            name,
            "--check-value",
            value,
        ];
        witness.feed(&args, &format!("{component}\n"));
        witness.feed(&args, "19ADB3F1C7166D2A52A4AB9BD68A896C\n");
    }
    for args in [
        &["keys", "list"][..],
        &["keys", "confirm", "5AC231"],
        &["keys", "rotate"],
        &["keys", "abandon"],
        &["audit"],
        &["audit", "verify"],
    ] {
        witness.run(args);
    }
}

fn merchants_desk(witness: &mut Witness<'_>) {
    for args in [
        &["tap", "--from", "1", "--receipt"][..],
        &["tap", "--from", "1", "--type", "preauth"],
        &["authorisations"],
    ] {
        witness.run(args);
    }
    let sales = witness.desk.authorisations();
    let numbers: Vec<String> = sales
        .iter()
        .map(|each| each["authorisation"].to_string())
        .collect();
    for number in &numbers {
        for verb in ["complete", "refund", "void", "reverse"] {
            witness.run(&[verb, number]);
        }
    }
    witness.run(&["settle"]);
    witness.run(&["settle", "--force"]);
}
