//! `decode`: a case table, damage, logs.

use serde_json::json;

use crate::desk::Desk;

#[test]
fn octets_are_recognised_and_explained() {
    let desk = Desk::new();
    let cases: [(&str, &[&str]); 18] = [
        (
            "00A404000E325041592E5359532E444446303100",
            &["SELECT 2PAY.SYS.DDF01"],
        ),
        (
            "00a40400 07 a0000003330101 00",
            &["SELECT UnionPay", "00A40400 07 A0000003330101 00"],
        ),
        ("00B2011400", &["READ RECORD 1 of SFI 2"]),
        (
            "80CA9F3600",
            &["GET DATA 9F36 Application Transaction Counter (ATC)"],
        ),
        ("80AE8000021234", &["GENERATE AC, ARQC: go online"]),
        ("00C0000010", &["GET RESPONSE"]),
        ("9000", &["9000 success"]),
        ("6985", &["6985 conditions of use not satisfied"]),
        ("9F360200019000", &["9000 success", "9F36", "0001  1"]),
        (
            "6F098407A0000003330101 9000",
            &["9000 success", "Dedicated File (DF) Name", "UnionPay"],
        ),
        (
            "9F0206000000123456 5F2A020392",
            &[
                "Amount, Authorised (Numeric)",
                "123456 JPY",
                "JPY, Japanese yen",
            ],
        ),
        ("9F0206000000123456", &["1234.56"]),
        (
            "9A03261122 9F2103235959 9C0120",
            &["2026-11-22", "23:59:59", "refund"],
        ),
        (
            "9F100807011703A4000001",
            &[
                "UnionPay 17",
                "b1.6-5 First cryptogram: ARQC",
                "TDES",
                "A40000",
            ],
        ),
        (
            "94081001020018010301",
            &[
                "SFI 2",
                "records 1 to 2",
                "SFI 3",
                "records 1 to 3, 1 of them",
            ],
        ),
        (
            "8E0E000000000000000042031E031F00",
            &["enciphered PIN online, if the terminal"],
        ),
        (
            "9F66049F02069F03069F1A0295055F2A029A039C019F3704",
            &[
                "a list that asks for 33 octets",
                "Unpredictable Number",
                "4 octets",
            ],
        ),
        (
            "9F660436804000",
            &["b1.6   EMV mode supported", "b3.7   Consumer device CVM"],
        ),
    ];
    for (given, parts) in cases {
        let run = desk.run(["decode", given]);
        assert_eq!(
            (run.code, run.err.as_str()),
            (0, ""),
            "{given}: {}",
            run.out
        );
        for part in parts {
            assert!(
                run.out.contains(part),
                "{given}: {part:?} is not in\n{}",
                run.out
            );
        }
    }
}

#[test]
fn tags_mean_what_the_scheme_says() {
    let desk = Desk::new();
    let name = |args: &[&str]| {
        let (code, value) = desk.json([&["decode"], args].concat());
        assert_eq!(code, 0);
        value["parts"][0]["data"][0]["name"].clone()
    };
    let octets = "9F6E0420700000";
    assert_eq!(name(&[octets]), json!("Form Factor Indicator"));
    assert_eq!(
        name(&["--scheme", "mastercard", octets]),
        json!("Third Party Data")
    );
    // A SELECT in the log determines the scheme.
    let log = format!(
        ">> 00A4040007A000000004101000\n<< 77077{}9000",
        &octets[..0]
    );
    let log = log
        .replace("77077", "7707")
        .replace("9000", &format!("{octets}9000"));
    let run = desk.feed(["decode"], &log);
    assert!(run.out.contains("Third Party Data"), "{}", run.out);
}

#[test]
fn a_damaged_string_is_explained_up_to_where_it_breaks() {
    let desk = Desk::new();
    let cases = [
        (
            "6F0A8407A0000003330101",
            "octet 1 of 11: 6F says 10 octets, 9 follow",
            "A0000003330101",
        ),
        (
            "9F36020001 9F2608AABB",
            "octet 6 of 10: 9F26 says 8 octets, 2 follow",
            "AABB",
        ),
        (
            "9F36020001 9F",
            "octet 6 of 6: the octets end inside a tag",
            "0001",
        ),
        (
            "9F36020001 82",
            "octet 6 of 6: the octets end behind tag 82",
            "0001",
        ),
        ("9F36020001 8284", "the length of 82 begins with 84", "0001"),
        (
            "770B9F36020001 820800008282",
            "octet 8 of 13: 82 says 8 octets, 4 follow",
            "00008282",
        ),
        (
            "9F3602000",
            "9 hex digits are not whole octets",
            "octet 1 of 4",
        ),
        ("9F36020001 8202 0xG0", "is not a hex digit", "0001"),
        ("00A4040007A0000003", "Lc and Le disagree", "no command"),
        (
            "--as=dol 9F66049F02",
            "the list ends after tag 9F02",
            "9F66",
        ),
    ];
    for (given, problem, shown) in cases {
        let mut args = vec!["decode"];
        args.extend(given.split(' ').filter(|word| !word.is_empty()));
        let run = desk.run(args);
        assert_eq!(run.code, 4, "{given}: {}", run.out);
        assert!(run.err.contains(problem), "{given}: {}", run.err);
        assert!(
            run.out.contains(shown),
            "{given}: {shown:?} is not in\n{}",
            run.out
        );
    }
}

#[test]
fn every_cut_of_an_answer_is_survived() {
    let desk = Desk::new();
    let whole = "772682020000 9F36020001 9F10080701010 3A0000001 9F2608DDC4590E71F0299C 9F6C020000";
    let whole: String = whole.split(' ').collect();
    for length in 1..whole.len() {
        let run = desk.run(["decode", &whole[..length]]);
        assert!(
            [0, 4].contains(&run.code),
            "{length}: {} {}",
            run.code,
            run.err
        );
        assert!(!run.err.contains("panicked"));
    }
}

#[test]
fn deep_nesting_is_survived() {
    let desk = Desk::new();
    let nested = "6F8200".repeat(4) + &"7F2182FFFF".repeat(10_000);
    assert_eq!(desk.feed(["decode"], &nested).code, 4);
}

#[test]
fn a_pdol_in_the_log_explains_the_command_after_it() {
    let desk = Desk::new();
    let log = ">> 00A4040008A00000033301010100\n\
               << 6F178408A000000333010101A50B9F3808 9F6604 9F0206 9C01 9000\n\
               >> 80A80000 0D 830B 36804000 000000001234 00 00\n";
    let run = desk.feed(["decode"], log);
    for part in [
        "b1.6   EMV mode supported",
        "000000001234  12.34",
        "00  purchase",
    ] {
        assert!(run.out.contains(part), "{part:?} is not in\n{}", run.out);
    }
}

#[test]
fn nothing_to_decode_is_said() {
    let desk = Desk::new();
    for input in ["", "\n\n", "hello there\n"] {
        let run = desk.feed(["decode"], input);
        assert_eq!(run.code, 4, "{input:?}");
        assert!(run.err.contains("no hex"), "{}", run.err);
    }
}

/// A sale in BCD, and in ASCII an answer behind its length.
#[test]
fn a_message_of_iso_8583_is_explained_and_what_is_secret_in_it_is_masked() {
    let desk = Desk::new();
    let sale = "0200 3000000020008200 000000 000000001234 \
        36 6228480000000000014D3012220100005678 313536 0012 9F3602000795050000000000";
    let answer = "0022 30323130 32303230303030303032303030303030 303030303030 303030303432 3531";
    let sale_parts = [
        "0200 financial request, ISO 8583 in BCD",
        "DE 3",
        "processing code",
        "sale",
        "12.34 CNY",
        "622848*********0014=(16 digits)",
        "9F36",
        "Application Transaction Counter",
    ];
    let answer_parts = [
        "0210 financial response, ISO 8583 in ASCII",
        "000042",
        "Funds not sufficient",
    ];
    for (given, parts) in [(sale, &sale_parts[..]), (answer, &answer_parts[..])] {
        let run = desk.run(["decode", given]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        for part in parts {
            assert!(run.out.contains(part), "{part}:\n{}", run.out);
        }
        assert!(!run.out.contains("6228480000000000014"));
        assert!(!run.out.contains("30122201"));
    }
    let (code, value) = desk.json(["decode", sale]);
    assert_eq!((code, &value["parts"][0]["kind"]), (0, &json!("iso8583")));
    let cut = &sale[..sale.len() - 4];
    let run = desk.run(["decode", "--as", "iso8583", cut]);
    assert_eq!(run.code, 4);
    assert!(
        run.words()
            .contains("DE 55, the integrated circuit card data, is cut off"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("6228480000000000014"));
}
