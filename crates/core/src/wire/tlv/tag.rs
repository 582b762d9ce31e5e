//! Tags.

use core::fmt;

/// A tag as it is written: one to three raw octets, right-aligned (`0x9F02`).
///
/// Ordered by that number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; 4]);

/// Low five bits of the first octet: the tag number continues in further octets.
const LONG_FORM: u8 = 0x1F;
/// High bit of a further octet: one more follows.
const MORE: u8 = 0x80;
const CONSTRUCTED: u8 = 0x20;

impl Tag {
    /// A tag from its octets as a big-endian number. Meant for constants: the number is kept as it
    /// is. For numbers that come from outside see [`Tag::from_number`].
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number.to_be_bytes())
    }

    /// A tag from its octets as a big-endian number; `None` unless they are exactly one tag.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        let tag = Self::new(number);
        match Self::split_from(tag.octets()) {
            Ok((read, [])) => Some(read),
            _ => None,
        }
    }

    /// The octets as a big-endian number.
    #[must_use]
    pub const fn number(self) -> u32 {
        u32::from_be_bytes(self.0)
    }

    /// The octets as they are written.
    #[must_use]
    pub const fn octets(&self) -> &[u8] {
        match &self.0 {
            [0, 0, 0, tag @ ..] => tag,
            [0, 0, tag @ ..] => tag,
            [0, tag @ ..] => tag,
            tag => tag,
        }
    }

    /// True if the value consists of data objects (first octet, b6).
    #[must_use]
    pub const fn is_constructed(self) -> bool {
        match self.octets() {
            [first, ..] => *first & CONSTRUCTED != 0,
            [] => false,
        }
    }

    /// Takes one tag from the front of `octets`.
    pub(in crate::wire) fn split_from(octets: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        let (&first, rest) = octets.split_first().ok_or(Malformed::Truncated)?;
        if first == 0 {
            return Err(Malformed::Tag);
        }
        if first & LONG_FORM != LONG_FORM {
            return Ok((Self([0, 0, 0, first]), rest));
        }
        let (&second, rest) = rest.split_first().ok_or(Malformed::Truncated)?;
        if second & MORE == 0 {
            return Ok((Self([0, 0, first, second]), rest));
        }
        let (&third, rest) = rest.split_first().ok_or(Malformed::Truncated)?;
        if third & MORE == 0 {
            return Ok((Self([0, first, second, third]), rest));
        }
        Err(Malformed::Tag)
    }
}

/// The reason for which octets do not start with a tag.
pub(in crate::wire) enum Malformed {
    /// `00`, or longer than three octets.
    Tag,
    Truncated,
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.octets()
            .iter()
            .try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}
