//! A code that is scanned: the request, its entry, and what follows it.

use understudy_core::wire::tlv::Tag;
use understudy_pos::batch::Standing;
use understudy_pos::host::{Authorisation, HostError, Request};
use understudy_pos::till::Verdict;
use understudy_pos::{
    CardEntry, CodeError, Config, Cvm, ExceptionFile, NotAllowed, OnlineRequest, Terminal,
    Transaction, TransactionType,
};

use crate::support::{
    Disk, Line, Script, cny, entry, minute, octets, open, reversal, sale, standing, tap,
};

/// The sample of a `UnionPay` interface for merchants: see the tests of `understudy-qr`.
const CODE: &str = "hQVDUFYwMWFYTwigAAADMwEBAVcTYpJhA1hEQzVkHSIQIBAAABiAH180AQBjM58mCFaLEtnaC9l/nycBgJ8QEQcAAQOgAAABCDM5OTk5OTk5nzYCAAGCAgAAnzcE6gZYyA==";

/// The content of its template `63`.
const CHIP_DATA: &str = "9F2608568B12D9DA0BD97F 9F270180 \
    9F101107000103A0000001083339393939393939 9F36020001 82020000 9F3704EA0658C8";

const START: &str = "85 05 4350563031";
const AID: &str = "4F 08 A000000333010101";
const TRACK_2: &str = "57 10 6250947000000014D30122010000000F";

fn transaction(kind: TransactionType, minor: u64) -> Transaction {
    Transaction::new(kind, cny(minor), minute(0), 1).unwrap()
}

fn scan(text: &str) -> Result<OnlineRequest, CodeError> {
    let terminal = Terminal::new(Config::default());
    terminal.scan(text, &transaction(TransactionType::Purchase, 1234))
}

fn authorisation(request: &Request) -> &Authorisation {
    match request {
        Request::Authorisation(request) => request,
        other => panic!("no request with a card: {other:?}"),
    }
}

/// The text of a code with this content of its `61` and of a `62` behind it.
fn text(application: &str, common: &str) -> String {
    let template = |tag: u8, content: &str| {
        let content = octets(content);
        let length = u8::try_from(content.len()).unwrap();
        [&[tag, 0x81, length][..], &content].concat()
    };
    let common = match common {
        "" => Vec::new(),
        common => template(0x62, common),
    };
    let code = [octets(START), template(0x61, application), common].concat();
    base64(&code)
}

/// Base64 (RFC 4648 §4).
fn base64(octets: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in octets.chunks(3) {
        let at = |index: usize| u32::from(part.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place > part.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}

#[test]
fn a_code_s_request_says_what_the_code_says_and_is_no_tap_s() {
    let request = scan(CODE).unwrap();
    let mut host = Script::default();
    let done = tap(&mut open(&Disk::default()), &request, &mut host);
    assert_eq!(done.verdict, Verdict::Approved);
    let sent = host.take();
    let sent = authorisation(&sent[0]);
    assert_eq!(sent.entry_mode.text(), "032");
    assert_eq!(sent.processing_code.text(), "000000");
    assert_eq!(sent.chip_data.octets(), octets(CHIP_DATA));
    assert_eq!(sent.track2.number().expose(), "6292610358444335641");
    assert_eq!((sent.psn, sent.amount), (Some(0), cny(1234)));
    assert_eq!(sent.pin_block, None);
    assert_eq!(request.cvm, Cvm::Device);
    // A scanner ends its text with a line.
    assert_eq!(scan(&format!(" {CODE}\r\n")).unwrap(), request);
}

#[test]
fn data_of_all_cards_serves_where_the_card_has_none_of_its_own() {
    let chip = "9F2608568B12D9DA0BD97F 9F270180 9F36020001";
    let of_card = text(
        &format!("{AID} 63 14 {chip}"),
        &format!("{TRACK_2} 5F340101 64 0D 9F100A07010103A40000010100"),
    );
    let request = scan(&of_card).unwrap();
    assert_eq!(request.psn, Some(1));
    assert_eq!(request.track2.number().expose(), "6250947000000014");
    assert_eq!(
        request.de55,
        octets(&format!("{chip} 9F100A07010103A40000010100"))
    );
}

#[test]
fn the_entry_of_a_code_outlives_the_process_and_its_receipt_says_code() {
    let disk = Disk::default();
    let mut host = Script::default();
    let id = entry(&mut open(&disk), &scan(CODE).unwrap(), &mut host);
    let till = open(&disk);
    let chip = till.state().entry(id).unwrap().record.chip.clone().unwrap();
    assert_eq!((chip.entry, chip.cvm), (CardEntry::Code, Cvm::Device));
    let receipt = till.reprint(id).unwrap().merchant().to_string();
    let line = |start: &str| receipt.lines().find(|line| line.starts_with(start));
    assert!(line("ENTRY").unwrap().ends_with(" CODE"), "{receipt}");
    assert_eq!(line("TVR"), None);
    assert!(receipt.contains("VERIFIED ON DEVICE"));
    assert!(!receipt.contains("6292610358444335641"));
}

#[test]
fn a_code_is_voided_refunded_and_settled_as_a_tap_is() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let by_code = entry(&mut till, &scan(CODE).unwrap(), &mut host);
    till.void(by_code, minute(1), &mut host).unwrap();
    assert_eq!(standing(&till, by_code), Standing::Voided);
    let again = entry(&mut till, &scan(CODE).unwrap(), &mut host);
    till.refund(again, cny(1234), minute(1), &mut host).unwrap();
    let totals = till.state().batch().totals().of_currency(cny(0).currency());
    assert_eq!((totals.sales.count, totals.refunds.count), (2, 1));
}

#[test]
fn an_unanswered_code_is_reversed_with_what_it_has_of_the_chip_data() {
    let mut host = Script::of([Line::Fails(HostError::TimedOut)]);
    let mut till = open(&Disk::default());
    tap(&mut till, &scan(CODE).unwrap(), &mut host);
    tap(&mut till, &sale(100), &mut host);
    let sent = host.take();
    let chip_data = reversal(&sent[1]).chip_data.clone().unwrap();
    let expected = "9F1011070001 03A0000001 08 3339393939393939 9F36020001";
    assert_eq!(chip_data.octets(), octets(expected));
}

#[test]
fn what_this_terminal_does_not_take_is_refused_before_anything_is_sent() {
    let kinds = [
        (TransactionType::Refund, 1),
        (TransactionType::PreAuthorisation, 1),
        (TransactionType::Balance, 0),
    ];
    let terminal = Terminal::new(Config::default());
    for (kind, minor) in kinds {
        let refused = terminal.scan(CODE, &transaction(kind, minor));
        assert_eq!(refused, Err(CodeError::Kind), "{kind:?}");
    }
    let whole = "63 1D 9F2608568B12D9DA0BD97F 9F36020001 9F100A07010103A40000010100";
    for (application, error) in [
        ("4F 07 F0000000000001".to_owned(), CodeError::NoApplication),
        (
            format!("{AID} {whole}"),
            CodeError::Incomplete(Tag::new(0x57)),
        ),
        (
            format!("{AID} 57 03 625094 {whole}"),
            CodeError::Incomplete(Tag::new(0x57)),
        ),
        (
            format!("{AID} {TRACK_2}"),
            CodeError::Incomplete(Tag::new(0x9F26)),
        ),
        (
            format!("{AID} {TRACK_2} 63 0B 9F2608568B12D9DA0BD97F"),
            CodeError::Incomplete(Tag::new(0x9F36)),
        ),
        (
            format!("{AID} {TRACK_2} 63 10 9F2608568B12D9DA0BD97F 9F36020001"),
            CodeError::Incomplete(Tag::new(0x9F10)),
        ),
    ] {
        assert_eq!(scan(&text(&application, "")), Err(error), "{application}");
    }
    assert!(matches!(scan("000201"), Err(CodeError::Code(_))));
    let offline = Config::from_toml("reader = { offline_only = true }").unwrap();
    let refused = Terminal::new(offline).scan(CODE, &transaction(TransactionType::Purchase, 1));
    assert_eq!(refused, Err(CodeError::NoApplication));
}

#[test]
fn a_card_of_the_exception_file_pays_by_no_code() {
    let listed = ExceptionFile::parse("6292610358444335641").unwrap();
    let terminal = Terminal::new(Config::default()).with_exception_file(listed);
    let refused = terminal.scan(CODE, &transaction(TransactionType::Purchase, 1234));
    assert_eq!(refused, Err(CodeError::Exception));
}

#[test]
fn the_limits_of_the_terminal_hold_for_a_code_as_for_a_tap() {
    let with = |limits: &str, minor| {
        let terminal = Terminal::new(Config::from_toml(limits).unwrap());
        let scanned = terminal.scan(CODE, &transaction(TransactionType::Purchase, minor));
        scanned.map(|request| request.transaction.amount().minor())
    };
    let limit = "limits = { transaction = \"12.34\" }";
    let reached = CodeError::NotAllowed(NotAllowed::TransactionLimitReached);
    assert_eq!(with(limit, 1233), Ok(1233));
    assert_eq!(with(limit, 1234), Err(reached));
    let no_zero =
        "[[applications]]\naid = \"A0000003330101\"\npartial = true\nzero_amount = \"not allowed\"";
    assert_eq!(with(no_zero, 1), Ok(1));
    let zero = CodeError::NotAllowed(NotAllowed::ZeroAmount);
    assert_eq!(with(no_zero, 0), Err(zero));
    assert_eq!(with("", 0), Ok(0));
}
