//! Places of the desk that a newcomer looks for.

use serde_json::{Value, json};

use crate::desk::{Desk, PIN};

/// The number behind `PAYMENT` on each copy of a receipt.
fn payments(receipt: &Value) -> Vec<String> {
    let copies = ["merchant", "cardholder"].map(|copy| receipt[copy].as_array().unwrap());
    let number = |lines: &Vec<Value>| {
        let mut lines = lines.iter().map(|line| line.as_str().unwrap());
        let line = lines.find_map(|line| line.strip_prefix("PAYMENT"))?;
        Some(line.trim().to_owned())
    };
    copies.into_iter().filter_map(number).collect()
}

#[test]
fn the_receipt_has_the_number_that_void_and_refund_take() {
    let desk = Desk::with_card();
    let (_, tap) = desk.json(["tap", "--receipt"]);
    let number = tap["issuer"]["authorisation"].to_string();
    assert_eq!(payments(&tap["receipt"]), [number.clone(), number.clone()]);
    let (code, refund) = desk.json(["refund", &number, "--amount", "2"]);
    assert_eq!((code, &refund["original"]), (0, &json!(2)), "{refund}");
    let own = refund["authorisation"].to_string();
    assert_eq!(payments(&refund["receipt"]), [own.clone(), own.clone()]);
    let (code, reversed) = desk.json(["reverse", &own]);
    assert_eq!((code, &reversed["original"]), (0, &json!(3)), "{reversed}");
    // What is declined, or moves nothing, has no number to be followed by.
    for args in [
        &["tap", "--receipt", "--amount", "1500", "--pin", "0000"][..],
        &["tap", "--receipt", "--type", "balance", "--pin", PIN],
    ] {
        let (_, tap) = desk.json(args);
        assert!(tap["receipt"].is_object(), "{tap}");
        assert!(payments(&tap["receipt"]).is_empty(), "{tap}");
    }
}

#[test]
fn a_void_and_a_refund_are_told_apart_on_both_sides() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(desk.run(["void", "1"]).code, 0);
    let refunds = |expected: &str, detail: &str| {
        let list = desk.authorisations();
        let sale = list.iter().find(|each| each["authorisation"] == 2);
        assert_eq!(sale.unwrap()["refunded"], json!(expected));
        let tap = desk.last_tap();
        assert_eq!(
            (&tap["state"], &tap["detail"]),
            (&json!("refunded"), &json!(detail))
        );
    };
    assert_eq!(desk.run(["refund", "2", "--amount", "2"]).code, 0);
    refunds("2.00 CNY", "200");
    assert_eq!(desk.run(["refund", "2", "--amount", "3"]).code, 0);
    refunds("5.00 CNY", "500");
    let states: Vec<Value> = desk
        .history()
        .iter()
        .map(|tap| tap["state"].clone())
        .collect();
    assert_eq!(states, [json!("refunded"), json!("reversed")]);
    let text = desk.run(["authorisations"]).out;
    assert!(text.contains("refunded 5.00 CNY"), "{text}");
    assert!(text.contains("voided by 3"), "{text}");
    let (_, sums) = desk.json(["history", "--sums"]);
    assert_eq!(
        (&sums["sums"][0]["approved"], &sums["sums"][0]["returned"]),
        (&json!(2 * 1234), &json!(1234 + 500))
    );
    // A refund that is reversed does not count any more.
    let last = desk.authorisations()[0]["authorisation"].to_string();
    assert_eq!(desk.run(["reverse", &last]).code, 0);
    refunds("2.00 CNY", "200");
}

#[test]
fn a_tap_whose_pin_was_never_entered_is_not_among_what_is_unconfirmed() {
    let desk = Desk::with_card();
    let (code, tap) = desk.json(["tap", "--amount", "1500"]);
    assert_eq!((code, &tap["result"]), (1, &json!("pin-required")));
    let (_, sums) = desk.json(["history", "--sums"]);
    let sum = &sums["sums"][0];
    assert_eq!(
        (&sum["approved"], &sum["unconfirmed"], &sum["pin_asked"]),
        (&json!(1234), &json!(0), &json!(150_000))
    );
    let text = desk.run(["history"]).out;
    assert!(text.contains("if the PIN was entered"), "{text}");
    // One that was entered is the issuer's to tell of.
    let (code, _) = desk.json(["tap", "--amount", "1500", "--pin", PIN]);
    assert_eq!(code, 0);
    let (_, sums) = desk.json(["history", "--sums"]);
    assert_eq!(sums["sums"][0]["approved"], json!(151_234));
    assert_eq!(sums["sums"][0]["pin_asked"], json!(150_000));
}

#[test]
fn an_error_shows_its_example_and_says_what_was_meant() {
    let desk = Desk::with_card();
    for args in [
        ["history", "--from", "yesterday"],
        ["history", "--to", "2026-13-01"],
    ] {
        let run = desk.run(args);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("such as 2026-11-27"), "{}", run.err);
    }
    let run = desk.run(["tap", "--card", "2"]);
    assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    assert!(run.err.contains("--from"), "{}", run.err);
    assert_eq!(desk.authorisations().len(), 1, "nothing was tapped");
}
