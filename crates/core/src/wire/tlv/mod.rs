//! BER-TLV data objects as EMV has them (EMV Book 3 Annex B).
//!
//! - Tags are one to three octets and kept raw. The ISO rule that numbers below 31 take the short
//!   form does not hold in EMV (`9F02`, `BF0C`) and is not enforced.
//! - Lengths are `00`–`7F`, `81 xx` and `82 xx xx`. A length in more octets than it needs is read,
//!   never written.
//! - Octets `00` between objects are padding.
//!
//! The reader walks one template level: whoever wants the inside of a template makes another
//! reader over its value. Nothing recurses, so nesting costs no stack.

mod reader;
mod tag;
mod writer;

pub use reader::{Object, Reader, TlvError, find};
pub(in crate::wire) use tag::Malformed;
pub use tag::Tag;
pub use writer::{Overflow, Writer};

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;
