//! Commands that are killed, and commands at the same moment: money and keys stay right.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::desk::{Desk, PANS, PIN};

/// Starts a command, kills it after a while, and waits for its end.
fn kill(desk: &Desk, args: &[&str], after: Duration) {
    let mut command = desk.command(args);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What the issuer counts as paid, in minor units.
fn paid(desk: &Desk) -> u64 {
    let list = desk.authorisations();
    let counts = |each: &&serde_json::Value| {
        each["kind"] == json!("sale")
            && each["approved"] == json!(true)
            && each.get("reversed_at").is_none()
            && each.get("voided_by").is_none()
    };
    let amounts = list.iter().filter(counts);
    amounts
        .map(|each| each["minor_units"].as_u64().unwrap())
        .sum()
}

#[test]
fn a_killed_tap_is_paid_on_both_sides_or_on_none() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish", "--keys", "100"]).code, 0);
    for step in 0..25 {
        let after = Duration::from_millis(4 * step);
        kill(&desk, &["tap", "--verified", "--amount", "1"], after);
        let run = desk.run(["tap", "--type", "balance", "--pin", PIN]);
        assert_eq!(run.code, 0, "{after:?}: {}{}", run.out, run.err);
        let (code, settled) = desk.json(["settle"]);
        assert_eq!(code, 0, "{after:?}: {settled}");
    }
    let balance =
        desk.json(["tap", "--type", "balance", "--pin", PIN]).1["issuer"]["balance"].clone();
    let left = 100_000_000 - paid(&desk);
    let left = format!("{}.{:02} CNY", left / 100, left % 100);
    assert_eq!(balance, json!(left));
}

#[test]
fn a_killed_issue_leaves_a_card_that_the_next_command_brings() {
    for step in 0..12 {
        let desk = Desk::new();
        let issue = ["issue", "--pan", PANS[0], "--expiry", "4912"];
        kill(&desk, &issue, Duration::from_millis(15 * step));
        // Whatever was issued reaches the wallet with the next command, and nothing is there twice.
        let run = desk.run(["enrol"]);
        assert_eq!(run.code, 0, "{step}: {}", run.err);
        let tokens = desk.tokens();
        assert_eq!(tokens.len(), desk.cards().len(), "{step}");
        if tokens.is_empty() {
            assert_eq!(desk.run(issue).code, 0, "{step}");
        }
        let (_, sent) = desk.json(["verify", "--resend"]);
        let code = sent["code"].as_str().unwrap();
        assert_eq!(desk.run(["verify", code]).code, 0, "{step}");
        assert_eq!(desk.run(["tap"]).code, 0, "{step}");
    }
}

#[test]
fn a_killed_replenishment_loses_no_key_that_the_wallet_has() {
    let desk = Desk::with_card();
    for step in 0..15 {
        kill(
            &desk,
            &["replenish", "--keys", "2"],
            Duration::from_millis(7 * step),
        );
        let run = desk.run(["tap", "--verified"]);
        assert_eq!(run.code, 0, "{step}: {}{}", run.out, run.err);
        assert_eq!(desk.run(["replenish", "--keys", "2"]).code, 0, "{step}");
    }
    let (_, device) = desk.json(["enrol"]);
    assert_eq!(
        (&device["standing"], &device["refusals"]),
        (&json!("active"), &json!(0)),
        "the issuer has nothing to complain about"
    );
}

#[test]
fn two_shells_tap_one_card_at_once_and_both_are_paid() {
    let desk = Desk::with_card();
    let shell = || {
        for _ in 0..4 {
            let run = desk.run(["tap", "--amount", "1"]);
            assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(shell);
        scope.spawn(shell);
        scope.spawn(|| {
            for _ in 0..4 {
                assert_eq!(desk.run(["authorisations"]).code, 0);
                assert_eq!(desk.run(["cards"]).code, 0);
            }
        });
    });
    assert_eq!(desk.cards()[0]["last_atc"], json!("0009"));
    assert_eq!(paid(&desk), 1234 + 8 * 100);
    assert_eq!(desk.json(["settle"]).0, 0);
}

#[test]
fn a_killed_void_refund_or_settlement_leaves_both_sides_agreeing() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish", "--keys", "100"]).code, 0);
    for step in 0..12 {
        let after = Duration::from_millis(5 * step);
        let (code, tap) = desk.json(["tap", "--verified", "--amount", "2"]);
        assert_eq!(code, 0, "{after:?}: {tap}");
        let sale = tap["issuer"]["authorisation"].to_string();
        let verb = if step % 2 == 0 { "void" } else { "refund" };
        kill(&desk, &[verb, &sale], after);
        kill(&desk, &["settle"], after);
        let (code, settled) = desk.json(["settle"]);
        assert_eq!(code, 0, "{after:?}: {settled}");
        assert_eq!(settled["agreed"], json!(true), "{after:?}");
    }
}
