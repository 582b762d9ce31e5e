//! `calc` against published values: each vector file names its source.

use serde_json::Value;

use crate::desk::{Desk, hex};

pub(crate) fn vectors(name: &str) -> Value {
    let path = format!(
        "{}/../../tests/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// The output of `calc` for these arguments.
pub(crate) fn calc(desk: &Desk, args: &[&str]) -> String {
    let run = desk.run([&["calc"], args].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
    let value = run.out.trim_end().to_owned();
    assert!(
        value
            .bytes()
            .all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c)),
        "{value}"
    );
    value
}

#[test]
fn card_master_keys_are_the_published_ones() {
    let desk = Desk::new();
    let mut checked = 0;
    for case in vectors("emv_tdes")["card_master_keys"].as_array().unwrap() {
        for (method, key) in [("option-a", "option_a"), ("option-b", "option_b")] {
            let Some(key) = case[key].as_str() else {
                continue;
            };
            let mut args = vec!["udk", "--method", method, "--imk", text(&case["imk"])];
            args.extend(["--pan", text(&case["pan"])]);
            args.extend(
                case["psn"]
                    .as_str()
                    .into_iter()
                    .flat_map(|psn| ["--psn", psn]),
            );
            assert_eq!(calc(&desk, &args), key, "{args:?}");
            checked += 1;
        }
    }
    assert!(checked >= 11);
}

#[test]
fn unionpay_keys_cryptograms_and_answers_are_the_published_ones() {
    let desk = Desk::new();
    let vectors = vectors("unionpay_tdes");
    for case in vectors["cryptograms"].as_array().unwrap() {
        let field = |name: &str| text(&case[name]);
        let udk = [
            "udk",
            "--method",
            "option-a",
            "--imk",
            field("imk"),
            "--pan",
            field("pan"),
        ];
        let udk = calc(
            &desk,
            &[&udk[..], &["--psn", field("psn"), "--raw"]].concat(),
        );
        assert_eq!(udk, field("card_master_key"));
        let key = [
            "session-key",
            "--method",
            "unionpay",
            "--key",
            &udk,
            "--atc",
            field("9F36"),
        ];
        let key = calc(&desk, &[&key[..], &["--raw"]].concat());
        assert_eq!(key, field("session_key"));
        let mac = [
            "mac",
            "--padding",
            "2",
            "--key",
            &key,
            "--data",
            field("under_mac"),
        ];
        assert_eq!(calc(&desk, &mac), field("9F26"));
        for answer in case["answers"].as_array().unwrap() {
            let code = text(&answer["arc"]);
            let args = [
                "arpc",
                "--method",
                "1",
                "--key",
                &key,
                "--arqc",
                field("9F26"),
                "--arc",
                code,
            ];
            assert_eq!(calc(&desk, &args), text(&answer["arpc"]));
        }
    }
}

#[test]
fn macs_are_those_of_the_standard() {
    let desk = Desk::new();
    for case in vectors("iso9797_algorithm_3")["macs"].as_array().unwrap() {
        let data = hex(text(&case["text"]).as_bytes());
        for (padding, expected) in [("1", "method_1"), ("2", "method_2")] {
            let args = [
                "mac",
                "--padding",
                padding,
                "--key",
                text(&case["key"]),
                "--data",
                &data,
            ];
            assert_eq!(calc(&desk, &args), text(&case[expected]));
        }
    }
}

#[test]
fn a_derived_key_has_odd_parity_unless_raw_is_asked_for() {
    let desk = Desk::new();
    let args = [
        "udk",
        "--method",
        "option-a",
        "--imk",
        "0123456789ABCDEFFEDCBA9876543210",
    ];
    let args = [&args[..], &["--pan", "6250947000000014"]].concat();
    let adjusted = calc(&desk, &args);
    let raw = calc(&desk, &[&args[..], &["--raw"]].concat());
    assert_eq!(raw, "42124C78256982A6DE66F12364C78B75");
    assert_ne!(adjusted, raw);
    let octet = |text: &str, at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    for at in (0..32).step_by(2) {
        assert_eq!(octet(&adjusted, at).count_ones() % 2, 1);
        assert_eq!(octet(&adjusted, at) & 0xFE, octet(&raw, at) & 0xFE);
    }
    let kcv = |key: &str| calc(&desk, &["kcv", "--key", key]);
    assert_eq!(kcv(&adjusted), kcv(&raw), "the two forms are one key");
    assert_eq!(kcv("0123456789ABCDEFFEDCBA9876543210"), "08D7B4");
}

#[test]
fn values_come_through_the_standard_input_line_by_line_in_the_order_of_the_help() {
    let desk = Desk::new();
    let args = [
        "calc", "udk", "--pan", "-", "--method", "option-a", "--imk", "-",
    ];
    let key = "01 23 45 67 89 ab cd ef fe dc ba 98 76 54 32 10";
    let run = desk.feed(args, &format!("{key}\n1234567890123456\n"));
    assert_eq!(
        run.out.trim_end(),
        "154F349D8585CB7F6B0798E9839B10C1",
        "{}",
        run.err
    );
    let run = desk.feed(args, &format!("{key}\n"));
    assert_eq!(run.code, 4);
    assert!(
        run.err.contains("--pan") && run.err.contains("ended"),
        "{}",
        run.err
    );
}

#[test]
fn a_value_that_cannot_be_used_is_named_by_its_option_and_not_shown() {
    let desk = Desk::new();
    let key = "0123456789ABCDEFFEDCBA9876543210";
    let udk = ["udk", "--method", "option-a", "--imk", key];
    let session = ["session-key", "--method", "unionpay", "--key", key];
    let cases: [(Vec<&str>, i32, &str); 14] = [
        (
            vec!["kcv", "--key", "0123456789ABCDEFFEDCBA987654321"],
            4,
            "--key: 31 hex digits",
        ),
        (
            vec!["kcv", "--key", "0123456789ABCDEFFEDCBA98765432XY"],
            4,
            "--key: character 31",
        ),
        (
            vec![
                "mac",
                "--padding",
                "1",
                "--data",
                "",
                "--key",
                "0123456789ABCDEF",
            ],
            4,
            "--key: 16 or 24 octets",
        ),
        (vec!["kcv", "--key", ""], 4, "0 given"),
        (vec!["kcv", key], 2, "unexpected argument"),
        (vec!["kcv", "--kay", key], 2, "unexpected argument"),
        (
            [&udk[..], &["--pan", "123456789012345x"]].concat(),
            4,
            "--pan: only decimal",
        ),
        (
            [&udk[..], &["--pan", "1234567"]].concat(),
            4,
            "--pan: 8 to 19 digits",
        ),
        (
            [&udk[..], &["--pan", "12345678", "--psn", "1"]].concat(),
            4,
            "--psn: 2 digits",
        ),
        (
            [&session[..], &["--atc", "0000"]].concat(),
            4,
            "0001 to FFFE",
        ),
        (
            [&session[..], &["--atc", "0001", "--un", "00000000"]].concat(),
            2,
            "neither --un nor",
        ),
        ([&session[..], &[]].concat(), 2, "--atc"),
        (
            vec![
                "arpc",
                "--method",
                "1",
                "--key",
                key,
                "--arqc",
                "0123456789ABCDEF",
            ],
            2,
            "needs --arc",
        ),
        (
            vec!["mac", "--padding", "3", "--key", key, "--data", ""],
            2,
            "possible values: 1, 2",
        ),
    ];
    for (args, code, part) in cases {
        let run = desk.run([&["calc"], &args[..]].concat());
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{args:?}");
        assert!(run.err.contains(part), "{args:?}: {}", run.err);
        for secret in ["0123456789", "12345678", "98765432"] {
            assert!(!run.err.contains(secret), "{args:?}: {}", run.err);
        }
    }
}

#[test]
fn method_2_answers_take_their_own_data() {
    let desk = Desk::new();
    let vectors = vectors("emv_tdes");
    let found = vectors.to_string();
    assert!(
        found.contains("9AF514C1"),
        "the published value is still in the file"
    );
    // Visa 18: card 1234567890123456, PSN 00, counter 001C.
    let key = [
        "session-key",
        "--method",
        "common",
        "--key",
        "154F349D8585CB7F6B0798E9839B10C1",
    ];
    let key = calc(&desk, &[&key[..], &["--atc", "001C"]].concat());
    assert_eq!(key, "436B942AD637E08564B532B0EC97CB26");
    let args = [
        "arpc",
        "--method",
        "2",
        "--key",
        &key,
        "--arqc",
        "7A788EA6B8A3E733",
    ];
    let args = [&args[..], &["--csu", "00000000"]].concat();
    assert_eq!(calc(&desk, &args), "9AF514C1");
    assert_ne!(
        calc(&desk, &[&args[..], &["--proprietary", "00"]].concat()),
        "9AF514C1"
    );
    // M/Chip, and R given whole.
    let key = [
        "session-key",
        "--method",
        "mchip",
        "--key",
        "154F349D8585CB7F6B0798E9839B10C1",
    ];
    let key = calc(
        &desk,
        &[&key[..], &["--atc", "001C", "--un", "ABCDEF12"]].concat(),
    );
    assert_eq!(key, "5D8F37BCD9E5DA68048CDFA2EA255D9E");
    let key = [
        "session-key",
        "--method",
        "common",
        "--key",
        "946DC1A8C78A624519BC4645CB073737",
    ];
    let key = calc(&desk, &[&key[..], &["--r", "1234567890123456"]].concat());
    assert_eq!(key, "C7AEDF49AEF2F146D692400E0B851A8F");
}

#[test]
fn separators_and_prefixes_are_read_past() {
    let desk = Desk::new();
    let bare = desk.run(["calc", "kcv", "--key", "0123456789ABCDEFFEDCBA9876543210"]);
    for key in [
        "0x0123456789ABCDEFFEDCBA9876543210",
        "01:23:45:67:89:AB:CD:EF:FE:DC:BA:98:76:54:32:10",
        "01234567-89ABCDEF-FEDCBA98-76543210",
        "0x01 0x23 0x45 0x67 0x89 0xAB 0xCD 0xEF FEDCBA98 76543210",
    ] {
        let run = desk.run(["calc", "kcv", "--key", key]);
        assert_eq!((run.code, &run.out), (0, &bare.out), "{key}: {}", run.err);
    }
    for (key, place) in [
        ("0x01:2G", "character 7"),
        ("0x", "0 given"),
        ("00x1", "character 3"),
    ] {
        let run = desk.run(["calc", "kcv", "--key", key]);
        assert_eq!(run.code, 4);
        assert!(run.err.contains(place), "{key}: {}", run.err);
    }
}

#[test]
fn a_single_length_key_has_a_check_value() {
    let desk = Desk::new();
    let single = desk.run(["calc", "kcv", "--key", "0123456789ABCDEF"]);
    assert_eq!((single.code, single.out.as_str()), (0, "D5D44F\n"));
    let run = desk.run(["calc", "kcv", "--key", &"01".repeat(12)]);
    assert_eq!(run.code, 4);
    assert!(
        run.err.contains("8, 16 or 24 octets are needed, 12 given"),
        "{}",
        run.err
    );
}

#[test]
fn what_is_missing_is_said_whole() {
    let desk = Desk::new();
    let key = "0123456789ABCDEFFEDCBA9876543210";
    let run = desk.run(["calc", "session-key", "--method", "common", "--key", key]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("either --atc or --r"), "{}", run.err);
    let run = desk.run(["calc", "--json"]);
    assert_eq!(run.code, 2);
    let error: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("requires a subcommand") && !message.contains('\n'),
        "{message}"
    );
    let run = desk.run(["tap", "--amount", "10000000000.00"]);
    assert_eq!(run.code, 4);
    assert!(
        run.err.contains("at most twelve digits") && !run.err.contains('…'),
        "{}",
        run.err
    );
}
