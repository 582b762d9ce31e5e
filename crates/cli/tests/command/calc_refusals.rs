//! The refusals of `calc` and their messages.

use crate::calc_values::words;
use crate::desk::Desk;

const KEY: &str = "0123456789ABCDEFFEDCBA9876543210";

/// Arguments beside `--key`, the exit code, and a part of the message.
const REFUSED: &[(&str, i32, &str)] = &[
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
];

#[test]
fn what_does_not_go_together_is_refused_with_the_remedy_and_without_the_secret() {
    let desk = Desk::new();
    for (line, code, part) in REFUSED {
        let run = desk.run([words("calc"), words(line), vec!["--key", KEY]].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (*code, ""),
            "{line}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{line}: {}", run.err);
        assert!(
            !run.err.contains(KEY) && !run.err.contains("6250947000000014"),
            "{}",
            run.err
        );
    }
}

#[test]
fn terminal_keys_that_cannot_be_are_refused_with_the_reason() {
    let desk = Desk::new();
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
        let run = desk.run([words("calc"), words(line), vec!["--bdk", KEY]].concat());
        assert_eq!(
            (run.code, run.out.as_str()),
            (code, ""),
            "{line}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{line}: {}", run.err);
        assert!(!run.err.contains(KEY), "{}", run.err);
    }
}
