//! The families of issuer master keys, and the public part of their versions.

use std::cmp::Ordering;
use std::fmt;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Algorithms};

use super::CustodyError;
use super::check_value::CheckValue;

/// The issuer master keys of a scheme and an algorithm, which no other scheme's or algorithm's cards are
/// made from. Families ascend by the octet of the scheme, then by that of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyFamily {
    /// The scheme.
    pub scheme: Scheme,
    /// The algorithm.
    pub algorithm: Algorithm,
}

impl KeyFamily {
    /// `UnionPay`, triple DES: the first in ascending order.
    pub const UNIONPAY_TDES: Self = Self {
        scheme: Scheme::UnionPay,
        algorithm: Algorithm::Tdes,
    };

    /// Every family, in ascending order.
    pub fn all() -> impl Iterator<Item = Self> {
        let schemes = Scheme::ALL.iter();
        schemes.flat_map(|scheme| {
            let algorithms = Algorithm::ALL.iter();
            algorithms.map(|algorithm| Self {
                scheme: *scheme,
                algorithm: *algorithm,
            })
        })
    }

    /// The families of a card's keys: one for each of its algorithms.
    pub fn of(scheme: Scheme, algorithms: Algorithms) -> impl Iterator<Item = Self> {
        let algorithms = algorithms.iter();
        algorithms.map(move |algorithm| Self { scheme, algorithm })
    }

    /// The family that these octets of scheme and algorithm name.
    pub(crate) fn from_octets([scheme, algorithm]: [u8; 2]) -> Option<Self> {
        Some(Self {
            scheme: Scheme::from_octet(scheme)?,
            algorithm: Algorithm::from_octet(algorithm)?,
        })
    }

    /// The octets that name scheme (as in a profile) and algorithm (as in a package).
    pub(crate) const fn octets(self) -> [u8; 2] {
        [self.scheme.octet(), self.algorithm.octet()]
    }

    /// The options of the command that name the family.
    pub(super) fn options(self) -> String {
        let scheme = self.scheme.name().to_ascii_lowercase();
        format!("--scheme {scheme} --algorithm {}", self.algorithm)
    }
}

impl Ord for KeyFamily {
    fn cmp(&self, other: &Self) -> Ordering {
        self.octets().cmp(&other.octets())
    }
}

impl PartialOrd for KeyFamily {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
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

impl KeyVersion {
    /// The index for new cards: the greatest that each family of the card's keys has among these
    /// versions, of which no family lacks one in between.
    ///
    /// # Errors
    /// [`CustodyError::NoMasterKey`] for a family without any version.
    pub(crate) fn newest(
        versions: &[Self],
        scheme: Scheme,
        algorithms: Algorithms,
    ) -> Result<u8, CustodyError> {
        let mut newest = u8::MAX;
        for family in KeyFamily::of(scheme, algorithms) {
            let of_family = versions.iter().filter(|version| version.family == family);
            let last = of_family.map(|version| version.dki).max();
            newest = newest.min(last.ok_or(CustodyError::NoMasterKey(family))?);
        }
        Ok(newest)
    }
}
