//! The counts of a card: taps without verification, and cryptograms since the user last acted,
//! which stop a reader that loops in somebody's pocket.
//!
//! All of it is plain data. The card computes the new values, and the environment stores them
//! together with the key that is spent ([`Payment::usage`](super::Payment)).

use super::{Limits, UnixTime};
use crate::crypto::Atc;
use crate::wire::amount::Amount;

/// Taps without verification since the user last verified on the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// The number of those taps.
    pub taps: u8,
    /// Their sum, in minor units of the card's currency.
    pub sum: u64,
}

impl Exposure {
    /// The exposure after one more unverified tap; `None` if a limit forbids it. An amount in
    /// another currency cannot be compared with the limits and is never admitted.
    pub(super) fn admit(self, amount: Amount, limits: &Limits) -> Option<Self> {
        let after = Self {
            taps: self.taps.checked_add(1)?,
            sum: self.sum.checked_add(amount.minor())?,
        };
        let within = amount.currency() == limits.currency
            && amount.minor() <= limits.unverified_tap
            && after.taps <= limits.unverified_taps
            && after.sum <= limits.unverified_sum;
        within.then_some(after)
    }
}

/// The limit on cryptograms while the user does nothing: three a minute and five in all, then none
/// until the user acts in the wallet. It counts over all cards of the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrainGuard {
    /// Cryptograms since the user last acted.
    pub since_act: u8,
    /// Times of the last three, newest first, in seconds of Unix time; 0: none, or time unknown.
    pub recent: [u64; DrainGuard::PER_MINUTE as usize],
}

impl DrainGuard {
    /// The most cryptograms in any minute.
    pub const PER_MINUTE: u8 = 3;
    /// The most cryptograms until the user acts.
    pub const IN_ALL: u8 = 5;

    /// The guard after one more cryptogram, or `None` if the user must act first. A cryptogram
    /// whose time is unknown, or lies ahead of `now`, counts as of this minute.
    pub(super) fn admit(self, now: Option<UnixTime>) -> Option<Self> {
        let now = now.map_or(0, |now| now.0);
        let older_than_a_minute =
            |then: u64| then != 0 && then.checked_add(60).is_some_and(|end| end <= now);
        let [newest, middle, _] = self.recent;
        let minute_is_full =
            self.since_act >= Self::PER_MINUTE && !self.recent.into_iter().any(older_than_a_minute);
        if minute_is_full || self.since_act >= Self::IN_ALL {
            return None;
        }
        Some(Self {
            since_act: self.since_act.checked_add(1)?,
            recent: [now, newest, middle],
        })
    }
}

/// The counts that change with every cryptogram: stored by the environment in the same write that
/// marks the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The taps of this card without verification.
    pub exposure: Exposure,
    /// The drain guard of the device, over all its cards.
    pub guard: DrainGuard,
}

/// A card's keys and counts, as they are when a command arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Unused keys that are usable now.
    pub keys: u16,
    /// Unused keys past the end of their batch.
    pub expired: u16,
    /// The counter of the last key spent; `None` before the first tap.
    pub last_atc: Option<Atc>,
    /// The counts.
    pub usage: Usage,
}
