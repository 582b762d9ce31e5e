//! The time of a request by the terminal's clock: DE 12 and 13.

use core::fmt;

use super::{FieldError, Text};

/// Time and date at the terminal (DE 12 hhmmss, DE 13 MMDD), which have no year. It may be 29
/// February. `Display` prints `MM-DD hh:mm:ss`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(Text<10>);

/// Days of each month; a date without a year may be 29 February.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl LocalTime {
    /// A time from the six digits of DE 12 and the four of DE 13, as text.
    ///
    /// # Errors
    /// [`FieldError::LocalTime`] and [`FieldError::LocalDate`].
    pub fn parse(time: &str, date: &str) -> Result<Self, FieldError> {
        let time = time.as_bytes().try_into();
        let date = date.as_bytes().try_into();
        Self::new(
            time.map_err(|_| FieldError::LocalTime)?,
            date.map_err(|_| FieldError::LocalDate)?,
        )
    }

    /// A time from the ASCII digits of DE 12 and DE 13.
    ///
    /// # Errors
    /// [`FieldError::LocalTime`] and [`FieldError::LocalDate`].
    pub fn new(time: [u8; 6], date: [u8; 4]) -> Result<Self, FieldError> {
        let [hour, minute, second] = numbers(&time).ok_or(FieldError::LocalTime)?;
        if hour > 23 || minute > 59 || second > 59 {
            return Err(FieldError::LocalTime);
        }
        let [month, day] = numbers(&date).ok_or(FieldError::LocalDate)?;
        let days = usize::from(month).checked_sub(1);
        let days = days.and_then(|at| DAYS.get(at).copied());
        if days.is_none_or(|days| !(1..=days).contains(&day)) {
            return Err(FieldError::LocalDate);
        }
        let mut whole = [b'0'; 10];
        for (slot, digit) in whole.iter_mut().zip(date.into_iter().chain(time)) {
            *slot = digit;
        }
        let text = Text::new(whole, |c| c.is_ascii_digit());
        text.map(Self).ok_or(FieldError::LocalTime)
    }

    /// A time from BCD: hhmmss and MMDD.
    ///
    /// # Errors
    /// [`FieldError::LocalTime`] and [`FieldError::LocalDate`].
    pub fn from_bcd(time: [u8; 3], date: [u8; 2]) -> Result<Self, FieldError> {
        Self::new(digits(time), digits(date))
    }

    /// A time from `MMDDhhmmss`, as [`text`](Self::text) gives it.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(4)?;
        Self::parse(time, date).ok()
    }

    /// `MMDDhhmmss`.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// DE 12: `hhmmss`, six ASCII digits.
    #[must_use]
    pub const fn time(self) -> [u8; 6] {
        let [_, _, _, _, rest @ ..] = self.0.characters();
        rest
    }

    /// DE 13: `MMDD`, four ASCII digits.
    #[must_use]
    pub const fn date(self) -> [u8; 4] {
        let [a, b, c, d, ..] = self.0.characters();
        [a, b, c, d]
    }

    /// DE 13 in BCD, the month before the day, as it ends `9A`.
    #[must_use]
    pub fn date_bcd(self) -> [u8; 2] {
        let [a, b, c, d] = self.date().map(|octet| octet.wrapping_sub(b'0'));
        [a << 4 | b, c << 4 | d]
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |from: usize| self.text().get(from..from + 2).unwrap_or_default();
        let (month, day, hour) = (part(0), part(2), part(4));
        write!(f, "{month}-{day} {hour}:{}:{}", part(6), part(8))
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalTime({self})")
    }
}

/// The values of `N` pairs of ASCII digits.
fn numbers<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut numbers = [0; N];
    let (pairs, _) = digits.as_chunks();
    for (slot, pair) in numbers.iter_mut().zip(pairs) {
        let [tens, units] = pair.map(|octet| octet.wrapping_sub(b'0'));
        if tens > 9 || units > 9 {
            return None;
        }
        *slot = 10 * tens + units;
    }
    Some(numbers)
}

/// The ASCII digits of BCD octets, two of each; a nibble above 9 becomes something that is no digit.
fn digits<const N: usize, const D: usize>(octets: [u8; N]) -> [u8; D] {
    let nibbles = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
    let mut digits = [b'0'; D];
    for (slot, nibble) in digits.iter_mut().zip(nibbles) {
        *slot = b'0' + nibble;
    }
    digits
}
