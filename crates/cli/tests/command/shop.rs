//! The merchant's side: voids, refunds, completions, reversals, settlements, receipts.

use serde_json::{Value, json};

use crate::desk::{Desk, PANS, PIN};

/// Taps; returns the authorisation's number.
pub(crate) fn pay(desk: &Desk, options: &[&str]) -> String {
    let (code, tap) = desk.json([&["tap", "--verified"], options].concat());
    assert_eq!(code, 0, "{tap}");
    tap["issuer"]["authorisation"].to_string()
}

/// Settles; returns the exit code, and the totals of both sides in the only currency.
pub(crate) fn settle(desk: &Desk, options: &[&str]) -> (i32, Value) {
    desk.json([&["settle"], options].concat())
}

fn side(sales: (u64, u64), refunds: (u64, u64)) -> Value {
    json!({
        "sales": {"count": sales.0, "minor_units": sales.1},
        "refunds": {"count": refunds.0, "minor_units": refunds.1},
    })
}

/// The balance of the demonstration account by a balance inquiry, in minor units.
pub(crate) fn balance(desk: &Desk) -> String {
    let (code, tap) = desk.json(["tap", "--type", "balance", "--pin", PIN]);
    assert_eq!(code, 0, "{tap}");
    tap["issuer"]["balance"].as_str().unwrap().to_owned()
}

#[test]
fn a_day_from_the_first_tap_to_the_settlement() {
    let desk = Desk::new();
    let voided = pay(&desk, &["--amount", "10"]);
    assert_eq!(desk.run(["void", &voided]).code, 0);
    let refunded = pay(&desk, &["--amount", "100"]);
    assert_eq!(desk.run(["refund", &refunded, "--amount", "30"]).code, 0);
    let reversed = pay(&desk, &["--amount", "7"]);
    assert_eq!(desk.run(["reverse", &reversed]).code, 0);
    let held = pay(&desk, &["--type", "preauth", "--amount", "200"]);
    assert_eq!(desk.run(["complete", &held, "--amount", "210"]).code, 0);
    assert_eq!(balance(&desk), "999720.00 CNY");

    let (code, settled) = settle(&desk, &[]);
    assert_eq!(code, 0, "{settled}");
    let totals = side((2, 31_000), (1, 3_000));
    assert_eq!(
        settled["totals"],
        json!([{"currency": 156, "terminal": totals, "issuer": totals}])
    );
    assert_eq!(
        (&settled["agreed"], &settled["closed"]),
        (&json!(true), &json!(true))
    );

    let late = desk.run(["void", &refunded]);
    assert_eq!(late.code, 4);
    assert!(late.err.contains("refund it instead"), "{}", late.err);
    let named = format!("authorisation {refunded}, entry 000001/");
    assert!(late.err.contains(&named), "{}", late.err);
    assert_eq!(desk.run(["refund", &refunded, "--amount", "70"]).code, 0);
    assert_eq!(balance(&desk), "999790.00 CNY");
    let more = desk.run(["refund", &refunded, "--amount", "0.01"]);
    assert_eq!(more.code, 4);
}

#[test]
fn lists_have_no_blanks_at_their_ends_and_say_what_they_lack() {
    let desk = Desk::new();
    let sale = pay(&desk, &[]);
    assert_eq!(pay(&desk, &[]), "2", "a sale that nothing follows");
    assert_eq!(desk.run(["void", &sale]).code, 0);
    desk.issue(PANS[0], &[]);
    let none = desk.run(["authorisations", "--token", "2"]);
    assert_eq!(none.code, 0);
    assert!(none.out.contains("about token 2"), "{}", none.out);
    assert_eq!(desk.run(["authorisations", "--token", "9"]).code, 4);
    for list in ["authorisations", "tokens", "cards"] {
        let table = desk.run([list]).out;
        let is_trimmed = |line: &str| line == line.trim_end();
        assert!(table.lines().all(is_trimmed), "{table}");
    }
}

#[test]
fn what_follows_is_listed_with_what_it_follows() {
    let desk = Desk::new();
    let sale = pay(&desk, &[]);
    let (code, void) = desk.json(["void", &sale]);
    assert_eq!(code, 0);
    assert_eq!(void["result"], json!("approved"));
    assert_eq!(void["original"].to_string(), sale);
    let list = desk.authorisations();
    assert_eq!(list.len(), 2);
    let [newest, first] = [&list[0], &list[1]];
    assert_eq!(
        (&newest["kind"], &first["kind"]),
        (&json!("void"), &json!("sale"))
    );
    assert_eq!(newest["authorisation"], void["authorisation"]);
    assert_eq!(newest["original"], first["authorisation"]);
    assert_eq!(first["voided_by"], newest["authorisation"]);
    let (_, of_token) = desk.json(["authorisations", "--token", "1"]);
    assert_eq!(of_token["authorisations"], Value::Array(list));
    desk.issue(PANS[0], &[]);
    let (_, none) = desk.json(["authorisations", "--token", "2"]);
    assert_eq!(none["authorisations"], json!([]));
}

#[test]
fn the_wallet_hears_that_a_payment_was_taken_back() {
    let desk = Desk::new();
    for (verb, state) in [
        ("void", "reversed"),
        ("refund", "refunded"),
        ("reverse", "reversed"),
    ] {
        let sale = pay(&desk, &[]);
        assert_eq!(desk.run([verb, &sale]).code, 0);
        let tap = desk.last_tap();
        assert_eq!(
            (&tap["state"], &tap["detail"], &tap["currency"]),
            (&json!(state), &json!("1234"), &json!(156)),
            "{verb}"
        );
    }
}

#[test]
fn nothing_follows_twice() {
    let desk = Desk::new();
    for verb in ["void", "refund", "reverse"] {
        let sale = pay(&desk, &[]);
        assert_eq!(desk.run([verb, &sale]).code, 0, "{verb}");
        let before = balance(&desk);
        for again in ["void", "refund", "reverse", "complete"] {
            let run = desk.run([again, &sale]);
            assert_eq!((run.code, run.out.as_str()), (4, ""), "{verb}, {again}");
        }
        assert_eq!(balance(&desk), before);
    }
}

#[test]
fn what_cannot_be_followed_is_told_with_the_reason() {
    let desk = Desk::new();
    assert_eq!(
        desk.run(["tap", "--amount", "1500", "--pin", "0000"]).code,
        1
    );
    assert_eq!(desk.run(["tap", "--type", "balance", "--pin", PIN]).code, 0);
    for (number, part) in [
        ("1", "was declined"),
        ("2", "moved no money"),
        ("9", "understudy authorisations"),
    ] {
        let run = desk.run(["void", number]);
        assert_eq!(run.code, 4, "{number}");
        assert!(run.err.contains(part), "{number}: {}", run.err);
    }
    let sale = pay(&desk, &[]);
    for amount in ["12.35", "0", "x", "-1"] {
        let amount = format!("--amount={amount}");
        let run = desk.run(["refund", &sale, &amount]);
        assert_eq!(run.code, 4, "{amount}");
    }
}

#[test]
fn a_completion_takes_at_most_fifteen_percent_more() {
    let desk = Desk::new();
    let held = pay(&desk, &["--type", "preauth", "--amount", "100"]);
    let run = desk.run(["complete", &held, "--amount", "115.01"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("115.00 CNY"), "{}", run.err);
    assert_eq!(desk.run(["complete", &held, "--amount", "115"]).code, 0);
    let cancelled = pay(&desk, &["--type", "preauth", "--amount", "50"]);
    assert_eq!(desk.run(["void", &cancelled]).code, 0);
    assert_eq!(balance(&desk), "999885.00 CNY");
}

#[test]
fn a_receipt_has_two_copies_and_no_full_number() {
    let desk = Desk::new();
    let (_, tap) = desk.json(["tap", "--receipt"]);
    for (copy, title) in [
        ("merchant", "MERCHANT COPY"),
        ("cardholder", "CARDHOLDER COPY"),
    ] {
        let lines = tap["receipt"][copy].as_array().unwrap();
        let text: Vec<_> = lines.iter().map(|line| line.as_str().unwrap()).collect();
        assert!(text.iter().any(|line| line.contains(title)), "{text:?}");
        assert!(text.iter().any(|line| line.contains("******")), "{text:?}");
        assert!(
            text.iter().any(|line| line.trim() == "APPROVED"),
            "{text:?}"
        );
    }
    assert!(desk.json(["tap"]).1.get("receipt").is_none());
    let text = desk.run(["tap", "--receipt"]).out;
    assert!(text.find("Result").unwrap() < text.find("MERCHANT COPY").unwrap());
    assert!(desk.run(["void", "1"]).out.contains("VOID"));
}

#[test]
fn a_tap_gives_back_a_payment_that_it_names_and_no_other_money() {
    let desk = Desk::new();
    let sale = pay(&desk, &["--amount", "30"]);
    let whole = balance(&desk);
    let refund = |more: &[&str]| {
        let tap = ["tap", "--type", "refund", "--pin", PIN];
        desk.json([&tap, more].concat())
    };
    let (code, declined) = refund(&["--amount", "30"]);
    assert_eq!(code, 1, "{declined}");
    assert_eq!(
        declined["issuer"]["reason"],
        json!("refund-without-original")
    );
    let advice = declined["advice"].as_str().unwrap();
    assert!(advice.contains("--of NUMBER"), "{advice}");
    assert_eq!(balance(&desk), whole);

    let (code, done) = refund(&["--amount", "10", "--of", &sale]);
    assert_eq!(code, 0, "{done}");
    assert_eq!(desk.authorisations()[0]["original"].to_string(), sale);
    assert_ne!(balance(&desk), whole);

    // A refund that is not possible is refused before the card is tapped.
    let keys = desk.cards()[0]["keys_left"].clone();
    for (options, expected) in [
        (
            &["--type", "refund", "--amount", "20.01", "--of", &sale][..],
            "above 20.00",
        ),
        (
            &["--type", "refund", "--amount", "1", "--of", "99"],
            "no authorisation 99",
        ),
        (&["--amount", "1", "--of", &sale], "--type refund"),
    ] {
        let run = desk.run([&["tap"], options].concat());
        assert_eq!(run.code, 4, "{}", run.out);
        assert!(run.err.contains(expected), "{}", run.err);
    }
    assert_eq!(desk.cards()[0]["keys_left"], keys);
    assert_eq!(settle(&desk, &[]).0, 0, "both sides agree");
}

#[test]
fn a_merchant_that_was_allowed_to_refunds_without_a_payment_within_its_limits() {
    const SHOP: &str = "000000000000001";
    let desk = Desk::with_card();
    let none = json!([]);
    let (code, listed) = desk.json(["unlinked-refunds"]);
    assert_eq!((code, &listed["merchants"]), (0, &none));
    let limits = ["--each", "20", "--day", "30", "--total", "100"];
    let (_, listed) = desk.json([&["unlinked-refunds", SHOP], &limits[..]].concat());
    let refund = |amount| {
        let tap = ["tap", "--type", "refund", "--pin", PIN, "--amount", amount];
        let (code, tap) = desk.json(tap);
        (code, tap["issuer"]["reason"].clone())
    };
    assert_eq!(listed["merchants"][0]["given"], json!(0));
    assert_eq!(refund("20.01"), (1, json!("refund-limit")));
    assert_eq!(refund("20"), (0, json!("approved")));
    assert_eq!(refund("10.01"), (1, json!("refund-limit")));
    let (_, listed) = desk.json(["unlinked-refunds"]);
    let expected = json!([{
        "merchant": SHOP, "currency": 156, "each": 2_000, "day": 3_000, "total": 10_000,
        "given_in_a_day": 2_000, "given": 2_000,
    }]);
    assert_eq!(listed["merchants"], expected);
    let text = desk.run(["unlinked-refunds"]).out;
    assert!(text.contains("20.00 CNY") && text.contains(SHOP), "{text}");
    let (_, listed) = desk.json(["unlinked-refunds", SHOP, "--off"]);
    assert_eq!(listed["merchants"], none);
    assert_eq!(refund("1"), (1, json!("refund-without-original")));
    let wrong = desk.run([
        "unlinked-refunds",
        SHOP,
        "--each",
        "3",
        "--day",
        "2",
        "--total",
        "4",
    ]);
    assert_eq!(wrong.code, 4);
    assert!(
        wrong.err.contains("--day is at least --each"),
        "{}",
        wrong.err
    );
    let unnamed = desk.run(["unlinked-refunds", "sixteen letters!", "--off"]);
    assert_eq!(unnamed.code, 4, "{}", unnamed.err);
}

#[test]
fn totals_that_differ_keep_the_batch_open_until_it_is_forced() {
    let desk = Desk::new();
    pay(&desk, &["--amount", "3"]);
    pay(&desk, &["--amount", "4"]);
    // A terminal that lost a payment altogether.
    let mut lines = desk.journal();
    lines.truncate(lines.len() - 2);
    desk.forge_journal(&lines);

    let (code, open) = settle(&desk, &[]);
    assert_eq!(code, 1, "{open}");
    assert_eq!(
        (&open["agreed"], &open["closed"]),
        (&json!(false), &json!(false))
    );
    let none = (0, 0);
    assert_eq!(
        open["totals"],
        json!([{
            "currency": 156,
            "terminal": side((1, 300), none),
            "issuer": side((2, 700), none),
        }])
    );
    let text = desk.run(["settle"]);
    assert_eq!(text.code, 1);
    assert!(text.out.contains("--force"), "{}", text.out);

    let (code, forced) = settle(&desk, &["--force"]);
    assert_eq!(code, 0);
    assert_eq!(
        (&forced["agreed"], &forced["closed"]),
        (&json!(false), &json!(true))
    );
    let (code, next) = settle(&desk, &[]);
    assert_eq!((code, &next["totals"]), (0, &json!([])));
    assert_eq!(
        next["batch"].as_u64(),
        forced["batch"].as_u64().map(|it| it + 1)
    );
}

#[test]
fn another_terminals_memory_is_not_used() {
    let desk = Desk::with_card();
    let file = desk.path().join("terminal.toml");
    std::fs::write(&file, "[terminal]\nid = \"00000002\"\n").unwrap();
    let file = file.to_str().unwrap();
    for command in [&["tap"][..], &["void", "1"], &["settle"]] {
        let run = desk.run([command, &["--terminal", file]].concat());
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{command:?}");
        assert!(run.err.contains("00000001"), "{}", run.err);
        assert!(run.err.contains("--till"), "{}", run.err);
    }
    assert_eq!(
        desk.cards()[0]["last_atc"],
        json!("0001"),
        "no key is spent"
    );
}
