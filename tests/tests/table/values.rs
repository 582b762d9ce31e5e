//! Amounts and numbers that several tests share.

use understudy_core::wire::amount::{Amount, Currency};

/// The balance of a new account, in minor units.
pub(crate) const FUNDS: u64 = 100_000_000;

/// The limit of a tap without verification, in minor units.
pub(crate) const LIMIT: u64 = 100_000;

/// An amount within the limit, in minor units.
pub(crate) const WITHIN: u64 = 1234;

/// The keys of a card; every counter up to this one has a key.
pub(crate) const KEYS: u16 = 64;

/// The days for which a key is good.
pub(crate) const KEY_DAYS: u64 = 30;

pub(crate) const fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).expect("an amount")
}
