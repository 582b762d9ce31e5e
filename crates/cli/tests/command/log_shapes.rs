//! `decode`: the lines in which phones, readers and tools print octets.

use serde_json::{Value, json};

use crate::desk::Desk;

/// Logs as tools print them; each holds a SELECT and its answer.
#[test]
fn logs_of_every_shape_are_read() {
    let desk = Desk::new();
    let cases = [
        (">> 00 A4 04 00 02 3F 00\n<< 90 00\n", 2),
        ("> 00A40400023F00\n< 9000\n", 2),
        ("=> 00A40400023F00\n<= 9000\n", 2),
        ("-> 00A40400023F00\n<- 9000\n", 2),
        ("→ 00A40400023F00\n← 9000\n", 2),
        ("C-APDU: 00A40400023F00\nR-APDU: 9000\n", 2),
        ("Command: 00:A4:04:00:02:3F:00\nResponse: 90:00\n", 2),
        ("TX: 0x00 0xA4 0x04 0x00 0x02 0x3F 0x00\nRX: 0x90 0x00\n", 2),
        ("12:00:01.123 >> 00A40400023F00\n12:00:01.140 << 9000\n", 2),
        (
            "2026-11-22 12:00:01 C-APDU: 00A40400023F00\n2026-11-22 12:00:01 R-APDU: 9000\n",
            2,
        ),
        ("[0.001] 00A40400023F00\n[0.002] 9000\n", 2),
        ("# remark\n00A40400023F00\n\n9000\n", 2),
        ("Selecting the file\n>> 00A40400023F00\n<< \nSW: 9000\n", 2),
        (">> 00A40400\n   023F00\n<< 9000\n", 2),
        ("0000: 00 A4 04 00 02 3F 00\n<< 9000\n", 2),
        (
            "00000000  00 a4 04 00 02 3f 00                              |.....?.|\n<< 9000\n",
            2,
        ),
        (">> 00A40400023F00\r\n<< 6F02840 0 SW1SW2=9000\r\n", 2),
    ];
    for (log, count) in cases {
        let run = desk.feed(["decode", "--json"], log);
        assert_eq!(run.code, 0, "{log:?}: {} {}", run.out, run.err);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        let parts = value["parts"].as_array().unwrap();
        assert_eq!(parts.len(), count, "{log:?}: {value}");
        assert_eq!(parts[0]["octets"], json!("00A40400023F00"), "{log:?}");
        assert_eq!(parts[0]["kind"], json!("command"), "{log:?}");
        assert_eq!(parts[1]["status"], json!("9000"), "{log:?}");
        assert_eq!(parts[1]["kind"], json!("answer"), "{log:?}");
    }
}

#[test]
fn a_long_dump_is_put_together() {
    let desk = Desk::new();
    let dump = "0000: 6F 23 84 0E 32 50 41 59 2E 53 59 53 2E 44 44 46\n\
                0010: 30 31 A5 11 BF 0C 0E 61 0C 4F 07 A0 00 00 03 33\n\
                0020: 01 01 87 01 01 90 00\n";
    let run = desk.feed(["decode"], dump);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("priority 1") && run.out.contains("9000 success"),
        "{}",
        run.out
    );
    let xxd = "00000000: 6f23 840e 3250 4159 2e53 5953 2e44 4446  o#..2PAY.SYS.DDF\n\
               00000010: 3031 a511 bf0c 0e61 0c4f 07a0 0000 0333  01.....a.O.....3\n\
               00000020: 0101 8701 0190 00                        .......\n";
    let run = desk.feed(["decode"], xxd);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("priority 1"), "{}", run.out);
}

/// Lines as phones, readers and tools print them, and their content.
#[test]
fn remarks_and_labels_around_the_octets_are_read_past() {
    let desk = Desk::new();
    let select = "00A4040007A000000333010100";
    let cases = [
        (
            format!("D/NfcHce( 123): Received: {select}"),
            "command",
            select,
        ),
        (
            format!("11-22 12:00:00.123  1234  5678 D NfcHce: RX: {select}"),
            "command",
            select,
        ),
        (
            format!("I/flutter (1234): APDU >>> {select}"),
            "command",
            select,
        ),
        (
            format!("pm3 --> hf 14a apdu -s {select}"),
            "command",
            select,
        ),
        (format!("SCardTransmit: {select}"), "command", select),
        (format!("<< {select}"), "command", select),
        (
            format!("Command: SELECT, data: {select}"),
            "command",
            select,
        ),
        ("[+] <<< 6985".to_owned(), "answer", "6985"),
        (
            "HceService: Sent: 9F36020001 9000".to_owned(),
            "answer",
            "9F360200019000",
        ),
        ("DE 55: 9F36020001".to_owned(), "tlv", "9F36020001"),
        ("DE55=9F36020001".to_owned(), "tlv", "9F36020001"),
        (
            "9F10 08 07 01 01 03 A0 00 00 01".to_owned(),
            "tlv",
            "9F100807010103A0000001",
        ),
        ("5F30 02 02 01".to_owned(), "tlv", "5F30020201"),
        ("00B2 0114 00".to_owned(), "command", "00B2011400"),
        (
            "0020 0080 08 24 12 34 FF FF FF FF FF".to_owned(),
            "command",
            "0020008008EEEEEEEEEEEEEEEE",
        ),
        ("PDOL = 9F66049F0206".to_owned(), "dol", "9F66049F0206"),
    ];
    for (line, kind, octets) in cases {
        let run = desk.feed(["decode", "--json"], &format!("starting\n{line}\n"));
        assert_eq!(run.code, 0, "{line}: {}{}", run.out, run.err);
        let value: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(
            value["parts"].as_array().unwrap().len(),
            1,
            "{line}: {value}"
        );
        assert_eq!(value["parts"][0]["kind"], json!(kind), "{line}");
        assert_eq!(value["parts"][0]["octets"], json!(octets), "{line}");
        assert_eq!(value["parts"][0]["line"], json!(2), "{line}");
    }
}
