//! `tap --card`: other programs' cards, and their issuers.

use serde_json::json;

use crate::desk::Desk;

#[test]
fn another_cards_user_verifies_on_the_cards_side() {
    let desk = Desk::with_card();
    let tap = |options| {
        let card = format!("{} {options}", desk.card_program());
        let file = desk.path().join("terminal.toml");
        std::fs::write(
            &file,
            "[reader]\nonline_pin = false\npin_after_read = false\nsignature = false\n",
        )
        .unwrap();
        let file = file.to_string_lossy().into_owned();
        desk.json([
            "tap",
            "--amount",
            "1500",
            "--terminal",
            &file,
            "--card",
            &card,
        ])
    };
    let (code, refused) = tap("");
    assert_eq!(code, 1);
    let advice = refused["advice"].as_str().unwrap();
    assert!(advice.contains(" card` takes --verified"), "{advice}");
    let (code, verified) = tap("--verified");
    assert_eq!(
        (code, &verified["result"]),
        (0, &json!("approved")),
        "{verified}"
    );
}

#[test]
fn a_lost_issuer_is_not_replaced_by_the_tap_of_another_card() {
    let desk = Desk::with_card();
    let other = Desk::with_card();
    std::fs::remove_file(desk.file("issuer.db")).unwrap();
    for _ in 0..2 {
        let run = desk.run(["tap", "--card", &other.card_program()]);
        assert_eq!(run.code, 3, "{}", run.out);
        assert!(run.err.contains("put the file back"), "{}", run.err);
        assert!(!desk.file("issuer.db").exists());
    }
    assert_eq!(
        other.cards()[0]["last_atc"],
        json!("0001"),
        "nothing was tapped"
    );
    // Without a wallet nothing is lost: a new issuer answers that it does not know the card.
    let empty = Desk::new();
    let (code, tap) = empty.json(["tap", "--card", &other.card_program()]);
    assert_eq!(
        (code, &tap["issuer"]["reason"]),
        (1, &json!("unknown-token")),
        "{tap}"
    );
}

#[test]
fn the_last_lines_say_how_it_ended() {
    let desk = Desk::new();
    for (amount, result) in [("12.34", "APPROVED"), ("1500", "")] {
        let run = desk.run(["tap", "--amount", amount]);
        let last: Vec<&str> = run.out.lines().rev().take(4).collect();
        let line = last.iter().find(|line| line.starts_with("Result"));
        assert!(
            line.is_some_and(|line| line.ends_with(result)),
            "{}",
            run.out
        );
    }
}

/// A card with a PDOL of `9F66` and `DF69` that refuses whatever GET PROCESSING OPTIONS says.
const ASKS_FOR_SM4: &str = "sh -c 'while read line; do case $line in \
    00A404000E*) echo 6F24840E325041592E5359532E4444463031A512BF0C0F610D4F08A0000003330101018701019000;; \
    00A40400*) echo 6F158408A000000333010101A5099F38069F6604DF69019000;; \
    80A8*) echo 6985;; 80CA*) echo 6A88;; esac; done'";

#[test]
fn a_terminal_states_the_sm_algorithms_unless_the_tap_or_its_file_says_otherwise() {
    let desk = Desk::with_card();
    let file = desk.path().join("terminal.toml");
    std::fs::write(&file, "reader.sm_algorithms = false\n").unwrap();
    let file = file.to_string_lossy().into_owned();
    for (options, stated) in [
        (&[][..], "01"),
        (&["--no-sm4"], "00"),
        (&["--terminal", file.as_str()], "00"),
        (&["--terminal", file.as_str(), "--no-sm4"], "00"),
    ] {
        let (code, tap) = desk.json([&["tap", "--card", ASKS_FOR_SM4][..], options].concat());
        assert_eq!(code, 1, "{tap}");
        let sent = tap["events"].as_array().unwrap().iter();
        let mut sent = sent.filter_map(|event| event["command"]["octets"].as_str());
        let gpo = sent.find(|sent| sent.starts_with("80A8")).unwrap();
        assert_eq!(gpo.get(22..24), Some(stated), "{options:?}: {gpo}");
    }
    // A till that keeps its configuration keeps that of its first tap, not what one tap said.
    let (_, tap) = desk.json(["tap", "--till", "two", "--no-sm4", "--card", ASKS_FOR_SM4]);
    assert!(tap.to_string().contains("80A80000078305"), "{tap}");
    let (_, tap) = desk.json(["tap", "--till", "two", "--card", ASKS_FOR_SM4]);
    let said = tap.to_string();
    let (_, gpo) = said.split_once("80A80000078305").unwrap();
    assert_eq!(gpo.get(8..10), Some("01"), "{gpo}");
}
