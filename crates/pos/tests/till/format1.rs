//! States of the format `understudy.terminal/1`, written by the version before the journals.
//!
//! `format1/owed.json` and `format1/settling.json` hold two settled batches and an open one, with a
//! refused reversal in each of the last two. The first owes a reversal; the second has a settlement
//! without an answer, followed by an inquiry.

use std::collections::BTreeMap;

use serde_json::Value;
use understudy_pos::Config;
use understudy_pos::batch::EntryId;
use understudy_pos::till::{OnMismatch, StateError, Till, TillError, TillFile, TillRules};

use crate::disk::{Disk, Files};
use crate::support::{Script, TOKEN, entry, minute, open, reversal, sale};

const OWED: &str = include_str!("format1/owed.json");
const SETTLING: &str = include_str!("format1/settling.json");

fn disk(json: &str) -> Disk {
    Disk::of(Files::from([(TillFile::Index, json.into())]))
}

fn refusal(json: &str) -> StateError {
    match Till::open(&Config::default(), TillRules::default(), disk(json)) {
        Err(TillError::State(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The standings of the entries in the JSON text.
fn standings(json: &str) -> BTreeMap<String, String> {
    let state: Value = serde_json::from_str(json).unwrap();
    let closed = state["closed"].as_array().unwrap();
    let batches = closed.iter().chain([&state["batch"]]);
    let entries = batches.flat_map(|batch| batch["entries"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    entries
        .map(|entry| (text(&entry["record"]["id"]), text(&entry["standing"])))
        .collect()
}

/// The standings of the entries in a till.
fn told(till: &Till<Disk>) -> BTreeMap<String, String> {
    let standing = |entry: &understudy_pos::batch::Entry| {
        let name = serde_json::to_value(entry.standing).unwrap();
        (
            entry.record.id.to_string(),
            name.as_str().unwrap().to_owned(),
        )
    };
    till.state().entries().map(standing).collect()
}

#[test]
fn a_state_of_format_1_opens_as_it_was_and_is_taken_over_once() {
    for json in [OWED, SETTLING] {
        let disk = disk(json);
        let till = open(&disk);
        assert_eq!(told(&till), standings(json));
        assert_eq!(told(&till).len(), 16);
        let numbers: Vec<_> = till.state().closed().iter().map(|one| one.number).collect();
        assert_eq!(numbers, [1, 2]);
        assert_eq!(till.state().refused_reversals().count(), 2);
        assert_eq!(disk.writes(), 0, "to open changes nothing");

        let mut till = till;
        till.count_transaction().unwrap();
        let names: Vec<_> = disk.files().into_keys().collect();
        let journals = [1, 2, 3].map(TillFile::Journal);
        assert_eq!(names, [&[TillFile::Index][..], &journals].concat());
        assert!(!disk.text().contains("understudy.terminal/1"));
        assert_eq!(open(&disk).state(), till.state());
        assert_eq!(told(&open(&disk)), standings(json));
    }
}

#[test]
fn what_was_not_at_its_end_goes_on() {
    let mut host = Script::default();
    let mut till = open(&disk(OWED));
    let sold = entry(&mut till, &sale(1), &mut host);
    assert_eq!(reversal(&host.sent[0]).original.trace.get(), 21);
    assert_eq!((sold.batch, sold.trace.get()), (3, 22));

    let mut host = Script::default();
    let disk = disk(SETTLING);
    open(&disk).count_transaction().unwrap();
    let mut till = open(&disk);
    let settled = till.settle(minute(600), OnMismatch::StayOpen, &mut host);
    assert!(settled.unwrap().closed);
    let identity = host.sent[0].identity();
    assert_eq!((host.sent.len(), identity.trace.get()), (1, 22));
    assert_eq!(identity.local_time.text(), "1122185000");
    let sold = entry(&mut till, &sale(1), &mut host);
    assert_eq!((sold.batch, sold.trace.get()), (4, 24));
}

#[test]
fn a_take_over_that_dies_after_any_write_loses_nothing() {
    let whole = disk(OWED);
    open(&whole).count_transaction().unwrap();
    assert_eq!(whole.writes(), 5, "three journals, the index, a line");
    for writes in 0..whole.writes() {
        let disk = disk(OWED);
        disk.set_left(writes);
        open(&disk).count_transaction().unwrap_err();
        disk.set_left(100);
        assert_eq!(told(&open(&disk)), standings(OWED), "{writes}");
        let mut till = open(&disk);
        till.count_transaction().unwrap();
        assert_eq!(open(&disk).state(), till.state(), "{writes}");
        assert_eq!(disk.files(), whole.files(), "{writes}");
    }
}

#[test]
fn a_take_over_that_fails_after_any_write_goes_on_in_the_same_till() {
    for writes in 0..5 {
        let disk = disk(OWED);
        let mut till = open(&disk);
        disk.set_left(writes);
        till.count_transaction().unwrap_err();
        disk.set_left(100);
        let mut host = Script::default();
        let sold = entry(&mut till, &sale(1), &mut host);
        assert_eq!(sold.trace.get(), 22);
        assert_eq!(open(&disk).state(), till.state(), "{writes}");
    }
}

#[test]
fn settled_entries_of_format_1_are_followed_and_stay_followed() {
    let disk = disk(OWED);
    let mut host = Script::default();
    let id: EntryId = "000002/000014".parse().unwrap();
    let amount = crate::support::cny(2500);
    let mut till = open(&disk);
    till.refund(id, amount, minute(200), &mut host).unwrap();
    let again = open(&disk).refund(id, amount, minute(201), &mut host);
    assert!(matches!(again, Err(TillError::Refused { .. })));
}

#[test]
fn a_truncated_state_is_refused() {
    let json = OWED.trim_end();
    for length in 0..json.len() {
        refusal(&json[..length]);
    }
}

#[test]
fn a_state_of_another_shape_is_refused_with_a_reason() {
    for (from, to, told) in [
        ("understudy.terminal/1", "understudy.wallet/1", "format"),
        ("\"next_trace\": 22", "\"next_trace\": 0", "trace number"),
        ("623012******9014", TOKEN, "masked card number"),
        ("\"number\": 1,", "\"number\": 4,", "000001/000001"),
        ("\"number\": 1,", "\"number\": 0,", "batch 0"),
        ("\"number\": 1,", "\"number\": 1000000,", "batch 1000000"),
        ("\"number\": 3,", "\"number\": 2,", "batch 2"),
        ("000001/000002", "000001/000001", "000001/000001"),
        ("261122163000", "261122163060", "date and time"),
        ("\"kind\": \"sale\"", "\"kind\": \"gift\"", "gift"),
        ("\"next_trace\"", "\"extra\": 1, \"next_trace\"", "extra"),
        (
            "\"minor\": 1000,",
            "\"minor\": 1000000000000,",
            "twelve digits",
        ),
    ] {
        let altered = OWED.replace(from, to);
        assert_ne!(altered, OWED, "{from}");
        let error = refusal(&altered);
        assert!(error.to_string().contains(told), "{error}");
        assert!(!error.to_string().contains(TOKEN), "{error}");
    }
    assert!(matches!(
        refusal("{\"format\":\"understudy.wallet/1\"}"),
        StateError::Format(_)
    ));
}
