//! Expiry dates.

use core::fmt;

use thiserror::Error;

use super::all_digits;
use crate::wire::digits::{bcd_to_u64, u64_to_bcd};

/// An expiry: the last month in which a card is good. Years are 2000–2099, by their last two
/// digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expiry {
    year: u8,
    month: u8,
}

/// The text is not four digits YYMM with a month 01–12.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("an expiry is four digits YYMM with a month from 01 to 12")]
pub struct NotAnExpiry;

impl Expiry {
    /// An expiry; `None` unless the year is 0–99 and the month 1–12.
    #[must_use]
    pub const fn new(year: u8, month: u8) -> Option<Self> {
        if year <= 99 && month >= 1 && month <= 12 {
            Some(Self { year, month })
        } else {
            None
        }
    }

    /// An expiry from four digits YYMM in text.
    ///
    /// # Errors
    /// [`NotAnExpiry`] for anything else, and for a month other than 01–12.
    pub fn parse(text: &str) -> Result<Self, NotAnExpiry> {
        let digits = <[u8; 4]>::try_from(text.as_bytes()).map_err(|_| NotAnExpiry)?;
        let digits = digits.map(|octet| octet.wrapping_sub(b'0'));
        Self::from_digits(digits).ok_or(NotAnExpiry)
    }

    /// An expiry from YYMM in BCD: the first two octets of `5F24`.
    #[must_use]
    pub fn from_bcd(octets: [u8; 2]) -> Option<Self> {
        let [year, month] = octets.map(|octet| bcd_to_u64(&[octet]));
        Self::new(u8::try_from(year?).ok()?, u8::try_from(month?).ok()?)
    }

    /// YYMM in BCD.
    #[must_use]
    pub fn to_bcd(self) -> [u8; 2] {
        [self.year, self.month].map(|pair| {
            let [octet] = u64_to_bcd(u64::from(pair)).unwrap_or_default();
            octet
        })
    }

    /// The last two digits of the year.
    #[must_use]
    pub const fn year(self) -> u8 {
        self.year
    }

    /// The month, 1–12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// True if a card with this expiry is still valid in that month of that year (the last two
    /// digits).
    #[must_use]
    pub const fn covers(self, year: u8, month: u8) -> bool {
        year < self.year || year == self.year && month <= self.month
    }

    pub(super) fn from_digits(digits: [u8; 4]) -> Option<Self> {
        let [y1, y2, m1, m2] = digits;
        all_digits(&digits).then(|| Self::new(y1 * 10 + y2, m1 * 10 + m2))?
    }

    pub(super) fn digits(self) -> [u8; 4] {
        [
            self.year / 10,
            self.year % 10,
            self.month / 10,
            self.month % 10,
        ]
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}{:02}", self.year, self.month)
    }
}

impl fmt::Debug for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expiry({self})")
    }
}
