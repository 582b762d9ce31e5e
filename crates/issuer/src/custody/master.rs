//! The versions of the issuer master keys.

use subtle::ConstantTimeEq as _;
use understudy_core::card::Scheme;
use understudy_core::crypto::{Key, TdesKey};
use understudy_core::kd::IssuerMasterKey;

use super::check_value::CheckValue;
use super::family::{KeyFamily, KeyVersion};
use crate::published::test_issuer_master_key;

/// The reason for which a version of an issuer master key is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// It is the key of a version that exists, in this family or another.
    #[error("the key is that of {0} with the index {1:02X} already")]
    Known(KeyFamily, u8),
    /// The last index of the family is taken.
    #[error("the {0} master key has no index left: FF is taken")]
    NoIndexLeft(KeyFamily),
}

/// The issuer master keys for application cryptograms. Each family has its versions, named by their
/// derivation key index (DKI), 01 to FF without gaps; `UnionPay` with triple DES has at least one. New
/// cards get the newest; a card keeps the one that it was issued under.
#[derive(Debug)]
pub struct MasterKeys {
    /// Index 01 of `UnionPay` with triple DES, which is never removed.
    oldest: Version,
    /// The others, in ascending order of families and indexes.
    later: Vec<Version>,
}

/// A key with its index.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) family: KeyFamily,
    pub(super) dki: u8,
    /// On the heap by itself: a vector that grows leaves copies of its elements in freed memory.
    pub(super) key: Box<IssuerMasterKey>,
}

impl Version {
    pub(super) fn new(scheme: Scheme, dki: u8, key: Key) -> Self {
        let algorithm = key.algorithm();
        Self {
            family: KeyFamily { scheme, algorithm },
            dki,
            key: Box::new(IssuerMasterKey::new(key)),
        }
    }

    fn public(&self) -> KeyVersion {
        KeyVersion {
            family: self.family,
            dki: self.dki,
            check_value: CheckValue(self.key.check_value()),
        }
    }

    /// True if it may stand behind `earlier`.
    fn follows(&self, earlier: &Self) -> bool {
        if self.family == earlier.family {
            earlier.dki.checked_add(1) == Some(self.dki)
        } else {
            self.family > earlier.family && self.dki == MasterKeys::FIRST
        }
    }
}

impl MasterKeys {
    /// The index of a family's first version.
    pub const FIRST: u8 = 0x01;

    /// One key, for `UnionPay` with triple DES, with index 01.
    #[must_use]
    pub fn first(key: TdesKey) -> Self {
        Self {
            oldest: Version::new(Scheme::UnionPay, Self::FIRST, key.into()),
            later: Vec::new(),
        }
    }

    /// A first version of every family: the key that `make` gives for it, of its algorithm.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn of_every_family<E>(
        mut make: impl FnMut(KeyFamily) -> Result<Key, E>,
    ) -> Result<Self, E> {
        let mut version = |family: KeyFamily| {
            let key = make(family)?;
            Ok(Version::new(family.scheme, Self::FIRST, key))
        };
        let oldest = version(KeyFamily::UNIONPAY_TDES)?;
        let others = KeyFamily::all().filter(|family| *family != KeyFamily::UNIONPAY_TDES);
        Ok(Self {
            oldest,
            later: others.map(version).collect::<Result<_, E>>()?,
        })
    }

    /// The versions in ascending order of families and indexes.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> {
        self.all().map(Version::public)
    }

    /// Adds a version under the next index of its family, which is that of the scheme and the key's
    /// algorithm.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub fn add(&mut self, scheme: Scheme, key: Key) -> Result<KeyVersion, MasterKeyError> {
        let dki = self.index_for(scheme, &key)?;
        let version = Version::new(scheme, dki, key);
        let public = version.public();
        let place = (self.later).partition_point(|earlier| earlier.family <= version.family);
        self.later.insert(place, version);
        Ok(public)
    }

    /// The index that a key would get.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub(super) fn index_for(&self, scheme: Scheme, key: &Key) -> Result<u8, MasterKeyError> {
        let algorithm = key.algorithm();
        let family = KeyFamily { scheme, algorithm };
        let known = (self.all()).find(|version| is_same(version.key.expose(), key.expose()));
        if let Some(known) = known {
            return Err(MasterKeyError::Known(known.family, known.dki));
        }
        match self.of(family).last() {
            None => Ok(Self::FIRST),
            Some(last) => (last.dki.checked_add(1)).ok_or(MasterKeyError::NoIndexLeft(family)),
        }
    }

    /// The key of a family with this index.
    pub(crate) fn get(&self, family: KeyFamily, dki: u8) -> Option<&IssuerMasterKey> {
        let version = self.of(family).find(|version| version.dki == dki)?;
        Some(&version.key)
    }

    /// True if the family has a version.
    pub(super) fn have(&self, family: KeyFamily) -> bool {
        self.of(family).next().is_some()
    }

    /// The key of `UnionPay` with triple DES and index 01.
    pub(super) fn oldest(&self) -> &IssuerMasterKey {
        &self.oldest.key
    }

    /// The keys, in the order of [`versions`](Self::versions).
    pub(super) fn keys(&self) -> impl Iterator<Item = &IssuerMasterKey> {
        self.all().map(|version| &*version.key)
    }

    /// These versions; `None` if they do not ascend from index 01 of `UnionPay` with triple DES, or a
    /// family has a gap.
    pub(super) fn restore(versions: Vec<Version>) -> Option<Self> {
        let ascend = versions.is_sorted_by(|earlier, later| later.follows(earlier));
        let mut versions = versions.into_iter();
        let oldest = versions.next().filter(|_| ascend)?;
        let is_oldest = oldest.family == KeyFamily::UNIONPAY_TDES && oldest.dki == Self::FIRST;
        is_oldest.then(|| Self {
            oldest,
            later: versions.collect(),
        })
    }

    fn of(&self, family: KeyFamily) -> impl Iterator<Item = &Version> {
        self.all().filter(move |version| version.family == family)
    }

    fn all(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.oldest).chain(&self.later)
    }
}

/// True if two keys differ at most in the last bits of their octets, which TDES ignores. Takes the same
/// time for all keys of one length.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.iter().zip(other);
    let difference = pairs.fold(0_u8, |bits, (one, other)| bits | ((one ^ other) & 0xFE));
    one.len() == other.len() && bool::from(difference.ct_eq(&0))
}

/// True if these octets are a published issuer master key, of any scheme and algorithm.
pub(super) fn is_published(octets: &[u8]) -> bool {
    KeyFamily::all().any(|family| {
        let published = test_issuer_master_key(family.scheme, family.algorithm);
        is_same(published.expose(), octets)
    })
}
