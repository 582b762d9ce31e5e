//! Application identifiers (`4F`, `84`).

use std::fmt;

/// An application identifier, 5–16 octets.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Aid {
    /// The octets, with zeros behind the last one.
    octets: [u8; Self::MAX],
    length: usize,
}

impl Aid {
    /// `A0000003330101`: the common beginning of `UnionPay` debit, credit and quasi-credit.
    pub const UNIONPAY: Self = Self {
        octets: [
            0xA0, 0, 0, 0x03, 0x33, 0x01, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
        length: 7,
    };
    /// `A0000000031010`: Visa debit and credit.
    pub const VISA: Self = Self {
        octets: [0xA0, 0, 0, 0, 0x03, 0x10, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        length: 7,
    };
    /// `A0000000041010`: Mastercard debit and credit.
    pub const MASTERCARD: Self = Self {
        octets: [0xA0, 0, 0, 0, 0x04, 0x10, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        length: 7,
    };
    /// `A0000000043060`: Maestro.
    pub const MAESTRO: Self = Self {
        octets: [0xA0, 0, 0, 0, 0x04, 0x30, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        length: 7,
    };

    const MIN: usize = 5;
    const MAX: usize = 16;

    /// An AID; `None` unless there are 5–16 octets.
    #[must_use]
    pub fn new(octets: &[u8]) -> Option<Self> {
        if !(Self::MIN..=Self::MAX).contains(&octets.len()) {
            return None;
        }
        let mut aid = Self {
            octets: [0; Self::MAX],
            length: octets.len(),
        };
        for (slot, octet) in aid.octets.iter_mut().zip(octets) {
            *slot = *octet;
        }
        Some(aid)
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    /// The registered application provider identifier: the first five octets (ISO/IEC 7816-5).
    #[must_use]
    pub fn rid(&self) -> [u8; 5] {
        self.octets.first_chunk().copied().unwrap_or_default()
    }

    /// True if `self` begins with `partial` (partial name selection, EMV Book 1 §12.3).
    #[must_use]
    pub fn starts_with(&self, partial: &Self) -> bool {
        self.octets().starts_with(partial.octets())
    }
}

impl fmt::Display for Aid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.octets()
            .iter()
            .try_for_each(|octet| write!(f, "{octet:02X}"))
    }
}

impl fmt::Debug for Aid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Aid({self})")
    }
}
