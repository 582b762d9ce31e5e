//! Commands that are killed at every step, and simultaneous commands: money and keys stay
//! consistent.

use std::collections::BTreeSet;

use serde_json::json;

use crate::desk::{Desk, PANS, PIN};
use crate::kills::{dies, limits};

/// The sum that the issuer counts as paid, in minor units.
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

/// The counter of the last key that the wallet used.
fn last_counter(desk: &Desk) -> u16 {
    let counter = desk.cards()[0]["last_atc"].clone();
    u16::from_str_radix(counter.as_str().unwrap(), 16).unwrap()
}

#[test]
fn a_tap_that_is_killed_at_any_write_uses_no_key_twice_and_is_paid_on_both_sides_or_on_none() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish", "--keys", "200"]).code, 0);
    let mut reached = BTreeSet::new();
    for blocks in limits() {
        let before = (last_counter(&desk), paid(&desk));
        let died = dies(&desk, &["tap", "--verified", "--amount", "1"], blocks, 0);
        let (spent, paid_now) = (last_counter(&desk) - before.0, paid(&desk) - before.1);
        assert!(spent <= 1, "{blocks}: {spent} keys");
        assert!(
            paid_now == 0 || (paid_now, spent) == (100, 1),
            "{blocks}: {paid_now}"
        );
        reached.insert((died, spent, paid_now));
        let (code, tap) = desk.json(["tap", "--type", "balance", "--pin", PIN]);
        assert_eq!(code, 0, "{blocks}: {tap}");
        assert_eq!(last_counter(&desk), before.0 + spent + 1, "{blocks}");
        let (code, settled) = desk.json(["settle"]);
        assert_eq!(
            (code, &settled["agreed"]),
            (0, &json!(true)),
            "{blocks}: {settled}"
        );
        let left = 100_000_000 - paid(&desk);
        let balance = format!("{}.{:02} CNY", left / 100, left % 100);
        assert_eq!(tap["issuer"]["balance"], json!(balance), "{blocks}");
        if !died {
            break;
        }
    }
    let all = [(true, 0, 0), (true, 1, 0), (true, 1, 100), (false, 1, 100)];
    assert_eq!(
        reached,
        BTreeSet::from(all),
        "it died before a key was spent, after that, after it was paid, and at last not at all"
    );
}

#[test]
fn an_issue_that_is_killed_at_any_write_leaves_a_card_that_the_next_command_brings() {
    let mut reached = BTreeSet::new();
    for begun in [false, true] {
        issue_at_every_limit(begun, &mut reached);
    }
    let all = BTreeSet::from([(true, 0), (true, 1), (false, 1)]);
    assert_eq!(reached, all, "it died before and after there was a token");
}

/// Issues under every limit, in a new home, where the command dies while the database is made, or
/// in one with a database, where it dies later. Adds to `reached` true or false for each death,
/// with the number of tokens.
fn issue_at_every_limit(begun: bool, reached: &mut BTreeSet<(bool, usize)>) {
    for blocks in limits() {
        let desk = Desk::new();
        if begun {
            assert_eq!(desk.run(["enrol"]).code, 0);
        }
        let issue = ["issue", "--pan", PANS[0], "--expiry", "4912"];
        let died = dies(&desk, &issue, blocks, 0);
        // Every issued card reaches the wallet with the next command, once.
        let run = desk.run(["enrol"]);
        assert_eq!(run.code, 0, "{blocks}: {}", run.err);
        let tokens = desk.tokens();
        assert_eq!(tokens.len(), desk.cards().len(), "{blocks}");
        reached.insert((died, tokens.len()));
        if tokens.is_empty() {
            assert_eq!(desk.run(issue).code, 0, "{blocks}");
        }
        let (_, sent) = desk.json(["verify", "--resend"]);
        let code = sent["code"].as_str().unwrap();
        assert_eq!(desk.run(["verify", code]).code, 0, "{blocks}");
        assert_eq!(desk.run(["tap"]).code, 0, "{blocks}");
        if !died {
            break;
        }
    }
}

#[test]
fn a_replenishment_that_is_killed_at_any_write_loses_no_key_that_the_wallet_has() {
    let desk = Desk::with_card();
    let keys = || desk.cards()[0]["keys_left"].as_u64().unwrap();
    let issued = || desk.tokens()[0]["keys_issued"].as_u64().unwrap();
    let mut reached = BTreeSet::new();
    for blocks in limits() {
        let before = (keys(), issued());
        let died = dies(&desk, &["replenish", "--keys", "2"], blocks, 0);
        let made = issued() - before.1;
        // The next command fetches the issued keys, and uses one.
        let run = desk.run(["tap", "--verified"]);
        assert_eq!(run.code, 0, "{blocks}: {}{}", run.out, run.err);
        reached.insert((died, made, keys() + 1 - before.0));
        if !died {
            break;
        }
        if keys() < 4 {
            assert_eq!(desk.run(["replenish", "--keys", "10"]).code, 0, "{blocks}");
        }
    }
    let all = [(true, 0, 0), (true, 2, 2), (false, 2, 2)];
    assert_eq!(
        reached,
        BTreeSet::from(all),
        "it died before the letter with the keys was made, and after that"
    );
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
fn a_void_or_refund_that_is_killed_at_any_write_leaves_both_sides_agreeing() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish", "--keys", "200"]).code, 0);
    for verb in ["void", "refund"] {
        let mut reached = BTreeSet::new();
        for blocks in limits() {
            let (code, tap) = desk.json(["tap", "--verified", "--amount", "2"]);
            assert_eq!(code, 0, "{blocks}: {tap}");
            let sale = tap["issuer"]["authorisation"].to_string();
            let died = dies(&desk, &[verb, &sale], blocks, 0);
            let asked = desk.authorisations()[0]["kind"] != json!("sale");
            reached.insert((died, asked));
            let (code, settled) = desk.json(["settle"]);
            assert_eq!(
                (code, &settled["agreed"]),
                (0, &json!(true)),
                "{verb} {blocks}: {settled}"
            );
            if !died {
                break;
            }
        }
        let all = BTreeSet::from([(true, false), (true, true), (false, true)]);
        assert_eq!(
            reached, all,
            "{verb} died before and after the issuer did it"
        );
    }
}

#[test]
fn a_settlement_that_is_killed_at_any_write_is_settled_again() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish", "--keys", "200"]).code, 0);
    let mut survived = false;
    for blocks in limits() {
        assert_eq!(desk.run(["tap", "--verified", "--amount", "2"]).code, 0);
        let died = dies(&desk, &["settle"], blocks, 0);
        let (code, settled) = desk.json(["settle"]);
        assert_eq!(
            (code, &settled["agreed"]),
            (0, &json!(true)),
            "{blocks}: {settled}"
        );
        survived = !died;
        if survived {
            break;
        }
    }
    assert!(survived);
}
