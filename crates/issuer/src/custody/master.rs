//! The versions of the issuer master key, and the check values of keys.

use std::fmt;

use cipher::{BlockCipherEncrypt as _, KeyInit as _};
use des::TdesEde2;
use subtle::ConstantTimeEq as _;
use understudy_core::card::Scheme;
use understudy_core::crypto::Algorithm;
use understudy_core::kd::with_odd_parity;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// The check value of a TDES key: the first three octets of eight encrypted zeros (ANSI X9.24). It is
/// public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckValue(pub [u8; 3]);

impl CheckValue {
    /// That of a double-length TDES key.
    #[must_use]
    pub fn of(key: &Secret<16>) -> Self {
        let mut block = [0; 8];
        TdesEde2::new(key.expose().into()).encrypt_block((&mut block).into());
        let [a, b, c, ..] = block;
        Self([a, b, c])
    }

    /// The check value of six hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return None;
        }
        let [_, a, b, c] = u32::from_str_radix(text, 16).ok()?.to_be_bytes();
        Some(Self([a, b, c]))
    }
}

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        write!(f, "{a:02X}{b:02X}{c:02X}")
    }
}

/// The issuer master keys of a scheme and an algorithm, which no other scheme's or algorithm's cards are
/// made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyFamily {
    /// The scheme.
    pub scheme: Scheme,
    /// The algorithm.
    pub algorithm: Algorithm,
}

impl KeyFamily {
    /// `UnionPay`, triple DES.
    pub const UNIONPAY_TDES: Self = Self {
        scheme: Scheme::UnionPay,
        algorithm: Algorithm::Tdes,
    };
}

impl fmt::Display for KeyFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.scheme.name(), self.algorithm.name())
    }
}

/// A version of an issuer master key, without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyVersion {
    /// The family whose version it is.
    pub family: KeyFamily,
    /// The derivation key index (DKI) that names it in the issuer application data (`9F10`).
    pub dki: u8,
    /// Its check value.
    pub check_value: CheckValue,
}

/// The reason for which a version of the issuer master key is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// It is the key of a version that exists.
    #[error("the key is that of index {0:02X} already")]
    Known(u8),
    /// The last index is taken.
    #[error("the issuer master key has no index left: FF is taken")]
    NoIndexLeft,
}

/// The versions of the issuer master key for application cryptograms, each named by its derivation
/// key index (DKI), 01 to FF. There is at least one. New cards get the newest; a card keeps the one
/// that it was issued under.
#[derive(Debug)]
pub struct MasterKeys {
    oldest: Version,
    later: Vec<Version>,
}

/// A double-length TDES key with its index.
#[derive(Debug)]
struct Version {
    dki: u8,
    /// On the heap by itself: a vector that grows leaves copies of its elements in freed memory.
    key: Box<Secret<16>>,
}

impl Version {
    fn new(dki: u8, key: Secret<16>) -> Self {
        let key = Box::new(key);
        Self { dki, key }
    }
}

impl MasterKeys {
    /// The index of the first version.
    pub const FIRST: u8 = 0x01;

    /// A first version, with index 01.
    #[must_use]
    pub fn first(key: Secret<16>) -> Self {
        Self {
            oldest: Version::new(Self::FIRST, key),
            later: Vec::new(),
        }
    }

    /// The versions in ascending order of their indexes.
    pub fn versions(&self) -> impl Iterator<Item = KeyVersion> {
        self.all().map(|version| KeyVersion {
            family: KeyFamily::UNIONPAY_TDES,
            dki: version.dki,
            check_value: CheckValue::of(&version.key),
        })
    }

    /// Adds a version under the next index, which is returned.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub fn add(&mut self, key: Secret<16>) -> Result<u8, MasterKeyError> {
        if let Some(known) = self.all().find(|version| is_same(&version.key, &key)) {
            return Err(MasterKeyError::Known(known.dki));
        }
        let last = self.later.last().unwrap_or(&self.oldest).dki;
        let dki = last.checked_add(1).ok_or(MasterKeyError::NoIndexLeft)?;
        self.later.push(Version::new(dki, key));
        Ok(dki)
    }

    /// The key with this index.
    pub(crate) fn get(&self, dki: u8) -> Option<&Secret<16>> {
        let mut all = self.all();
        let version = all.find(|version| version.dki == dki);
        version.map(|version| &*version.key)
    }

    /// The oldest version's key, which is never removed.
    pub(super) fn oldest(&self) -> &Secret<16> {
        &self.oldest.key
    }

    /// True if one of the versions is this key.
    pub(super) fn has(&self, key: &Secret<16>) -> bool {
        self.all().any(|version| is_same(&version.key, key))
    }

    /// Index and key of each version.
    pub(super) fn keys(&self) -> impl Iterator<Item = (u8, &Secret<16>)> {
        self.all().map(|version| (version.dki, &*version.key))
    }

    /// The versions of these indexes and keys; `None` without any, or if the indexes do not ascend
    /// from 01 one by one.
    pub(super) fn of_keys(keys: Vec<(u8, Box<Secret<16>>)>) -> Option<Self> {
        let in_order = keys
            .iter()
            .map(|(dki, _)| *dki)
            .eq((Self::FIRST..).take(keys.len()));
        let mut versions = keys.into_iter().map(|(dki, key)| Version { dki, key });
        let oldest = versions.next().filter(|_| in_order)?;
        Some(Self {
            oldest,
            later: versions.collect(),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.oldest).chain(&self.later)
    }
}

/// True if two keys differ in parity at most, which TDES ignores.
pub(super) fn is_same(one: &Secret<16>, other: &Secret<16>) -> bool {
    let [one, other] = [one, other].map(|key| Zeroizing::new(with_odd_parity(*key.expose())));
    one.ct_eq(&*other).into()
}
