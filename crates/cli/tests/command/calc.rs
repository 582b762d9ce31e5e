//! `calc` against published values: each vector file names its source.

use serde_json::Value;

use crate::desk::{Desk, hex};

fn vectors(name: &str) -> Value {
    let path = format!(
        "{}/../../tests/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// The output of `calc` for these arguments.
fn calc(desk: &Desk, args: &[&str]) -> String {
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

/// The arguments of a verb, split at spaces.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn without_a_method_options_a_and_b_agree_up_to_16_digits_and_are_asked_for_above() {
    let desk = Desk::new();
    let imk = "0123456789ABCDEFFEDCBA9876543210";
    let udk = |pan: &str, method: &str| {
        let line = format!("calc udk --imk {imk} --pan {pan} {method}");
        desk.run(words(&line))
    };
    for pan in ["62509470", "6250947000000014"] {
        let found = ["", "--method option-a", "--method option-b"].map(|method| udk(pan, method));
        assert!(
            found
                .iter()
                .all(|run| run.code == 0 && run.out == found[0].out)
        );
    }
    let pan = "62509470000000140";
    let refused = udk(pan, "");
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(
        refused.err.contains("option-a or option-b"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains(pan) && !refused.err.contains(imk));
    let both = ["--method option-a", "--method option-b"].map(|method| udk(pan, method).out);
    assert_ne!(both[0], both[1]);
}

#[test]
fn triple_length_keys_are_taken_wherever_double_length_ones_are() {
    let desk = Desk::new();
    let file = vectors("block_ciphers");
    let case = &file["triple_length_derivation"];
    let field = |name: &str| text(&case[name]);
    let udk = [
        "udk",
        "--raw",
        "--imk",
        field("imk"),
        "--pan",
        field("pan"),
        "--psn",
        field("psn"),
    ];
    assert_eq!(calc(&desk, &udk), field("card_master_key"));
    for case in file["triple_length_macs"].as_array().unwrap() {
        let data = hex(text(&case["text"]).as_bytes());
        let mac = [
            "mac",
            "--padding",
            "1",
            "--key",
            text(&case["key"]),
            "--data",
            &data,
        ];
        assert_eq!(calc(&desk, &mac), text(&case["method_1"]));
    }
    // A double-length key in three thirds is the same key.
    let double = "0123456789ABCDEFFEDCBA9876543210";
    let thirds = format!("{double}0123456789ABCDEF");
    for line in [
        "session-key --method unionpay --atc 0001",
        "session-key --method common --atc FFFE",
        "session-key --method mchip --atc 0001 --un 01020304",
        "session-key --method common --r 0102030405060708",
        "arpc --method 1 --arqc 0102030405060708 --arc 3030",
        "arpc --method 2 --arqc 0102030405060708 --csu 00820000 --proprietary 0102",
        "kcv",
        "kcv --method cmac",
        "des --mode ecb --data 0102030405060708",
        "pin-block --format 0 --pin 1234 --pan 6250947000000014",
    ] {
        let value = |key: &str| calc(&desk, &[words(line), vec!["--key", key]].concat());
        assert_eq!(value(double), value(&thirds), "{line}");
        let other = format!("{double}1111111111111111");
        assert_ne!(value(double), value(&other), "{line}");
    }
}

#[test]
fn block_ciphers_encrypt_and_decrypt_as_published() {
    let desk = Desk::new();
    let file = vectors("block_ciphers");
    for case in file["encryptions"].as_array().unwrap() {
        let field = |name: &str| text(&case[name]);
        let mut args = vec![
            field("algorithm"),
            "--mode",
            field("mode"),
            "--key",
            field("key"),
        ];
        args.extend(case["iv"].as_str().into_iter().flat_map(|iv| ["--iv", iv]));
        let encrypted = calc(&desk, &[&args[..], &["--data", field("data")]].concat());
        assert_eq!(encrypted, field("result"));
        let back = calc(
            &desk,
            &[&args[..], &["--decrypt", "--data", &encrypted]].concat(),
        );
        assert_eq!(back, field("data"));
    }
    for case in file["check_values"].as_array().unwrap() {
        let key = [
            "kcv",
            "--cipher",
            text(&case["algorithm"]),
            "--key",
            text(&case["key"]),
        ];
        let by_cmac = calc(&desk, &[&key[..], &["--method", "cmac"]].concat());
        assert_eq!(by_cmac, text(&case["cmac"]));
        if let Some(zeros) = case["zeros"].as_str() {
            assert_eq!(calc(&desk, &key), zeros);
        }
    }
    let line = "calc aes --mode ecb --kcv --data 00112233445566778899AABBCCDDEEFF --key \
                00112233445566778899AABBCCDDEEFF";
    let run = desk.run(words(line));
    assert_eq!(run.out.lines().nth(1), Some("FDE4FB"), "{}", run.err);
}

#[test]
fn keys_of_terminals_are_the_published_ones() {
    let desk = Desk::new();
    let file = vectors("dukpt");
    let tdes = &file["tdes"];
    let (bdk, ik) = (text(&tdes["base_key"]), text(&tdes["initial_key"]));
    let ksn = text(&tdes["uses"]["ksn"]);
    let initial = ["dukpt", "tdes", "--use", "initial", "--bdk", bdk, "--ksn"];
    assert_eq!(calc(&desk, &[&initial[..], &[ksn]].concat()), ik);
    // Without the FFs in front.
    assert_eq!(calc(&desk, &[&initial[..], &[&ksn[4..]]].concat()), ik);
    for (used, name) in [
        ("pin", "pin"),
        ("mac-request", "mac_request"),
        ("mac-response", "mac_response"),
        ("data-request", "data_request"),
    ] {
        for from in [["--bdk", bdk], ["--ik", ik]] {
            let args = [
                &["dukpt", "tdes", "--use", used][..],
                &from,
                &["--ksn", ksn],
            ]
            .concat();
            assert_eq!(calc(&desk, &args), text(&tdes["uses"][name]));
        }
    }
    for case in tdes["sequence"].as_array().unwrap() {
        let args = [
            "dukpt",
            "tdes",
            "--use",
            "transaction",
            "--bdk",
            bdk,
            "--ksn",
            text(&case["ksn"]),
        ];
        assert_eq!(calc(&desk, &args), text(&case["transaction_key"]));
    }
    for case in file["aes"]["keys"].as_array().unwrap() {
        let field = |name: &str| text(&case[name]);
        let args = [
            "dukpt",
            "aes",
            "--use",
            field("use"),
            "--type",
            field("type"),
        ];
        let from = ["--bdk", field("base_key"), "--ksn", field("ksn")];
        assert_eq!(calc(&desk, &[&args[..], &from].concat()), field("key"));
    }
    for case in file["aes"]["initial_keys"].as_array().unwrap() {
        let field = |name: &str| text(&case[name]);
        let args = [
            "dukpt",
            "aes",
            "--use",
            "initial",
            "--bdk",
            field("base_key"),
            "--ksn",
        ];
        assert_eq!(
            calc(&desk, &[&args[..], &[field("ksn")]].concat()),
            field("initial_key")
        );
    }
}

#[test]
fn pin_blocks_are_made_and_opened_as_published() {
    let desk = Desk::new();
    let file = vectors("pin_blocks");
    let all = ["clear", "encrypted", "format_4"].map(|name| file[name].as_array().unwrap());
    for case in all.into_iter().flatten() {
        let format = case["format"].as_u64().unwrap_or(4).to_string();
        let option = |name: &'static str, field: &str| {
            let given = case[field].as_str();
            given.map(|value| vec![name, value]).unwrap_or_default()
        };
        let common = [
            vec!["pin-block", "--format", &format],
            option("--key", "key"),
        ]
        .concat();
        let pan = if format == "1" {
            vec![]
        } else {
            option("--pan", "pan")
        };
        let common = [common, pan].concat();
        let made = [
            common.clone(),
            option("--pin", "pin"),
            option("--fill", "fill"),
        ]
        .concat();
        assert_eq!(calc(&desk, &made), text(&case["block"]));
        let opened = [common, option("--open", "block")].concat();
        assert_eq!(calc(&desk, &opened), text(&case["pin"]));
    }
    // Random digits: two blocks of one PIN differ, and both open.
    for line in [
        "pin-block --format 1",
        "pin-block --format 3 --pan 6250947000000014 --key 0123456789ABCDEFFEDCBA9876543210",
        "pin-block --format 4 --pan 6250947000000014 --key 0123456789ABCDEFFEDCBA9876543210",
    ] {
        let make = || calc(&desk, &[words(line), vec!["--pin", "1234"]].concat());
        let blocks = [make(), make()];
        assert_ne!(blocks[0], blocks[1]);
        for block in &blocks {
            let opened = calc(&desk, &[words(line), vec!["--open", block]].concat());
            assert_eq!(opened, "1234");
        }
    }
}

#[test]
fn card_verification_values_are_the_published_ones() {
    let desk = Desk::new();
    let file = vectors("card_verification");
    for case in file["values"].as_array().unwrap() {
        let field = |name: &str| text(&case[name]);
        let kind = match field("service_code") {
            "000" => vec!["--kind", "cvv2"],
            "999" => vec!["--kind", "icvv"],
            code => vec!["--kind", "cvv", "--service-code", code],
        };
        let args = [
            "cvv",
            "--key",
            text(&file["key"]),
            "--pan",
            field("pan"),
            "--expiry",
        ];
        let args = [&args[..], &[field("expiry")], &kind].concat();
        assert_eq!(calc(&desk, &args), field("value"));
    }
}

#[test]
fn values_come_through_the_standard_input_line_by_line() {
    let desk = Desk::new();
    let lines = "1234\n6250947000000014\n0123456789ABCDEFFEDCBA9876543210\n";
    let args = words("calc pin-block --format 0 --key - --pan - --pin -");
    let run = desk.feed(args, lines);
    let given = "pin-block --format 0 --pin 1234 --pan 6250947000000014 --key \
                 0123456789ABCDEFFEDCBA9876543210";
    assert_eq!(
        run.out.trim_end(),
        calc(&desk, &words(given)),
        "{}",
        run.err
    );
}

#[test]
fn what_does_not_go_together_is_refused_with_the_remedy_and_without_the_secret() {
    let desk = Desk::new();
    let key = "0123456789ABCDEFFEDCBA9876543210";
    for (line, code, part) in [
        (
            "des --mode ecb --iv 0000000000000000 --data 0102030405060708",
            2,
            "--iv",
        ),
        ("des --mode cbc --iv 00 --data 0102030405060708", 4, "--iv"),
        (
            "des --mode ecb --data 01020304050607",
            4,
            "whole blocks of 8",
        ),
        (
            "sm4 --mode cbc --data 0102030405060708",
            4,
            "whole blocks of 16",
        ),
        (
            "cvv --kind cvv --pan 6250947000000014 --expiry 2812",
            2,
            "--service-code",
        ),
        (
            "cvv --kind icvv --service-code 201 --pan 6250947000000014 --expiry 2812",
            2,
            "--service-code",
        ),
        (
            "cvv --kind cvv2 --pan 6250947000000014 --expiry 281",
            4,
            "--expiry",
        ),
        ("pin-block --format 0 --pin 1234", 2, "--pan"),
        (
            "pin-block --format 1 --pin 1234 --pan 6250947000000014",
            2,
            "--pan",
        ),
        (
            "pin-block --format 0 --pin 1234 --pan 6250947000000014 --fill 00",
            2,
            "--fill",
        ),
        (
            "pin-block --format 3 --pin 1234 --pan 6250947000000014 --fill 0123456789",
            4,
            "A to F",
        ),
        (
            "pin-block --format 1 --pin 1234 --fill 01",
            4,
            "10 hex digits",
        ),
        ("pin-block --format 1 --pin 123", 4, "--pin"),
        (
            "pin-block --format 0 --pan 6250947000000014 --open 0102030405060708",
            4,
            "no PIN",
        ),
        (
            "pin-block --format 4 --pan 6250947000000014 --open 0102030405060708",
            4,
            "--open",
        ),
        ("pin-block --format 1", 2, "--pin"),
        ("kcv --cipher sm4 --method cmac --key 00", 2, "--key"),
    ] {
        let run = desk.run([words("calc"), words(line), vec!["--key", key]].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (code, ""),
            "{line}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{line}: {}", run.err);
        assert!(
            !run.err.contains(key) && !run.err.contains("6250947000000014"),
            "{}",
            run.err
        );
    }
    for (line, code, part) in [
        (
            "dukpt tdes --use pin --ksn FFFF9876543210E00000",
            4,
            "counter",
        ),
        (
            "dukpt tdes --use pin --ksn FFFF9876543210FFFFFF",
            4,
            "more than 10 ones",
        ),
        (
            "dukpt aes --use pin --ksn 123456789012345600000000",
            4,
            "counter",
        ),
        (
            "dukpt aes --use pin --ksn 1234567890123456FFFFFFFF",
            4,
            "more than 16 ones",
        ),
        (
            "dukpt aes --use pin --type aes-256 --ksn 123456789012345600000001",
            4,
            "stronger",
        ),
        ("dukpt aes --use pin --ksn 1234567890123456", 4, "--ksn"),
        (
            "dukpt tdes --use pin --ksn FFFF9876543210E00001 --ik 00",
            2,
            "--ik",
        ),
    ] {
        let run = desk.run([words("calc"), words(line), vec!["--bdk", key]].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (code, ""),
            "{line}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{line}: {}", run.err);
        assert!(!run.err.contains(key), "{}", run.err);
    }
}
