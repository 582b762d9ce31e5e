//! The wallet's files: their state, their damage, and the passphrase that opens them.

use std::fs;

use serde_json::json;

use crate::desk::{Desk, PASSPHRASE_VARIABLE};

#[test]
fn storage_tells_generation_files_and_the_armed_counter_and_no_key() {
    let desk = Desk::with_card();
    let (code, before) = desk.json(["storage"]);
    assert_eq!(
        (code, &before["format"]),
        (0, &json!("understudy.storage/1"))
    );
    assert_eq!(before["sealed"], json!("passphrase"));
    assert_eq!(before["armed"], json!({"card": 1, "atc": "0002"}));
    assert_eq!(before["slots"], json!(128));
    let octets: usize = desk.store().iter().map(|(_, content)| content.len()).sum();
    assert_eq!(before["octets"], json!(octets));
    assert_eq!(before["files"], json!(desk.store().len()));
    assert_eq!(desk.run(["tap"]).code, 0);
    let (_, after) = desk.json(["storage"]);
    assert!(after["generation"].as_u64() > before["generation"].as_u64());
    assert_eq!(after["armed"]["atc"], json!("0003"));
    let published = Desk::demonstration();
    assert_eq!(published.run(["tap"]).code, 0);
    assert_eq!(published.json(["storage"]).1["sealed"], json!("published"));
    assert!(
        published
            .run(["storage"])
            .out
            .contains("whoever has the files can read them")
    );
}

#[test]
fn a_damaged_generation_costs_keys_and_is_told() {
    let desk = Desk::with_card();
    let mut files = desk.store();
    assert_eq!(files.len(), 2);
    // By number: the newest has the longer or lexically later name.
    files.sort_by_key(|(path, _)| {
        let number = path.extension().unwrap().to_str().unwrap();
        number.parse::<u64>().unwrap()
    });
    files[1].1.truncate(100);
    desk.put_store(&files);
    let run = desk.run(["cards"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err
            .contains("warning: 1 generations of the wallet are damaged"),
        "{}",
        run.err
    );
    assert_eq!(desk.cards()[0]["keys_left"], json!(0));
    assert_eq!(desk.run(["replenish"]).code, 0);
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn the_wallet_opens_under_its_passphrase_alone() {
    let desk = Desk::with_card();
    let before = desk.store();
    let with = |passphrase: Option<&str>, args: &[&str]| {
        let mut command = desk.command(args);
        match passphrase {
            Some(passphrase) => command.env(PASSPHRASE_VARIABLE, passphrase),
            None => command.env_remove(PASSPHRASE_VARIABLE),
        };
        desk.told(&command.output().unwrap())
    };
    for passphrase in [
        None,
        Some("another passphrase"),
        Some("glass orbit pencil nine "),
    ] {
        for args in [
            &["cards"][..],
            &["history"],
            &["storage"],
            &["card"],
            &["present", "1"],
            &["default", "1"],
        ] {
            let run = with(passphrase, args);
            assert_eq!(
                (run.code, run.out.as_str()),
                (3, ""),
                "{passphrase:?} {args:?}"
            );
            assert!(run.err.contains(PASSPHRASE_VARIABLE), "{}", run.err);
            assert!(!run.err.contains("another"), "{}", run.err);
        }
    }
    assert_eq!(desk.store(), before, "nothing was changed");
    let salt = fs::read(desk.file("wallet.salt")).unwrap();
    assert_eq!(salt.len(), 16);
    for (changed, part) in [
        (Some(vec![7; 16]), "wallet.salt"),
        (Some(vec![7; 15]), "damaged"),
        (None, "passphrase"),
    ] {
        match changed {
            Some(octets) => fs::write(desk.file("wallet.salt"), octets).unwrap(),
            None => fs::remove_file(desk.file("wallet.salt")).unwrap(),
        }
        let run = desk.run(["cards"]);
        assert_eq!((run.code, run.out.as_str()), (3, ""));
        assert!(run.err.contains(part), "{}", run.err);
    }
    fs::write(desk.file("wallet.salt"), salt).unwrap();
    assert_eq!(desk.run(["tap"]).code, 0);
    // A wallet under the published key is not mistaken for one under a passphrase.
    let published = Desk::demonstration();
    assert_eq!(published.run(["tap"]).code, 0);
    assert!(!published.file("wallet.salt").exists());
    let mut command = published.command(["cards"]);
    let output = command
        .env(PASSPHRASE_VARIABLE, "glass orbit pencil nine")
        .output();
    let run = published.told(&output.unwrap());
    assert_eq!(run.code, 3);
    assert!(run.err.contains("made without a passphrase"), "{}", run.err);
}

#[test]
fn no_reader_waits_for_storage_when_a_tap_follows_another() {
    let desk = Desk::with_card();
    for args in [&["tap"][..], &["tap", "--amount", "2"]] {
        let (_, tap) = desk.json(args);
        assert!(tap.get("waited").is_none(), "{tap}");
        assert_eq!(tap["result"], json!("approved"));
    }
}
