//! Cards of every scheme and algorithm, issued and tapped at one desk.

use serde_json::json;

use crate::desk::{Desk, PANS};

/// Each scheme with the numbers of its versions and its products.
const SCHEMES: [(&str, &[&str], &[&str]); 3] = [
    ("unionpay", &["01", "17"], &["debit", "credit"]),
    ("visa", &["18", "22"], &["debit", "credit"]),
    ("mastercard", &["20", "21"], &["debit", "credit", "maestro"]),
];

/// The algorithms that a card of any scheme may have alone.
const ALGORITHMS: [&str; 5] = ["tdes", "sm4", "aes-128", "aes-192", "aes-256"];

/// Issues a card, taps it, compares the report, and deletes the card.
fn pays(desk: &Desk, pan: &str, options: &[&str]) -> serde_json::Value {
    let token = desk.issue_active(pan, options);
    let issued = desk.tokens().pop().unwrap();
    assert_eq!(issued["token"].to_string(), token);
    let card = issued["card"].to_string();
    let (exit, tap) = desk.json(["tap", "--from", &card]);
    assert_eq!(exit, 0, "{options:?}: {tap}");
    assert_eq!(tap["issuer"]["reason"], json!("approved"), "{options:?}");
    assert_eq!(desk.run(["delete", &token]).code, 0);
    tap
}

#[test]
fn a_card_of_every_scheme_and_algorithm_pays() {
    let desk = Desk::new();
    let mut kinds = 0;
    for (scheme, ..) in SCHEMES {
        let dual = (scheme == "unionpay").then_some("dual");
        for algorithm in ALGORITHMS.into_iter().chain(dual) {
            let options = ["--scheme", scheme, "--algorithm", algorithm];
            let tap = pays(&desk, PANS[0], &options);
            let held = match algorithm {
                "dual" => json!(["tdes", "sm4"]),
                one => json!([one]),
            };
            assert_eq!(tap["card"]["scheme"], json!(scheme));
            assert_eq!(tap["card"]["algorithms"], held);
            kinds += 1;
        }
    }
    assert_eq!(kinds, 16);
}

#[test]
fn a_card_of_every_version_and_product_pays_with_a_record_and_without() {
    let desk = Desk::new();
    for (scheme, versions, products) in SCHEMES {
        for version in versions {
            for product in products {
                let options = ["--scheme", scheme, "--cvn", version, "--product", product];
                pays(&desk, PANS[0], &options);
            }
            let options = ["--scheme", scheme, "--cvn", version, "--records"];
            pays(&desk, PANS[0], &options);
        }
    }
}

#[test]
fn the_demonstration_has_a_card_of_every_scheme_without_a_number() {
    let desk = Desk::demonstration();
    for (place, (scheme, ..)) in SCHEMES.iter().enumerate() {
        let number = (place + 1).to_string();
        let (exit, issued) = desk.json(["issue", "--scheme", scheme]);
        assert_eq!(exit, 0, "{issued}");
        let code = issued["code"].as_str().unwrap();
        let verified = desk.run(["verify", code]);
        assert_eq!(verified.code, 0, "{}", verified.err);
        let pays = verified.out.lines().last().unwrap();
        assert!(pays.contains("understudy tap"), "{pays}");
        let (exit, tap) = desk.json(["tap", "--from", &number]);
        assert_eq!((exit, &tap["card"]["scheme"]), (0, &json!(scheme)), "{tap}");
        let again = desk.run(["issue", "--scheme", scheme]);
        assert_eq!(again.code, 4);
        let there = format!("the device holds token {number} for this card and scheme already");
        assert!(again.err.contains(&there), "{}", again.err);
    }
    let (cards, tokens) = (desk.run(["cards"]).out, desk.run(["tokens"]).out);
    for (listed, kinds) in [
        (cards, ["UnionPay Debit", "Visa Debit", "Debit Mastercard"]),
        (tokens, ["unionpay debit", "visa debit", "mastercard debit"]),
    ] {
        for kind in kinds {
            assert!(listed.contains(kind), "{listed}");
        }
    }
}

#[test]
fn one_bank_card_has_a_token_of_each_of_its_schemes_on_a_phone() {
    let desk = Desk::new();
    for (scheme, ..) in SCHEMES {
        desk.issue_active(PANS[0], &["--scheme", scheme]);
    }
    for card in ["1", "2", "3"] {
        assert_eq!(desk.run(["tap", "--from", card]).code, 0, "{card}");
    }
    let args = [
        "issue", "--pan", PANS[0], "--expiry", "4912", "--scheme", "visa",
    ];
    let refused = desk.run(args);
    assert_eq!(refused.code, 4);
    assert!(refused.err.contains("holds token 2"), "{}", refused.err);
}

#[test]
fn a_pin_and_a_verification_on_the_device_serve_every_scheme_above_the_limit() {
    let desk = Desk::demonstration();
    // A reader of Mastercard that takes the device's word asks for no PIN.
    let file = desk.path().join("terminal.toml");
    std::fs::write(&file, "[reader]\ndevice_cvm = false\n").unwrap();
    let terminal = ["--terminal", file.to_str().unwrap()];
    for (place, (scheme, ..)) in SCHEMES.iter().enumerate() {
        let (_, issued) = desk.json(["issue", "--scheme", scheme]);
        assert_eq!(
            desk.run(["verify", issued["code"].as_str().unwrap()]).code,
            0
        );
        let number = (place + 1).to_string();
        let tap = |more: &[&str]| {
            let args = [&["tap", "--from", &number, "--amount", "1500"], more].concat();
            desk.json(args).1
        };
        let verified = tap(&["--verified"]);
        assert_eq!(
            verified["result"],
            json!("approved"),
            "{scheme}: {verified}"
        );
        let with_pin = tap(&[&["--pin", "123456"], &terminal[..]].concat());
        assert_eq!(
            with_pin["result"],
            json!("approved"),
            "{scheme}: {with_pin}"
        );
        let wrong = tap(&[&["--pin", "0000"], &terminal[..]].concat());
        assert_eq!(wrong["issuer"]["reason"], json!("wrong-pin"), "{scheme}");
    }
}

#[test]
fn what_a_scheme_does_not_have_is_refused_with_what_it_has() {
    let desk = Desk::demonstration();
    for (options, expected) in [
        (
            ["--scheme", "visa", "--cvn", "17"],
            "--cvn: Visa has no 17: it has 18, 22",
        ),
        (
            ["--scheme", "mastercard", "--cvn", "18"],
            "--cvn: Mastercard has no 18: it has 20, 21",
        ),
        (
            ["--scheme", "visa", "--product", "maestro"],
            "--product: Visa has no maestro: it has debit, credit",
        ),
        (
            ["--scheme", "mastercard", "--algorithm", "dual"],
            "--algorithm: Mastercard has no dual: it has tdes, sm4, aes-128, aes-192, aes-256",
        ),
    ] {
        let run = desk.run(["issue"].iter().chain(&options));
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{options:?}");
        assert!(run.err.contains(expected), "{}", run.err);
    }
    // No stand-in card has a key for 10, 16 or 43.
    for option in [
        ["--scheme", "amex"],
        ["--cvn", "10"],
        ["--cvn", "16"],
        ["--algorithm", "des"],
    ] {
        let run = desk.run(["issue"].iter().chain(&option));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{option:?}");
    }
    assert!(!desk.home().exists(), "nothing was begun");
}

#[test]
fn an_issuer_with_keys_of_its_own_asks_for_the_number() {
    let desk = Desk::new();
    let refused = |desk: &Desk| {
        let run = desk.run(["issue", "--scheme", "visa"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains("--pan and --expiry"), "{}", run.err);
    };
    refused(&desk);
    desk.issue(PANS[0], &[]);
    refused(&desk);
    for half in [["--pan", PANS[1]], ["--expiry", "4912"]] {
        assert_eq!(desk.run(["issue"].iter().chain(&half)).code, 2, "{half:?}");
    }
}

/// `version-1/published.keys.hex` is the key file that the command of version 1 wrote at its first tap.
#[test]
fn a_demonstration_of_an_earlier_version_issues_cards_of_every_scheme() {
    let desk = Desk::demonstration();
    let file = include_str!("version-1/published.keys.hex").trim();
    let octets: Vec<u8> = (0..file.len() / 2)
        .map(|at| u8::from_str_radix(&file[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    std::fs::create_dir(desk.home()).unwrap();
    std::fs::write(desk.file("issuer.keys"), &octets).unwrap();
    for (place, (scheme, ..)) in SCHEMES.iter().enumerate() {
        let (exit, issued) = desk.json(["issue", "--scheme", scheme, "--algorithm", "sm4"]);
        assert_eq!(exit, 0, "{issued}");
        let code = issued["code"].as_str().unwrap();
        assert_eq!(desk.run(["verify", code]).code, 0);
        let number = (place + 1).to_string();
        assert_eq!(desk.run(["tap", "--from", &number]).code, 0, "{scheme}");
    }
    let kept = std::fs::read(desk.file("issuer.keys")).unwrap();
    assert_eq!(kept, octets, "it is read only");
}
