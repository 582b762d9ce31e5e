//! ISO 8583:1987: messages as octets.
//!
//! A [`Message`] is a type and fields, each field in characters or octets as its class has them. It is
//! the same in both [`Variant`]s; only [`emit`] and [`parse`] know how a variant writes a field, and
//! they know it from the table, [`FIELDS`], alone:
//!
//! ```text
//! message type | bitmap | second bitmap if a field above 64 is there | fields, ascending
//! ```
//!
//! [`parse_request`], [`emit_request`], [`parse_response`] and [`emit_response`] say which fields
//! each request and response has. A message has one encoding in each variant: whatever is parsed and
//! emitted again gives the same octets.
//!
//! On a stream, a message stands behind its length: two octets, the most significant first
//! ([`frame`]).

mod digits;
mod emit;
mod encoding;
mod error;
pub mod frame;
mod mask;
mod message;
mod message_type;
mod parse;
mod request;
mod respond;
mod table;
mod totals;
mod values;

pub use emit::{MESSAGE_MAX, emit};
pub use error::{Error, Problem};
pub use mask::Masked;
pub use message::Message;
pub use message_type::MessageType;
pub use parse::parse;
pub use request::{emit_request, parse_request};
pub use respond::{emit_response, parse_response};
pub use table::{Class, Encoding, FIELDS, Field, Length, Secrecy, Variant, field};

#[cfg(test)]
mod tests;
