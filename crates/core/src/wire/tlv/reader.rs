//! Reading data objects.

use core::fmt;
use core::iter::FusedIterator;

use thiserror::Error;

use super::tag::{Malformed, Tag};

/// A data object: a tag and the octets of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// The tag.
    pub tag: Tag,
    /// The value, 0–65535 octets.
    pub value: &'a [u8],
}

/// The reason for which octets are not a sequence of data objects.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TlvError {
    /// A tag longer than three octets.
    #[error("a tag is longer than three octets")]
    Tag,
    /// A length that is none of `00`–`7F`, `81`, `82`.
    #[error("a length is none of 00 to 7F, 81, 82")]
    Length,
    /// The octets end inside an object.
    #[error("the octets end inside a data object")]
    Truncated,
}

/// The data objects of one template level, in their order; ends after the first error.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `octets`, the value of a template.
    #[must_use]
    pub const fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    fn object(octets: &'a [u8]) -> Result<(Object<'a>, &'a [u8]), TlvError> {
        let (tag, rest) = Tag::split_from(octets)?;
        let (length, rest) = split_length(rest)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(TlvError::Truncated)?;
        Ok((Object { tag, value }, rest))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Object<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        while let [0, rest @ ..] = self.rest {
            self.rest = rest;
        }
        if self.rest.is_empty() {
            return None;
        }
        let object = Self::object(self.rest);
        self.rest = object.map_or(&[], |(_, rest)| rest);
        Some(object.map(|(object, _)| object))
    }
}

impl FusedIterator for Reader<'_> {}

fn split_length(octets: &[u8]) -> Result<(usize, &[u8]), TlvError> {
    let (&first, rest) = octets.split_first().ok_or(TlvError::Truncated)?;
    match (first, rest) {
        (..=0x7F, _) => Ok((usize::from(first), rest)),
        (0x81, [length, rest @ ..]) => Ok((usize::from(*length), rest)),
        (0x82, [high, low, rest @ ..]) => {
            Ok((usize::from(u16::from_be_bytes([*high, *low])), rest))
        }
        (0x81 | 0x82, _) => Err(TlvError::Truncated),
        _ => Err(TlvError::Length),
    }
}

/// The value of the first object with this tag on this level, if there is one. The whole level is
/// read either way.
///
/// # Errors
/// [`TlvError`] if anything on the level is malformed, also behind the object.
pub fn find(octets: &[u8], tag: Tag) -> Result<Option<&[u8]>, TlvError> {
    Reader::new(octets).try_fold(None, |found, object| {
        let object = object?;
        Ok(found.or((object.tag == tag).then_some(object.value)))
    })
}

/// Shows the length instead of the value, which may be a card's.
impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({}, {} octets)", self.tag, self.value.len())
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} octets)", self.rest.len())
    }
}

impl From<Malformed> for TlvError {
    fn from(error: Malformed) -> Self {
        match error {
            Malformed::Tag => Self::Tag,
            Malformed::Truncated => Self::Truncated,
        }
    }
}
