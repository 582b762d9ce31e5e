//! What an issuer is set up with.

use std::time::Duration;

use understudy_core::wire::digits::u64_to_bcd;

use crate::range::BinRange;

/// What an issuer is set up with.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// Where tokens come from, in the order in which the ranges are used up.
    pub ranges: Vec<BinRange>,
    /// Who asks for the tokens, if the cards are to say so (`9F19`).
    pub token_requestor: Option<TokenRequestor>,
    /// How long a pre-authorisation reserves its amount, in whole seconds. Each keeps the time that
    /// held when it was approved.
    pub hold: Duration,
}

/// How long a pre-authorisation reserves its amount by default: 30 days, `UnionPay`'s rule for
/// pre-authorisations, taken as the project's.
pub const HOLD: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A token requestor ID: 11 digits (`9F19`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRequestor(u64);

impl TokenRequestor {
    /// The requestor of this number; `None` if it has more than 11 digits.
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        if number < 100_000_000_000 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// As it stands in `9F19`: twelve digits, the first of them 0.
    pub(crate) fn to_bcd(self) -> [u8; 6] {
        u64_to_bcd(self.0).unwrap_or_default()
    }
}
