//! Sealed lines: JSON, a space, the seal in 32 upper-case hex digits, a line end.
//!
//! The seal is the first 16 octets of SHA-256 over the seal of the line before (16 octets) and the
//! JSON. A line that is altered, missing, moved or from another journal is therefore detected. This
//! detects damage, not an attacker.

use std::io;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The longest line in octets, its end included.
pub(super) const LINE_MAX: usize = 2048;

/// The seal of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Seal(#[serde(with = "hex::serde")] [u8; 16]);

impl Seal {
    /// Octets of the space and the 32 digits.
    const SUFFIX: usize = 33;

    fn of(self, json: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(self.0).chain_update(json);
        let mut seal = Self::default();
        for (octet, of_digest) in seal.0.iter_mut().zip(digest.finalize()) {
            *octet = of_digest;
        }
        seal
    }

    /// The line of a value after the line with this seal, and its own seal.
    ///
    /// # Errors
    /// A value that `serde_json` cannot write, or a line that is too long.
    pub(super) fn line(self, value: &impl Serialize) -> io::Result<(String, Self)> {
        let mut line = serde_json::to_string(value)?;
        let seal = self.of(line.as_bytes());
        line.push(' ');
        line.push_str(&hex::encode_upper(seal.0));
        line.push('\n');
        if line.len() > LINE_MAX {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a record is longer than a line may be",
            ));
        }
        Ok((line, seal))
    }

    /// The JSON of a line without its end, and its seal; `None` if the seal does not match the line
    /// and its predecessor.
    fn open(self, line: &[u8]) -> Option<(&[u8], Self)> {
        let (json, suffix) = line.split_at_checked(line.len().checked_sub(Self::SUFFIX)?)?;
        let seal = self.of(json);
        let expected = format!(" {}", hex::encode_upper(seal.0));
        (suffix == expected.as_bytes()).then_some((json, seal))
    }
}

/// The lines of a journal, one after the other.
pub(super) struct Lines<'a> {
    rest: &'a [u8],
    /// The seal of the last line that was read.
    pub(super) seal: Seal,
    /// The number of lines read.
    pub(super) count: usize,
    /// True if the last line has no end.
    pub(super) unended: bool,
    /// True if a part of a line follows the last line.
    pub(super) torn: bool,
}

/// A line whose seal does not match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Altered;

impl<'a> Lines<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self {
            rest: octets,
            seal: Seal::default(),
            count: 0,
            unended: false,
            torn: false,
        }
    }

    /// The JSON of the next line; `None` after the last one.
    ///
    /// An interrupted append leaves a part of a line, or a line without its end, and was never
    /// acknowledged. A line that has its end, or another octet in its place, was complete once and
    /// must match its seal.
    pub(super) fn next(&mut self) -> Result<Option<&'a [u8]>, Altered> {
        let mut parts = self.rest.splitn(2, |octet| *octet == b'\n');
        let (line, rest) = (parts.next().unwrap_or_default(), parts.next());
        if let Some(rest) = rest {
            self.rest = rest;
            return self.take(line).map(Some).ok_or(Altered);
        }
        self.rest = &[];
        let Some((_, but_one)) = line.split_last() else {
            return Ok(None);
        };
        if self.seal.open(but_one).is_some() {
            return Err(Altered);
        }
        let whole = self.take(line);
        self.unended = whole.is_some();
        self.torn = whole.is_none();
        Ok(whole)
    }

    /// True if the last line is complete.
    pub(super) const fn whole(&self) -> bool {
        !self.unended && !self.torn
    }

    fn take(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        let (json, seal) = self.seal.open(line)?;
        self.seal = seal;
        self.count += 1;
        Some(json)
    }
}
