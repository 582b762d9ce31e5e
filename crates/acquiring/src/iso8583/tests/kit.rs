//! Messages of the tests, packed.

use std::vec::Vec;

use crate::iso8583::{MESSAGE_MAX, Message, Variant, emit};
use crate::samples;

/// One of each message.
pub(super) fn messages() -> Vec<Message> {
    samples::messages().unwrap()
}

/// The octets of a message.
pub(super) fn packed(message: &Message, variant: Variant) -> Vec<u8> {
    let mut room = [0; MESSAGE_MAX];
    emit(message, variant, &mut room).unwrap().to_vec()
}

/// A message without one of its fields.
pub(super) fn without(message: &Message, number: u8) -> Message {
    let mut other = Message::new(message.message_type());
    for (row, value) in message.fields().filter(|(row, _)| row.number != number) {
        other.set(row.number, value).unwrap();
    }
    other
}

/// A message with another value of a field, or with a field that it has not.
pub(super) fn with(message: &Message, number: u8, value: &[u8]) -> Message {
    let mut other = without(message, number);
    other.set(number, value).unwrap();
    other
}
