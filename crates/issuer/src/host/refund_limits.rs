//! Merchants' permissions to give money back without naming an original.

use understudy_acquiring::MerchantId;
use understudy_core::wire::amount::{Amount, Currency};

/// The most that a merchant gives back without naming an original, in minor units of one currency.
/// Refunds that were voided or reversed do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundLimits {
    currency: Currency,
    each: u64,
    day: u64,
    total: u64,
}

/// The permission of a merchant to give money back without naming an original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) merchant: MerchantId,
    pub(crate) limits: RefundLimits,
    /// The number of the last request before it was given: refunds up to that do not count.
    pub(crate) since: u64,
}

impl RefundLimits {
    /// The limits of one refund, of those of any 24 hours, and of all since the merchant was allowed
    /// to; `None` unless they are above zero, in this order, and at most twelve digits.
    #[must_use]
    pub const fn new(currency: Currency, each: u64, day: u64, total: u64) -> Option<Self> {
        if each == 0 || each > day || day > total || total > Amount::MAX_MINOR {
            return None;
        }
        Some(Self {
            currency,
            each,
            day,
            total,
        })
    }

    /// The currency of the limits; the merchant gives back in no other.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The most that one refund may be.
    #[must_use]
    pub const fn each(&self) -> u64 {
        self.each
    }

    /// The most that the refunds of any 24 hours may come to.
    #[must_use]
    pub const fn day(&self) -> u64 {
        self.day
    }

    /// The most that all refunds since the merchant was allowed to may come to.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }
}
