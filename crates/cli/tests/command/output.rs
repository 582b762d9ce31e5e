//! Colours, JSON, exit codes, and readers that close the output.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::desk::{Desk, PANS};

#[test]
fn colours_are_for_terminals_that_want_them() {
    let desk = Desk::with_card();
    assert!(!desk.run(["tap"]).out.contains('\u{1B}'));
    let colours = |name: &str, value: &str| {
        let output = desk.command(["tap"]).env(name, value).output().unwrap();
        output.stdout.contains(&0x1B)
    };
    assert!(colours("CLICOLOR_FORCE", "1"));
    assert!(!colours("NO_COLOR", "1"));
}

#[test]
fn json_has_one_object_with_its_format_on_one_line() {
    let desk = Desk::new();
    let folder = desk.path().join("letters");
    let (_, enrolled) = desk.json(["enrol"]);
    let device = enrolled["device"].as_str().unwrap();
    let cases: [(&[&str], &str); 27] = [
        (&["enrol"], "understudy.enrol/1"),
        (&["enrol", "--challenge"], "understudy.challenge/1"),
        (&["tap"], "understudy.tap/1"),
        (&["tap", "--amount", "1500"], "understudy.tap/1"),
        (&["cards"], "understudy.cards/1"),
        (
            &["issue", "--pan", PANS[0], "--expiry", "4912"],
            "understudy.issue/1",
        ),
        (&["verify", "--resend"], "understudy.verify/1"),
        (&["tokens"], "understudy.tokens/1"),
        (&["authorisations"], "understudy.authorisations/1"),
        (&["replenish", "1"], "understudy.replenish/1"),
        (&["suspend", "1"], "understudy.token/1"),
        (&["resume", "1"], "understudy.token/1"),
        (&["suspend", "--device", device], "understudy.device/1"),
        (&["resume", "--device", device], "understudy.device/1"),
        (
            &["replace-pan", "1", "--pan", PANS[1]],
            "understudy.token/1",
        ),
        (&["delete", "2"], "understudy.token/1"),
        (
            &[
                "letters",
                "--device",
                device,
                "--out",
                folder.to_str().unwrap(),
            ],
            "understudy.letters/1",
        ),
        (
            &["phone", "receive", folder.to_str().unwrap()],
            "understudy.phone-receive/1",
        ),
        (&["phone", "report"], "understudy.phone-report/1"),
        (&["refund", "1", "--amount", "1"], "understudy.follow-up/1"),
        (&["unlinked-refunds"], "understudy.unlinked-refunds/1"),
        (&["settle"], "understudy.settle/1"),
        (&["settle", "--force"], "understudy.settle/1"),
        (&["tap", "--receipt"], "understudy.tap/1"),
        (&["void", "3"], "understudy.follow-up/1"),
        (&["decode", "9000"], "understudy.decode/1"),
        (
            &["calc", "kcv", "--key", "0123456789ABCDEFFEDCBA9876543210"],
            "understudy.calc/1",
        ),
    ];
    for (args, format) in cases {
        let run = desk.run([args, &["--json"]].concat());
        assert_eq!(run.out.lines().count(), 1, "{args:?}: {}", run.out);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(value["format"], json!(format), "{args:?}");
        assert!(!run.out.contains("\\u001b"));
    }
}

#[test]
fn json_of_a_tap_tells_it_whole() {
    let desk = Desk::new();
    let (_, tap) = desk.json(["tap"]);
    assert_eq!(tap["result"], json!("approved"));
    assert_eq!(tap["transaction"]["minor_units"], json!(1234));
    assert_eq!(tap["issuer"]["response_code"], json!("00"));
    assert_eq!(tap["issuer"]["arpc"].as_str().unwrap().len(), 16);
    assert_eq!(tap["terminal"]["outcome"], json!("Approved"));
    assert_eq!(tap["request"]["entry_mode"], json!("072"));
    let events = tap["events"].as_array().unwrap();
    let exchanges: Vec<_> = events
        .iter()
        .filter(|e| e["event"] == json!("exchange"))
        .collect();
    assert!(exchanges.len() >= 3);
    for exchange in exchanges {
        assert_eq!(exchange["answer"]["status"], json!("9000"));
        assert!(exchange["microseconds"].is_u64());
        let octets = exchange["command"]["octets"].as_str().unwrap();
        // Masked digits are hex too.
        assert!(octets.bytes().all(|c| c.is_ascii_hexdigit()), "{octets}");
    }
    let refused = (0..12)
        .map(|_| desk.json(["tap"]).1)
        .find(|tap| tap["result"] != json!("approved"));
    let refused = refused.unwrap();
    assert_eq!(refused["result"], json!("end-application"));
    assert_eq!(refused["refusal"], json!("no key is left"));
    assert!(refused["advice"].as_str().unwrap().contains("replenish"));
    assert!(refused.get("issuer").is_none());
}

#[test]
fn exit_codes_say_how_it_ended() {
    let desk = Desk::new();
    let cases: [(&[&str], i32); 16] = [
        (&["tap"], 0),
        (&["tap", "--amount", "1500"], 1),
        (&["tap", "--verified", "--amount", "50000.01"], 1),
        (&["tap", "--amount", "12,34"], 4),
        (&["tap", "--currency", "RMB"], 4),
        (&["tap", "--type", "gift"], 2),
        (&["tap", "--verified", "--card", "x"], 2),
        (&["tap", "--card", "no-such-program"], 5),
        (&["cards"], 0),
        (&["default", "9"], 4),
        (&["decode", "9000"], 0),
        (&["decode", "9F02"], 4),
        (&["calc", "kcv", "--key", "00"], 4),
        (&[], 2),
        (&["--help"], 0),
        (&["--version"], 0),
    ];
    for (args, code) in cases {
        let run = desk.run(args);
        assert_eq!(run.code, code, "{args:?}: {}{}", run.out, run.err);
        assert!(!run.err.contains("panicked"), "{}", run.err);
    }
}

#[test]
fn a_failure_with_json_is_json_too() {
    let desk = Desk::new();
    let cases: [(&[&str], u64, &str); 4] = [
        (&["tap", "--amount", "x"], 4, "--amount"),
        (&["calc", "kcv", "--key", "zz"], 4, "--key"),
        (&["tap", "--card", "no-such-program"], 5, "no-such-program"),
        (&["calc", "kcv"], 2, "--key"),
    ];
    for (args, code, part) in cases {
        let run = desk.run([args, &["--json"]].concat());
        assert_eq!(run.out, "", "{args:?}");
        let value: Value = serde_json::from_str(&run.err).unwrap();
        assert_eq!(value["format"], json!("understudy.error/1"));
        assert_eq!(value["exit"], json!(code), "{args:?}");
        assert!(value["message"].as_str().unwrap().contains(part), "{value}");
    }
}

#[test]
fn a_reader_that_goes_away_does_not_change_how_it_ended() {
    let desk = Desk::with_card();
    for (args, code) in [
        (vec!["tap"], 0),
        (vec!["tap", "--amount", "1500"], 1),
        (vec!["cards"], 0),
    ] {
        let mut child = desk
            .command(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
        assert_eq!(err, "", "{args:?}");
    }
    assert_eq!(desk.cards()[0]["last_atc"], json!("0003"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_a_failure() {
    let desk = Desk::with_card();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = desk.command(["cards"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot be written"));
}

/// Every command.
const COMMANDS: [&str; 30] = [
    "tap",
    "card",
    "cards",
    "replenish",
    "enrol",
    "issue",
    "verify",
    "tokens",
    "suspend",
    "resume",
    "delete",
    "replace-pan",
    "set-pin",
    "limits",
    "update-profile",
    "wipe",
    "rotate",
    "unlock-password",
    "letters",
    "report",
    "authorisations",
    "void",
    "refund",
    "complete",
    "reverse",
    "settle",
    "unlinked-refunds",
    "calc",
    "decode",
    "qr",
];

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let desk = Desk::new();
    let help = desk.run(["--help"]).out;
    for part in ["Exit codes:", "UNDERSTUDY_PASSPHRASE"] {
        assert!(help.contains(part), "{part}");
    }
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}");
        let run = desk.run([command, "--help"]);
        assert_eq!(run.code, 0);
        assert!(run.out.contains("--home <DIR>"), "{command}: {}", run.out);
    }
    let card = desk.run(["card", "--help"]).out;
    assert!(
        card.contains("line `error`") && card.contains("reset"),
        "{card}"
    );
    let key = desk.run(["calc", "udk", "--help"]).out;
    assert!(key.contains("odd parity"), "{key}");
    let (asked, missing) = (desk.run(["calc", "-h"]), desk.run(["calc"]));
    assert_eq!((missing.code, missing.err), (2, asked.out));
}
