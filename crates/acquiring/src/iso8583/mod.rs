//! ISO 8583:1987: messages as octets.
//!
//! A [`Message`] is a type and fields, each field in characters or octets as its class has them. It is
//! the same in both [`Variant`]s; only [`pack`] and [`unpack`] know how a variant writes a field, and
//! they know it from the table, [`FIELDS`], alone:
//!
//! ```text
//! message type | bitmap | second bitmap if a field above 64 is there | fields, ascending
//! ```
//!
//! [`read_request`], [`write_request`], [`read_response`] and [`write_response`] say which fields
//! each request and response has. A message has one encoding in each variant: whatever is unpacked and
//! packed again gives the same octets.
//!
//! On a stream, a message stands behind its length: two octets, the most significant first
//! ([`frame`]).

mod digits;
mod encoding;
mod error;
pub mod frame;
mod mask;
mod message;
mod message_type;
mod pack;
mod request;
mod respond;
mod table;
mod totals;
mod unpack;
mod values;

pub use error::{Error, Problem};
pub use mask::Masked;
pub use message::Message;
pub use message_type::MessageType;
pub use pack::{MESSAGE_MAX, pack};
pub use request::{read_request, write_request};
pub use respond::{read_response, write_response};
pub use table::{Class, Encoding, FIELDS, Field, Length, Secrecy, Variant, field};
pub use unpack::unpack;

#[cfg(test)]
mod tests;
