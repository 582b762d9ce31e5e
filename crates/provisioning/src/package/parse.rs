use understudy_core::card::UnixTime;
use understudy_core::crypto::{Atc, SessionKey};

use super::layout::Layout;
use super::{KEY_OBJECT_LEN, PackageError, SESSION_KEY_LEN, Subject};

/// A checked package. It borrows the octets it was parsed from, and copies a key only on request.
#[derive(Clone)]
pub struct Package<'a> {
    pub(super) octets: &'a [u8],
    pub(super) not_after: Option<UnixTime>,
    pub(super) subject: Subject<'a>,
    pub(super) keys: &'a [[u8; KEY_OBJECT_LEN]],
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

    /// The keys, in ascending order of their counters; never empty.
    #[must_use]
    pub fn keys(&self) -> Keys<'a> {
        Keys {
            objects: self.keys.iter(),
        }
    }

    /// The keys as they stand in the octets, lent to a store.
    pub fn stored_keys(&self) -> impl Iterator<Item = (Atc, &'a [u8; SESSION_KEY_LEN])> {
        self.keys.iter().filter_map(|[_, _, high, low, key @ ..]| {
            Some((Atc::new(u16::from_be_bytes([*high, *low]))?, key))
        })
    }
}

impl core::fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Package")
            .field("subject", &self.subject)
            .field("not_after", &self.not_after)
            .field("keys", &self.keys.len())
            .finish()
    }
}

/// The keys of a package, each with the one counter that it is good for.
#[derive(Clone)]
pub struct Keys<'a> {
    objects: core::slice::Iter<'a, [u8; KEY_OBJECT_LEN]>,
}

impl Iterator for Keys<'_> {
    type Item = (Atc, SessionKey);

    fn next(&mut self) -> Option<Self::Item> {
        let [_, _, atc_high, atc_low, key @ ..] = self.objects.next()?;
        let atc = Atc::new(u16::from_be_bytes([*atc_high, *atc_low]))?;
        Some((atc, SessionKey::from_octets(*key)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.objects.size_hint()
    }
}

impl ExactSizeIterator for Keys<'_> {}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keys({} left)", self.objects.len())
    }
}
