//! The exception file: cards that this terminal always declines.

use std::collections::HashSet;
use std::fmt;

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use understudy_core::wire::digits::CardNumber;

type NumberDigest = [u8; 32];

/// Card numbers that are declined regardless of the card's answers. Only their SHA-256 digests are
/// kept; a digest of so short a number can be inverted by trying, so the file is still a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExceptionFile {
    digests: HashSet<NumberDigest>,
}

impl ExceptionFile {
    /// Reads a text with one card a line: its number of 8–19 digits, or the SHA-256 digest of
    /// these digits in ASCII, 64 digits of hex. What follows a `#` is a comment.
    ///
    /// # Errors
    /// [`ExceptionFileError`] names the first line that is neither, and does not show it.
    pub fn parse(text: &str) -> Result<Self, ExceptionFileError> {
        let mut file = Self::default();
        for (line, number) in text.lines().zip(1..) {
            let entry = line.split_once('#').map_or(line, |(entry, _)| entry).trim();
            if !entry.is_empty() {
                let digest = entry_digest(entry).ok_or(ExceptionFileError { line: number })?;
                file.digests.insert(digest);
            }
        }
        Ok(file)
    }

    /// The number of cards on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// True if no card is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    /// True if this card is on it.
    #[must_use]
    pub fn contains(&self, number: &CardNumber) -> bool {
        self.digests.contains(&digest(number))
    }
}

impl fmt::Debug for ExceptionFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExceptionFile")
            .field("cards", &self.len())
            .finish()
    }
}

/// A line of an exception file that does not name a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error(
    "line {line}: neither a card number of 8 to 19 digits nor its SHA-256 digest of 64 digits of hex"
)]
pub struct ExceptionFileError {
    /// The number of the line, from 1.
    pub line: usize,
}

fn entry_digest(entry: &str) -> Option<NumberDigest> {
    let mut stored = NumberDigest::default();
    if hex::decode_to_slice(entry, &mut stored).is_ok() {
        return Some(stored);
    }
    CardNumber::parse(entry).ok().as_ref().map(digest)
}

fn digest(number: &CardNumber) -> NumberDigest {
    Sha256::digest(number.expose()).into()
}
