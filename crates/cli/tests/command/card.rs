//! `card`: another terminal drives it line by line.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use crate::desk::{CardProcess, Desk, SELECT_CARD, SELECT_PPSE, counter, processing_options};
use crate::kills::{died, limited};
use serde_json::json;

#[test]
fn every_command_line_has_one_answer_line() {
    let desk = Desk::with_card();
    let script = format!(
        "# a remark\n\n{SELECT_PPSE}\n{}\n00A40400\n80CA9F3600\nreset\n{SELECT_CARD}\nRESET\n",
        SELECT_CARD.to_lowercase()
    );
    let run = desk.feed(["card"], &script);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answers: Vec<&str> = run.out.lines().collect();
    assert_eq!(answers.len(), 5, "{}", run.out);
    assert!(answers[0].starts_with("6F") && answers[0].ends_with("9000"));
    assert_eq!(answers[1], answers[4]);
    assert_eq!(answers[2], "6700");
    assert_eq!(answers[3], "9F360200019000");
}

#[test]
fn spaces_in_a_command_are_read_past() {
    let desk = Desk::with_card();
    let spaced: Vec<String> = SELECT_PPSE
        .as_bytes()
        .chunks(2)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect();
    let run = desk.feed(["card"], &spaced.join(" "));
    assert!(run.out.trim_end().ends_with("9000"), "{}", run.out);
}

#[test]
fn a_line_that_is_not_hex_is_answered_with_error_and_changes_nothing() {
    let desk = Desk::with_card();
    let script = format!(
        "{SELECT_CARD}\n00A4040\nwhat?\n\u{e9}\u{e9}\n{}\n",
        processing_options(100)
    );
    let run = desk.feed(["card"], &script);
    assert_eq!(run.code, 4);
    let answers: Vec<&str> = run.out.lines().collect();
    assert_eq!(answers[1..4], ["error", "error", "error"]);
    assert_eq!(counter(answers[4]), "0002", "the card was still selected");
    assert_eq!(run.err.lines().count(), 3, "{}", run.err);
    assert!(
        run.err.starts_with("error: line 2: 7 hex digits"),
        "{}",
        run.err
    );
}

#[test]
fn the_end_of_the_field_ends_the_conversation() {
    let desk = Desk::with_card();
    let script = format!("{SELECT_CARD}\nreset\n{}\n", processing_options(100));
    let run = desk.feed(["card"], &script);
    assert_eq!(run.out.lines().nth(1), Some("6985"));
}

#[test]
fn a_looping_reader_gets_three_cryptograms_until_the_user_acts() {
    let desk = Desk::with_card();
    // The tap above counted as an act of the user, and was the first of the three.
    let mut card = CardProcess::start(&desk);
    let answers: Vec<String> = (0..5).map(|_| card.tap(100)).collect();
    assert_eq!(card.end(), 0);
    assert!(
        answers[..2].iter().all(|answer| answer.ends_with("9000")),
        "{answers:?}"
    );
    assert!(
        answers[2..].iter().all(|answer| answer == "6985"),
        "{answers:?}"
    );
    let mut card = CardProcess::start(&desk);
    assert_eq!(
        card.tap(100),
        "6985",
        "another process is not the user acting"
    );
    card.end();
    assert_eq!(desk.run(["tap"]).code, 0);
    let mut card = CardProcess::start(&desk);
    assert_eq!(counter(&card.tap(100)), "0005");
    card.end();
}

#[test]
fn a_key_is_not_used_again_when_the_process_is_killed_after_the_answer() {
    let desk = Desk::with_card();
    let mut seen = vec!["0001".to_owned()];
    for _ in 0..2 {
        let mut card = CardProcess::start(&desk);
        seen.push(counter(&card.tap(100)));
        card.child.kill().unwrap();
        card.child.wait().unwrap();
    }
    let (code, tap) = desk.json(["tap"]);
    assert_eq!(code, 0);
    seen.push(tap["card"]["last_atc"].as_str().unwrap().to_owned());
    assert_eq!(seen, ["0001", "0002", "0003", "0004"]);
    assert_eq!(desk.cards()[0]["keys_left"], json!(6));
}

/// The file size limit in blocks of 512 octets under which the wallet's journal has room for 31
/// records of 128 octets after the header of 128 octets.
const JOURNAL: u32 = 8;

/// Each turn of the loop writes seven records. A refused tap: the user's act, the refusal and an
/// arming. `card`: an arming, the mark of the used key, and after the answer the next arming and
/// the loss of the field. The record that no longer fits depends on the number of records before: a
/// try of the payment password is one, and a right one another.
#[test]
fn a_card_that_is_killed_at_a_write_of_its_journal_loses_no_key_and_uses_none_twice() {
    let mut deaths = BTreeSet::new();
    for before in 0..7 {
        let desk = Desk::with_card();
        assert_eq!(desk.run(["replenish", "--keys", "30"]).code, 0);
        assert_eq!(desk.feed(["password", "set"], "739182\n").code, 0);
        for _ in 0..before / 2 {
            assert_eq!(desk.feed(["password", "verify"], "739182\n").code, 0);
        }
        if before % 2 == 1 {
            assert_eq!(desk.feed(["password", "verify"], "739183\n").code, 4);
        }
        let mut last = last_atc(&desk);
        loop {
            let refused = desk.run(["tap", "--verified", "--amount", "60000"]);
            assert_eq!(refused.code, 1, "the user acts, and no key is used");
            let script = format!("{SELECT_CARD}\n{}\n", processing_options(100));
            let mut command = limited(&desk, &["card"], JOURNAL);
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn().unwrap();
            // A process that has died takes no more lines.
            let _ = child.stdin.take().unwrap().write_all(script.as_bytes());
            let output = child.wait_with_output().unwrap();
            let answer = String::from_utf8(output.stdout.clone()).unwrap();
            let left = answer.contains("9F3602");
            if left {
                last += 1;
                assert_eq!(number(&counter(&answer)), last);
            }
            assert_eq!(last_atc(&desk), last, "no key is lost");
            if died(&output) {
                deaths.insert(left);
                break;
            }
            assert!(output.status.success() && left, "{output:?}");
        }
        let (code, tap) = desk.json(["tap"]);
        assert_eq!(
            (code, number(tap["card"]["last_atc"].as_str().unwrap())),
            (0, last + 1)
        );
    }
    assert_eq!(
        deaths,
        BTreeSet::from([false, true]),
        "it died before its cryptogram left and after"
    );
}

fn number(counter: &str) -> u16 {
    u16::from_str_radix(counter, 16).unwrap()
}

fn last_atc(desk: &Desk) -> u16 {
    number(desk.cards()[0]["last_atc"].as_str().unwrap())
}

#[test]
fn a_home_without_a_card_is_told_so() {
    let run = Desk::new().feed(["card"], SELECT_PPSE);
    assert_eq!((run.code, run.out.as_str()), (3, ""));
    assert!(run.err.contains("understudy issue"), "{}", run.err);
}

#[test]
fn nothing_of_a_line_that_is_too_long_is_run() {
    let desk = Desk::with_card();
    let script = format!("{}{SELECT_CARD}\n80CA9F3600\n", "z".repeat(200_000));
    let run = desk.feed(["card"], &script);
    assert_eq!(
        (run.code, run.out.as_str()),
        (4, "error\n6985\n"),
        "{}",
        run.err
    );
    assert!(run.err.contains("line 1: longer than"), "{}", run.err);
}

#[test]
fn the_user_verifies_when_the_card_is_started_and_by_no_line() {
    let desk = Desk::with_card();
    let script = format!("verified\n{SELECT_CARD}\n{}\n", processing_options(150_000));
    let run = desk.feed(["card"], &script);
    let answers: Vec<&str> = run.out.lines().collect();
    assert_eq!((run.code, answers[0]), (4, "error"));
    assert!(
        answers[2].contains("9F6C028000"),
        "asks for the PIN: {}",
        run.out
    );
    let script = format!("{SELECT_CARD}\n{}\n", processing_options(150_000));
    let run = desk.feed(["card", "--verified"], &script);
    assert!(run.out.contains("9F6C020080"), "{}", run.out);
    // `--verified` counts as one act: three cryptograms and no more.
    let taps = script.repeat(5);
    let run = desk.feed(["card", "--verified"], &taps);
    let spent = run
        .out
        .lines()
        .filter(|line| line.contains("9F3602"))
        .count();
    assert_eq!(spent, 3, "{}", run.out);
}
