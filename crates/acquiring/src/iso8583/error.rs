//! Why octets are not a message, or a message is not the one that it should be.

use core::fmt;

use thiserror::Error;

use super::table::field;
use crate::field::FieldError;

/// What is wrong with a message, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Error {
    /// The message type is not one of the ten.
    #[error("the message type is none that is spoken here")]
    MessageType,
    /// A bitmap is cut off, is not in hexadecimal digits of upper case, or the second one has no bit.
    #[error("the bitmap is cut off or not well-formed")]
    Bitmap,
    /// A field is there that the table has no row for.
    #[error("DE {0} is no field that is spoken here")]
    UnknownField(u8),
    /// A field is not of its form.
    #[error("{name}{problem}", name = Name(*.0), problem = .1)]
    Field(u8, Problem),
    /// A field of a request or response does not hold what it should.
    #[error(transparent)]
    Value(#[from] FieldError),
    /// Octets stand behind the last field.
    #[error("{0} octets too many")]
    Trailing(usize),
    /// The message does not fit into the room that it should be written into.
    #[error("the message does not fit")]
    Room,
    /// The answer belongs to another request.
    #[error("{name}differs from that of the request", name = Name(*.0))]
    OtherRequest(u8),
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Problem {
    /// The message ends inside the field.
    #[error("is cut off")]
    CutOff,
    /// The length is none that the field may have, or is not in digits.
    #[error("has a length that it cannot have")]
    Length,
    /// A character is none of the field's class, or the nibble that fills an octet up is not 0.
    #[error("holds a character that it cannot hold")]
    Character,
    /// The message needs the field.
    #[error("is missing")]
    Missing,
    /// The message has no place for the field.
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
