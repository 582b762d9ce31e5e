//! `decode`: logs as readers, tools and phones print them, octet for octet.

use serde_json::Value;

use crate::desk::Desk;

/// The parts of a log, each as its kind and octets.
fn parts(log: &str) -> (i32, Vec<(String, String)>) {
    let run = Desk::new().feed(["decode", "--json"], log);
    let value: Value =
        serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{log:?}: {}", run.err));
    let part = |part: &Value| {
        let text = |name: &str| part[name].as_str().unwrap_or_default().to_owned();
        (text("kind"), text("octets"))
    };
    let parts = value["parts"].as_array().unwrap().iter().map(part);
    (run.code, parts.collect())
}

const SELECT: &str = "00A404000E325041592E5359532E444446303100";
const DIRECTORY: &str = "6F15840E325041592E5359532E4444463031A503BF0C00";

#[test]
fn no_octet_of_a_log_is_lost() {
    let get = "80CA9F5100";
    let got = "9F5102015690 00".replace(' ', "");
    let directory = format!("{DIRECTORY}9000");
    let pair = [("command", get), ("answer", got.as_str())];
    let tap = [("command", SELECT), ("answer", directory.as_str())];
    let answer = [("answer", got.as_str())];
    let cases: &[(&str, &[(&str, &str)])] = &[
        // A status word in words after the octets.
        ("<< 9F51 02 01 56 SW=9000", &answer),
        ("<< 9F51 02 01 56 SW: 9000", &answer),
        ("<< 9F51 02 01 56, SW1SW2=9000", &answer),
        ("<< 9F51020156 (SW 9000)", &answer),
        ("Response: 9F51020156 SW1=90 SW2=00", &answer),
        ("Response: 9F51020156\nSW1 SW2: 90 00", &answer),
        ("Response: 9F51020156\nSW1: 90\nSW2: 00", &answer),
        ("Response: 9F510201569000\nSW: 9000", &answer),
        ("R-APDU: 9F51020156\nStatus: ok\nSW: 9000 success", &answer),
        // Remarks after the octets.
        ("< 6A 82 : File not found", &[("answer", "6A82")]),
        ("< 9F 51 02 01 56 90 00 : Normal processing.", &answer),
        ("> 80 CA 9F 51 00\n< 9F 51 02 01 56 90 00 : ok", &pair),
        // Both on one line.
        ("C-APDU: 80CA9F5100 R-APDU: 9F510201569000", &pair),
        (">> 80CA9F5100 << 9F510201569000", &pair),
        ("80CA9F5100 -> 9F510201569000", &pair),
        // Labels without a colon.
        ("[SEND] 80CA9F5100\n[RECV] 9F510201569000", &pair),
        ("Tx 80CA9F5100\nRx 9F51 0201 56 9000", &pair),
        ("APDU 80CA9F5100\nRx 9F510201569000", &pair),
        (
            "APDU send [80 CA 9F 51 00]\nrecv [9F 51 02 01 56 90 00]",
            &pair,
        ),
        // Lengths and times between the mark and the octets.
        (
            "A>> T=1 (4+0001) 80CA9F51 00\nA<< (0004+2) (15ms) 9F510201 56 9000",
            &pair,
        ),
        // Octets on the lines below the mark, with and without text beside them.
        (
            "Sending: 00 A4 04 00 0E 32 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00 \n\
             Received (SW1=0x90, SW2=0x00):\n\
             6F 15 84 0E 32 50 41 59 2E 53 59 53 2E 44 44 46 o...2PAY.SYS.DDF\n\
             30 31 A5 03 BF 0C 00                            01.....\n",
            &tap,
        ),
        (
            "Outgoing APDU (20 bytes):\n\
             00 A4 04 00 0E 32 50 41 59 2E 53 59 53 2E 44 44  .....2PAY.SYS.DD\n\
             46 30 31 00                                      F01.\n\
             Incoming APDU (25 bytes):\n\
             6F 15 84 0E 32 50 41 59 2E 53 59 53 2E 44 44 46  o...2PAY.SYS.DDF\n\
             30 31 A5 03 BF 0C 00 90 00                       01.......\n",
            &tap,
        ),
        ("Received (SW1=0x6A, SW2=0x82)", &[("answer", "6A82")]),
        ("Command:\n80CA9F5100\nResponse:\n9F5102\n01569000", &pair),
        (">> 80CA\n9F5100\n<< 9F5102\n0156\n9000", &pair),
        // The last line of a dump is the offset of its end.
        (
            "00000000  00 a4 04 00 0e 32 50 41  59 2e 53 59 53 2e 44 44  |.....2PAY.SYS.DD|\n\
             00000010  46 30 31 00                                       |F01.|\n\
             00000014\n",
            &[("command", SELECT)],
        ),
        ("00000000: 80ca 9f51 00  ...Q.\n", &[("command", get)]),
        // Octets with the separators of labels and times.
        ("80:CA:9F:51:00\n9F:51:02:01:56:90:00", &pair),
        ("80-CA-9F-51-00\n9F-51-02-01-56-90-00", &pair),
        (
            "\\x80\\xCA\\x9F\\x51\\x00\n\\x9F\\x51\\x02\\x01\\x56\\x90\\x00",
            &pair,
        ),
        // Labels of one letter, unknown labels, three messages and more on a line.
        ("C: 80CA9F5100 → R: 9F510201569000", &pair),
        ("X: 80CA9F5100 → Y: 9F510201569000", &pair),
        (
            ">> 80CA9F5100 << 9F510201569000 >> 80CA9F5100 << 9F510201569000",
            &[pair[0], pair[1], pair[0], pair[1]],
        ),
        // Octets without their leading zeros, and status words like that.
        ("Response: 9F51020156 90 0", &answer),
        ("Response: 9F51020156\nSW: 90 0", &answer),
        ("<< 9f 51 2 1 56 90 0", &answer),
        ("80 ca 9f 51 0\n9f 51 2 1 56 90 0", &pair),
        // Remarks and prompts on lines without a mark.
        ("80CA9F5100 ; get 9F51\n9F510201569000 # fine", &pair),
        ("pm3 --> 80CA9F5100\n[+] 9F510201569000", &pair),
        ("Currency please 80CA9F5100\n9F510201569000 ok", &pair),
        // A reader that listens in: frames with block byte and check octets.
        (
            "      0 |   1056 | Rdr |52(7)                 |     | WUPA\n\
                2228 |   4596 | Tag |04  00                |     | \n\
                7040 |  17504 | Rdr |02  80  CA  9F  51  00  12  34 |  ok | \n\
               20000 |  30000 | Tag |02  9F  51  02! 01  56  90  00  56  78 |  ok |\n",
            &pair,
        ),
    ];
    for (log, wanted) in cases {
        let (code, parts) = parts(log);
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(kind, octets)| ((*kind).to_owned(), (*octets).to_owned()))
            .collect();
        assert_eq!((code, parts), (0, wanted), "{log:?}");
    }
}

#[test]
fn a_marked_line_that_cannot_be_read_is_a_defect() {
    for line in [
        "<< 6A8G",
        "< 6A 8 G",
        ">> 00A4O40OO2",
        "Rx: 9x00",
        "Response: 900",
    ] {
        let run = Desk::new().feed(["decode"], &format!(">> 80CA9F3600\n{line}\n"));
        assert_eq!(run.code, 4, "{line}: {}{}", run.out, run.err);
        assert!(run.err.contains("line 2: "), "{line}: {}", run.err);
    }
}

#[test]
fn the_value_of_a_tag_that_the_line_names_is_read_as_that() {
    for (line, octets) in [
        ("9F36: 0001", "0001"),
        ("9F26 = DDC4590E71F0299C", "DDC4590E71F0299C"),
        ("Tag 5A: 6250947000000014", "625094EEEEEE0014"),
    ] {
        let (code, parts) = parts(line);
        let value = ("value".to_owned(), octets.to_owned());
        assert_eq!((code, parts), (0, vec![value]), "{line}");
    }
}

#[test]
fn octets_that_belong_to_nothing_are_named_with_their_place() {
    for (line, character, octets) in [
        ("noise 0123456789AB here", 7, "0123456789AB"),
        ("got 6A82 from the card", 5, "6A82"),
        ("answered 69:85", 10, "6985"),
        ("<< 9000 and then 12 34 56", 18, "123456"),
        ("card 6250947000000014 seen", 6, "625094EEEEEE0014"),
    ] {
        let run = Desk::new().feed(["decode", "--json"], &format!(">> 80CA9F3600\n{line}\n"));
        assert_eq!(run.code, 4, "{line}: {}", run.out);
        let place = format!("line 2: octets from character {character} on");
        assert!(run.err.contains(&place), "{line}: {}", run.err);
        let unread = format!("\"kind\":\"unread\",\"octets\":\"{octets}\"");
        assert!(run.out.contains(&unread), "{line}: {}", run.out);
    }
}

#[test]
fn remarks_are_no_defects() {
    for line in [
        "Sending: SELECT",
        "-> connecting",
        "Command: GET DATA, waiting",
        "* answer from the card *",
        "Response",
        "Send",
        "D/NfcHce( 123): Received: hello",
        "ACS ACR122U PICC Interface 00 00",
        "4096 bytes read",
    ] {
        let (code, parts) = parts(&format!("{line}\n>> 80CA9F3600\n"));
        assert_eq!((code, parts.len()), (0, 1), "{line}: {parts:?}");
    }
}

#[test]
fn what_follows_a_whole_answer_is_not_part_of_it() {
    let wanted = |parts: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = |(kind, octets): &(&str, &str)| ((*kind).to_owned(), (*octets).to_owned());
        parts.iter().map(owned).collect()
    };
    let answer = ("answer", "9F510201569000");
    let next = ("command", "80CA9F3600");
    for (log, parts_of_it) in [
        ("<< 9F510201569000\n   9000 success\n", &[answer][..]),
        ("<< 9F510201569000\n   9000\n", &[answer]),
        ("<< 9F51020156\n   9000\n", &[answer]),
        ("<< 9F510201569000\n   80CA9F3600\n", &[answer, next]),
        (
            "<< 9F510201569000\n   9F36020001\n",
            &[answer, ("tlv", "9F36020001")],
        ),
    ] {
        assert_eq!(parts(log), (0, wanted(parts_of_it)), "{log:?}");
    }
}

/// The octets of a trace that was made in the width of a terminal or a pipe.
fn traced(desk: &Desk, verbose: &str, columns: Option<&str>) -> (String, Vec<(String, String)>) {
    let mut command = desk.command(["tap", verbose]);
    match columns {
        Some(columns) => command.env("COLUMNS", columns),
        None => command.env_remove("COLUMNS"),
    };
    let trace = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let (_, octets) = parts(&trace);
    (trace, octets)
}

#[test]
fn the_trace_of_a_tap_is_read_back_octet_for_octet() {
    let desk = Desk::with_card();
    for columns in [None, Some("200"), Some("80"), Some("40")] {
        let (trace, octets) = traced(&desk, "-vv", columns);
        let kinds: Vec<&str> = octets.iter().map(|(kind, _)| kind.as_str()).collect();
        let tap = ["command", "answer"].repeat(4);
        assert_eq!(kinds, [&tap[..], &["tlv"]].concat(), "{columns:?}: {trace}");
        // The octets as they stand in the trace, without what is between them.
        let digits: String = trace.split_whitespace().collect();
        for (kind, octets) in &octets {
            assert!(digits.contains(octets), "{columns:?}: {kind} {octets}");
            let ends = kind != "answer" || octets.ends_with("9000");
            assert!(ends, "{columns:?}: {octets}");
        }
        let run = desk.feed(["decode"], &trace);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{columns:?}");
    }
    // Before and behind it other lines are read as ever.
    let (trace, _) = traced(&desk, "-vv", None);
    let (code, octets) = parts(&format!(">> 80CA9F3600\n\n{trace}\n<< 6A82\n"));
    assert_eq!((code, octets.len()), (0, 11), "{octets:?}");
    assert_eq!(octets[10], ("answer".to_owned(), "6A82".to_owned()));
}

#[test]
fn a_trace_without_the_octets_of_answers_says_where_they_are() {
    let desk = Desk::with_card();
    for columns in [None, Some("40")] {
        let (trace, octets) = traced(&desk, "-v", columns);
        assert_eq!(octets.len(), 4, "{columns:?}: {octets:?}");
        assert!(
            octets.iter().all(|(kind, _)| kind == "command"),
            "{octets:?}"
        );
        let run = desk.feed(["decode"], &trace);
        assert_eq!(run.code, 4);
        let first = trace
            .lines()
            .position(|line| line == "  9000 success")
            .unwrap();
        let place = format!("line {}: ", first + 1);
        assert!(run.err.contains(&place), "{}", run.err);
        assert!(run.err.contains("`understudy tap -vv`"), "{}", run.err);
    }
}

#[test]
fn an_answer_that_a_trace_has_no_octets_of_is_missed_whatever_its_status_word() {
    let desk = Desk::new();
    let card = desk.path().join("card.sh");
    let answer = "while read line; do [ \"$line\" = reset ] || echo 1234; done\n";
    std::fs::write(&card, answer).unwrap();
    let card = format!("sh {}", card.display());
    for (verbose, code) in [("-v", 4), ("-vv", 0)] {
        let trace = desk.run(["tap", verbose, "--card", &card]).out;
        assert!(trace.contains("1234 unknown status word"), "{trace}");
        let run = desk.feed(["decode"], &trace);
        assert_eq!(run.code, code, "{verbose}: {}", run.err);
        assert_eq!(run.err.contains("tap -vv"), code == 4, "{}", run.err);
    }
}
