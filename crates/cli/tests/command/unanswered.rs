//! Requests of the shop whose answer is lost.

use serde_json::{Value, json};

use crate::desk::{Desk, PIN, Run};
use crate::shop::{balance, pay, settle};

/// Produces the state after a crash between the issuer's answer and the terminal's storing of it.
fn forget_the_answer(desk: &Desk) -> String {
    let mut lines = desk.journal();
    assert!(lines.pop().unwrap().starts_with("{\"approved\""));
    let request: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    desk.forge_journal(&lines);
    request["in-flight"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_answer_that_was_lost_is_reversed_before_the_next_request() {
    let desk = Desk::new();
    let before = {
        pay(&desk, &["--amount", "1"]);
        balance(&desk)
    };
    pay(&desk, &["--amount", "55"]);
    let lost = forget_the_answer(&desk);
    let (code, tap) = desk.json(["tap", "--type", "balance", "--pin", PIN]);
    assert_eq!(code, 0);
    assert_eq!(tap["reversed"], json!(lost));
    assert_eq!(tap["issuer"]["balance"], json!(before));
    let lines = desk.journal();
    let reversed = lines.iter().filter(|line| *line == "\"reversed\"");
    assert_eq!(reversed.count(), 1, "{lines:?}");
    let recorded = desk.authorisations();
    let reversed = recorded
        .iter()
        .find(|each| each["minor_units"] == json!(5500));
    assert!(reversed.unwrap()["reversed_at"].is_string());
    assert_eq!(settle(&desk, &[]).0, 0, "both sides agree");
}

/// A trigger that makes the issuer's inserts into one table fail, removed when the value is dropped.
struct Broken(rusqlite::Connection);

impl Broken {
    fn table(desk: &Desk, table: &str) -> Self {
        let db = rusqlite::Connection::open(desk.file("issuer.db")).unwrap();
        let trigger = format!(
            "CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT raise(ABORT, 'no'); END"
        );
        db.execute_batch(&trigger).unwrap();
        Self(db)
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        self.0.execute_batch("DROP TRIGGER broken").unwrap();
    }
}

#[test]
fn an_issuer_that_does_not_answer_is_told_and_the_request_is_reversed_later() {
    let desk = Desk::with_card();
    let broken = Broken::table(&desk, "authorisation");
    let mut command = desk.command(["tap", "--json"]);
    let run = Run::of(&command.output().unwrap());
    assert_eq!(run.code, 3, "{}", run.out);
    let tap: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(tap["result"], json!("declined"));
    assert!(tap.get("issuer").is_none() && tap.get("entry").is_none());
    let advice = tap["advice"].as_str().unwrap();
    assert!(advice.contains("reverses"), "{advice}");
    let failure: Value = serde_json::from_str(&run.err).unwrap();
    let message = failure["message"].as_str().unwrap();
    assert!(message.contains("issuer.db"), "{message}");

    drop(broken);
    let (code, tap) = desk.json(["tap"]);
    assert_eq!((code, &tap["reversed"]), (0, &json!("000001/000002")));
    assert_eq!(settle(&desk, &[]).0, 0, "both sides agree");
}

#[test]
fn a_follow_up_without_an_answer_is_reversed_before_the_next_one() {
    let desk = Desk::new();
    let sale = pay(&desk, &[]);
    let before = balance(&desk);
    let broken = Broken::table(&desk, "authorisation");
    for verb in ["refund", "void"] {
        let run = desk.run([verb, &sale]);
        assert_eq!(run.code, 3, "{verb}");
        assert!(run.err.contains("issuer.db"), "{}", run.err);
    }
    drop(broken);
    assert_eq!(balance(&desk), before);
    assert_eq!(desk.run(["void", &sale]).code, 0);
}

#[test]
fn a_settlement_whose_answer_was_lost_is_settled_again() {
    let desk = Desk::new();
    pay(&desk, &["--amount", "3"]);
    let broken = Broken::table(&desk, "settlement");
    let run = desk.run(["settle"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("settle again"), "{}", run.err);
    drop(broken);
    let keys = desk.cards()[0]["keys_left"].clone();
    let run = desk.run(["tap"]);
    assert_eq!(run.code, 3, "the batch takes nothing until it is settled");
    assert!(run.err.contains("understudy settle"), "{}", run.err);
    assert_eq!(desk.cards()[0]["keys_left"], keys, "no key is spent");

    // The state after a crash that follows the issuer's settlement.
    let unanswered = desk.terminal();
    let (_, first) = settle(&desk, &[]);
    desk.put_terminal_back(&unanswered);
    let (code, again) = settle(&desk, &[]);
    assert_eq!((code, &again), (0, &first));
    assert_eq!(desk.run(["tap"]).code, 0);
}
