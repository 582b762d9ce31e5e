//! A home of the version before the store, whose wallet is an unencrypted file: taken over once.
//!
//! `tests/homes/clear` was written by the command of that version, with the passphrase of these
//! tests: two taps with card 1, then card 2 issued for 6222020000000012302, one tap with it, and
//! made the default.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::desk::{Desk, hex};
use crate::kills::{died, limited};

const FILES: [&str; 4] = ["wallet.state", "terminal.state", "issuer.db", "issuer.keys"];

fn old_home(desk: &Desk) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/homes/clear");
    fs::create_dir(desk.home()).unwrap();
    for name in FILES {
        fs::copy(from.join(name), desk.file(name)).unwrap();
    }
}

/// Card, unused keys, last counter, and true for the default card.
fn cards(desk: &Desk) -> Vec<(u64, u64, String, bool)> {
    let cards = desk.cards().into_iter().map(|card| {
        (
            card["card"].as_u64().unwrap(),
            card["keys_left"].as_u64().unwrap(),
            card["last_atc"].as_str().unwrap().to_owned(),
            card["default"].as_bool().unwrap(),
        )
    });
    cards.collect()
}

fn taken_over() -> Vec<(u64, u64, String, bool)> {
    vec![
        (1, 8, "0002".to_owned(), false),
        (2, 3, "0001".to_owned(), true),
    ]
}

/// The keys in the old file, as they stand there.
fn keys() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/homes/clear/wallet.state");
    let text = fs::read_to_string(path).unwrap();
    let state: serde_json::Value = serde_json::from_str(text.split_once('\n').unwrap().1).unwrap();
    let cards = state["cards"].as_array().unwrap().iter();
    let keys = cards.flat_map(|card| card["keys"].as_array().unwrap());
    keys.map(|pair| pair[1].as_str().unwrap().to_owned())
        .collect()
}

fn assert_nothing_in_the_clear(desk: &Desk) {
    let keys = keys();
    assert_eq!(keys.len(), 11);
    for (path, content) in desk.files() {
        let shown = path.display();
        assert!(
            !shown.to_string().contains("wallet.state"),
            "{shown} is still there"
        );
        let text = hex(&content).to_lowercase();
        let plain = String::from_utf8_lossy(&content).to_lowercase();
        for key in &keys {
            let key = key.to_lowercase();
            assert!(
                !text.contains(&key) && !plain.contains(&key),
                "a key is in {shown}"
            );
        }
    }
}

#[test]
fn a_wallet_in_the_clear_is_taken_over_with_cards_counters_and_history_and_its_file_erased() {
    let desk = Desk::new();
    old_home(&desk);
    fs::copy(desk.file("wallet.state"), desk.file("wallet.state.new")).unwrap();
    assert_eq!(cards(&desk), taken_over());
    assert_nothing_in_the_clear(&desk);
    let history: Vec<_> = desk
        .history()
        .iter()
        .map(|tap| {
            (
                tap["card"].clone(),
                tap["atc"].clone(),
                tap["amount"].clone(),
                tap["state"].clone(),
            )
        })
        .collect();
    let approved = |card: u8, atc: u8, amount: u32| {
        (json!(card), json!(atc), json!(amount), json!("approved"))
    };
    assert_eq!(
        history,
        [
            approved(2, 1, 1234),
            approved(1, 2, 777),
            approved(1, 1, 1234)
        ]
    );
    let (code, tap) = desk.json(["tap"]);
    assert_eq!((code, &tap["card"]["last_atc"]), (0, &json!("0002")));
    assert_eq!(
        desk.run(["replenish", "1"]).code,
        0,
        "the issuer knows the device"
    );
    let (code, tap) = desk.json(["tap", "--from", "1"]);
    assert_eq!((code, &tap["card"]["last_atc"]), (0, &json!("0003")));
}

#[test]
fn a_take_over_that_is_killed_at_any_write_is_finished_by_the_next_command() {
    let mut reached = BTreeSet::new();
    for blocks in 0..60 {
        let desk = Desk::new();
        old_home(&desk);
        let output = limited(&desk, &["cards"], blocks).output().unwrap();
        let died = died(&output);
        assert!(died || output.status.success(), "{blocks}: {output:?}");
        let has_store = desk.file("wallet").join("state.1").exists();
        reached.insert((died, has_store, desk.file("wallet.state").exists()));
        assert_eq!(cards(&desk), taken_over(), "{blocks}");
        assert_nothing_in_the_clear(&desk);
        if !died {
            break;
        }
    }
    assert!(reached.contains(&(true, false, true)), "{reached:?}");
    assert!(reached.contains(&(false, true, false)), "{reached:?}");
}

#[test]
fn an_old_file_that_was_half_erased_is_erased_and_not_read() {
    let desk = Desk::new();
    old_home(&desk);
    let old = fs::read(desk.file("wallet.state")).unwrap();
    assert_eq!(cards(&desk), taken_over());
    let mut half = old.clone();
    half[..1000].fill(0);
    fs::write(desk.file("wallet.state"), half).unwrap();
    assert_eq!(desk.run(["tap"]).code, 0);
    let after = cards(&desk);
    assert_eq!(after[1].2, "0002");
    assert_nothing_in_the_clear(&desk);
    // A complete old file does not bring the old wallet back either.
    fs::write(desk.file("wallet.state"), old).unwrap();
    assert_eq!(cards(&desk), after);
    assert_nothing_in_the_clear(&desk);
}

#[test]
fn an_old_file_that_cannot_be_read_is_named_and_left_alone() {
    for (content, problem) in [
        (&b"understudy wallet 1 sha256=00\n{}"[..], "damaged"),
        (b"", "damaged"),
        (b"understudy wallet 2 sha256=00\n{}", "newer understudy"),
        (b"[limits]\n", "not a file of understudy's"),
    ] {
        let desk = Desk::new();
        old_home(&desk);
        fs::write(desk.file("wallet.state"), content).unwrap();
        for args in [&["cards"][..], &["tap"], &["history"]] {
            let run = desk.run(args);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{args:?}");
            assert!(
                run.err.contains("wallet.state") && run.err.contains(problem),
                "{}",
                run.err
            );
        }
        assert_eq!(fs::read(desk.file("wallet.state")).unwrap(), content);
        assert!(!desk.file("wallet").exists());
    }
}

#[test]
fn a_wallet_is_taken_over_under_the_passphrase_of_its_issuers_keys_alone() {
    let desk = Desk::demonstration();
    old_home(&desk);
    for passphrase in [None, Some("glass orbit pencil ten")] {
        let mut command = desk.command(["cards"]);
        if let Some(passphrase) = passphrase {
            command.env(crate::desk::PASSPHRASE_VARIABLE, passphrase);
        }
        let run = desk.told(&command.output().unwrap());
        assert_eq!((run.code, run.out.as_str()), (3, ""), "{passphrase:?}");
        assert!(run.err.contains("passphrase"), "{}", run.err);
        assert!(desk.file("wallet.state").exists() && !desk.file("wallet").exists());
    }
}
