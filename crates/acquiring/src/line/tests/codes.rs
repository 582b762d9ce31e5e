//! Message authentication codes.

use crate::field::{MerchantId, TerminalId};
use crate::iso8583::{Error, MESSAGE_MAX, Message, Problem, Variant, emit};
use crate::line::{LineError, MacKey, TerminalKeys, open, seal};
use crate::samples;

/// Two keys that are one behind the other.
const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

/// A host that knows one terminal.
struct Host;

impl TerminalKeys for Host {
    fn mac_key(&self, merchant: &MerchantId, terminal: &TerminalId) -> Option<MacKey> {
        let known = merchant.text() == "CAFE No. 7     " && terminal.text() == "TERM-001";
        known.then(|| MacKey::new(KEY))
    }
}

fn sealed(message: &Message, variant: Variant, key: [u8; 16]) -> std::vec::Vec<u8> {
    let mut room = [0; MESSAGE_MAX];
    let octets = seal(message, variant, &MacKey::new(key), &mut room);
    octets.unwrap().to_vec()
}

/// ISO/IEC 9797-1:1999 Annex B.4 (MAC Algorithm 3, padding method 1), and of padding method 2 the
/// octet 80 in front.
#[test]
fn the_code_is_that_of_the_standard() {
    let cases: [(&[u8], [u8; 8]); 2] = [
        (
            b"Now is the time for all ",
            [0xA1, 0xC7, 0x2E, 0x74, 0xEA, 0x3F, 0xA9, 0xB6],
        ),
        (
            b"Now is the time for all \x80",
            [0xE9, 0x08, 0x62, 0x30, 0xCA, 0x3B, 0xE7, 0x96],
        ),
    ];
    for (text, code) in cases {
        assert_eq!(MacKey::new(KEY).code(text), code);
    }
}

#[test]
fn a_message_with_its_code_opens_and_the_code_covers_all_in_front_of_it() {
    for message in samples::messages().unwrap() {
        for variant in Variant::ALL {
            let octets = sealed(&message, variant, KEY);
            assert_eq!(open(&octets, variant, &Host).as_ref(), Ok(&message));
            let beyond = message.get(90).is_some();
            let mut whole = message.clone();
            let mut room = [0; MESSAGE_MAX];
            whole.set(if beyond { 128 } else { 64 }, &[0; 8]).unwrap();
            let bare = emit(&whole, variant, &mut room).unwrap();
            let size = if variant == Variant::Bcd { 8 } else { 16 };
            let covered = &bare[..bare.len() - size];
            let code = MacKey::new(KEY).code(covered);
            let code = match variant {
                Variant::Bcd => code.to_vec(),
                Variant::Ascii => hex::encode_upper(code).into_bytes(),
            };
            assert_eq!(octets, [covered, &code].concat());
        }
    }
}

#[test]
fn a_message_with_any_octet_altered_does_not_open() {
    for message in samples::messages().unwrap() {
        for variant in Variant::ALL {
            let good = sealed(&message, variant, KEY);
            for at in 0..good.len() {
                for bit in 0..8 {
                    let mut octets = good.clone();
                    octets[at] ^= 1 << bit;
                    assert!(open(&octets, variant, &Host).is_err(), "{at}.{bit}");
                }
            }
        }
    }
}

#[test]
fn another_key_an_unknown_terminal_and_no_code_are_told_apart() {
    let messages = samples::messages().unwrap();
    let message = &messages[0];
    let octets = sealed(message, Variant::Bcd, [7; 16]);
    let opened = open(&octets, Variant::Bcd, &Host);
    assert_eq!(opened, Err(LineError::Code));

    let mut stranger = Message::new(message.message_type());
    for (row, value) in message.fields() {
        let value = if row.number == 41 { b"TERM-002" } else { value };
        stranger.set(row.number, value).unwrap();
    }
    let octets = sealed(&stranger, Variant::Bcd, KEY);
    let opened = open(&octets, Variant::Bcd, &Host);
    assert_eq!(opened, Err(LineError::UnknownTerminal));

    let mut room = [0; MESSAGE_MAX];
    let bare = emit(message, Variant::Bcd, &mut room).unwrap();
    let missing = LineError::Format(Error::Field(64, Problem::Missing));
    assert_eq!(open(bare, Variant::Bcd, &Host), Err(missing));
}

#[test]
fn a_message_has_one_code_and_it_is_its_last_field() {
    let messages = samples::messages().unwrap();
    let mut two = messages[20].clone();
    assert!(two.get(90).is_some());
    two.set(64, &[0; 8]).unwrap();
    let mut room = [0; MESSAGE_MAX];
    let sealed = seal(&two, Variant::Bcd, &MacKey::new(KEY), &mut room);
    assert_eq!(sealed, Err(Error::Field(64, Problem::Twice)));
    two.set(128, &[0; 8]).unwrap();
    let octets = emit(&two, Variant::Bcd, &mut room).unwrap();
    let unexpected = LineError::Format(Error::Field(64, Problem::Unexpected));
    assert_eq!(open(octets, Variant::Bcd, &Host), Err(unexpected));
}
