//! `calc luk`, and cryptograms of Visa 43 made and verified under such keys.

use serde_json::{Value, json};

use crate::calc::calc;
use crate::calc_values::words;
use crate::desk::Desk;

const IMK: &str = "0123456789ABCDEFFEDCBA9876543210";
const CARD: &str = "--pan 4761739001010010 --psn 01";
/// The terminal's data elements, from `9F02` to `82`, and the counter.
const SAID: &str = "9F02060000000012349F03060000000000569F1A020156950580000480005F2A0201569A03261127\
                    9C01019F3704A1B2C3D482021C009F36020123";
/// The same as they stand under the MAC.
const UNDER_MAC: &str = "00000000123400000000005601568000048000015626112701A1B2C3D41C000123";
/// `9F10` without the issuer discretionary data, the octets 4 to 7 of which are under the MAC.
const HEAD: &str = "1F430100A4000000";

fn run(desk: &Desk, line: &str) -> String {
    calc(desk, &words(line))
}

/// `9F10` with these 24 octets of issuer discretionary data, at their beginning.
fn iad(discretionary: &str) -> String {
    format!("{HEAD}{discretionary:0<48}")
}

fn key(desk: &Desk, index: &str) -> String {
    run(
        desk,
        &format!("luk --imk {IMK} {CARD} --index {index} --raw"),
    )
}

/// The cryptogram of the index 0570201, as a bare MAC.
fn cryptogram(desk: &Desk, key: &str) -> String {
    let data = format!("{UNDER_MAC}00A40000");
    run(desk, &format!("mac --padding 2 --key {key} --data {data}"))
}

fn de55(cryptogram: &str, iad: &str) -> String {
    format!("9F2608{cryptogram}9F1020{iad}{SAID}")
}

fn verify(desk: &Desk, de55: &str, more: &str) -> (i32, Value) {
    let line = format!("calc verify --de55 {de55} --imk {IMK} {CARD} --json {more}");
    let run = desk.run(words(&line));
    assert_eq!(run.err, "", "{line}");
    assert!(!run.out.contains(IMK), "a key is shown");
    (run.code, serde_json::from_str(&run.out).unwrap())
}

#[test]
fn a_limited_use_key_is_the_index_under_the_card_master_key_half_by_half() {
    let desk = Desk::new();
    let udk = run(&desk, &format!("udk --imk {IMK} {CARD} --raw"));
    for (index, data) in [
        ("0570201", "10570201800000002057020180000000"),
        ("9878499", "19878499800000002987849980000000"),
    ] {
        let halves = run(&desk, &format!("des --mode ecb --key {udk} --data {data}"));
        assert_eq!(key(&desk, index), halves);
    }
    let odd = run(&desk, &format!("luk --imk {IMK} {CARD} --index 0570201"));
    let check = |key: &str| run(&desk, &format!("kcv --key {key}"));
    assert_eq!(check(&odd), check(&key(&desk, "0570201")));
    let long = "--pan 4761739001010010005 --psn 01 --index 0570201";
    let by = |method| run(&desk, &format!("luk --imk {IMK} {long} --method {method}"));
    assert_ne!(by("option-a"), by("option-b"));
}

#[test]
fn an_index_or_a_method_that_does_not_exist_is_refused_and_no_key_is_shown() {
    let desk = Desk::new();
    for (more, part) in [
        ("--index 057020", "seven decimal digits"),
        ("--index 0878500", "0001 to 8784"),
        (
            "--index 0570201 --method sm4",
            "--method option-a or option-b",
        ),
        (
            "--index 0570201 --method option-c",
            "--method option-a or option-b",
        ),
        ("", "--index"),
    ] {
        let run = desk.run(words(&format!("calc luk --imk {IMK} {CARD} {more}")));
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{more}");
        assert!(run.err.contains(part), "{more}: {}", run.err);
        assert!(!run.err.contains(IMK));
    }
}

#[test]
fn a_cryptogram_of_visa_43_is_made_and_is_right_under_the_key_of_the_index_in_9f10() {
    let desk = Desk::new();
    let key = key(&desk, "0570201");
    let iad = iad("0400570201");
    let made = cryptogram(&desk, &key);
    let line = format!("ac --cvn visa-43 --key {key} --de55 9F1020{iad}{SAID}");
    assert_eq!(run(&desk, &line), made);
    let (code, verdict) = verify(&desk, &de55(&made, &iad), "");
    assert_eq!((code, &verdict["right"]), (0, &json!(true)));
    assert_eq!(verdict["version"], json!("Visa 43"));
    let named = "limited-use key of the index 0570201, of the card master key by option A";
    assert_eq!(verdict["key"], json!(named));
    let kcv = run(&desk, &format!("kcv --key {key}"));
    assert_eq!(verdict["kcv"], json!(kcv));
    // The index is not under the MAC: another one leads to another key.
    let (code, _) = verify(&desk, &de55(&made, &iad.replace("570201", "570202")), "");
    assert_eq!(code, 1);
    let (code, _) = verify(&desk, &de55(&made, &iad), "--index 0570202");
    assert_eq!(code, 1);
}

#[test]
fn an_index_elsewhere_than_in_9f10_is_named_on_the_command_line() {
    let desk = Desk::new();
    let made = cryptogram(&desk, &key(&desk, "0570201"));
    let other = de55(&made, &iad("00"));
    let line = format!("calc verify --de55 {other} --imk {IMK} {CARD}");
    let refused = desk.run(words(&line));
    assert_eq!((refused.code, refused.out.as_str()), (4, ""));
    assert!(refused.err.contains("--index"), "{}", refused.err);
    let (code, _) = verify(&desk, &other, "--index 0570201");
    assert_eq!(code, 0);
}

#[test]
fn another_key_in_place_of_the_limited_use_key_is_a_mistake_that_is_named() {
    let desk = Desk::new();
    let udk = run(&desk, &format!("udk --imk {IMK} {CARD} --raw"));
    let session = run(
        &desk,
        &format!("session-key --method common --key {udk} --atc 0123 --raw"),
    );
    for (key, mistake) in [
        (udk, "the card master key in place"),
        (session, "the EMV common session key"),
    ] {
        let wrong = de55(&cryptogram(&desk, &key), &iad("0400570201"));
        let (code, verdict) = verify(&desk, &wrong, "");
        assert_eq!(code, 1);
        let mistakes = verdict["mistakes"].as_array().unwrap();
        let named = mistakes
            .iter()
            .any(|named| named.as_str().unwrap().starts_with(mistake));
        assert!(named, "{mistake}: {mistakes:?}");
    }
}
