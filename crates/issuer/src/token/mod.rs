//! A token: the number in place of a PAN, with the options of its issuing.

mod change;
mod key_batch;
mod life;
#[cfg(feature = "limited-use")]
pub(crate) mod limited_use;
pub(crate) mod restriction;
mod summary;
mod terms;

use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Track2;
use understudy_provisioning::keys::DeviceId;

use crate::calendar;
use crate::custody::CardIdentity;
use crate::id::AccountId;

pub(crate) use crate::id::TokenId;
pub use change::{ChangeError, NewLimits};
pub(crate) use key_batch::KeyBatch;
pub use life::{ReplaceError, TokenError};
pub use summary::TokenSummary;
pub(crate) use terms::Terms;

/// The status of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenStatus {
    /// It waits for the verification of its cardholder's identity.
    Inactive,
    /// It pays.
    Active,
    /// It does not pay until it is resumed.
    Suspended,
    /// It never pays again. Its number is not reused.
    Deleted,
}

impl TokenStatus {
    const ALL: [Self; 4] = [Self::Inactive, Self::Active, Self::Suspended, Self::Deleted];

    /// A short stable name, such as `active`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }

    /// True if the token is neither suspended nor deleted.
    pub(crate) const fn stands(self) -> bool {
        matches!(self, Self::Active | Self::Inactive)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

pub(crate) struct Token {
    pub(crate) id: TokenId,
    pub(crate) account: AccountId,
    /// The device and its card; `None` if it was personalised in the clear.
    pub(crate) home: Option<Home>,
    pub(crate) status: TokenStatus,
    pub(crate) track2: Track2,
    pub(crate) terms: Terms,
    /// The highest counter for which a key was issued.
    pub(crate) last_key: Option<Atc>,
    pub(crate) unverified: Unverified,
    /// True if the next keys must come with the profile.
    pub(crate) profile_due: bool,
}

/// The place of a token: a device, and a card on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The device.
    pub device: DeviceId,
    /// The card's name there.
    pub card: CardId,
}

/// Approved taps without verification since the last one with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unverified {
    pub(crate) taps: u8,
    /// The sum in minor units of the token's currency.
    pub(crate) sum: u64,
}

impl Token {
    pub(crate) const fn number(&self) -> &CardNumber {
        self.track2.number()
    }

    pub(crate) const fn identity(&self) -> CardIdentity<'_> {
        CardIdentity {
            number: self.track2.number(),
            psn: self.terms.psn,
            scheme: self.terms.scheme,
            dki: self.terms.dki,
        }
    }

    pub(crate) fn is_expired(&self, now: UnixTime) -> bool {
        !calendar::is_good(self.track2.expiry(), now)
    }

    /// True if a key was issued for this counter. Keys are issued from 0001 on without gaps.
    pub(crate) fn has_key_for(&self, atc: Atc) -> bool {
        self.last_key.is_some_and(|last| atc <= last)
    }

    /// True if these octets are the track 2 that was issued, digit by digit; of a token with
    /// limited-use keys, but for the digits of the index.
    pub(crate) fn has_track2(&self, read: &Track2) -> bool {
        #[cfg(feature = "limited-use")]
        if self.terms.has_limited_use_key() {
            return limited_use::is_but_for_index(&self.track2, read);
        }
        self.track2 == *read
    }

    /// True if DE 23 names the card; a missing number counts as 00.
    pub(crate) fn has_psn(&self, psn: Option<u8>) -> bool {
        self.terms.psn.unwrap_or(0) == psn.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
