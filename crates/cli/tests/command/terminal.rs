//! The terminal's files: taken over, damaged, full, and its counters.

use serde_json::{Value, json};

use crate::desk::{Desk, PIN};
use crate::shop::{pay, settle};

/// `version-1/terminal.state` was written by the version before the journals: a settled sale and a
/// settled pre-authorisation, then two sales, the first of them voided.
#[test]
fn a_terminal_of_the_version_before_the_journals_goes_on_where_it_was() {
    let desk = Desk::with_card();
    desk.put_terminal_back(&[]);
    let file = desk.file("terminal.state");
    std::fs::write(&file, include_bytes!("version-1/terminal.state")).unwrap();
    let (code, tap) = desk.json(["tap"]);
    assert_eq!((code, &tap["entry"]), (0, &json!("000002/000007")));
    let head = std::fs::read_to_string(&file).unwrap();
    assert!(head.starts_with("understudy terminal 2 "), "{head}");
    assert_eq!(desk.terminal().len(), 3, "the index and two journals");
    let lines = desk.journal();
    let entries: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("{\"entry\""))
        .collect();
    assert_eq!(entries.len(), 3);
    assert!(entries[0].contains("\"voided\"") && entries[1].contains("\"approved\""));
    // The issuer of this home has none of these payments, so the totals differ.
    assert_eq!(settle(&desk, &["--force"]).1["batch"], json!(2));
    assert_eq!(desk.json(["tap"]).1["entry"], json!("000003/000009"));
}

#[test]
fn a_part_of_a_line_is_cut_off_and_a_damaged_journal_is_named_and_left_alone() {
    let desk = Desk::with_card();
    let journal = desk.journal_file();
    let whole = std::fs::read(&journal).unwrap();
    let torn = [&whole[..], b"{\"in-flight\":{\"id\":\"0000"].concat();
    std::fs::write(&journal, torn).unwrap();
    let (code, tap) = desk.json(["tap"]);
    assert_eq!((code, &tap["entry"]), (0, &json!("000001/000002")));
    assert_eq!(settle(&desk, &[]).0, 0, "both sides agree");

    let journal = desk.journal_file();
    let whole = std::fs::read(&journal).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for content in [&flipped[..], &whole[..20], b""] {
        std::fs::write(&journal, content).unwrap();
        for command in [&["tap"][..], &["settle"], &["void", "1"]] {
            let run = desk.run(command);
            assert_eq!((run.code, run.out.as_str()), (3, ""), "{command:?}");
            assert!(run.err.contains("damaged"), "{}", run.err);
            assert!(run.err.contains("000001"), "{}", run.err);
        }
        assert_eq!(std::fs::read(&journal).unwrap(), content);
    }
    std::fs::write(&journal, &whole).unwrap();
    assert_eq!(desk.run(["tap"]).code, 0, "the copy put back works");
}

#[test]
fn the_terminal_counts_its_transactions_one_by_one_whatever_becomes_of_them() {
    let desk = Desk::new();
    let counter = |tap: &Value| {
        let de55 = tap["request"]["de55"].as_str().unwrap().to_owned();
        let (_, value) = de55.split_once("9F4104").unwrap();
        value[..8].to_owned()
    };
    let (_, first) = desk.json(["tap"]);
    assert_eq!(counter(&first), "00000001");
    // Above the limit of the wallet: a transaction is counted, and no request is sent.
    let (code, _) = desk.json(["tap", "--amount", "60000", "--verified"]);
    assert_ne!(code, 0);
    assert_eq!(counter(&desk.json(["tap"]).1), "00000003");
    assert_eq!(settle(&desk, &[]).0, 0);
    assert_eq!(counter(&desk.json(["tap"]).1), "00000004");
}

#[test]
fn a_full_batch_is_told_before_a_key_is_spent_and_settled() {
    let desk = Desk::new();
    pay(&desk, &[]);
    let mut lines = desk.journal();
    let request = lines
        .iter()
        .find(|line| line.starts_with("{\"in-flight\""))
        .unwrap();
    let mut entry: Value = serde_json::from_str(request).unwrap();
    entry = json!({"entry": {
        "record": entry["in-flight"], "approval": "123456", "standing": "approved"
    }});
    for trace in 2..=20_000 {
        entry["entry"]["record"]["id"] = json!(format!("000001/{trace:06}"));
        lines.push(entry.to_string());
    }
    desk.forge_journal(&lines);
    let keys = desk.cards()[0]["keys_left"].clone();
    for args in [
        &["tap"][..],
        &["tap", "--type", "refund", "--pin", PIN],
        &["refund", "1"],
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 3, "{}", run.out);
        assert!(
            run.err.contains("20000 entries; settle first"),
            "{}",
            run.err
        );
        assert!(run.err.contains("understudy settle"), "{}", run.err);
    }
    assert_eq!(desk.cards()[0]["keys_left"], keys, "no key is spent");
    assert_eq!(desk.authorisations().len(), 1, "nothing was sent");
    assert_eq!(desk.run(["void", "1"]).code, 0, "a void is taken");
    assert_eq!(settle(&desk, &["--force"]).0, 0);
    assert_eq!(desk.json(["tap"]).1["entry"], json!("000002/020003"));
}
