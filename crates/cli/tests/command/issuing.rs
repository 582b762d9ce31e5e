//! Tokens: issued, verified, suspended, deleted, their bank card replaced.

use serde_json::json;

use crate::desk::{Desk, PANS, PIN};

/// A code other than this one.
fn other(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[test]
fn a_card_pays_once_its_cardholder_is_verified() {
    let desk = Desk::new();
    let (token, code) = desk.issue(PANS[0], &[]);
    assert_eq!(desk.tokens()[0]["status"], json!("inactive"));
    let (exit, declined) = desk.json(["tap"]);
    assert_eq!(
        (exit, &declined["issuer"]["reason"]),
        (1, &json!("token-inactive"))
    );
    let advice = declined["advice"].as_str().unwrap();
    assert!(advice.contains("understudy verify"), "{advice}");
    let refused = desk.run(["replenish"]);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("understudy verify"), "{}", refused.err);

    let (exit, verified) = desk.json(["verify", &code]);
    assert_eq!((exit, &verified["status"]), (0, &json!("active")));
    assert_eq!(verified["token"].to_string(), token);
    assert_eq!(desk.run(["tap"]).code, 0);
    let again = desk.run(["verify", &code]);
    assert_eq!(again.code, 4);
    assert!(again.err.contains("no token waits"), "{}", again.err);
}

#[test]
fn issue_names_the_next_command_as_it_is_typed() {
    let desk = Desk::new();
    for (pan, more) in [(PANS[0], ""), (PANS[1], " --token 2")] {
        let run = desk.run(["issue", "--pan", pan, "--expiry", "4912"]);
        let next = run.out.lines().last().unwrap();
        let next = next.strip_prefix("Next: `understudy verify ").unwrap();
        let (code, rest) = next.split_at(6);
        assert!(code.bytes().all(|digit| digit.is_ascii_digit()), "{next}");
        assert_eq!(rest, format!("{more}`"));
    }
}

#[test]
fn the_third_wrong_code_deletes_the_token_and_its_card() {
    let desk = Desk::new();
    let (_, code) = desk.issue(PANS[0], &[]);
    let wrong = other(&code);
    for part in ["attempts left: 2", "attempts left: 1"] {
        let run = desk.run(["verify", &wrong]);
        assert_eq!((run.code, run.out.as_str()), (4, ""));
        assert!(run.err.contains(part), "{}", run.err);
    }
    assert_eq!(desk.cards().len(), 1);
    let run = desk.run(["verify", &wrong]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("understudy issue"), "{}", run.err);
    assert_eq!(desk.tokens()[0]["status"], json!("deleted"));
    assert_eq!(desk.cards().len(), 0, "the wallet was told");
    assert_eq!(desk.run(["verify", &code]).code, 4, "too late");
}

#[test]
fn a_code_sent_again_takes_the_place_of_the_first() {
    let desk = Desk::new();
    let (_, first) = desk.issue(PANS[0], &[]);
    let second = loop {
        let (exit, sent) = desk.json(["verify", "--resend"]);
        assert_eq!(exit, 0);
        let code = sent["code"].as_str().unwrap().to_owned();
        if code != first {
            break code;
        }
    };
    assert_eq!(desk.run(["verify", &first]).code, 4);
    assert_eq!(desk.run(["verify", &second]).code, 0);
    let run = desk.run(["verify", "--resend", "--token", "1"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("waits for no code"), "{}", run.err);
}

#[test]
fn a_code_is_for_the_token_that_is_named() {
    let desk = Desk::new();
    let (first, code) = desk.issue(PANS[0], &[]);
    desk.issue(PANS[1], &[]);
    let run = desk.run(["verify", &code]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("--token"), "{}", run.err);
    let run = desk.feed(["verify", "-", "--token", &first], &format!("{code}\n"));
    assert_eq!(run.code, 0, "{}", run.err);
    for args in [&["verify"][..], &["verify", "123456", "--resend"]] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
    for bad in ["12345", "12345x", "1234567"] {
        assert_eq!(desk.run(["verify", bad, "--token", "2"]).code, 4, "{bad}");
    }
}

#[test]
fn a_suspended_token_refuses_on_both_sides_until_it_is_resumed() {
    let desk = Desk::with_card();
    let (exit, suspended) = desk.json(["suspend", "1"]);
    assert_eq!((exit, &suspended["status"]), (0, &json!("suspended")));
    assert_eq!(
        desk.cards()[0]["suspended"],
        json!(true),
        "the wallet was told"
    );
    let keys = desk.cards()[0]["keys_left"].clone();
    let (exit, refused) = desk.json(["tap"]);
    assert_eq!(exit, 1, "{refused}");
    let advice = refused["advice"].as_str().unwrap();
    assert!(advice.contains("understudy resume 1"), "{advice}");
    assert_eq!(desk.cards()[0]["keys_left"], keys, "no key is spent");
    let refused = desk.run(["replenish"]);
    assert_eq!(refused.code, 4);
    assert!(
        refused.err.contains("understudy resume 1"),
        "{}",
        refused.err
    );
    let (exit, resumed) = desk.json(["resume", "1"]);
    assert_eq!((exit, &resumed["status"]), (0, &json!("active")));
    assert_eq!(desk.run(["tap"]).code, 0);
}

#[test]
fn a_lost_phone_is_suspended_whole_and_resumed_when_it_is_found() {
    let desk = Desk::with_card();
    desk.issue_active(PANS[0], &[]);
    let device = desk.tokens()[0]["device"].as_str().unwrap().to_owned();
    let (exit, suspended) = desk.json(["suspend", "--device", &device]);
    assert_eq!((exit, &suspended["standing"]), (0, &json!("suspended")));
    for card in ["1", "2"] {
        let (exit, refused) = desk.json(["tap", "--from", card]);
        assert_eq!(exit, 1);
        let advice = refused["advice"].as_str().unwrap();
        assert!(advice.contains(&format!("--device {device}")), "{advice}");
    }
    let remedy = format!("understudy resume --device {device}");
    for args in [
        &["issue", "--pan", PANS[1], "--expiry", "4912"][..],
        &["replenish"],
    ] {
        let refused = desk.run(args);
        assert_eq!(refused.code, 4);
        assert!(refused.err.contains(&remedy), "{}", refused.err);
    }
    let token = &desk.tokens()[0];
    assert_eq!(
        (&token["status"], &token["standing"]),
        (&json!("active"), &json!("suspended"))
    );
    let listed = desk.run(["tokens"]).out;
    assert!(
        listed.contains(&format!("{device}  suspended\n")),
        "{listed}"
    );
    let resumed = desk.run(["resume", "1"]).out;
    assert!(resumed.contains(&remedy), "{resumed}");
    assert_eq!(desk.run(["resume", "--device", &device]).code, 0);
    assert_eq!(desk.run(["tap", "--from", "2"]).code, 0);
}

#[test]
fn a_phone_that_could_not_be_told_is_declined_by_the_host() {
    let desk = Desk::with_card();
    // The card as another program has it, which reads no letters.
    let mut card = crate::desk::CardProcess::start(&desk);
    assert!(card.ask(crate::desk::SELECT_PPSE).ends_with("9000"));
    assert_eq!(desk.run(["suspend", "1"]).code, 0);
    card.end();
    assert_eq!(desk.cards()[0]["suspended"], json!(false), "it was in use");
    let program = desk.card_program();
    let (exit, tap) = desk.json(["tap", "--card", &program]);
    assert_eq!(
        (exit, &tap["issuer"]["reason"]),
        (1, &json!("token-suspended")),
        "{tap}"
    );
    assert_eq!(
        desk.cards()[0]["suspended"],
        json!(true),
        "told behind the tap"
    );
}

#[test]
fn a_deleted_token_is_gone_from_the_wallet_and_stays_deleted() {
    let desk = Desk::with_card();
    desk.issue_active(PANS[0], &[]);
    let (exit, deleted) = desk.json(["delete", "1"]);
    assert_eq!((exit, &deleted["status"]), (0, &json!("deleted")));
    let cards = desk.cards();
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0]["card"], json!(2));
    assert_eq!(desk.run(["delete", "1"]).code, 0, "it is done already");
    let run = desk.run(["resume", "1"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("deleted"), "{}", run.err);
    assert_eq!(desk.run(["tap"]).code, 0, "the other card pays");
}

#[test]
fn a_replaced_bank_card_keeps_token_and_par() {
    let desk = Desk::with_card();
    let before = desk.tokens()[0].clone();
    let run = desk.feed(
        ["replace-pan", "1", "--pan", "-"],
        &format!("{}\n", PANS[0]),
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let after = desk.tokens()[0].clone();
    for same in ["token", "number", "par", "device", "card", "status"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_eq!(after["pan"], json!("622202*********2302"));
    assert_eq!(desk.run(["tap"]).code, 0);
    assert_eq!(desk.cards()[0]["last_four"], json!("1230"), "not told yet");
    assert_eq!(desk.run(["replenish"]).code, 0);
    assert_eq!(
        desk.cards()[0]["last_four"],
        json!("2302"),
        "with the next keys"
    );
    assert_eq!(desk.run(["tap"]).code, 0);

    desk.issue(PANS[1], &[]);
    let taken = desk.run(["replace-pan", "1", "--pan", PANS[1]]);
    assert_eq!(taken.code, 4);
    assert!(taken.err.contains("another account"), "{}", taken.err);
}

#[test]
fn a_pin_that_was_wrong_three_times_is_blocked_until_it_is_set_anew() {
    let desk = Desk::with_card();
    let tap = |pin: &str| desk.json(["tap", "--amount", "1500", "--pin", pin]).1;
    for code in ["55", "55", "75"] {
        assert_eq!(tap("0000")["issuer"]["response_code"], json!(code));
    }
    let blocked = tap(PIN);
    assert_eq!(blocked["issuer"]["response_code"], json!("75"));
    let advice = blocked["advice"].as_str().unwrap();
    assert!(advice.contains("understudy set-pin 1"), "{advice}");
    let run = desk.feed(["set-pin", "1", "--pin", "-"], "24680135\n");
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(tap(PIN)["issuer"]["response_code"], json!("55"));
    assert_eq!(tap("24680135")["result"], json!("approved"));
}

#[test]
fn what_is_not_there_is_told_with_where_to_look() {
    let desk = Desk::with_card();
    let device = "00112233445566778899AABBCCDDEEFF";
    for args in [
        &["suspend", "9"][..],
        &["resume", "9"],
        &["delete", "9"],
        &["replace-pan", "9", "--pan", PANS[0]],
        &["set-pin", "9", "--pin", PIN],
        &["verify", "123456", "--token", "9"],
        &["suspend", "--device", device],
        &["resume", "--device", device],
        &["letters", "--device", device, "--out", "/nowhere"],
    ] {
        let run = desk.run(args);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{args:?}");
        assert!(
            run.err.contains("understudy tokens"),
            "{args:?} {}",
            run.err
        );
    }
    for args in [&["suspend"][..], &["resume", "1", "--device", device]] {
        assert_eq!(desk.run(args).code, 2, "{args:?}");
    }
    assert_eq!(desk.run(["suspend", "--device", "0011"]).code, 2);
}

#[test]
fn the_history_says_what_the_issuer_said() {
    let desk = Desk::with_card();
    let paid = desk.last_tap();
    assert_eq!(
        (&paid["state"], &paid["detail"], &paid["amount"]),
        (&json!("approved"), &json!("1234"), &json!(1234))
    );
    assert_ne!(paid["issuer_time"], json!(null));
    assert_eq!(
        desk.run(["tap", "--amount", "1500", "--pin", "0000"]).code,
        1
    );
    let declined = desk.last_tap();
    assert_eq!(
        (&declined["state"], &declined["detail"]),
        (&json!("declined"), &json!("55"))
    );
}

#[test]
fn replenishing_reports_what_was_used() {
    let desk = Desk::with_card();
    assert_eq!(desk.run(["replenish"]).code, 0);
    let (_, device) = desk.json(["enrol"]);
    assert_eq!(
        (&device["reports"], &device["refusals"]),
        (&json!(1), &json!(0))
    );
    let file = desk.path().join("report");
    let file = file.to_str().unwrap();
    assert_eq!(desk.run(["phone", "report", "--out", file]).code, 0);
    let (_, taken) = desk.json(["report", file]);
    assert_eq!(taken["marks"], json!(0), "the issuer had it already");
}

#[test]
fn what_is_done_is_done_though_the_wallet_could_not_be_told() {
    let desk = Desk::with_card();
    let whole = desk.store();
    let half: Vec<_> = whole
        .iter()
        .map(|(path, _)| (path.clone(), b"half".to_vec()))
        .collect();
    desk.put_store(&half);
    let run = desk.run(["suspend", "1"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("Suspended"), "{}", run.out);
    assert!(
        run.err.contains("warning") && run.err.contains("wallet is damaged"),
        "{}",
        run.err
    );
    desk.put_store(&whole);
    assert_eq!(desk.run(["tap"]).code, 1);
    assert_eq!(
        desk.cards()[0]["suspended"],
        json!(true),
        "the letter waited"
    );
}
