//! `decode`: single values, and their defects.

use serde_json::json;

use crate::desk::Desk;

#[test]
fn a_bare_value_is_read_by_the_name_or_number_of_its_tag() {
    let desk = Desk::new();
    let cases = [
        ("iad", "07011703A4000001", "UnionPay 17"),
        ("9F10", "07011703A4000001", "UnionPay 17"),
        (
            "9f10",
            "07011703A0002001",
            "b3.8-5 Issuer script commands received: 2",
        ),
        ("ttq", "26804000", "b2.8   Online cryptogram required"),
        ("ctq", "0280", "b2.8   Consumer device CVM performed"),
        (
            "tvr",
            "0000000008",
            "b5.4   Relay resistance threshold exceeded",
        ),
        (
            "tvr",
            "0000000002",
            "b5.2-1 Relay resistance protocol performed",
        ),
        ("cid", "C0", "Reserved cryptogram type"),
        ("cid", "80", "ARQC"),
        ("aip", "2000", "DDA supported"),
        ("aid", "A000000333010101", "UnionPay debit"),
        ("5F2A", "0156", "CNY"),
    ];
    for (kind, value, part) in cases {
        let run = desk.run(["decode", "--as", kind, value]);
        assert_eq!(run.code, 0, "{kind}: {}{}", run.out, run.err);
        assert!(run.out.contains(part), "{kind}: {}", run.out);
        let (_, json) = desk.json(["decode", "--as", kind, value]);
        assert_eq!(json["parts"][0]["kind"], json!("value"), "{kind}");
    }
    let run = desk.run(["decode", "--as", "nonsense", "00"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("one of command, answer"), "{}", run.err);
}

#[test]
fn a_value_of_the_wrong_length_is_told() {
    let desk = Desk::new();
    for (args, problem) in [
        (["--as=tlv", "9F360101"], "9F36 has 2 octets, not 1"),
        (["--as=tlv", "770695049F000000"], "95 has 5 octets, not 4"),
        (["--as=tvr", "00"], "95 has 5 octets, not 1"),
        (["--as=cid", "8000"], "9F27 has 1 octet, not 2"),
    ] {
        let run = desk.run([&["decode"][..], &args].concat());
        assert_eq!(run.code, 4, "{args:?}: {}", run.out);
        assert!(run.err.contains(problem), "{args:?}: {}", run.err);
    }
    // A list may ask for another length, and an empty value counts as absent.
    for args in [
        &["--as=tlv", "9F3600"][..],
        &["--scheme=mastercard", "--as=tlv", "9F66020001"],
    ] {
        let run = desk.run([&["decode"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}{}", run.out, run.err);
    }
}

#[test]
fn an_odd_digit_is_called_odd() {
    for text in ["9F360", "9F3", "9F36 000"] {
        let run = Desk::new().run(["decode", text]);
        assert_eq!(run.code, 4);
        assert!(run.err.contains("not whole octets"), "{text}: {}", run.err);
    }
}
