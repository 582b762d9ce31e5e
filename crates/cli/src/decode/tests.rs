//! Random logs: every octet is read, or its place is reported.

use proptest::prelude::*;

use super::log;

/// Separators between octets, each with a prefix and a suffix of every octet.
const SEPARATORS: [(&str, &str, &str); 17] = [
    ("", "", ""),
    (" ", "", ""),
    ("  ", "", ""),
    ("\t", "", ""),
    (":", "", ""),
    (": ", "", ""),
    ("-", "", ""),
    ("_", "", ""),
    (".", "", ""),
    (",", "", ""),
    (", ", "0x", ""),
    (" ", "0x", ""),
    ("", "\\x", ""),
    (" ", "", "h"),
    ("|", "", ""),
    ("/", "", ""),
    (";", "", ""),
];

/// Prefixes of a command and of its answer.
const MARKS: [(&str, &str); 17] = [
    ("", ""),
    (">> ", "<< "),
    ("> ", "< "),
    ("→ ", "← "),
    ("C: ", "R: "),
    ("c=", "r="),
    ("C-APDU: ", "R-APDU: "),
    ("[SEND] ", "[RECV] "),
    ("TX: ", "RX: "),
    ("12:00:01.123 >> ", "12:00:01.140 << "),
    (
        "11-22 12:00:00.123  1234  5678 D NfcHce: RX: ",
        "11-22 12:00:00.130  1234  5678 D NfcHce: TX: ",
    ),
    ("pm3 --> ", "[+] <<< "),
    ("pm3 --> hf 14a apdu -s ", "[+] <<< "),
    ("Transmit ", "answered "),
    ("X: ", "Y: "),
    ("apdu> ", ""),
    ("D/NfcHce( 123): Received: ", "D/NfcHce( 123): Sent: "),
];

/// Remarks after octets.
const REMARKS: [&str; 6] = [
    "",
    " ok",
    "  ; a remark",
    " # tag 9F36",
    " (12 ms)",
    " // 1234 us",
];

fn written(octets: &[u8], (separator, before, behind): (&str, &str, &str), upper: bool) -> String {
    let octet = |octet: &u8| {
        if upper {
            format!("{before}{octet:02X}{behind}")
        } else {
            format!("{before}{octet:02x}{behind}")
        }
    };
    octets.iter().map(octet).collect::<Vec<_>>().join(separator)
}

/// READ RECORD, GET DATA, SELECT.
fn command() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (1..=9_u8, 1..=30_u8).prop_map(|(record, file)| vec![0x00, 0xB2, record, file << 3 | 4, 0]),
        any::<u8>().prop_map(|tag| vec![0x80, 0xCA, 0x9F, tag, 0x00]),
        prop::collection::vec(any::<u8>(), 5..=16).prop_map(|name| {
            let length = u8::try_from(name.len()).unwrap();
            [&[0x00, 0xA4, 0x04, 0x00, length], &name[..], &[0x00]].concat()
        }),
    ]
}

/// A status word, or an object before one.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![[0x90, 0x00], [0x6A, 0x83], [0x69, 0x85], [0x67, 0x00]])
            .prop_map(|status| status.to_vec()),
        (prop::collection::vec(any::<u8>(), 1..=30)).prop_map(|value| {
            let length = u8::try_from(value.len()).unwrap();
            [&[0x9F, 0x10, length], &value[..], &[0x90, 0x00]].concat()
        }),
    ]
}

/// The octets of all parts of a log in order; true if any are reported as damaged or unread.
fn all(text: &str) -> (Vec<u8>, bool) {
    let log = log::read(text);
    let is_named = log
        .messages
        .iter()
        .any(|m| m.defect.is_some() || m.unread.is_some());
    let tag = |message: &log::Message| message.tag.map(|tag| tag.octets().to_vec());
    let octets = log
        .messages
        .iter()
        .flat_map(|message| [tag(message).unwrap_or_default(), message.octets.to_vec()].concat());
    (octets.collect(), is_named)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn every_octet_of_a_log_is_read_or_named(
        pairs in prop::collection::vec((command(), answer()), 1..4),
        separator in prop::sample::select(SEPARATORS.to_vec()),
        marks in prop::sample::select(MARKS.to_vec()),
        remark in prop::sample::select(REMARKS.to_vec()),
        upper in any::<bool>(),
        one_line in any::<bool>(),
    ) {
        // Times stand at the beginning of a line, and remarks at its end.
        let one_line = one_line && !marks.0.contains("12:00") && remark.is_empty();
        let between = if one_line { " " } else { "\n" };
        let lines = pairs.iter().map(|(command, answer)| {
            let command = written(command, separator, upper);
            let answer = written(answer, separator, upper);
            format!("{}{command}{remark}{between}{}{answer}{remark}", marks.0, marks.1)
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let given: Vec<u8> = pairs.iter().flat_map(|(c, a)| [&c[..], &a[..]].concat()).collect();
        let (read, is_named) = all(&text);
        prop_assert!(read == given || is_named, "{text}\n{read:02X?}\n{given:02X?}");
        // A log in which every message has its own line and mark is read in full.
        let is_marked = !marks.0.is_empty() && !marks.1.is_empty();
        if is_marked && !one_line && remark.is_empty() {
            prop_assert!(read == given, "{text}\n{read:02X?}\n{given:02X?}");
        }
    }

    #[test]
    fn octets_alone_are_read_whatever_separates_them(
        octets in prop::collection::vec(any::<u8>(), 3..40),
        separator in prop::sample::select(SEPARATORS.to_vec()),
        upper in any::<bool>(),
    ) {
        let text = written(&octets, separator, upper);
        let (read, is_named) = all(&text);
        let has_digit = text.contains(|c: char| c.is_ascii_digit());
        prop_assert!(read == octets || is_named || !has_digit, "{text}\n{read:02X?}");
    }
}
