//! The index of a limited-use key.

use core::fmt;

use thiserror::Error;

/// The index of a limited-use key, seven decimal digits `YHHHHCC`: the last digit of the year, the
/// hour of the year from `0001` to `8784`, and a counter from `00` to `99` within the hour.
///
/// In issuer application data it takes four octets, `0Y HH HH CC`; in track 2 its seven digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyIndex {
    year: u8,
    hour: u16,
    counter: u8,
}

/// The reason for which digits or numbers are not a key index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAKeyIndex {
    /// Not seven decimal digits.
    #[error("a key index is seven decimal digits YHHHHCC")]
    Digits,
    /// The year is not one digit.
    #[error("the year of a key index is one digit")]
    Year,
    /// The hour is not 0001 to 8784.
    #[error("the hour of a key index is 0001 to 8784")]
    Hour,
    /// The counter is above 99.
    #[error("the counter of a key index is 00 to 99")]
    Counter,
}

impl KeyIndex {
    /// The number of digits.
    pub const DIGITS: usize = 7;
    /// The number of octets in issuer application data.
    pub const LEN: usize = 4;
    /// The last hour of a leap year.
    pub const LAST_HOUR: u16 = 8784;

    /// The index of the last digit of a year, an hour of that year, and a counter.
    ///
    /// # Errors
    /// [`NotAKeyIndex`] names the first part that is out of its range.
    pub const fn new(year: u8, hour: u16, counter: u8) -> Result<Self, NotAKeyIndex> {
        match (year, hour, counter) {
            (0..=9, 1..=Self::LAST_HOUR, 0..=99) => Ok(Self {
                year,
                hour,
                counter,
            }),
            (0..=9, 1..=Self::LAST_HOUR, _) => Err(NotAKeyIndex::Counter),
            (0..=9, ..) => Err(NotAKeyIndex::Hour),
            _ => Err(NotAKeyIndex::Year),
        }
    }

    /// The index of these digits, each of the value 0–9.
    ///
    /// # Errors
    /// [`NotAKeyIndex`] names the first part that is out of its range.
    pub fn from_digits(digits: [u8; Self::DIGITS]) -> Result<Self, NotAKeyIndex> {
        if digits.iter().any(|digit| *digit > 9) {
            return Err(NotAKeyIndex::Digits);
        }
        let [year, h1, h2, h3, h4, c1, c2] = digits;
        let hour = [h1, h2, h3, h4];
        let hour = hour
            .into_iter()
            .fold(0, |hour, digit| hour * 10 + u16::from(digit));
        Self::new(year, hour, c1 * 10 + c2)
    }

    /// The index that is written as `YHHHHCC`.
    ///
    /// # Errors
    /// [`NotAKeyIndex`].
    pub fn parse(text: &str) -> Result<Self, NotAKeyIndex> {
        let digits: [u8; Self::DIGITS] = text
            .as_bytes()
            .try_into()
            .map_err(|_| NotAKeyIndex::Digits)?;
        Self::from_digits(digits.map(|digit| digit.wrapping_sub(b'0')))
    }

    /// The index of the octets `0Y HH HH CC`, two decimal digits each.
    ///
    /// # Errors
    /// [`NotAKeyIndex`], also if the first half octet is not 0.
    pub fn from_octets(octets: [u8; Self::LEN]) -> Result<Self, NotAKeyIndex> {
        let [a, b, c, d] = octets;
        if a > 9 {
            return Err(NotAKeyIndex::Digits);
        }
        let (high, low) = (|octet: u8| octet >> 4, |octet: u8| octet & 0xF);
        Self::from_digits([a, high(b), low(b), high(c), low(c), high(d), low(d)])
    }

    /// The octets `0Y HH HH CC`.
    #[must_use]
    pub const fn octets(self) -> [u8; Self::LEN] {
        let [year, h1, h2, h3, h4, c1, c2] = self.digits();
        [year, h1 << 4 | h2, h3 << 4 | h4, c1 << 4 | c2]
    }

    /// The seven digits, each of the value 0–9.
    #[must_use]
    pub const fn digits(self) -> [u8; Self::DIGITS] {
        let [h1, h2] = pair(self.hour / 100);
        let [h3, h4] = pair(self.hour % 100);
        let [c1, c2] = pair(self.counter as u16);
        [self.year, h1, h2, h3, h4, c1, c2]
    }

    /// The last digit of the year.
    #[must_use]
    pub const fn year(self) -> u8 {
        self.year
    }

    /// The hour of the year, 1 to 8784.
    #[must_use]
    pub const fn hour(self) -> u16 {
        self.hour
    }

    /// The counter within the hour, 0 to 99.
    #[must_use]
    pub const fn counter(self) -> u8 {
        self.counter
    }
}

/// The two digits of a number below 100.
const fn pair(number: u16) -> [u8; 2] {
    let [_, tens] = (number / 10).to_be_bytes();
    let [_, ones] = (number % 10).to_be_bytes();
    [tens, ones]
}

/// Seven digits, `YHHHHCC`.
impl fmt::Display for KeyIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:04}{:02}", self.year, self.hour, self.counter)
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyIndex, NotAKeyIndex};
    extern crate std;
    use std::string::ToString;

    #[test]
    fn an_index_is_read_as_it_is_written_at_every_border() {
        // Text; year, hour, counter; octets.
        let cases = [
            ("0570201", (0, 5702, 1), [0x00, 0x57, 0x02, 0x01]),
            ("0000100", (0, 1, 0), [0x00, 0x00, 0x01, 0x00]),
            ("9878499", (9, 8784, 99), [0x09, 0x87, 0x84, 0x99]),
            ("6000910", (6, 9, 10), [0x06, 0x00, 0x09, 0x10]),
        ];
        for (text, (year, hour, counter), octets) in cases {
            let index = KeyIndex::new(year, hour, counter).unwrap();
            assert_eq!(KeyIndex::parse(text), Ok(index));
            assert_eq!(KeyIndex::from_octets(octets), Ok(index));
            assert_eq!(KeyIndex::from_digits(index.digits()), Ok(index));
            assert_eq!((index.to_string().as_str(), index.octets()), (text, octets));
            let parts = (index.year(), index.hour(), index.counter());
            assert_eq!(parts, (year, hour, counter));
        }
    }

    #[test]
    fn every_hour_and_counter_is_read_back() {
        for hour in 1..=KeyIndex::LAST_HOUR {
            let counter = u8::try_from(hour % 100).unwrap();
            let index = KeyIndex::new(7, hour, counter).unwrap();
            assert_eq!(KeyIndex::from_octets(index.octets()), Ok(index));
            assert_eq!(KeyIndex::parse(&index.to_string()), Ok(index));
        }
    }

    #[test]
    fn what_is_no_index_is_named() {
        for (text, error) in [
            ("", NotAKeyIndex::Digits),
            ("057020", NotAKeyIndex::Digits),
            ("05702011", NotAKeyIndex::Digits),
            ("0570A01", NotAKeyIndex::Digits),
            ("０57021", NotAKeyIndex::Digits),
            ("0000001", NotAKeyIndex::Hour),
            ("0878500", NotAKeyIndex::Hour),
        ] {
            assert_eq!(KeyIndex::parse(text), Err(error), "{text}");
        }
        assert_eq!(KeyIndex::new(10, 1, 0), Err(NotAKeyIndex::Year));
        assert_eq!(KeyIndex::new(0, 8785, 0), Err(NotAKeyIndex::Hour));
        assert_eq!(KeyIndex::new(0, 1, 100), Err(NotAKeyIndex::Counter));
        for octets in [
            [0x10, 0x57, 0x02, 0x01],
            [0x0A, 0x57, 0x02, 0x01],
            [0x00, 0x5A, 0x02, 0x01],
            [0x00, 0x57, 0x02, 0x0F],
        ] {
            let read = KeyIndex::from_octets(octets);
            assert_eq!(read, Err(NotAKeyIndex::Digits), "{octets:02X?}");
        }
    }
}
