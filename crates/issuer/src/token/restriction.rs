//! The domain of a token: restrictions on where it may pay.

use std::collections::BTreeSet;
use std::fmt;

use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::{bcd_to_u64, u64_to_bcd};

/// The restrictions on where a token may pay. An empty list restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// The allowed currencies (`5F2A`, DE 49).
    pub currencies: BTreeSet<Currency>,
    /// The allowed countries of terminals (`9F1A`).
    pub countries: BTreeSet<Country>,
    /// The allowed merchants (DE 42).
    pub merchants: BTreeSet<MerchantName>,
}

/// A country: ISO 3166-1 numeric, 1–999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

impl Country {
    /// The country of this number; `None` unless it is 1–999.
    #[must_use]
    pub const fn new(numeric: u16) -> Option<Self> {
        match numeric {
            1..=999 => Some(Self(numeric)),
            _ => None,
        }
    }

    /// A country from `9F1A`, n3 in two octets.
    #[must_use]
    pub fn from_bcd(octets: [u8; 2]) -> Option<Self> {
        let numeric = bcd_to_u64(&octets)?;
        u16::try_from(numeric).ok().and_then(Self::new)
    }

    /// The value of `9F1A`.
    #[must_use]
    pub fn to_bcd(self) -> [u8; 2] {
        u64_to_bcd(self.0.into()).unwrap_or_default()
    }

    /// The number.
    #[must_use]
    pub const fn numeric(self) -> u16 {
        self.0
    }
}

/// A card acceptor's identification code (DE 42): 1–15 printable characters, without the trailing
/// blanks of the field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MerchantName(String);

impl MerchantName {
    /// The name in a field, with or without trailing blanks.
    #[must_use]
    pub fn parse(field: &str) -> Option<Self> {
        let name = field.trim_end_matches(' ');
        let printable = |octet: u8| octet == b' ' || octet.is_ascii_graphic();
        let good = (1..=15).contains(&name.len()) && name.bytes().all(printable);
        good.then(|| Self(name.to_owned()))
    }

    /// The name, without trailing blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MerchantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MerchantName({})", self.0)
    }
}

impl Restrictions {
    pub(crate) fn admits_currency(&self, currency: Currency) -> bool {
        self.currencies.is_empty() || self.currencies.contains(&currency)
    }

    /// True if a country is allowed. A missing country is allowed only without a list.
    pub(crate) fn admits_country(&self, country: Option<Country>) -> bool {
        self.countries.is_empty() || country.is_some_and(|known| self.countries.contains(&known))
    }

    /// True if a merchant is allowed. Trailing blanks of DE 42 are ignored.
    pub(crate) fn admits_merchant(&self, field: &str) -> bool {
        let name = field.trim_end_matches(' ');
        self.merchants.is_empty() || self.merchants.iter().any(|known| known.text() == name)
    }
}
