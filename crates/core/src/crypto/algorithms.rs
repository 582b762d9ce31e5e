//! The algorithms of one card.

use core::fmt;

use super::{Algorithm, Key, SessionKey};

/// The algorithms of a card: one, or two of which each tap takes one. For every counter the card has
/// a key of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithms {
    first: Algorithm,
    second: Option<Algorithm>,
}

impl Algorithms {
    /// Triple DES alone.
    #[cfg(feature = "tdes")]
    pub const TDES: Self = Self::one(Algorithm::Tdes);

    /// The algorithms where none are named: triple DES alone; `None` if this crate is built without it.
    #[cfg(feature = "tdes")]
    pub(crate) const IMPLIED: Option<Self> = Some(Self::TDES);
    #[cfg(not(feature = "tdes"))]
    pub(crate) const IMPLIED: Option<Self> = None;

    /// One algorithm.
    #[must_use]
    pub const fn one(algorithm: Algorithm) -> Self {
        Self {
            first: algorithm,
            second: None,
        }
    }

    /// Two algorithms, in ascending order of their octets; `None` in any other order.
    #[must_use]
    pub fn two(first: Algorithm, second: Algorithm) -> Option<Self> {
        (first.octet() < second.octet()).then_some(Self {
            first,
            second: Some(second),
        })
    }

    /// The algorithms that these octets name in ascending order, one or two; `None` also if this
    /// crate is built without one of them.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        match octets {
            [one] => Algorithm::from_octet(*one).map(Self::one),
            [first, second] => Self::two(
                Algorithm::from_octet(*first)?,
                Algorithm::from_octet(*second)?,
            ),
            _ => None,
        }
    }

    /// The algorithms, in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Algorithm> {
        [Some(self.first), self.second].into_iter().flatten()
    }

    /// The octets that name the algorithms, one or two, in ascending order.
    #[must_use]
    pub fn octets(self, room: &mut [u8; 2]) -> &[u8] {
        let mut length = 0;
        for (place, algorithm) in room.iter_mut().zip(self.iter()) {
            *place = algorithm.octet();
            length += 1;
        }
        room.get(..length).unwrap_or_default()
    }

    /// True if they are those that are meant where none are named.
    pub(crate) fn are_implied(self) -> bool {
        Self::IMPLIED == Some(self)
    }

    /// True if the card has keys of this algorithm.
    #[must_use]
    pub fn contain(self, algorithm: Algorithm) -> bool {
        self.iter().any(|held| held == algorithm)
    }

    /// The length of one key of each, 16 to 64 octets.
    #[must_use]
    pub fn keys_length(self) -> usize {
        self.iter().map(Algorithm::key_length).sum()
    }

    /// The session key of this algorithm out of one key of each, which stand one behind the other;
    /// `None` if there is none of it, or the octets are too few.
    #[must_use]
    pub fn session_key(self, keys: &[u8], algorithm: Algorithm) -> Option<SessionKey> {
        let start = match algorithm {
            first if first == self.first => 0,
            second if Some(second) == self.second => self.first.key_length(),
            _ => return None,
        };
        let end = start + algorithm.key_length();
        Key::from_octets(algorithm, keys.get(start..end)?).map(SessionKey::new)
    }
}

impl fmt::Display for Algorithms {
    /// The names with a `+` between them: `tdes+sm4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.first.name())?;
        self.second
            .map_or(Ok(()), |second| write!(f, "+{}", second.name()))
    }
}
