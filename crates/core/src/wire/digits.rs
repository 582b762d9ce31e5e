//! Decimal digits: card numbers and packed BCD (EMV Book 3 §4.3).

mod found;

use core::fmt::{self, Write as _};

use thiserror::Error;
use zeroize::ZeroizeOnDrop;

pub use found::card_numbers;

/// The fewest digits of a card number here: 8.
pub const CARD_NUMBER_MIN: usize = 8;
/// The most digits of a card number (ISO/IEC 7812-1): 19.
pub const CARD_NUMBER_MAX: usize = 19;

/// A card number: a PAN or the token in its place, 8–19 decimal digits.
///
/// Printed, it shows the first six and the last four digits (`622848******0014`); below 13 digits
/// only the last four. The Luhn digit is not required: see [`CardNumber::luhn_valid`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ZeroizeOnDrop)]
pub struct CardNumber {
    /// The digits in ASCII, with zeros behind the last one.
    text: [u8; CARD_NUMBER_MAX],
    length: usize,
}

/// The reason for which digits are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DigitsError {
    /// Too few or too many digits.
    #[error("wrong number of digits")]
    Length,
    /// Something that is not a decimal digit.
    #[error("not a decimal digit")]
    NotADigit,
}

impl CardNumber {
    /// A card number from its digits in text, nothing between them.
    ///
    /// # Errors
    /// [`DigitsError`] for anything but 8–19 digits.
    pub fn parse(text: &str) -> Result<Self, DigitsError> {
        Self::from_digits(text.bytes().map(|octet| octet.wrapping_sub(b'0')))
    }

    /// A card number from packed BCD of up to 10 octets, right-padded with nibbles `F` (`5A`, EMV
    /// format cn).
    ///
    /// # Errors
    /// [`DigitsError`] for anything but 8–19 digits with padding only behind them.
    pub fn from_bcd(octets: &[u8]) -> Result<Self, DigitsError> {
        if octets.len() > CARD_NUMBER_MAX.div_ceil(2) {
            return Err(DigitsError::Length);
        }
        let padding = nibbles(octets).rev().take_while(|&n| n == PAD).count();
        Self::from_digits(nibbles(octets).take(octets.len() * 2 - padding))
    }

    /// A card number from digits of value 0–9.
    ///
    /// # Errors
    /// [`DigitsError`] for anything but 8–19 digits.
    pub fn from_digits(digits: impl IntoIterator<Item = u8>) -> Result<Self, DigitsError> {
        let mut number = Self {
            text: [0; CARD_NUMBER_MAX],
            length: 0,
        };
        for digit in digits {
            if digit > 9 {
                return Err(DigitsError::NotADigit);
            }
            let slot = number.text.get_mut(number.length);
            *slot.ok_or(DigitsError::Length)? = b'0' + digit;
            number.length += 1;
        }
        if number.length < CARD_NUMBER_MIN {
            return Err(DigitsError::Length);
        }
        Ok(number)
    }

    /// A card number from all its digits but the last (7–18 digits of value 0–9), completed with
    /// the Luhn digit (ISO/IEC 7812-1 Annex B).
    ///
    /// # Errors
    /// [`DigitsError`] if there are too few or too many digits, or a value is above 9.
    pub fn with_check_digit(payload: &[u8]) -> Result<Self, DigitsError> {
        let check = match luhn_remainder(payload.iter().copied().rev(), Doubled::First) {
            0 => 0,
            remainder => 10 - remainder,
        };
        Self::from_digits(payload.iter().copied().chain([check]))
    }

    /// The digits, each 0–9.
    #[must_use]
    pub fn digits(&self) -> impl DoubleEndedIterator<Item = u8> + ExactSizeIterator + '_ {
        self.ascii().iter().map(|octet| octet.wrapping_sub(b'0'))
    }

    /// The number of digits, 8–19.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a card number is never empty")]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// The last four digits, as receipts show them.
    #[must_use]
    pub fn last_four(&self) -> &str {
        let start = self.length.saturating_sub(4);
        self.expose().get(start..).unwrap_or_default()
    }

    /// True if the last digit is the Luhn digit of those before it.
    #[must_use]
    pub fn luhn_valid(&self) -> bool {
        luhn_valid(self.digits())
    }

    /// All digits in the clear, as text. There is no other way to them, so that a review finds each
    /// use by this name.
    #[must_use]
    pub fn expose(&self) -> &str {
        core::str::from_utf8(self.ascii()).unwrap_or_default()
    }

    fn ascii(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = if self.length < 13 { 0 } else { 6 };
        let shown = self.expose().get(..first).unwrap_or_default();
        f.write_str(shown)?;
        for _ in first..self.length.saturating_sub(4) {
            f.write_char('*')?;
        }
        f.write_str(self.last_four())
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber({self})")
    }
}

/// The value of packed BCD (EMV format n); `None` if a nibble is no digit or the value exceeds 64
/// bits.
#[must_use]
pub fn bcd_to_u64(octets: &[u8]) -> Option<u64> {
    nibbles(octets).try_fold(0_u64, |number, nibble| {
        let digit = Some(u64::from(nibble)).filter(|&digit| digit <= 9)?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// A number as packed BCD of `N` octets, left-padded with zeros (EMV format n); `None` if it has
/// more than 2 `N` digits.
#[must_use]
pub fn u64_to_bcd<const N: usize>(number: u64) -> Option<[u8; N]> {
    let mut octets = [0; N];
    let mut rest = number;
    for octet in octets.iter_mut().rev() {
        let [.., pair] = (rest % 100).to_be_bytes();
        *octet = ((pair / 10) << 4) | (pair % 10);
        rest /= 100;
    }
    (rest == 0).then_some(octets)
}

/// True if the last of the digits, each 0–9, is the Luhn digit of those before it (ISO/IEC 7812-1
/// Annex B).
#[must_use]
pub fn luhn_valid(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    luhn_remainder(digits.rev(), Doubled::Second) == 0
}

/// The padding nibble.
pub(crate) const PAD: u8 = 0xF;

/// The nibbles of each octet, the high one first.
pub(crate) fn nibbles(octets: &[u8]) -> impl DoubleEndedIterator<Item = u8> + '_ {
    octets.iter().flat_map(|octet| [octet >> 4, octet & 0xF])
}

/// The first digit from the right that counts twice; from there on every second one does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubled {
    First,
    Second,
}

/// The Luhn sum modulo 10 of digits from the right (ISO/IEC 7812-1 Annex B). The result for a value
/// above 9 is unspecified: callers refuse such values.
fn luhn_remainder(digits: impl Iterator<Item = u8>, doubled: Doubled) -> u8 {
    let weights = [1, 2]
        .into_iter()
        .cycle()
        .skip(usize::from(doubled == Doubled::First));
    digits.zip(weights).fold(0, |sum, (digit, weight)| {
        let product = (digit % 10) * weight;
        (sum + product / 10 + product % 10) % 10
    })
}

#[cfg(test)]
mod tests;
