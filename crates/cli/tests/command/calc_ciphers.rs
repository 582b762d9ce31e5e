//! `calc udk`, `session-key`, `mac`, `ac` and `arpc` by cipher, against the vectors of AES and SM4.

use std::fmt::Write as _;

use serde_json::Value;

use crate::calc::{calc, text, vectors};
use crate::calc_values::words;
use crate::desk::Desk;

fn run(desk: &Desk, line: &str) -> String {
    calc(desk, &words(line))
}

/// Every row with its cipher, the method of its card key, and the method of its session key.
fn rows(vectors: &Value) -> Vec<(&'static str, &'static str, &'static str, &Value)> {
    let of = |cipher, udk, session| {
        let rows = vectors[cipher].as_array().unwrap().iter();
        rows.map(move |row| (cipher, udk, session, row))
    };
    let rows: Vec<_> = of("aes", "option-c", "common")
        .chain(of("sm4", "sm4", "unionpay"))
        .collect();
    assert_eq!(rows.len(), 4);
    rows
}

#[test]
fn keys_macs_and_answers_of_aes_and_sm4_are_those_of_the_vectors() {
    let desk = Desk::new();
    let vectors = vectors("emv_aes_sm4");
    let [pan, psn, atc, data] =
        ["pan", "psn", "9F36", "under_mac"].map(|name| text(&vectors[name]));
    for (cipher, udk, method, row) in rows(&vectors) {
        let [imk, card, session, cryptogram] =
            ["imk", "card_master_key", "session_key", "9F26"].map(|name| text(&row[name]));
        let line = format!("udk --method {udk} --imk {imk} --pan {pan} --psn {psn}");
        assert_eq!(run(&desk, &line), card);
        let line =
            format!("session-key --method {method} --cipher {cipher} --key {card} --atc {atc}");
        assert_eq!(run(&desk, &line), session);
        let padding = if cipher == "sm4" { "--padding 2" } else { "" };
        let line = format!("mac --cipher {cipher} {padding} --key {session} --data {data}");
        assert_eq!(run(&desk, &line), cryptogram);
        for answer in row["answers"].as_array().unwrap() {
            let with = match answer["arc"].as_str() {
                Some(arc) => format!("--method 1 --arc {arc}"),
                None => format!("--method 2 --csu {}", text(&answer["csu"])),
            };
            let line = format!("arpc --cipher {cipher} {with} --key {session} --arqc {cryptogram}");
            assert_eq!(run(&desk, &line), text(&answer["arpc"]));
        }
    }
}

/// The vectors' data under the MAC as options, and as DE 55.
fn elements(data: &str) -> [String; 2] {
    let mut rest = data;
    let mut options = String::new();
    let mut de55 = String::new();
    for (option, tag, octets) in [
        ("--amount", "9F02", 6),
        ("--other", "9F03", 6),
        ("--country", "9F1A", 2),
        ("--tvr", "95", 5),
        ("--currency", "5F2A", 2),
        ("--date", "9A", 3),
        ("--type", "9C", 1),
        ("--un", "9F37", 4),
        ("--aip", "82", 2),
        ("--atc", "9F36", 2),
    ] {
        let (value, tail) = rest.split_at(2 * octets);
        write!(options, "{option} {value} ").unwrap();
        write!(de55, "{tag}{octets:02X}{value}").unwrap();
        rest = tail;
    }
    let iad = format!("070101{rest}04");
    write!(options, "--iad {iad}").unwrap();
    write!(de55, "9F1008{iad}").unwrap();
    [options, format!("--de55 {de55}")]
}

#[test]
fn a_cryptogram_is_made_from_named_elements_and_from_de_55_alike() {
    let desk = Desk::new();
    let vectors = vectors("emv_aes_sm4");
    for (cipher, _, _, row) in rows(&vectors) {
        let session = text(&row["session_key"]);
        for elements in elements(text(&vectors["under_mac"])) {
            let line = format!("ac --cvn unionpay-01 --cipher {cipher} --key {session} {elements}");
            assert_eq!(run(&desk, &line), text(&row["9F26"]));
        }
    }
    for name in ["unionpay_tdes", "emv_tdes"] {
        for case in crate::calc::vectors(name)["cryptograms"]
            .as_array()
            .unwrap()
        {
            tdes(&desk, case);
        }
    }
}

/// A cryptogram of the triple DES vectors, from the issuer master key on.
fn tdes(desk: &Desk, case: &Value) {
    let [imk, pan, psn, atc, iad, expected] =
        ["imk", "pan", "psn", "9F36", "9F10", "9F26"].map(|name| text(&case[name]));
    let card = format!("udk --method option-a --imk {imk} --pan {pan} --psn {psn}");
    let card = run(desk, &card);
    let version = text(&case["version"])
        .to_lowercase()
        .replace('/', "")
        .replace(' ', "-");
    let un = text(&case["data"]["9F37"]);
    let key = match version.as_str() {
        "visa-10" => card,
        "mchip-16" | "mchip-17" => run(
            desk,
            &format!("session-key --method mchip --key {card} --atc {atc} --un {un}"),
        ),
        unionpay if unionpay.starts_with("unionpay") => run(
            desk,
            &format!("session-key --method unionpay --key {card} --atc {atc}"),
        ),
        _ => run(
            desk,
            &format!("session-key --method common --key {card} --atc {atc}"),
        ),
    };
    let mut de55 = format!("9F3602{atc}9F10{:02X}{iad}", iad.len() / 2);
    for (tag, value) in case["data"].as_object().unwrap() {
        let value = text(value);
        write!(de55, "{tag}{:02X}{value}", value.len() / 2).unwrap();
    }
    let line = format!("ac --cvn {version} --key {key} --de55 {de55}");
    assert_eq!(run(desk, &line), expected, "{version}");
}

#[test]
fn what_does_not_belong_to_a_cipher_is_refused_and_no_key_is_shown() {
    let desk = Desk::new();
    let key = "00112233445566778899AABBCCDDEEFF";
    for (line, code) in [
        ("mac --cipher aes --padding 2 --data 00", 2),
        ("mac --cipher sm4 --data 00", 2),
        ("mac --data 00", 2),
        ("session-key --cipher sm4 --method common --atc 0001", 2),
        ("session-key --cipher aes --method unionpay --atc 0001", 2),
        (
            "session-key --cipher aes --method common --r 0000000000000000",
            2,
        ),
        ("mac --cipher des --padding 2 --data 00", 2),
        (
            "ac --cvn unionpay-18 --de55 9F360200019F100807010103A0000001",
            2,
        ),
        (
            "ac --cvn unionpay-01 --de55 9F360200019F100807010103A0000001",
            4,
        ),
        (
            "ac --cvn unionpay-17 --amount 000000000001 --un 00000000 --iad 07011703A0000001",
            4,
        ),
        (
            "ac --cvn unionpay-01 --de55 9F3602 --amount 000000000001",
            2,
        ),
    ] {
        let run = desk.run([words("calc"), words(line), vec!["--key", key]].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (code, ""),
            "{line}: {}",
            run.err
        );
        assert!(!run.err.is_empty() && !run.err.contains(key), "{line}");
    }
}
