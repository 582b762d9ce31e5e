//! Bodies of fuzz targets. A function panics if its property does not hold.

use crate::field::ResponseCode;
use crate::field::{MerchantId, TerminalId};
use crate::iso8583::{
    MESSAGE_MAX, Message, Variant, emit, emit_request, emit_response, frame, parse, parse_request,
    parse_response,
};
use crate::line::{MacKey, TerminalKeys, open, seal};
use crate::message::Response;

/// Arbitrary octets as a message of either variant: refused, or the one encoding of a message.
pub fn message(octets: &[u8]) {
    for variant in Variant::ALL {
        let Ok(message) = parse(octets, variant) else {
            continue;
        };
        let mut room = [0; MESSAGE_MAX];
        let packed = emit(&message, variant, &mut room);
        assert_eq!(packed.as_deref(), Ok(octets));
        typed(&message);
        secured(&message, variant);
    }
}

/// Arbitrary octets as a stream: every message that is split off is whole.
pub fn stream(octets: &[u8]) {
    let mut rest = octets;
    while let Some((first, behind)) = frame::split(rest) {
        assert_eq!(first.len() + behind.len() + frame::PREFIX, rest.len());
        message(first);
        rest = behind;
    }
}

/// A message that can be read as a request is that request's one message, and so is its answer.
fn typed(message: &Message) {
    let answer = emit_response(message, &Response::new(ResponseCode::FORMAT_ERROR));
    assert_eq!(answer.is_ok(), message.message_type().answer().is_some());
    if let Ok(answer) = answer {
        let read = parse_response(&answer, message);
        assert_eq!(read, Ok(Response::new(ResponseCode::FORMAT_ERROR)));
    }
    if let Ok(request) = parse_request(message) {
        let written = emit_request(&request);
        let read = written.as_ref().map(parse_request);
        assert_eq!(read, Ok(Ok(request)));
        let mut fields = written.iter().flat_map(Message::fields);
        assert!(fields.all(|(row, value)| message.get(row.number) == Some(value)));
    }
}

/// A message is authentic under the code of its own key and of no other.
fn secured(message: &Message, variant: Variant) {
    let mut room = [0; MESSAGE_MAX];
    let named = |number| message.get(number).is_some();
    let Ok(octets) = seal(message, variant, &MacKey::new([1; 16]), &mut room) else {
        return assert!(named(64) || named(128));
    };
    let opened = open(octets, variant, &One(1));
    assert!(!named(41) || !named(42) || opened.as_ref() == Ok(message));
    assert!(open(octets, variant, &One(2)).is_err());
}

/// The same key for every terminal.
struct One(u8);

impl TerminalKeys for One {
    fn mac_key(&self, _: &MerchantId, _: &TerminalId) -> Option<MacKey> {
        Some(MacKey::new([self.0; 16]))
    }
}
