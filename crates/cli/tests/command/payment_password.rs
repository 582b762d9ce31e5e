//! The payment password of the wallet.

use serde_json::json;

use crate::desk::Desk;

#[test]
fn a_payment_password_is_set_tried_locked_unlocked_and_changed() {
    let desk = Desk::with_card();
    let password = |verb: &str, lines: &str| {
        let run = desk.feed(["password", verb], lines);
        (run.code, format!("{}{}", run.out, run.err))
    };
    let (code, text) = password("verify", "730164\n");
    assert!(
        code == 4 && text.contains("`understudy password set`"),
        "{text}"
    );
    for (digits, part) in [
        ("123456", "easy to guess"),
        ("73016", "6 to 32 digits"),
        ("73016x", "6 to 32"),
    ] {
        let (code, text) = password("set", &format!("{digits}\n"));
        assert!(code == 4 && text.contains(part), "{digits}: {text}");
        assert!(!text.contains(digits), "{text}");
    }
    assert_eq!(password("set", "730164\n").0, 0);
    assert!(
        password("set", "730164\n")
            .1
            .contains("`understudy password change`")
    );
    for left in (0..5).rev() {
        let (code, text) = password("verify", "730165\n");
        assert_eq!(code, 4);
        let part = if left == 0 {
            "locked".to_owned()
        } else {
            format!("{left} tries are left")
        };
        assert!(text.contains(&part), "{left}: {text}");
    }
    let (code, text) = password("verify", "730164\n");
    assert!(
        code == 4 && text.contains("`understudy unlock-password`"),
        "{text}"
    );
    assert_eq!(desk.run(["unlock-password"]).code, 0);
    assert_eq!(password("verify", "730164\n").0, 0);
    assert_eq!(password("change", "730165\n902817\n").0, 4);
    assert_eq!(password("change", "730164\n902817\n").0, 0);
    assert_eq!(password("verify", "730164\n").0, 4);
    assert_eq!(password("verify", "902817\n").0, 0);
    let run = desk.run(["password", "verify", "902817"]);
    assert_eq!(run.code, 2, "no password is taken from the command line");
    assert!(!run.err.contains("902817"), "{}", run.err);
    assert_eq!(desk.run(["unlock-password", "--reset"]).code, 0);
    assert_eq!(password("set", "481516\n").0, 0);
}

#[test]
fn the_payment_password_verifies_a_tap() {
    let desk = Desk::with_card();
    assert_eq!(desk.feed(["password", "set"], "730164\n").code, 0);
    let tap = ["tap", "--password", "--amount", "1500"];
    let wrong = desk.feed(tap, "730165\n");
    assert_eq!((wrong.code, wrong.out.as_str()), (4, ""));
    assert!(wrong.err.contains("4 tries are left"), "{}", wrong.err);
    let right = desk.feed(tap, "730164\n");
    assert_eq!(right.code, 0, "{}", right.out);
    let newest = desk.last_tap();
    assert_eq!(
        (&newest["verification"], &newest["atc"]),
        (&json!("on device"), &json!(2)),
        "the wrong one used no key"
    );
}
