//! Batches of keys, before they are made.

use std::ops::RangeInclusive;

use understudy_core::card::{CardId, UnixTime};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithms, Cvn};
use understudy_core::kd::SessionKeyMethod;

use super::CardIdentity;

/// A cryptogram version whose keys are good for one counter each, and depend on nothing that only
/// the terminal knows.
///
/// Visa 10 is none, because its key is the card master key for every counter; M/Chip 16 and 17 are
/// none, because their keys depend on the terminal's unpredictable number (`9F37`).
/// Visa 43 is none, because its key is good for several counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleUse(Cvn);

impl SingleUse {
    /// The version, if it has single-use keys.
    #[must_use]
    pub const fn new(cvn: Cvn) -> Option<Self> {
        match cvn.session_key_method() {
            Some(SessionKeyMethod::UnionPay | SessionKeyMethod::Common) => Some(Self(cvn)),
            Some(SessionKeyMethod::MasterKey | SessionKeyMethod::MChip) | None => None,
        }
    }

    /// The cryptogram version.
    #[must_use]
    pub const fn cvn(self) -> Cvn {
        self.0
    }
}

/// The index of a limited-use key, and the sum up to which it is good.
#[cfg(feature = "limited-use")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLimits {
    /// The index.
    pub index: KeyIndex,
    /// The most that the payments under the key may amount to together, in minor units of the card's
    /// currency, at most twelve digits.
    pub sum: u64,
}

/// The kind of a batch's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchKeys {
    /// Single-use keys of a version: for every counter one of each algorithm.
    SingleUse(SingleUse),
    /// One limited-use key of triple DES for all counters.
    #[cfg(feature = "limited-use")]
    LimitedUse(KeyLimits),
}

/// A package to be made: everything but the keys.
#[derive(Clone, Debug)]
pub struct BatchOrder<'a> {
    /// The card of the keys.
    pub card: CardIdentity<'a>,
    /// The kind of the keys.
    pub keys: BatchKeys,
    /// The algorithms of the keys.
    pub algorithms: Algorithms,
    /// The counters that the keys are good for.
    pub counters: RangeInclusive<u16>,
    /// The last second in which the keys are good; `None`: they do not expire.
    pub not_after: Option<UnixTime>,
    /// The profile of the card, an `E0` object, if the package is to contain it.
    pub profile: Option<&'a [u8]>,
}

/// The header of the letter that a batch is sealed in.
#[derive(Clone, Copy, Debug)]
pub struct BatchLetter {
    /// The card's name on the device.
    pub card: CardId,
    /// The number of the letter.
    pub sequence: u64,
    /// The time of its making.
    pub issued_at: UnixTime,
}
