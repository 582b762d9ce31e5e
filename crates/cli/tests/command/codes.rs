//! A code from a card of the wallet: shown, read by an independent reader, taken at a till, and what
//! follows.

use serde_json::{Value, json};

use crate::desk::{Desk, PANS};
use crate::qr::{picture_of, read_back};
use crate::second_phone::Pair;

/// The text of a new code.
fn show(desk: &Desk, more: &[&str]) -> String {
    let run = desk.run([&["qr", "--verified", "--text"][..], more].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out.trim().to_owned()
}

fn scan(desk: &Desk, code: &str, amount: &str) -> (i32, Value) {
    desk.json(["scan", code, "--amount", amount])
}

#[test]
fn a_code_is_read_back_from_png_svg_and_terminal_and_approved_by_the_issuer() {
    let desk = Desk::with_card();
    for (name, amount) in [
        ("code.png", "12.34"),
        ("code.svg", "0.01"),
        ("code.pgm", "7"),
    ] {
        let file = desk.path().join(name);
        let path = file.to_str().unwrap();
        let option = if name.ends_with("svg") {
            "--svg"
        } else {
            "--png"
        };
        let run = desk.run(["qr", "--verified", option, path]);
        assert_eq!(run.code, 0, "{}", run.err);
        if name.ends_with("pgm") {
            let rows = run
                .out
                .lines()
                .take_while(|line| !line.starts_with("Card "));
            std::fs::write(&file, picture_of(&rows.collect::<Vec<_>>().join("\n"))).unwrap();
        }
        for part in [
            "once, for 60 seconds",
            "not under the cryptogram",
            "50000.00 CNY",
        ] {
            assert!(
                run.out.replace('\n', " ").contains(part),
                "{part}: {}",
                run.out
            );
        }
        let (exit, paid) = scan(&desk, &read_back(&file), amount);
        assert_eq!((exit, &paid["result"]), (0, &json!("approved")), "{paid}");
        assert_eq!(paid["entry_mode"], json!("032"));
        let checks = paid["issuer"]["checks"].to_string();
        assert!(checks.contains("the cryptogram is right"), "{checks}");
        assert!(!checks.contains("said to the card"), "{checks}");
    }
    let newest = desk.authorisations().remove(0);
    assert_eq!(
        (&newest["kind"], &newest["entry"]),
        (&json!("sale"), &json!("code"))
    );
    assert!(desk.run(["authorisations"]).out.contains("sale by code"));
}

#[test]
fn a_code_pays_once_and_is_in_the_history_as_one() {
    let desk = Desk::with_card();
    let code = show(&desk, &[]);
    let shown = desk.last_tap();
    assert_eq!(
        (&shown["entry"], &shown["state"]),
        (&json!("code"), &json!("code shown"))
    );
    assert_eq!(shown["amount"], json!(null));
    assert_eq!(scan(&desk, &code, "5.00").0, 0);
    let (exit, again) = scan(&desk, &code, "5.00");
    assert_eq!((exit, &again["issuer"]["reason"]), (1, &json!("replay")));
    assert_eq!(desk.run(["replenish"]).code, 0);
    let approved = desk.last_tap();
    assert_eq!(
        (&approved["entry"], &approved["state"]),
        (&json!("code"), &json!("approved"))
    );
    assert_eq!(approved["amount"], json!(500));
    assert!(desk.run(["history"]).out.contains("approved (code)"));
    // The report was sound: the device is not suspended.
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn a_code_goes_through_a_pipe_and_names_the_next_step() {
    let desk = Desk::with_card();
    let text = show(&desk, &[]);
    let run = desk.feed(
        ["scan", "-", "--amount", "12.34", "--receipt"],
        &format!("{text}\n"),
    );
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "purchase of 12.34 CNY by code",
        "APPROVED",
        "understudy void",
        "VERIFIED ON DEVICE",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert!(!run.out.contains(&text));
}

#[test]
fn what_follows_a_code_is_what_follows_a_tap() {
    let desk = Desk::with_card();
    let number = |paid: &Value| paid["issuer"]["authorisation"].to_string();
    let (_, paid) = scan(&desk, &show(&desk, &[]), "10.00");
    assert_eq!(desk.run(["void", &number(&paid)]).code, 0);
    let (_, paid) = scan(&desk, &show(&desk, &[]), "20.00");
    assert_eq!(
        desk.run(["refund", &number(&paid), "--amount", "5.00"])
            .code,
        0
    );
    let (exit, settled) = desk.json(["settle"]);
    assert_eq!((exit, &settled["agreed"]), (0, &json!(true)), "{settled}");
}

#[test]
fn a_code_that_is_not_good_is_refused_by_its_reason() {
    let desk = Desk::with_card();
    let refused = desk.run(["qr"]);
    assert_eq!((refused.code, refused.out.as_str()), (4, ""));
    assert!(refused.err.contains("--verified"), "{}", refused.err);
    let keys = desk.cards()[0]["keys_left"].clone();
    let code = show(&desk, &[]);
    let (exit, declined) = scan(&desk, &code, "50000.01");
    assert_eq!(
        (exit, &declined["issuer"]["reason"]),
        (1, &json!("over-limit"))
    );
    let code = show(&desk, &[]);
    let foreign = ["scan", &code, "--amount", "1", "--currency", "HKD"];
    let (exit, declined) = desk.json(foreign);
    assert_eq!(
        (exit, &declined["issuer"]["reason"]),
        (1, &json!("foreign-currency"))
    );
    for wrong in ["000201", "hQVDUFYwMQ==", "nonsense"] {
        let run = desk.run(["scan", wrong, "--amount", "1"]);
        assert_eq!(run.code, 4, "{wrong}: {}", run.err);
        assert!(run.err.contains("CODE: "), "{}", run.err);
    }
    assert_eq!(
        keys.as_u64().unwrap() - 2,
        desk.cards()[0]["keys_left"].as_u64().unwrap()
    );
}

#[test]
fn the_first_code_of_all_is_that_of_a_demonstration_card() {
    let desk = Desk::demonstration();
    let run = desk.run(["qr", "--verified", "--text"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let (exit, paid) = scan(&desk, run.out.trim(), "1.00");
    assert_eq!((exit, &paid["result"]), (0, &json!("approved")), "{paid}");
}

#[test]
fn a_bank_with_keys_of_its_own_and_a_phone_of_it_show_no_demonstration_s_code() {
    let bank = Desk::new();
    let refused = bank.run(["qr", "--verified", "--text"]);
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert!(refused.err.contains("holds no card"), "{}", refused.err);
    assert!(!bank.home().exists(), "and nothing was made");

    let pair = Pair::enrolled();
    let refused = pair.bank.run(["qr", "--verified", "--text"]);
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert!(refused.err.contains("issue --pan -"), "{}", refused.err);
    let refused = pair.phone.run(["qr", "--verified", "--text"]);
    assert_eq!((refused.code, refused.out.as_str()), (3, ""));
    assert!(refused.err.contains("phone receive"), "{}", refused.err);
    assert!(pair.bank.tokens().is_empty());
}

/// A card of two algorithms makes codes with SM4.
#[test]
fn cards_of_every_scheme_and_cipher_pay_by_code() {
    let desk = Desk::new();
    for (number, (scheme, algorithm)) in (1..).zip([
        ("unionpay", "dual"),
        ("visa", "aes-256"),
        ("mastercard", "tdes"),
    ]) {
        let options = ["--scheme", scheme, "--algorithm", algorithm];
        desk.issue_active(PANS[number - 1], &options);
        let code = show(&desk, &["--from", &number.to_string()]);
        let (exit, paid) = scan(&desk, &code, "3.00");
        assert_eq!(
            (exit, &paid["result"]),
            (0, &json!("approved")),
            "{scheme}: {paid}"
        );
    }
}

#[test]
fn a_card_of_version_17_shows_no_code() {
    let desk = Desk::new();
    desk.issue_active(PANS[0], &["--cvn", "17"]);
    let run = desk.run(["qr", "--verified"]);
    assert_eq!((run.code, run.out.as_str()), (4, ""));
    assert!(
        run.err.contains("does not authenticate codes"),
        "{}",
        run.err
    );
}

#[test]
fn the_text_of_a_code_is_in_no_file_of_the_home() {
    let desk = Desk::with_card();
    let code = show(&desk, &[]);
    assert_eq!(scan(&desk, &code, "1.00").0, 0);
    for (path, octets) in desk.store() {
        let found = octets
            .windows(code.len())
            .any(|part| part == code.as_bytes());
        assert!(!found, "{}", path.display());
    }
}

#[test]
fn a_code_that_cannot_be_written_costs_no_key_and_its_text_is_one_line() {
    let desk = Desk::with_card();
    let keys = desk.cards()[0]["keys_left"].clone();
    let foreign = desk.path().join("letter.txt");
    std::fs::write(&foreign, "mine").unwrap();
    let nowhere = desk.path().join("no/code.png");
    for path in [&foreign, &nowhere] {
        let run = desk.run(["qr", "--verified", "--png", path.to_str().unwrap()]);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{}", run.err);
    }
    assert_eq!(desk.cards()[0]["keys_left"], keys);
    let shown = desk.run(["qr", "--verified"]);
    let text = shown.out.lines().find_map(|line| line.strip_prefix("Text"));
    let text = text.unwrap().trim();
    let explained = desk.run(["decode", text]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    for part in ["marks a code", "the time of display, 20"] {
        assert!(explained.out.contains(part), "{part}: {}", explained.out);
    }
    assert_eq!(scan(&desk, text, "1.00").0, 0);
}

#[test]
fn a_till_names_the_command_for_a_card_that_waits_for_its_cardholder() {
    let desk = Desk::new();
    desk.issue(PANS[0], &[]);
    let code = show(&desk, &[]);
    let (exit, declined) = scan(&desk, &code, "1.00");
    assert_eq!(exit, 1);
    let advice = declined["advice"].as_str().unwrap();
    assert!(advice.contains("verify CODE --token 1"), "{advice}");
}
