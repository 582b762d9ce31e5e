//! The parts common to all messages: header, encapsulated key, ciphertext, signature.

mod frame;
mod header;
mod refusal;
mod seal;

#[cfg(test)]
mod tests;

pub use frame::OVERHEAD;
pub use header::{HEADER_LEN, Header, Kind};
pub use refusal::{Refusal, Refusals};
pub use seal::SealError;

pub(crate) use frame::{Frame, signed_part};
pub(crate) use header::{SUITE, VERSION};
pub(crate) use seal::{Envelope, seal, sign};

/// The `info` of HPKE: it binds every derived key to this protocol.
pub(crate) const INFO: &[u8] = b"understudy provisioning 1";

/// The most octets of a message's content: the longest package.
pub const CONTENT_MAX: usize = 4 + 0xFFFF;
