//! The configuration of an issuer.

use std::time::Duration;

use understudy_core::card::{Limits, Scheme, UnixTime};
use understudy_core::wire::digits::{CardNumber, u64_to_bcd};

use crate::published::is_test_pan_of;
use crate::range::BinRange;

/// The configuration of an issuer.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// The ranges of token numbers. Those of a scheme are used up in their order.
    pub ranges: Vec<BinRange>,
    /// The token requestor ID, if the cards are to show one (`9F19`).
    pub token_requestor: Option<TokenRequestor>,
    /// The time for which a pre-authorisation reserves its amount, in whole seconds. Each keeps the
    /// value at its approval.
    pub hold: Duration,
    /// The upper bounds of a token's limits.
    pub bounds: LimitBounds,
    /// Days for which the single-use keys of a batch are good; `None`: they do not expire. Keys
    /// given out in the clear never expire: a chip has no clock.
    pub key_days: Option<u16>,
    /// The use that is made of published test keys.
    pub test_keys: TestKeys,
}

/// The cards that may be issued under published test keys, with which anybody can pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestKeys {
    /// None: an issuer with a test key is not opened.
    Refused,
    /// The cards of the demonstration alone, [`TEST_NUMBERS`](crate::demonstration::TEST_NUMBERS), each
    /// under its own scheme.
    DemonstrationCards,
    /// Any: for tests, behind whose card numbers there is nobody.
    AnyCard,
}

impl IssuerConfig {
    /// True if a card of this scheme may be issued for this number under test keys.
    pub(crate) fn admits_under_test_keys(&self, scheme: Scheme, pan: &CardNumber) -> bool {
        match self.test_keys {
            TestKeys::Refused => false,
            TestKeys::DemonstrationCards => is_test_pan_of(scheme, pan),
            TestKeys::AnyCard => true,
        }
    }

    /// The last second in which keys that are issued now are good.
    pub(crate) fn not_after(&self, now: UnixTime) -> Option<UnixTime> {
        let seconds = u64::from(self.key_days?).saturating_mul(DAY);
        Some(UnixTime(now.0.saturating_add(seconds)))
    }
}

const DAY: u64 = 24 * 60 * 60;

/// The upper bounds of a token's limits, when it is issued and whenever they are changed. Amounts
/// in minor units of the token's own currency, whichever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitBounds {
    /// The bound for one tap without verification.
    pub unverified_tap: u64,
    /// The bound for the number of taps without verification since the last one with it.
    pub unverified_taps: u8,
    /// The bound for the sum of those taps.
    pub unverified_sum: u64,
    /// The bound for one tap, however verified.
    pub verified_tap: u64,
    /// The bound for the seconds for which a verification on the device is good.
    pub validity: u16,
}

impl Default for LimitBounds {
    /// 3,000.00 a tap without verification, 100 such taps or 30,000.00 until the next verification,
    /// 100,000.00 a tap in any case, and ten minutes for a verification.
    fn default() -> Self {
        Self {
            unverified_tap: 300_000,
            unverified_taps: 100,
            unverified_sum: 3_000_000,
            verified_tap: 10_000_000,
            validity: 600,
        }
    }
}

impl LimitBounds {
    /// True if none of the limits is above its bound.
    pub(crate) const fn admit(&self, limits: &Limits) -> bool {
        limits.unverified_tap <= self.unverified_tap
            && limits.unverified_taps <= self.unverified_taps
            && limits.unverified_sum <= self.unverified_sum
            && limits.verified_tap <= self.verified_tap
            && limits.validity <= self.validity
    }
}

/// The default time for which a pre-authorisation reserves its amount: 30 days, `UnionPay`'s rule
/// for pre-authorisations, taken as the project's.
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

    /// The value of `9F19`: twelve digits, the first of them 0.
    pub(crate) fn to_bcd(self) -> [u8; 6] {
        u64_to_bcd(self.0).unwrap_or_default()
    }
}
