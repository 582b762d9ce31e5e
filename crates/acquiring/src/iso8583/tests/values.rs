//! A message holds only valid fields, and shows only what may be shown.

use std::format;

use super::kit::{messages, packed};
use crate::iso8583::{Error, Message, MessageType, Problem, Variant};

#[test]
fn a_field_is_set_once_at_its_length_and_in_its_class() {
    let mut message = Message::new(MessageType::FinancialRequest);
    let bad = |number, problem| Err(Error::Field(number, problem));
    assert_eq!(message.set(5, b"0"), Err(Error::UnknownField(5)));
    assert_eq!(message.set(3, b"00000"), bad(3, Problem::Length));
    assert_eq!(message.set(3, b"00000A"), bad(3, Problem::Character));
    assert_eq!(message.set(35, b""), bad(35, Problem::Length));
    assert_eq!(message.set(35, &[b'0'; 38]), bad(35, Problem::Length));
    assert_eq!(message.set(3, b"000000"), Ok(()));
    assert_eq!(message.set(3, b"000000"), bad(3, Problem::Twice));
    assert_eq!(message.get(3), Some(&b"000000"[..]));
    assert_eq!(message.get(4), None);
    let error = Error::Field(3, Problem::Character);
    let text = "DE 3, the processing code, holds a character that it cannot hold";
    assert_eq!(format!("{error}"), text);
}

#[test]
fn nothing_secret_is_shown_by_debug() {
    let mut shown = 0;
    for message in messages() {
        let text = format!("{message:?}");
        for secret in [
            "6228480000000000014",
            "30122201",
            "3012",
            "1B9C1845",
            "112233445566",
        ] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(!text.contains(&format!("{:?}", &packed(&message, Variant::Bcd)[..8])));
        shown += u32::from(text.contains("622848*********0014="));
    }
    assert_eq!(
        shown, 7,
        "every request with a card shows its masked number"
    );
    let mut message = Message::new(MessageType::FinancialRequest);
    message.set(2, b"6228480000000000014").unwrap();
    message.set(14, b"3012").unwrap();
    message.set(52, &[7; 8]).unwrap();
    let text = format!("{message:?}");
    let expected =
        r#"{"type": FinancialRequest, 2: 622848*********0014, 14: (4 digits), 52: (8 octets)}"#;
    assert_eq!(text, expected);
    let mut short = Message::new(MessageType::FinancialRequest);
    short.set(2, b"62284800").unwrap();
    assert!(format!("{short:?}").contains("****4800"));
}
