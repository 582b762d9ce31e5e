//! The application transaction counter.

use core::fmt;

/// Application transaction counter (`9F36`): two octets, `0001` to `FFFE`.
///
/// `0000` precedes the first transaction and `FFFF` locks the application for good; neither
/// ever goes with a cryptogram, so neither can be written as an `Atc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atc(u16);

impl Atc {
    /// The value of the first transaction, `0001`.
    pub const FIRST: Self = Self(0x0001);
    /// The last value that a transaction can have, `FFFE`.
    pub const LAST: Self = Self(0xFFFE);

    /// The counter of this value; `None` for `0000` and `FFFF`.
    #[must_use]
    pub const fn new(value: u16) -> Option<Self> {
        match value {
            0x0000 | 0xFFFF => None,
            value => Some(Self(value)),
        }
    }

    /// The counter as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The counter as it stands in `9F36`, big-endian.
    #[must_use]
    pub const fn octets(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for Atc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Atc;
    extern crate std;
    use std::format;

    #[test]
    fn a_counter_runs_from_0001_to_fffe() {
        for value in 0..=u16::MAX {
            let expected = (0x0001..=0xFFFE).contains(&value).then_some(value);
            assert_eq!(Atc::new(value).map(Atc::get), expected, "{value:04X}");
        }
        assert_eq!(Atc::new(0x0001), Some(Atc::FIRST));
        assert_eq!(Atc::new(0xFFFE), Some(Atc::LAST));
    }

    #[test]
    fn a_counter_is_written_big_endian_and_shown_in_hex() {
        let atc = Atc::new(0x01AB).unwrap();
        assert_eq!(atc.octets(), [0x01, 0xAB]);
        assert_eq!(format!("{atc}"), "01AB");
    }
}
