//! Each field holds what its class admits and nothing else.

use std::string::ToString;
use std::{format, vec::Vec};

use super::{
    ApprovalCode, EntryMode, FieldError, LocalTime, MerchantId, ProcessingCode, Reference,
    ResponseCode, TerminalId, TraceNumber, TransactionKind,
};

#[test]
fn a_trace_number_has_one_to_six_digits_is_not_zero_and_wraps() {
    for (number, good) in [(0, false), (1, true), (999_999, true), (1_000_000, false)] {
        let trace = TraceNumber::new(number);
        assert_eq!(trace.map(TraceNumber::get).ok(), good.then_some(number));
    }
    assert_eq!(TraceNumber::new(7).unwrap().to_string(), "000007");
    assert_eq!(TraceNumber::LAST.next(), TraceNumber::FIRST);
    assert_eq!(TraceNumber::FIRST.next().get(), 2);
}

#[test]
fn a_local_time_is_a_time_of_day_and_a_day_of_some_year() {
    let cases = [
        ("000000", "0101", None),
        ("235959", "0229", None),
        ("235959", "1231", None),
        ("240000", "0101", Some(FieldError::LocalTime)),
        ("006000", "0101", Some(FieldError::LocalTime)),
        ("000060", "0101", Some(FieldError::LocalTime)),
        ("00000", "0101", Some(FieldError::LocalTime)),
        ("00000 ", "0101", Some(FieldError::LocalTime)),
        ("000000", "0001", Some(FieldError::LocalDate)),
        ("000000", "1301", Some(FieldError::LocalDate)),
        ("000000", "0230", Some(FieldError::LocalDate)),
        ("000000", "0431", Some(FieldError::LocalDate)),
        ("000000", "0100", Some(FieldError::LocalDate)),
        ("000000", "01011", Some(FieldError::LocalDate)),
    ];
    for (time, date, error) in cases {
        assert_eq!(LocalTime::parse(time, date).err(), error, "{date} {time}");
    }
    let time = LocalTime::parse("093015", "1122").unwrap();
    assert_eq!(time.to_string(), "11-22 09:30:15");
    assert_eq!((time.date_bcd(), time.text()), ([0x11, 0x22], "1122093015"));
    assert_eq!((&time.time(), &time.date()), (b"093015", b"1122"));
    assert_eq!(LocalTime::from_text(time.text()), Some(time));
    assert_eq!(
        LocalTime::from_bcd([0x09, 0x30, 0x15], [0x11, 0x22]),
        Ok(time)
    );
    assert!(LocalTime::from_bcd([0x0A, 0, 0], [0x11, 0x22]).is_err());
}

/// The characters that `make` accepts at the first place.
fn admitted<const N: usize, T>(make: impl Fn([u8; N]) -> Result<T, FieldError>) -> Vec<u8> {
    let with = |octet| {
        let mut characters = [b'0'; N];
        characters[0] = octet;
        make(characters)
    };
    (0..=255).filter(|&octet| with(octet).is_ok()).collect()
}

#[test]
fn a_field_admits_the_characters_of_its_class() {
    let digits: Vec<u8> = (b'0'..=b'9').collect();
    let letters = (b'A'..=b'Z').chain(b'a'..=b'z');
    let an: Vec<u8> = digits.iter().copied().chain(letters).collect();
    let ans: Vec<u8> = (b' '..=b'~').collect();
    assert_eq!(admitted(EntryMode::new), digits);
    assert_eq!(admitted(Reference::new), an);
    assert_eq!(admitted(ApprovalCode::new), an);
    assert_eq!(admitted(ResponseCode::new), an);
    assert_eq!(admitted(TerminalId::new), ans);
    assert_eq!(admitted(MerchantId::new), ans);
}

#[test]
fn a_text_of_another_length_is_refused() {
    for text in ["", "0000000", "000000000", "0000000\u{e9}"] {
        assert_eq!(TerminalId::parse(text), Err(FieldError::Terminal), "{text}");
    }
    let terminal: TerminalId = "TERM 1  ".parse().unwrap();
    assert_eq!(
        format!("{terminal}|{terminal:?}"),
        "TERM 1  |TerminalId(TERM 1  )"
    );
}

#[test]
fn only_07_and_98_are_a_contactless_chip() {
    for mode in 0..1000 {
        let mode = EntryMode::parse(&format!("{mode:03}")).unwrap();
        let first = &mode.text()[..2];
        let chip = first == "07" || first == "98";
        assert_eq!(mode.is_contactless_chip(), chip, "{mode}");
    }
    assert_eq!(EntryMode::contactless_chip(true).text(), "071");
    assert_eq!(EntryMode::contactless_chip(false).text(), "072");
}

#[test]
fn the_first_two_digits_say_what_is_asked_for_and_are_9c() {
    let cases = [
        ("000000", TransactionKind::Sale, 0x00),
        ("010000", TransactionKind::Cash, 0x01),
        ("033000", TransactionKind::PreAuthorisation, 0x03),
        ("090000", TransactionKind::Cashback, 0x09),
        ("200030", TransactionKind::Refund, 0x20),
        ("310000", TransactionKind::Balance, 0x31),
    ];
    for (text, kind, transaction_type) in cases {
        let code = ProcessingCode::parse(text).unwrap();
        assert_eq!(
            (code.kind(), code.transaction_type()),
            (kind, transaction_type)
        );
        assert_eq!(code.text(), text);
    }
    for text in ["", "00000", "0000000", "00000A", "020000", "990000"] {
        let parsed = ProcessingCode::parse(text);
        assert_eq!(parsed, Err(FieldError::ProcessingCode), "{text}");
    }
    for code in [
        ProcessingCode::SALE,
        ProcessingCode::PRE_AUTHORISATION,
        ProcessingCode::REFUND,
        ProcessingCode::BALANCE,
    ] {
        assert_eq!(ProcessingCode::parse(code.text()), Ok(code));
    }
}

#[test]
fn every_kind_is_found_by_its_name() {
    for kind in TransactionKind::ALL {
        assert_eq!(TransactionKind::from_name(kind.name()), Some(kind));
    }
}

#[test]
fn every_meaning_of_a_response_code_fits_on_a_slip() {
    for number in 0..=99 {
        let code = ResponseCode::parse(&format!("{number:02}")).unwrap();
        assert!((1..=40).contains(&code.meaning().len()), "{code}");
    }
    assert!(ResponseCode::SYSTEM_MALFUNCTION.is_temporary());
    assert_eq!(ResponseCode::SYSTEM_MALFUNCTION.text(), "96");
}

#[cfg(feature = "serde")]
#[test]
fn fields_are_texts_in_files_and_trace_numbers_are_numbers() {
    let terminal = TerminalId::parse("TERM 1  ").unwrap();
    let text = serde_json::to_string(&(terminal, TraceNumber::FIRST)).unwrap();
    assert_eq!(text, r#"["TERM 1  ",1]"#);
    let read: (TerminalId, TraceNumber) = serde_json::from_str(&text).unwrap();
    assert_eq!(read, (terminal, TraceNumber::FIRST));
    assert!(serde_json::from_str::<TerminalId>(r#""TERM1""#).is_err());
    assert!(serde_json::from_str::<TraceNumber>("0").is_err());
}
