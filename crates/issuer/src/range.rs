//! Ranges of card numbers, and the drawing of new numbers.

use std::fmt::{self, Write as _};

use understudy_core::card::Scheme;
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// The number of tries after which a range counts as full. A smaller range is searched whole.
const ATTEMPTS: u64 = 1000;

/// The most digits of a serial number.
const SERIAL_DIGITS: usize = 20;

/// A range of card numbers that belongs to the token service, for the tokens of one scheme: all numbers
/// of one length with one prefix (BIN).
#[derive(Clone, PartialEq, Eq)]
pub struct BinRange {
    scheme: Scheme,
    prefix: Vec<u8>,
    length: usize,
}

/// The reason for which text and length are not a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The prefix is not at least six decimal digits that leave room for one more and the Luhn
    /// digit.
    #[error(
        "the prefix of a range is at least 6 digits and at least 2 fewer than its numbers have"
    )]
    Prefix,
    /// Card numbers cannot have this length.
    #[error("the numbers of a range have 13 to 19 digits")]
    Length,
}

impl BinRange {
    /// The numbers of `length` digits, 13–19, that start with `prefix`, at least six digits, for tokens
    /// of a scheme.
    ///
    /// # Errors
    /// [`RangeError`].
    pub fn new(scheme: Scheme, prefix: &str, length: usize) -> Result<Self, RangeError> {
        if !(13..=19).contains(&length) {
            return Err(RangeError::Length);
        }
        let digits: Vec<u8> = prefix
            .bytes()
            .map(|octet| octet.wrapping_sub(b'0'))
            .collect();
        let fits = (6..=length - 2).contains(&digits.len());
        if fits && digits.iter().all(|digit| *digit <= 9) {
            Ok(Self {
                scheme,
                prefix: digits,
                length,
            })
        } else {
            Err(RangeError::Prefix)
        }
    }

    /// The scheme whose tokens get the numbers.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// True if a number is in the range.
    #[must_use]
    pub fn contains(&self, number: &CardNumber) -> bool {
        number.len() == self.length
            && number
                .digits()
                .zip(&self.prefix)
                .all(|(digit, prefix)| digit == *prefix)
    }

    /// A random number of the range, with its Luhn digit, that `is_free` accepts; `None` if there
    /// is none, or so few that none was found.
    pub(crate) fn draw(
        &self,
        is_free: impl Fn(&CardNumber) -> bool,
    ) -> Result<Option<CardNumber>, NoRandomness> {
        let capacity = self.capacity();
        let start = random::below(capacity)?;
        let found = (0..capacity.min(ATTEMPTS))
            .filter_map(|step| start.checked_add(step)?.checked_rem(capacity))
            .filter_map(|serial| self.number(serial))
            .find(|number| is_free(number));
        Ok(found)
    }

    /// The number of digits between prefix and Luhn digit.
    fn free_digits(&self) -> usize {
        self.length
            .saturating_sub(self.prefix.len())
            .saturating_sub(1)
    }

    fn capacity(&self) -> u64 {
        u32::try_from(self.free_digits())
            .ok()
            .and_then(|n| 10_u64.checked_pow(n))
            .unwrap_or(0)
    }

    fn number(&self, serial: u64) -> Option<CardNumber> {
        let width = self.free_digits();
        // Room for all digits: a text that grows leaves copies in freed memory.
        let mut text = Zeroizing::new(String::with_capacity(SERIAL_DIGITS.max(width)));
        write!(text, "{serial:0width$}").ok()?;
        let free = text.bytes().map(|octet| octet.wrapping_sub(b'0'));
        let payload: Zeroizing<Vec<u8>> =
            Zeroizing::new(self.prefix.iter().copied().chain(free).collect());
        CardNumber::with_check_digit(&payload).ok()
    }

    fn prefix(&self) -> String {
        self.prefix
            .iter()
            .map(|digit| char::from(b'0'.saturating_add(*digit)))
            .collect()
    }
}

impl fmt::Debug for BinRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = self.scheme.name();
        let prefix = self.prefix();
        write!(f, "BinRange({scheme}, {prefix}, {} digits)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::{BinRange, RangeError};
    use std::collections::HashSet;
    use understudy_core::card::Scheme;
    use understudy_core::wire::digits::CardNumber;

    fn range(prefix: &str, length: usize) -> BinRange {
        BinRange::new(Scheme::UnionPay, prefix, length).unwrap()
    }

    #[test]
    fn only_digits_that_leave_room_make_a_range() {
        let cases = [
            ("625094", 16, None),
            ("625094", 13, None),
            ("625094", 19, None),
            ("62509412345678901", 19, None),
            ("625094123456789012", 19, Some(RangeError::Prefix)),
            ("62509", 16, Some(RangeError::Prefix)),
            ("", 16, Some(RangeError::Prefix)),
            ("62509A", 16, Some(RangeError::Prefix)),
            ("62 094", 16, Some(RangeError::Prefix)),
            ("625094", 12, Some(RangeError::Length)),
            ("625094", 20, Some(RangeError::Length)),
        ];
        for (prefix, length, error) in cases {
            assert_eq!(
                BinRange::new(Scheme::UnionPay, prefix, length).err(),
                error,
                "{prefix} {length}"
            );
        }
    }

    #[test]
    fn a_drawn_number_lies_in_the_range_and_passes_the_luhn_check() {
        for (prefix, length) in [
            ("625094", 13),
            ("625094", 16),
            ("625094", 19),
            ("6250941234", 17),
        ] {
            let range = range(prefix, length);
            for _ in 0..100 {
                let number = range.draw(|_| true).unwrap().unwrap();
                assert!(range.contains(&number) && number.luhn_valid());
                assert!(number.expose().starts_with(prefix));
                assert_eq!(number.len(), length);
            }
        }
    }

    #[test]
    fn every_number_of_a_range_is_drawn_once_and_then_none() {
        let range = range("62509412345", 14);
        let mut taken: HashSet<CardNumber> = HashSet::new();
        while let Some(number) = range.draw(|number| !taken.contains(number)).unwrap() {
            assert!(taken.insert(number));
        }
        assert_eq!(taken.len(), 100);
    }

    #[test]
    fn a_number_of_another_length_or_prefix_lies_outside() {
        let range = range("625094", 16);
        for (number, inside) in [
            ("6250940000000000", true),
            ("62509400000000000", false),
            ("625094000000000", false),
            ("6250950000000000", false),
        ] {
            assert_eq!(
                range.contains(&CardNumber::parse(number).unwrap()),
                inside,
                "{number}"
            );
        }
    }
}
