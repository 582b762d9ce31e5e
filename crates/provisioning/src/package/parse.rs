use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithm, Algorithms, Atc, SessionKey};
use understudy_core::wire::tlv::Reader;

#[cfg(feature = "limited-use")]
use super::PACKAGE;
use super::layout::Layout;
#[cfg(feature = "limited-use")]
use super::layout::sole;
#[cfg(feature = "limited-use")]
use super::limited_use::LimitedUseBatch;
use super::{ATC_LEN, PackageError, Subject};

/// A checked package. It borrows the octets it was parsed from, and copies a key only on request.
#[derive(Clone)]
pub struct Package<'a> {
    pub(super) octets: &'a [u8],
    pub(super) not_after: Option<UnixTime>,
    pub(super) subject: Subject<'a>,
    pub(super) algorithms: Algorithms,
    pub(super) counters: usize,
    #[cfg(feature = "limited-use")]
    pub(super) limited_use: bool,
    /// The key objects.
    pub(super) keys: &'a [u8],
}

impl<'a> Package<'a> {
    /// Reads a whole package: one E8 object and nothing after it.
    ///
    /// The profile is lent as it stands: that it is framed as TLV is checked, its contents are for
    /// `understudy_core::card::Profile` to judge.
    ///
    /// # Errors
    /// [`PackageError`], also for a package that could be read but is not in its one encoding.
    pub fn parse(octets: &'a [u8]) -> Result<Self, PackageError> {
        Layout::parse(octets).map(|layout| layout.lend(octets))
    }

    /// The whole package as it was read. It holds keys in the clear.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The last second in which its keys are good; `None` if they do not expire.
    #[must_use]
    pub const fn not_after(&self) -> Option<UnixTime> {
        self.not_after
    }

    /// The card that the keys are for.
    #[must_use]
    pub const fn subject(&self) -> &Subject<'a> {
        &self.subject
    }

    /// The profile, a whole E0 object, if the package brings a new card.
    #[must_use]
    pub const fn profile(&self) -> Option<&'a [u8]> {
        match self.subject {
            Subject::Card { profile } => Some(profile),
            Subject::Keys { .. } => None,
        }
    }

    /// The algorithms of the keys.
    #[must_use]
    pub const fn algorithms(&self) -> Algorithms {
        self.algorithms
    }

    /// The limited-use key, if the package has one in place of single-use keys.
    #[cfg(feature = "limited-use")]
    #[must_use]
    pub fn limited_use(&self) -> Option<LimitedUseBatch<'a>> {
        if !self.limited_use {
            return None;
        }
        LimitedUseBatch::of(sole(self.octets, PACKAGE).ok()?)
    }

    /// The single-use keys, in ascending order of their counters; empty if the package has a
    /// limited-use key.
    #[must_use]
    pub const fn keys(&self) -> Keys<'a> {
        #[cfg(feature = "limited-use")]
        if self.limited_use {
            return Keys {
                algorithms: self.algorithms,
                left: 0,
                objects: Reader::new(&[]),
            };
        }
        Keys {
            algorithms: self.algorithms,
            left: self.counters,
            objects: Reader::new(self.keys),
        }
    }
}

impl core::fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Package")
            .field("subject", &self.subject)
            .field("not_after", &self.not_after)
            .field("keys", &self.counters)
            .finish()
    }
}

/// The keys of a package, each with the one counter that it is good for.
#[derive(Clone)]
pub struct Keys<'a> {
    algorithms: Algorithms,
    left: usize,
    objects: Reader<'a>,
}

/// The keys of one counter, a key of each algorithm, lent out of a package.
#[derive(Clone, Copy)]
pub struct KeySet<'a> {
    algorithms: Algorithms,
    octets: &'a [u8],
}

impl<'a> KeySet<'a> {
    /// The keys as they stand in the package, one behind the other, for a store.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The key of this algorithm, if there is one.
    #[must_use]
    pub fn session_key(&self, algorithm: Algorithm) -> Option<SessionKey> {
        self.algorithms.session_key(self.octets, algorithm)
    }
}

impl<'a> Iterator for Keys<'a> {
    type Item = (Atc, KeySet<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let object = self.objects.next()?.ok()?;
        let (atc, octets) = object.value.split_first_chunk::<ATC_LEN>()?;
        let atc = Atc::new(u16::from_be_bytes(*atc))?;
        self.left = self.left.saturating_sub(1);
        let algorithms = self.algorithms;
        Some((atc, KeySet { algorithms, octets }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Keys<'_> {}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keys({} left)", self.left)
    }
}

/// Shows no key.
impl core::fmt::Debug for KeySet<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("KeySet(..)")
    }
}
