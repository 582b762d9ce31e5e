//! The reasons for which octets are not a message, or a message is not the expected one.

use core::fmt;

use thiserror::Error;

use super::table::field;
use crate::field::FieldError;

/// A defect of a message, and its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Error {
    /// The message type is not one of the ten.
    #[error("the message type is none that is spoken here")]
    MessageType,
    /// A bitmap is cut off, is not in hexadecimal digits of upper case, or the second one has no bit.
    #[error("the bitmap is cut off or not well-formed")]
    Bitmap,
    /// The message has a field without a row in the table.
    #[error("DE {0} is no field that is spoken here")]
    UnknownField(u8),
    /// A field does not have its form.
    #[error("{name}{problem}", name = Name(*.0), problem = .1)]
    Field(u8, Problem),
    /// The value of a field in a request or response is invalid.
    #[error(transparent)]
    Value(#[from] FieldError),
    /// Octets follow the last field.
    #[error("{0} octets too many")]
    Trailing(usize),
    /// The message does not fit into the room for it.
    #[error("the message does not fit")]
    Room,
    /// The answer belongs to another request.
    #[error("{name}differs from that of the request", name = Name(*.0))]
    OtherRequest(u8),
}

/// A defect of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Problem {
    /// The message ends inside the field.
    #[error("is cut off")]
    CutOff,
    /// The length is not allowed for the field, or not in digits.
    #[error("has a length that it cannot have")]
    Length,
    /// A character is not of the field's class, or the nibble that fills an octet up is not 0.
    #[error("holds a character that it cannot hold")]
    Character,
    /// The message must have the field.
    #[error("is missing")]
    Missing,
    /// The message may not have the field.
    #[error("has no place in this message")]
    Unexpected,
    /// The field was set before.
    #[error("is there twice")]
    Twice,
}

/// The number of a field, and its name if there is a row for it.
struct Name(u8);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match field(self.0) {
            Some(row) => write!(f, "DE {}, the {}, ", self.0, row.name),
            None => write!(f, "DE {} ", self.0),
        }
    }
}
