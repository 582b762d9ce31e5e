//! Batches of keys.

use understudy_core::card::UnixTime;

use super::Home;
#[cfg(feature = "limited-use")]
use crate::custody::KeyLimits;
use crate::id::TokenId;

/// The window of counters that the keys of a batch are for, and the card that they were issued to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyBatch {
    pub(crate) token: TokenId,
    /// The lowest counter.
    pub(crate) first: u16,
    /// The highest counter.
    pub(crate) last: u16,
    /// None if the keys were given out in the clear.
    pub(crate) home: Option<Home>,
    /// The last second in which the keys are good; none if they do not expire.
    pub(crate) not_after: Option<UnixTime>,
    /// Index and sum of the limited-use key that the batch is; none of single-use keys.
    #[cfg(feature = "limited-use")]
    pub(crate) limits: Option<KeyLimits>,
}
