//! Messages on a stream: each behind its length, two octets, the most significant first.

use super::error::Error;

/// The octets in front of a message.
pub const PREFIX: usize = 2;

/// Splits the first message off what was received; none if it is not whole yet.
///
/// The length is the message's alone. A length of 0 is a message of no octets, which nothing reads.
#[must_use]
pub fn split(received: &[u8]) -> Option<(&[u8], &[u8])> {
    let (prefix, rest) = received.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*prefix)))
}

/// The two octets in front of a message.
///
/// # Errors
/// [`Error::Room`] for a message of more than 65535 octets.
pub fn prefix(message: &[u8]) -> Result<[u8; PREFIX], Error> {
    let length = u16::try_from(message.len()).map_err(|_| Error::Room)?;
    Ok(length.to_be_bytes())
}
