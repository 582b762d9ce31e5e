//! Money: minor units with their currency (`9F02`, `9F03`, `5F2A`).

use super::digits::{bcd_to_u64, u64_to_bcd};

/// A currency by its ISO 4217 number, 0–999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Currency(u16);

impl Currency {
    /// Chinese yuan, 156.
    pub const CNY: Self = Self(156);
    /// Hong Kong dollar, 344.
    pub const HKD: Self = Self(344);
    /// Japanese yen, 392.
    pub const JPY: Self = Self(392);
    /// United States dollar, 840.
    pub const USD: Self = Self(840);
    /// Euro, 978.
    pub const EUR: Self = Self(978);

    /// A currency by its number; `None` above 999.
    #[must_use]
    pub const fn new(numeric: u16) -> Option<Self> {
        if numeric <= 999 {
            Some(Self(numeric))
        } else {
            None
        }
    }

    /// A currency from `5F2A`: three digits, left-padded with a zero.
    #[must_use]
    pub fn from_bcd(octets: [u8; 2]) -> Option<Self> {
        let numeric = bcd_to_u64(&octets)?;
        Self::new(u16::try_from(numeric).ok()?)
    }

    /// The form of `5F2A`.
    #[must_use]
    pub fn to_bcd(self) -> [u8; 2] {
        // In 16 bits: a chip has no instruction that divides 64.
        let [_, hundreds] = (self.0 / 100).to_be_bytes();
        let pair = self.0 % 100;
        let [_, rest] = (pair / 10 * 16 + pair % 10).to_be_bytes();
        [hundreds, rest]
    }

    /// The ISO 4217 number.
    #[must_use]
    pub const fn numeric(self) -> u16 {
        self.0
    }
}

/// An amount of at most 999 999 999 999 minor units (twelve digits, as in `9F02`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Amount {
    minor: u64,
    currency: Currency,
}

impl Amount {
    /// The most minor units an amount can have.
    pub const MAX_MINOR: u64 = 999_999_999_999;

    /// An amount; `None` above [`Amount::MAX_MINOR`].
    #[must_use]
    pub const fn new(minor: u64, currency: Currency) -> Option<Self> {
        if minor <= Self::MAX_MINOR {
            Some(Self { minor, currency })
        } else {
            None
        }
    }

    /// An amount from `9F02` or `9F03`; `None` if a nibble is no digit.
    #[must_use]
    pub fn from_bcd(octets: [u8; 6], currency: Currency) -> Option<Self> {
        Self::new(bcd_to_u64(&octets)?, currency)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> u64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The form of `9F02`: twelve digits, left-padded with zeros.
    #[must_use]
    pub fn to_bcd(self) -> [u8; 6] {
        u64_to_bcd(self.minor).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
