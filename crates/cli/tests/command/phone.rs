//! The commands of a phone's user: `present`, `default`, `history`, `password`, `storage`, and the
//! wallet's messages.

use std::fs;

use serde_json::{Value, json};

use crate::desk::{CardProcess, Desk, PANS, SELECT_PPSE};

/// A desk with two cards, the first of which is the default.
fn two_cards() -> Desk {
    let desk = Desk::with_card();
    desk.issue_active(PANS[0], &[]);
    desk
}

/// The card with which the next tap pays.
fn pays(desk: &Desk) -> Value {
    let (code, tap) = desk.json(["tap"]);
    assert_eq!(code, 0, "{tap}");
    tap["card"]["card"].clone()
}

#[test]
fn a_presented_card_pays_once_and_then_the_default_again() {
    let desk = two_cards();
    let (code, presented) = desk.json(["present", "2", "--seconds", "600"]);
    assert_eq!((code, &presented["card"]["card"]), (0, &json!(2)));
    let marks = |desk: &Desk| -> Vec<_> {
        let cards = desk.cards().into_iter();
        cards
            .map(|card| (card["default"].clone(), card["presented"].clone()))
            .collect()
    };
    assert_eq!(
        marks(&desk),
        [(json!(true), json!(false)), (json!(false), json!(true))]
    );
    assert_eq!(pays(&desk), json!(2));
    assert_eq!(
        marks(&desk),
        [(json!(true), json!(true)), (json!(false), json!(false))]
    );
    assert_eq!(pays(&desk), json!(1));
    assert!(!desk.file("wallet.presented").exists());
}

#[test]
fn a_presented_card_gives_way_when_its_time_is_over_or_another_is_made_the_default() {
    let desk = two_cards();
    assert_eq!(desk.run(["present", "2", "--seconds", "600"]).code, 0);
    let line = fs::read_to_string(desk.file("wallet.presented")).unwrap();
    let mut words: Vec<_> = line.trim_end().split(' ').map(str::to_owned).collect();
    assert_eq!(words[..4], ["understudy", "presented", "1", "2"]);
    let from: u64 = words[4].parse().unwrap();
    assert_eq!(words[5], (from + 600).to_string());
    // As if the card had been presented an hour ago.
    for word in &mut words[4..] {
        *word = (word.parse::<u64>().unwrap() - 3600).to_string();
    }
    fs::write(desk.file("wallet.presented"), words.join(" ") + "\n").unwrap();
    assert_eq!(pays(&desk), json!(1));
    assert_eq!(desk.run(["present", "1"]).code, 0);
    assert_eq!(desk.run(["default", "2"]).code, 0);
    assert_eq!(pays(&desk), json!(2));
    assert_eq!(pays(&desk), json!(2));
    for (args, code, part) in [
        (&["present", "3"][..], 4, "no card 3"),
        (&["default", "3"], 4, "no card 3"),
        (&["present", "1", "--seconds", "0"], 2, "3600"),
        (&["present", "1", "--seconds", "3601"], 2, "3600"),
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, code, "{args:?}");
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
    }
}

#[test]
fn card_presents_the_chosen_card_for_as_long_as_it_runs() {
    let desk = two_cards();
    let mut card = CardProcess::start_with(&desk, &["card", "--from", "2", "--verified"]);
    let track2 = |answer: &str| answer[answer.find("5710").unwrap()..][..20].to_owned();
    let first = track2(&card.tap(100));
    assert_eq!(track2(&card.tap(200)), first);
    assert_eq!(card.end(), 0);
    let cards: Vec<_> = desk
        .history()
        .iter()
        .take(2)
        .map(|tap| tap["card"].clone())
        .collect();
    assert_eq!(cards, [json!(2), json!(2)]);
}

#[test]
fn the_history_is_filtered_summed_and_exported() {
    let desk = two_cards();
    for args in [
        &["tap", "--amount", "5", "--from", "2"][..],
        &["tap", "--amount", "1.50"],
        &["tap", "--verified", "--amount", "60000"],
    ] {
        desk.run(args);
    }
    let amounts = |args: &[&str]| -> Vec<Value> {
        let (code, history) = desk.json([&["history"], args].concat());
        assert_eq!(
            (code, &history["format"]),
            (0, &json!("understudy.history/1"))
        );
        let taps = history["taps"].as_array().unwrap().iter();
        taps.map(|tap| tap["amount"].clone()).collect()
    };
    let all = [json!(6_000_000), json!(150), json!(500), json!(1234)];
    assert_eq!(amounts(&[]), all);
    assert_eq!(amounts(&["--card", "2"]), [json!(500)]);
    let taps = desk.history();
    let today = &taps[0]["time"].as_str().unwrap()[..10];
    assert_eq!(amounts(&["--from", "2020-01-01", "--to", today]), all);
    assert_eq!(amounts(&["--to", "2020-01-01"]), [Value::Null; 0]);
    assert_eq!(amounts(&["--from", "2099-01-01"]), [Value::Null; 0]);

    let csv = desk.run(["history", "--csv", "--card", "2"]);
    let lines: Vec<&str> = csv.out.lines().map(str::trim_end).collect();
    assert_eq!(lines.len(), 2, "{}", csv.out);
    assert!(
        lines[0].starts_with("number,time,card,atc,amount,currency,merchant"),
        "{}",
        csv.out
    );
    assert!(
        lines[1].contains(",2,1,500,156,Understudy,00,"),
        "{}",
        csv.out
    );
    assert!(lines[1].contains(",approved,500,"), "{}", csv.out);

    let (_, sums) = desk.json(["history", "--sums"]);
    assert_eq!(sums["format"], json!("understudy.sums/1"));
    let month = &today[..7];
    let sum = json!([{
        "month": month, "merchant": "Understudy", "currency": 156,
        "approved": 1884, "returned": 0, "unconfirmed": 0, "pin_asked": 0, "taps": 3,
    }]);
    assert_eq!(sums["sums"], sum);
    let text = desk.run(["history"]).out;
    for part in [
        "60000.00 CNY",
        "refused: the amount is above the card's limit",
        "approved",
        "Understudy",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(desk.run(["history", "--sums"]).out.contains("18.84 CNY"));
    for (args, code) in [
        (&["history", "--from", "2026-02-30"][..], 2),
        (&["history", "--csv", "--sums"], 2),
        (&["history", "--csv", "--json"], 2),
        (&["history", "--card", "7"], 4),
    ] {
        assert_eq!(desk.run(args).code, code, "{args:?}");
    }
}

#[test]
fn a_tap_that_must_be_repeated_shows_the_amount_and_the_next_one_pays() {
    let desk = Desk::with_card();
    let file = desk.path().join("terminal.toml");
    let text = "[reader]\nonline_pin = false\npin_after_read = false\nsignature = false\n\
                [merchant]\nname = \"Corner shop\"\n";
    fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let tap = ["tap", "--amount", "1500", "--terminal", file];
    let (code, first) = desk.json(tap);
    assert_eq!(code, 1);
    assert_eq!(
        first["prompt"],
        json!({
            "card": 1, "amount": "1500.00 CNY", "minor_units": 150_000, "currency": 156,
            "merchant": "Corner shop", "seconds": 60,
        })
    );
    let text = desk.run(tap).out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("shows 1500.00 CNY to Corner shop"), "{text}");
    assert!(text.contains("No key was used"), "{text}");
    assert!(text.contains("--verified"), "{text}");
    assert_eq!(desk.cards()[0]["last_atc"], json!("0001"));
    assert_eq!(desk.last_tap()["state"], json!("needs verification"));
    let (code, second) = desk.json([&tap[..], &["--verified"]].concat());
    assert_eq!((code, &second["card"]["last_atc"]), (0, &json!("0002")));
    assert!(second.get("prompt").is_none());
}

/// The effect of the letter in a file.
fn receive(desk: &Desk, file: &str) -> Value {
    let (_, received) = desk.json(["phone", "receive", file]);
    received["letters"][0]["taken"].clone()
}

#[test]
fn letters_and_reports_go_by_files_too() {
    let desk = Desk::with_card();
    let device = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    let report = desk.path().join("report");
    let report = report.to_str().unwrap();
    let (code, written) = desk.json(["phone", "report", "--out", report]);
    assert_eq!((code, &written["files"]), (0, &json!([report])));
    assert_eq!(
        desk.run(["phone", "report", "--out", report]).code,
        4,
        "it is not overwritten"
    );
    let (_, taken) = desk.json(["report", report]);
    assert_eq!(
        (&taken["outcome"], &taken["marks"]),
        (&json!("accepted"), &json!(1))
    );

    // Commands that could not be delivered, because the wallet was in use.
    let mut card = CardProcess::start(&desk);
    assert!(card.ask(SELECT_PPSE).ends_with("9000"));
    assert_eq!(desk.run(["suspend", "1"]).code, 0);
    assert_eq!(desk.run(["rotate", "--device", &device]).code, 0);
    card.end();
    let folder = desk.path().join("letters");
    let folder = folder.to_str().unwrap();
    let (_, letters) = desk.json(["letters", "--device", &device, "--out", folder]);
    let files = letters["files"].as_array().unwrap();
    let taken: Vec<_> = files
        .iter()
        .map(|file| receive(&desk, file.as_str().unwrap()))
        .collect();
    assert_eq!(
        taken,
        [
            json!("report-accepted"),
            json!("suspended"),
            json!("rotated")
        ]
    );
    assert_eq!(desk.cards()[0]["suspended"], json!(true));
    let last = files.last().unwrap().as_str().unwrap();
    assert_eq!(receive(&desk, last), json!("done"));
    let mut altered = fs::read(last).unwrap();
    altered[20] ^= 1;
    let path = desk.path().join("altered");
    fs::write(&path, altered).unwrap();
    let run = desk.run(["phone", "receive", path.to_str().unwrap()]);
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    for args in [
        &["letters"][..],
        &["letters", "--device", &device],
        &["report"],
        &["phone"],
        &["phone", "receive"],
    ] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn a_wallet_that_is_wiped_writes_its_last_reports_and_begins_anew() {
    let desk = Desk::with_card();
    let device = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    let mut card = CardProcess::start(&desk);
    assert!(card.ask(SELECT_PPSE).ends_with("9000"));
    assert_eq!(desk.run(["wipe", "--device", &device]).code, 0);
    card.end();
    let folder = desk.path().join("letters");
    let folder = folder.to_str().unwrap();
    let (_, letters) = desk.json(["letters", "--device", &device, "--out", folder]);
    let wipe = letters["files"].as_array().unwrap().last().unwrap().clone();
    let run = desk.run(["phone", "receive", wipe.as_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("everything is erased"), "{}", run.out);
    assert_eq!(desk.cards(), [Value::Null; 0]);
    let report = desk.path().join("parting");
    let (code, written) = desk.json(["phone", "report", "--out", report.to_str().unwrap()]);
    assert_eq!(code, 0, "{written}");
    for file in written["files"].as_array().unwrap() {
        let (code, taken) = desk.json(["report", file.as_str().unwrap()]);
        assert_eq!(
            (code, &taken["outcome"]),
            (0, &json!("accepted")),
            "{taken}"
        );
    }
    desk.issue_active(PANS[0], &[]);
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_ne!(desk.cards()[0]["card"], Value::Null);
}
