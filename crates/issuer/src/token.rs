//! A token: the number that stands in for a PAN, and what was issued with it.

use std::collections::BTreeMap;
use std::fmt;

use understudy_core::card::{Limits, UnixTime};
use understudy_core::crypto::{Atc, Cvn};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, Track2};

use crate::account::AccountId;
use crate::calendar;
use crate::custody::{CardIdentity, HostMac};
use crate::options::Product;
use crate::reason::Reason;

/// Names a token. Unlike its number it may be shown, stored and logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(pub(crate) u32);

impl TokenId {
    /// The token of this number: as [`Display`](fmt::Display) shows it.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a token is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenStatus {
    /// It pays.
    Active,
    /// It does not pay until it is resumed.
    Suspended,
    /// It never pays again. Its number is not given to another token.
    Deleted,
}

/// A token as a list shows it. Card numbers print themselves masked.
#[derive(Clone, Copy, Debug)]
pub struct TokenSummary<'i> {
    /// Its name.
    pub id: TokenId,
    /// The number that stands in.
    pub number: &'i CardNumber,
    /// The number that it stands for.
    pub pan: &'i CardNumber,
    /// Debit or credit.
    pub product: Product,
    /// Where it is in its life.
    pub status: TokenStatus,
    /// The last month in which it pays.
    pub expiry: Expiry,
    /// How many keys were issued for it.
    pub keys_issued: u16,
    /// How many counters were authorised or declined with a right cryptogram.
    pub counters_seen: usize,
}

pub(crate) struct Token {
    pub(crate) id: TokenId,
    pub(crate) account: AccountId,
    pub(crate) status: TokenStatus,
    pub(crate) product: Product,
    pub(crate) track2: Track2,
    pub(crate) psn: Option<u8>,
    pub(crate) issued: Issued,
    pub(crate) limits: Limits,
    /// The highest counter that a key was issued for.
    pub(crate) last_key: Option<Atc>,
    pub(crate) unverified: Unverified,
    /// What became of each counter whose cryptogram was right.
    pub(crate) used: BTreeMap<Atc, Used>,
}

/// What of the profile the issuer must see again in `9F10`, and what it promised to the card.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) cvn: Cvn,
    pub(crate) dki: u8,
    pub(crate) discretionary: Vec<u8>,
    pub(crate) verified_in_iad: bool,
    pub(crate) domestic_only: bool,
}

/// Approved taps without verification since the last one with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unverified {
    pub(crate) taps: u8,
    /// In minor units of the token's currency.
    pub(crate) sum: u64,
}

/// What a counter was used for: the request, as a code over all of it, and the answer.
#[derive(Clone, Copy)]
pub(crate) struct Used {
    pub(crate) request: HostMac,
    pub(crate) reason: Reason,
    pub(crate) arpc: [u8; 8],
    pub(crate) at: UnixTime,
}

impl Token {
    pub(crate) const fn number(&self) -> &CardNumber {
        self.track2.number()
    }

    pub(crate) const fn identity(&self) -> CardIdentity<'_> {
        CardIdentity {
            number: self.track2.number(),
            psn: self.psn,
        }
    }

    pub(crate) fn is_expired(&self, now: UnixTime) -> bool {
        !calendar::is_good(self.track2.expiry(), now)
    }

    /// Whether a key was issued for this counter. Keys are issued from 0001 on without gaps.
    pub(crate) fn has_key_for(&self, atc: Atc) -> bool {
        self.last_key.is_some_and(|last| atc <= last)
    }

    /// Whether these octets are the track 2 that was issued, digit by digit.
    pub(crate) fn has_track2(&self, read: &Track2) -> bool {
        self.track2 == *read
    }

    /// Whether DE 23 names the card; no number at all counts as 00.
    pub(crate) fn has_psn(&self, psn: Option<u8>) -> bool {
        self.psn.unwrap_or(0) == psn.unwrap_or(0)
    }
}
