//! The next command in messages, in a form that works in the reader's shell; and exchanges that are
//! printed at once.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::desk::{CardProcess, Desk, PANS, PASSPHRASE, PASSPHRASE_VARIABLE, Run, SELECT_CARD};
use crate::desk::{SELECT_PPSE, processing_options};

/// The first command behind the last "Next".
fn next(run: &Run) -> String {
    let place = run.out.rfind("\nNext");
    let place = place.unwrap_or_else(|| panic!("no next command in {}", run.out));
    run.out[place..].split('`').nth(1).unwrap().to_owned()
}

#[test]
fn the_next_command_works_as_it_stands_from_any_home_and_however_the_program_was_started() {
    let desk = Desk::new();
    // A home whose name needs quoting in a shell.
    let home = desk.path().join("my cards'");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_understudy"))
        .parent()
        .unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", folder.display());
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(folder);
        command.env("PATH", &path);
        command.env(PASSPHRASE_VARIABLE, PASSPHRASE);
        Run::of(&command.output().unwrap())
    };
    let quoted = format!("'{}'", home.to_str().unwrap().replace('\'', r"'\''"));
    for (program, pan) in [("understudy", PANS[0]), ("./understudy", PANS[1])] {
        let start = format!("{program} --home {quoted} ");
        let issued = shell(&format!("{start}issue --pan {pan} --expiry 4912"));
        assert_eq!(issued.code, 0, "{}", issued.err);
        assert!(next(&issued).starts_with(&format!("{start}verify ")));
        let verified = shell(&next(&issued));
        assert_eq!(verified.code, 0, "{}", verified.err);
        let tapped = shell(&next(&verified));
        assert_eq!(tapped.code, 0, "{}{}", tapped.out, tapped.err);
    }
    // The same in JSON, where the name is inside a string.
    let answer = shell(&format!("understudy --home {quoted} --json replenish 7"));
    let error: serde_json::Value = serde_json::from_str(&answer.err).unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("`understudy --home {quoted} cards`")),
        "{message}"
    );
}

#[test]
fn no_command_is_named_without_the_home_that_it_is_for() {
    let desk = Desk::with_card();
    let letters = desk.path().join("letters");
    for args in [
        &["issue", "--pan", PANS[0], "--expiry", "4912"][..],
        &["verify", "--resend"],
        &["cards"],
        &["tokens"],
        &["authorisations"],
        &["void", "9"],
        &["replenish", "--token", "1"],
        &["enrol", "--challenge"],
        &[
            "letters",
            "--device",
            &"0".repeat(32),
            "--out",
            letters.to_str().unwrap(),
        ],
        &["tap", "--from", "2"],
        &["tap", "--from", "2", "--json"],
    ] {
        // The raw output, without the replacements of the other tests.
        let run = Run::of(&desk.command(args).output().unwrap());
        let text = run.out + &run.err;
        assert!(!text.contains("`understudy "), "{args:?}: {text}");
    }
}

#[test]
fn the_card_that_is_named_is_the_card_that_pays() {
    let desk = Desk::with_card();
    let (token, code) = desk.issue(PANS[0], &["--keys", "1"]);
    let verified = desk.run(["verify", &code, "--token", &token]);
    assert_eq!(next(&verified), "understudy tap --from 2");
    let paid = desk.json(["tap", "--from", "2"]).1;
    assert_eq!(
        (&paid["result"], &paid["card"]["card"]),
        (&json!("approved"), &json!(2))
    );
    let empty = desk.run(["tap", "--from", "2"]);
    assert_eq!(next(&empty), "understudy replenish 2");
    assert!(desk.run(["cards"]).out.contains("`understudy replenish 2`"));
    // A card on another device does not pay from here.
    let device = desk.json(["enrol"]).1["device"]
        .as_str()
        .unwrap()
        .to_owned();
    std::fs::remove_dir_all(desk.file("wallet")).unwrap();
    let out = desk.path().join("package");
    let options = ["--device", &device, "--out", out.to_str().unwrap()];
    let (token, code) = desk.issue(PANS[1], &options);
    let verified = desk.run(["verify", &code, "--token", &token]);
    assert!(verified.out.contains("Its device pays"), "{}", verified.out);
}

#[test]
fn only_the_first_tap_of_all_issues_a_card() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["delete", "1"]).code, 0);
    for _ in 0..2 {
        let run = desk.run(["tap"]);
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert!(run.err.contains("`understudy issue --pan -"), "{}", run.err);
    }
    assert_eq!(desk.tokens().len(), 1);
    // The same holds for the first tap of a wallet whose file was lost.
    let desk = Desk::with_card();
    std::fs::remove_dir_all(desk.file("wallet")).unwrap();
    assert_eq!(desk.run(["tap"]).code, 3);
    assert_eq!(desk.tokens().len(), 1);
}

#[test]
fn an_account_without_a_pin_is_told_how_it_gets_one() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &[]);
    for args in [
        &["tap", "--amount", "1500", "--pin", "1234"][..],
        &["tap", "--amount", "1500"],
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 1);
        assert_eq!(next(&run), "understudy set-pin 1 --pin -");
    }
    assert_eq!(desk.feed(["set-pin", "1", "--pin", "-"], "1234\n").code, 0);
    let run = desk.run(["tap", "--amount", "1500", "--pin", "1234"]);
    assert_eq!(run.code, 0, "{}", run.out);
    let run = desk.run(["tap", "--amount", "1500", "--pin", "4321"]);
    assert!(!run.out.contains("set-pin"), "one is there: {}", run.out);
}

#[test]
fn a_suspended_card_is_called_suspended() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["suspend", "1"]).code, 0);
    let run = desk.run(["tap"]);
    assert!(
        run.out.contains("refused: the card is suspended."),
        "{}",
        run.out
    );
    assert_eq!(next(&run), "understudy resume 1");
    let run = desk.feed(["card"], &format!("{SELECT_PPSE}\n{SELECT_CARD}\n"));
    assert_eq!((run.code, run.out.as_str()), (0, "6A82\n6A82\n"));
    assert!(run.err.contains("card 1 is suspended"), "{}", run.err);
}

#[test]
fn a_card_that_was_deleted_answers_readers_like_one_that_is_not_there() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["delete", "1"]).code, 0);
    let run = desk.feed(["card"], &format!("{SELECT_PPSE}\n{SELECT_CARD}\n"));
    assert_eq!((run.code, run.out.as_str()), (0, "6A82\n6A82\n"));
    assert!(run.err.contains("no card is presented"), "{}", run.err);
    let run = desk.feed(["card", "--from", "1"], SELECT_PPSE);
    assert_eq!(
        run.code, 3,
        "a card that is named must be there: {}",
        run.err
    );
}

#[test]
fn whoever_runs_a_card_is_told_why_it_refuses_and_the_reader_is_not() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &["--keys", "2"]);
    let tap = format!("{SELECT_CARD}\n{}\nreset\n", processing_options(100));
    let run = desk.feed(["card", "--verified"], &tap.repeat(3));
    assert_eq!(run.out.lines().last(), Some("6985"));
    assert!(
        run.err.contains("line 8: the card refused: no key is left"),
        "{}",
        run.err
    );
    assert!(run.err.contains("`understudy replenish 1`"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);

    assert_eq!(desk.run(["replenish"]).code, 0);
    let run = desk.feed(["card", "--verified"], &tap.repeat(4));
    assert_eq!(run.out.lines().last(), Some("6985"));
    assert!(run.err.contains("is the user acting"), "{}", run.err);

    let much = format!("{SELECT_CARD}\n{}\n", processing_options(5_000_001));
    let run = desk.feed(["card", "--verified"], &much);
    assert!(run.err.contains("Pay at most 50000.00 CNY."), "{}", run.err);
}

#[test]
fn limits_are_shown_in_numbers() {
    let desk = Desk::with_card();
    let unverified = "1000.00 CNY a tap, 50 taps or 10000.00 CNY in all";
    let run = desk.run(["cards"]);
    assert!(run.out.contains("50000.00 CNY at most"), "{}", run.out);
    assert!(run.out.contains(unverified), "{}", run.out);
    let limits = json!({
        "unverified_tap": "1000.00 CNY",
        "unverified_taps": 50,
        "unverified_sum": "10000.00 CNY",
        "any_tap": "50000.00 CNY",
    });
    assert_eq!(desk.cards()[0]["limits"], limits);
    let run = desk.run(["tap", "--verified", "--amount", "50000.01"]);
    assert!(run.out.contains("Pay at most 50000.00 CNY."), "{}", run.out);
    let file = desk.path().join("terminal.toml");
    std::fs::write(
        &file,
        "[reader]\nonline_pin = false\npin_after_read = false\nsignature = false\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let run = desk.run(["tap", "--amount", "1500", "--terminal", file]);
    assert!(run.out.contains("Without it the card pays"), "{}", run.out);
}

#[test]
fn a_value_that_is_none_is_told_in_plain_words() {
    let desk = Desk::with_card();
    for (args, code, part) in [
        (&["tap", "--amount", "-1"][..], 4, "--amount"),
        (&["refund", "1", "--amount", "-1.50"], 4, "--amount"),
        (
            &[
                "issue", "--pan", PANS[0], "--expiry", "4912", "--funds", "-1",
            ],
            4,
            "--funds",
        ),
        (&["void", "abc"], 2, "a payment has three names"),
        (&["void", "abc"], 2, "PAYMENT on the receipt (7)"),
        (&["void", "abc"], 2, "BATCH/TRACE (1/7)"),
        (&["void", "000001"], 2, "a payment has three names"),
        (&["refund", "-1"], 2, "a payment has three names"),
        (&["suspend", "abc"], 2, "a whole number is needed"),
        (&["tap", "--from", "x"], 2, "a whole number is needed"),
        (&["replenish", "--keys", "99999999"], 2, "1 to 1000 keys"),
        (&["replenish", "--keys", "1001"], 2, "1 to 1000 keys"),
        (
            &["issue", "--pan", PANS[0], "--expiry", "4912", "--keys", "0"],
            2,
            "1 to 1000 keys",
        ),
        (&["suspend", "99999999999"], 2, "too large"),
        (&["tap", "--card", "localhost:99999"], 4, "1 to 65535"),
        (&["tap", "--card", "127.0.0.1:0"], 4, "1 to 65535"),
        (
            &["calc", "kcv", "--key", "00112233445566778899"],
            4,
            "8, 16 or 24 octets",
        ),
    ] {
        for json in [&[][..], &["--json"]] {
            let run = desk.run([args, json].concat());
            assert_eq!(run.code, code, "{args:?}: {}", run.err);
            assert!(run.err.contains(part), "{args:?}: {}", run.err);
            for foreign in [
                "unexpected argument",
                "digit found in string",
                "No such file",
            ] {
                assert!(!run.err.contains(foreign), "{args:?}: {}", run.err);
            }
        }
    }
}

#[test]
fn a_payment_is_followed_by_each_of_its_three_names() {
    let desk = Desk::with_card();
    let receipt = |tap: &serde_json::Value, name: &str| {
        let lines = tap["receipt"]["cardholder"].as_array().unwrap();
        let line = lines.iter().map(|line| line.as_str().unwrap());
        let line = line.clone().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    for name in ["number", "reference", "entry"] {
        let (_, tap) = desk.json(["tap", "--receipt"]);
        let number = tap["issuer"]["authorisation"].to_string();
        let payment = match name {
            "number" => number.clone(),
            "reference" => receipt(&tap, "REFERENCE"),
            _ => format!("{}/{}", receipt(&tap, "BATCH"), receipt(&tap, "TRACE")),
        };
        let (code, voided) = desk.json(["void", &payment]);
        assert_eq!(code, 0, "{payment}: {voided}");
        assert_eq!(voided["original"].to_string(), number);
    }
    for missing in ["999", "123456789012", "000009/000009"] {
        let run = desk.run(["void", missing]);
        assert_eq!(run.code, 4, "{missing}: {}", run.err);
        assert!(
            run.err.contains("`understudy authorisations`"),
            "{}",
            run.err
        );
    }
}

/// The peer answers a command only after the exchange before it was printed, so a terminal that
/// prints at the end would wait for ever.
#[test]
fn each_exchange_with_another_card_shows_as_it_happens() {
    let other = Desk::with_card();
    let mut card = CardProcess::start(&other);
    let desk = Desk::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = listener.local_addr().unwrap().to_string();
    let mut tap = desk
        .command(["tap", "-v", "--card", &peer, "--timeout", "600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(tap.stdout.take().unwrap()).lines();
    let mut wait_for = |part: &str| {
        let found = printed
            .by_ref()
            .find(|line| line.as_ref().unwrap().contains(part));
        assert!(found.is_some(), "{part} was never printed");
    };
    let (stream, _) = listener.accept().unwrap();
    let mut output = stream.try_clone().unwrap();
    let mut exchanges = 0;
    wait_for("with the card behind");
    for line in BufReader::new(stream).lines() {
        let line = line.unwrap();
        if line == "reset" {
            break;
        }
        if exchanges > 0 {
            wait_for(&format!("{exchanges} "));
            wait_for("9000");
        }
        writeln!(output, "{}", card.ask(&line)).unwrap();
        exchanges += 1;
    }
    assert!(exchanges >= 3);
    wait_for("Result");
    card.end();
    assert_eq!(
        tap.wait().unwrap().code(),
        Some(1),
        "this issuer does not know the card"
    );
}
