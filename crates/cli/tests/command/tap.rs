//! `tap`, from the first card to the last key.

use crate::desk::{Desk, PANS, counter};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

#[test]
fn the_first_tap_issues_a_card_and_is_approved() {
    let desk = Desk::new();
    let run = desk.run(["tap", "-v"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.err, "");
    for part in [
        "No card yet. Issued a demonstration card 1, UnionPay Debit, 625094******",
        "It has 10 single-use keys, and its PIN is 123456.",
        "purchase of 12.34 CNY with card 1",
        "1 SELECT 2PAY.SYS.DDF01",
        "4F    b   Application Identifier (AID), card",
        "GET PROCESSING OPTIONS",
        "b1.6   EMV mode supported",
        "9F36  b   Application Transaction Counter (ATC)   0001",
        "b1.6-5 First cryptogram: ARQC",
        "no cardholder verification: the amount is within the no-PIN limit",
        "approves, response code 00: The card",
        "9 keys left",
        "APPROVED",
    ] {
        assert!(run.out.contains(part), "{part:?} is not in\n{}", run.out);
    }
}

#[test]
fn the_next_tap_uses_the_next_counter() {
    let desk = Desk::new();
    for number in 1..=3 {
        let (code, tap) = desk.json(["tap"]);
        assert_eq!(code, 0);
        assert_eq!(tap["card"]["last_atc"], json!(format!("{number:04X}")));
        assert_eq!(tap["card"]["keys_left"], json!(10 - number));
        assert_eq!(tap["card"]["issued_now"], json!(number == 1));
    }
}

#[test]
fn after_the_last_key_a_tap_is_refused_with_6985_until_the_card_is_replenished() {
    let desk = Desk::new();
    for _ in 0..10 {
        assert_eq!(desk.run(["tap"]).code, 0);
    }
    let run = desk.run(["tap", "-v"]);
    assert_eq!(run.code, 1);
    for part in [
        "6985 conditions of use not satisfied",
        "refused: no key is left",
        "understudy replenish",
    ] {
        assert!(run.out.contains(part), "{part:?} is not in\n{}", run.out);
    }
    let run = desk.run(["replenish", "--keys", "2"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("2 keys left"), "{}", run.out);
    let (code, tap) = desk.json(["tap"]);
    assert_eq!((code, &tap["card"]["last_atc"]), (0, &json!("000B")));
}

/// A tap above every limit for taps without verification.
fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["tap", "--amount", "1500.00"], more].concat()
}

#[test]
fn a_large_amount_needs_the_pin_or_the_verified_user() {
    let desk = Desk::with_card();
    for (args, code, result) in [
        (with(&[]), 1, "pin-required"),
        (with(&["--pin", "123456"]), 0, "approved"),
        (with(&["--pin", "654321"]), 1, "declined"),
        (with(&["--verified"]), 0, "approved"),
    ] {
        let (found, tap) = desk.json(&args);
        assert_eq!((found, &tap["result"]), (code, &json!(result)), "{args:?}");
    }
    let run = desk.run(with(&[]));
    assert!(
        run.out
            .contains("--pin PIN (a demonstration card begins with 123456)"),
        "{}",
        run.out
    );
    let run = desk.feed(["tap", "--amount", "1500", "--pin", "-"], "123456\n");
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn a_wrong_pin_is_the_issuers_reason() {
    let desk = Desk::with_card();
    let (_, tap) = desk.json(["tap", "--amount", "1500", "--pin", "0000"]);
    assert_eq!(tap["issuer"]["reason"], json!("wrong-pin"));
    assert_eq!(tap["issuer"]["response_code"], json!("55"));
    assert_eq!(tap["terminal"]["outcome"], json!("Declined"));
}

#[test]
fn refund_preauthorisation_and_balance_are_taps_too() {
    let desk = Desk::with_card();
    // The mainland rule: only a purchase or pre-authorisation goes without a PIN.
    assert_eq!(desk.run(["tap", "--amount=1"]).code, 0);
    let sold = desk.authorisations()[0]["authorisation"].to_string();
    for (args, code) in [
        (&["--type=refund", "--amount=1", "--of", &sold][..], 1),
        (&["--type=preauth", "--amount=300"], 0),
        (&["--type=balance", "--amount=0"], 1),
    ] {
        let run = desk.run([&["tap"], args].concat());
        assert_eq!(run.code, code, "{args:?}: {}{}", run.out, run.err);
        let run = desk.run([&["tap", "--pin", "123456"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}{}", run.out, run.err);
    }
    let run = desk.run(["tap", "--type", "balance", "--amount", "1"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("balance"), "{}", run.err);
}

#[test]
fn an_amount_follows_its_currency() {
    let desk = Desk::with_card();
    for (amount, currency, shown) in [
        ("5", "CNY", "5.00 CNY"),
        ("500", "jpy", "500 JPY"),
        ("1.234", "KWD", "1.234 KWD"),
    ] {
        let (_, tap) = desk.json(["tap", "--amount", amount, "--currency", currency]);
        assert_eq!(tap["transaction"]["amount"], json!(shown));
    }
}

#[test]
fn each_of_two_cards_is_tapped_by_its_number() {
    let desk = Desk::with_card();
    desk.issue_active(PANS[0], &["--product", "credit", "--cvn", "17"]);
    let (_, tap) = desk.json(["tap", "--from", "2"]);
    assert_eq!(
        (&tap["result"], &tap["card"]["card"]),
        (&json!("approved"), &json!(2))
    );
    let (_, tap) = desk.json(["tap"]);
    assert_eq!(
        (&tap["result"], &tap["card"]["card"]),
        (&json!("approved"), &json!(1))
    );
    assert_eq!(desk.run(["default", "2"]).code, 0);
    let (_, tap) = desk.json(["tap"]);
    assert_eq!(
        (&tap["result"], &tap["card"]["card"]),
        (&json!("approved"), &json!(2))
    );
    let run = desk.run(["tap", "--from", "3"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("no card 3"), "{}", run.err);
}

#[test]
fn a_terminal_is_made_from_its_file() {
    let desk = Desk::with_card();
    let file = desk.path().join("terminal.toml");
    std::fs::write(&file, "[limits]\ncvm_required = \"10.00\"\n").unwrap();
    let (code, tap) = desk.json(["tap".as_ref(), "--terminal".as_ref(), file.as_os_str()]);
    assert_eq!((code, &tap["result"]), (1, &json!("pin-required")));

    std::fs::write(&file, "[limits]\ncvm_requirde = \"10.00\"\n").unwrap();
    let keys = desk.cards()[0]["keys_left"].clone();
    let run = desk.run(["tap".as_ref(), "--terminal".as_ref(), file.as_os_str()]);
    assert_eq!(run.code, 4);
    assert!(
        run.err.contains("terminal.toml") && run.err.contains("cvm_requirde"),
        "{}",
        run.err
    );
    assert_eq!(
        desk.cards()[0]["keys_left"],
        keys,
        "a bad file costs no key"
    );

    let run = desk.run(["tap", "--terminal", "/nowhere/terminal.toml"]);
    assert_eq!(run.code, 4);
}

#[test]
fn our_terminal_taps_our_card_through_a_program() {
    let desk = Desk::with_card();
    let card = desk.card_program();
    let (code, tap) = desk.json(["tap", "--card", &card]);
    assert_eq!((code, &tap["result"]), (0, &json!("approved")));
    assert_eq!(desk.cards()[0]["last_atc"], json!("0002"));
}

#[test]
fn our_terminal_taps_a_card_behind_a_socket() {
    let desk = Desk::with_card();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut command = desk.command(["card"]);
    let peer = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut card = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut to_card = card.stdin.take().unwrap();
        let mut from_card = BufReader::new(card.stdout.take().unwrap());
        let mut output = stream.try_clone().unwrap();
        for line in BufReader::new(stream).lines() {
            let line = line.unwrap();
            writeln!(to_card, "{line}").unwrap();
            if line != "reset" {
                let mut answer = String::new();
                from_card.read_line(&mut answer).unwrap();
                output.write_all(answer.as_bytes()).unwrap();
            }
        }
        drop(to_card);
        card.wait().unwrap();
    });
    let (code, tap) = desk.json(["tap", "--card", &address]);
    assert_eq!((code, &tap["result"]), (0, &json!("approved")));
    peer.join().unwrap();
}

#[test]
fn a_card_of_another_issuer_is_tapped_and_not_verified() {
    let desk = Desk::new();
    let other = Desk::with_card();
    let card = other.card_program();
    let (code, tap) = desk.json(["tap", "--card", &card]);
    assert_eq!(
        (code, &tap["issuer"]["reason"]),
        (1, &json!("unknown-token"))
    );
    assert!(
        tap["advice"].as_str().unwrap().contains("not verified"),
        "{}",
        tap["advice"]
    );
}

#[test]
fn a_peer_that_is_no_card_ends_the_tap_and_not_the_terminal() {
    let desk = Desk::new();
    let ppse = "6F23840E325041592E5359532E4444463031A511BF0C0E610C4F07A0000003330101870101";
    let double = format!("sh -c 'while read x; do printf \"{ppse}9000\\n9000\\n\"; done'");
    for (card, code, part) in [
        ("cat", 1, "command answered in"),
        ("sh -c 'read x; echo hello; cat >/dev/null'", 5, "not hex"),
        ("sh -c 'read x; echo; echo \"# 1\"; echo 6A82'", 1, "6A82"),
        ("sh -c 'echo ready; cat >/dev/null'", 5, "link is broken"),
        (&double, 5, "unasked line"),
        ("true", 5, "link is broken"),
        ("sleep 60", 1, "no answer from the card"),
        ("no-such-program", 5, "no-such-program"),
        ("127.0.0.1:1", 5, "does it listen there?"),
    ] {
        let run = desk.run(["tap", "-v", "--timeout", "1", "--card", card]);
        assert_eq!(run.code, code, "{card}: {}{}", run.out, run.err);
        assert!((run.out + &run.err).contains(part), "{card}: {part}");
    }
}

#[test]
fn what_a_strange_card_says_cannot_drive_the_screen() {
    let desk = Desk::new();
    // The label is ESC [ 2 J, which clears a screen.
    let ppse = "6F2B840E325041592E5359532E4444463031A519BF0C1661144F08A00000033301010150041B5B324A8701019000";
    let script = format!("while read line; do echo {ppse}; done");
    let (code, _) = desk.json(["tap", "--card", &format!("sh -c '{script}'")]);
    assert_eq!(code, 1);
    let run = desk.run(["tap", "-vv", "--card", &format!("sh -c '{script}'")]);
    assert!(run.out.contains("A000000333010101"), "{}", run.out);
    assert!(!run.out.contains('\u{1B}'), "{}", run.out);
}

#[test]
fn a_recorded_cryptogram_is_declined_as_a_replay() {
    let desk = Desk::with_card();
    let mut card = crate::desk::CardProcess::start(&desk);
    let answer = card.tap(1234);
    assert_eq!(counter(&answer), "0002");
    assert_eq!(card.end(), 0);
    // The answer belongs to another unpredictable number, so the issuer cannot verify it.
    let script = desk.path().join("replay.sh");
    std::fs::write(&script, replay(&desk, &answer)).unwrap();
    let (code, tap) = desk.json(["tap", "--card", &format!("sh {}", script.display())]);
    assert_eq!(
        (code, &tap["issuer"]["reason"]),
        (1, &json!("cryptogram-wrong"))
    );
}

/// A program that answers as the card did, but GET PROCESSING OPTIONS with `answer`.
fn replay(desk: &Desk, answer: &str) -> String {
    let mut card = crate::desk::CardProcess::start(desk);
    let ppse = card.ask(crate::desk::SELECT_PPSE);
    let select = card.ask(crate::desk::SELECT_CARD);
    card.end();
    format!(
        "while read line; do case $line in\n{}) echo {ppse};;\n00A4*) echo {select};;\n80CA*) echo 6A88;;\n80A8*) echo {answer};;\nesac; done\n",
        crate::desk::SELECT_PPSE
    )
}

#[test]
fn exactly_the_no_pin_limit_is_paid_without_a_pin() {
    let desk = Desk::with_card();
    let (code, tap) = desk.json(["tap", "--amount", "1000.00"]);
    assert_eq!((code, &tap["result"]), (0, &json!("approved")), "{tap}");
    let (_, tap) = desk.json(["tap", "--amount", "1000.01"]);
    assert_eq!(tap["result"], json!("pin-required"), "{tap}");
}
