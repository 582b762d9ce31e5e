//! The PIN pad: the cardholder enters the PIN at the terminal, after the card has answered.

use serde_json::json;

use crate::at_terminal::AtTerminal;
use crate::desk::{Desk, PANS};

/// The account's PIN, which no advice names.
const PIN: &str = "8642097531";

/// A desk with a card of an account with the PIN.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &["--pin", PIN]);
    assert_eq!(desk.run(["tap"]).code, 0);
    desk
}

/// An amount for which the terminal asks for the PIN.
const TAP: [&str; 3] = ["tap", "--amount", "1500"];
/// The pad's question.
const QUESTION: &str = "PIN for 1500.00 CNY (Enter alone cancels): ";

/// Waits for the pad, presses keys, and returns the exit code and all output.
fn enter(desk: &Desk, keys: &[&str]) -> (i32, String) {
    let mut tap = AtTerminal::start(desk, &TAP);
    for keys in keys {
        tap.press(QUESTION, keys);
        tap.shown.clear();
    }
    tap.end()
}

#[test]
fn a_pin_at_the_pad_goes_out_with_the_cryptogram_that_the_card_made() {
    let desk = desk();
    let keys = desk.cards()[0]["keys_left"].as_u64().unwrap();
    let (code, shown) = enter(&desk, &[&format!("{PIN}\n")]);
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains("APPROVED"), "{shown}");
    assert!(!shown.contains(PIN), "{shown}");
    assert_eq!(desk.cards()[0]["keys_left"], json!(keys - 1), "one key");
    let wrong = "73918264";
    let (code, shown) = enter(&desk, &[&format!("{wrong}\n")]);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("DECLINED"), "{shown}");
    assert!(!shown.contains(wrong), "{shown}");
    let before = desk.authorisations().len();
    // With the option nobody is asked, and a payment without a PIN asks for none.
    for args in [&["tap", "--amount", "1500", "--pin", PIN][..], &["tap"]] {
        let tap = AtTerminal::start(&desk, args);
        let (code, shown) = tap.end_unasked();
        assert_eq!(code, 0, "{shown}");
        assert!(!shown.contains("PIN for"), "{shown}");
    }
    assert_eq!(desk.authorisations().len(), before + 2);
}

#[test]
fn what_is_no_pin_is_asked_again_and_the_third_time_is_the_last() {
    let desk = desk();
    let long = "1234567890123";
    let (code, shown) = enter(
        &desk,
        &["12x4\n", &format!("{long}\n"), &format!("{PIN}\n")],
    );
    assert_eq!(code, 0, "{shown}");
    assert_eq!(desk.cards()[0]["keys_left"], json!(8), "one key");
    let (code, shown) = enter(&desk, &["123\n", &format!("{long}\n"), "é\n"]);
    assert_eq!(code, 1, "{shown}");
    assert!(shown.contains("PIN REQUIRED"), "{shown}");
    for typed in [long, "12x4", PIN] {
        assert!(!shown.contains(typed), "{shown}");
    }
    assert_eq!(desk.authorisations().len(), 2, "nothing was sent");
}

#[test]
fn the_cancel_keys_send_nothing_and_leave_the_terminal_as_it_was() {
    let desk = desk();
    let requests = desk.authorisations();
    for keys in ["\n", "  \n", "\u{3}", "12\u{3}", "\u{4}", "1\u{1c}"] {
        let mut tap = AtTerminal::start(&desk, &[&TAP[..], &["--json"]].concat());
        tap.press(QUESTION, keys);
        let (code, shown) = tap.end_in_any_case();
        assert_eq!(code, 1, "{keys:?}: {shown}");
        assert!(shown.contains("cancelled the PIN entry"), "{shown}");
        assert!(shown.contains("\"pin-required\""), "{shown}");
    }
    let tap = AtTerminal::start(&desk, &TAP);
    let (code, shown) = tap.hang_up(QUESTION);
    assert_eq!(code, 1, "{shown}");
    assert_eq!(desk.authorisations(), requests, "nothing was sent");
    assert_eq!(desk.run(["tap"]).code, 0, "and nothing is owed");
    // The keys cancel other questions too.
    for keys in ["\u{3}", "\u{4}"] {
        let mut set = AtTerminal::start(&desk, &["password", "set"]);
        set.press("New payment password: ", keys);
        let (code, shown) = set.end_in_any_case();
        assert_eq!(code, 4, "{shown}");
        assert!(shown.contains("nothing was typed"), "{shown}");
    }
}

#[test]
fn a_pin_that_is_set_is_typed_without_echo() {
    let desk = desk();
    let pin = "24680135";
    let mut set = AtTerminal::start(&desk, &["set-pin", "1", "--pin", "-"]);
    set.answer("PIN: ", pin);
    let (code, shown) = set.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(pin), "{shown}");
    let mut tap = AtTerminal::start(&desk, &["tap", "--amount", "1500", "--pin", "-"]);
    tap.answer(QUESTION, pin);
    let (code, shown) = tap.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(pin), "{shown}");
    assert_eq!(desk.last_tap()["state"], json!("approved"));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let desk = desk();
    let run = desk.feed(TAP, &format!("{PIN}\n"));
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("PIN REQUIRED"), "{}", run.out);
    let args = [&TAP[..], &["--pin", "-"]].concat();
    let run = desk.feed(args, &format!("{PIN}\n"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(!(run.out + &run.err).contains(PIN));
}
