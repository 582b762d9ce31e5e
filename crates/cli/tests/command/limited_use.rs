//! A card of Visa 43, from its issue to its next limited-use key.

use serde_json::json;

use crate::desk::{Desk, PANS};

const VISA_43: [&str; 6] = ["--scheme", "visa", "--cvn", "43", "--keys", "3"];

/// The exit status of a tap that is verified on the device, and the issuer's reason.
fn pay(desk: &Desk, amount: &str) -> (i32, serde_json::Value) {
    let (exit, tap) = desk.json(["tap", "--amount", amount, "--verified"]);
    (exit, tap["issuer"]["reason"].clone())
}

fn replenish(desk: &Desk) {
    let run = desk.run(["replenish", "--keys", "3"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn a_card_pays_until_the_count_of_its_key_is_used_up_and_with_the_next_key_again() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &VISA_43);
    for _ in 0..3 {
        assert_eq!(pay(&desk, "1"), (0, json!("approved")));
    }
    let refused = desk.run(["tap", "--amount", "1", "--verified"]);
    assert_ne!(refused.code, 0);
    let told = refused.out + &refused.err;
    assert!(told.contains("understudy replenish"), "{told}");
    replenish(&desk);
    for _ in 0..3 {
        assert_eq!(pay(&desk, "1"), (0, json!("approved")));
    }
}

#[test]
fn a_card_pays_until_the_sum_of_its_key_is_used_up_and_with_the_next_key_again() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &VISA_43);
    assert_eq!(pay(&desk, "49999.99"), (0, json!("approved")));
    let refused = desk.run(["tap", "--amount", "0.02", "--verified"]);
    assert_ne!(refused.code, 0);
    let told = refused.out + &refused.err;
    assert!(told.contains("understudy replenish"), "{told}");
    assert_eq!(pay(&desk, "0.01"), (0, json!("approved")));
    replenish(&desk);
    assert_eq!(pay(&desk, "50000"), (0, json!("approved")));
}

#[test]
fn only_visa_has_such_a_card_and_only_of_triple_des() {
    let desk = Desk::new();
    for options in [
        &["--scheme", "unionpay", "--cvn", "43"][..],
        &["--scheme", "visa", "--cvn", "43", "--algorithm", "aes-128"],
    ] {
        let args = [&["issue", "--pan", PANS[0], "--expiry", "4912"], options].concat();
        let refused = desk.run(args);
        assert_ne!(refused.code, 0, "{options:?}");
        assert!(desk.tokens().is_empty());
    }
}
