//! Messages on a stream: each behind its length, two octets, the most significant first.

use super::error::Error;

/// The octets in front of a message.
pub const PREFIX: usize = 2;

/// Splits the first message off the received octets; `None` if it is not complete yet.
///
/// The length does not include its own octets. A length of 0 is an empty message, which is never
/// valid.
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
