//! `calc` for what no party here computes, against published values: each vector file names its source.

use crate::calc::{calc, text, vectors};
use crate::desk::{Desk, hex};

/// The arguments of a verb, split at spaces.
pub(crate) fn words(line: &str) -> Vec<&str> {
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
