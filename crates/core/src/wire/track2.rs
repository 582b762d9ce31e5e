//! Track 2 equivalent data, `57` (EMV Book 3 Annex A, ISO/IEC 7813).
//!
//! ```text
//! card number (8–19) | D | YYMM | service code (3) | discretionary data | F if odd
//! ```
//!
//! One nibble a character, at most 19 octets.

mod expiry;

use core::{fmt, iter};

use thiserror::Error;
use zeroize::ZeroizeOnDrop;

use super::digits::{CardNumber, PAD, nibbles};
pub use expiry::{Expiry, NotAnExpiry};

/// The longest track 2, in octets.
pub const TRACK2_MAX: usize = 19;

/// The most discretionary digits: what a card number of eight digits leaves.
const DISCRETIONARY_MAX: usize = 2 * TRACK2_MAX - 8 - 1 - 4 - 3;
pub(crate) const SEPARATOR: u8 = 0xD;

/// Track 2 of a card. Printed, it shows only the masked card number and the expiry.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Track2 {
    number: CardNumber,
    #[zeroize(skip)]
    expiry: Expiry,
    service_code: [u8; 3],
    /// Digits 0–9, zeros behind the last one.
    discretionary: [u8; DISCRETIONARY_MAX],
    discretionary_length: usize,
}

/// The reason for which octets or parts are not a track 2.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum Track2Error {
    /// The card number is not 8–19 digits.
    #[error("the card number is not 8 to 19 digits")]
    Number,
    /// No separator `D`.
    #[error("there is no separator D")]
    Separator,
    /// The expiry is not YYMM.
    #[error("the expiry is not four digits YYMM")]
    Expiry,
    /// The service code is not three digits.
    #[error("the service code is not three digits")]
    ServiceCode,
    /// The discretionary data holds something else than digits, or padding where none belongs.
    #[error("the discretionary data is not all digits")]
    Discretionary,
    /// More than 19 octets.
    #[error("track 2 is longer than 19 octets")]
    Length,
}

impl Track2 {
    /// A track 2 from its parts; digits have the values 0–9.
    ///
    /// # Errors
    /// [`Track2Error`] if a digit is above 9 or the whole is longer than 19 octets.
    pub fn new(
        number: CardNumber,
        expiry: Expiry,
        service_code: [u8; 3],
        discretionary: &[u8],
    ) -> Result<Self, Track2Error> {
        if !all_digits(&service_code) {
            return Err(Track2Error::ServiceCode);
        }
        if !all_digits(discretionary) {
            return Err(Track2Error::Discretionary);
        }
        if number.len() + 1 + 4 + 3 + discretionary.len() > 2 * TRACK2_MAX {
            return Err(Track2Error::Length);
        }
        let mut digits = [0; DISCRETIONARY_MAX];
        for (slot, digit) in digits.iter_mut().zip(discretionary) {
            *slot = *digit;
        }
        Ok(Self {
            number,
            expiry,
            service_code,
            discretionary: digits,
            discretionary_length: discretionary.len(),
        })
    }

    /// Reads the value of `57`.
    ///
    /// # Errors
    /// [`Track2Error`] names the first part that is wrong. A single `F` may end it; one more, or
    /// one anywhere else, is refused.
    pub fn parse(octets: &[u8]) -> Result<Self, Track2Error> {
        if octets.len() > TRACK2_MAX {
            return Err(Track2Error::Length);
        }
        let padding = usize::from(octets.last().is_some_and(|octet| octet & 0xF == PAD));
        let mut rest = nibbles(octets).take((octets.len() * 2).saturating_sub(padding));

        let mut separated = false;
        let number = CardNumber::from_digits(rest.by_ref().take_while(|&nibble| {
            separated = nibble == SEPARATOR;
            !separated
        }));
        let number = number.map_err(|_| Track2Error::Number)?;
        if !separated {
            return Err(Track2Error::Separator);
        }
        let expiry = take(&mut rest)
            .and_then(Expiry::from_digits)
            .ok_or(Track2Error::Expiry)?;
        let service_code = take(&mut rest).ok_or(Track2Error::ServiceCode)?;

        let mut discretionary = [0; DISCRETIONARY_MAX];
        let mut length = 0;
        for (slot, digit) in discretionary.iter_mut().zip(rest) {
            *slot = digit;
            length += 1;
        }
        let discretionary = discretionary.get(..length).unwrap_or_default();
        Self::new(number, expiry, service_code, discretionary)
    }

    /// Writes the value of `57`, at most 19 octets.
    pub fn emit<'b>(&self, out: &'b mut [u8; TRACK2_MAX]) -> &'b [u8] {
        let characters = self
            .number
            .digits()
            .chain([SEPARATOR])
            .chain(self.expiry.digits())
            .chain(self.service_code)
            .chain(self.discretionary().iter().copied());
        let mut padded = characters.chain(iter::repeat(PAD));
        for slot in out.iter_mut() {
            let high = padded.next().unwrap_or(PAD);
            let low = padded.next().unwrap_or(PAD);
            *slot = high << 4 | low;
        }
        let length = (self.number.len() + 1 + 4 + 3 + self.discretionary_length).div_ceil(2);
        out.get(..length).unwrap_or_default()
    }

    /// The card number.
    #[must_use]
    pub const fn number(&self) -> &CardNumber {
        &self.number
    }

    /// The month of expiry.
    #[must_use]
    pub const fn expiry(&self) -> Expiry {
        self.expiry
    }

    /// The service code, three digits 0–9. A first digit of 2 or 6 says that there is a chip.
    #[must_use]
    pub const fn service_code(&self) -> [u8; 3] {
        self.service_code
    }

    /// The discretionary data, digits 0–9.
    #[must_use]
    pub fn discretionary(&self) -> &[u8] {
        self.discretionary
            .get(..self.discretionary_length)
            .unwrap_or_default()
    }
}

impl fmt::Debug for Track2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Track2")
            .field("number", &self.number)
            .field("expiry", &self.expiry)
            .finish_non_exhaustive()
    }
}

fn all_digits(digits: &[u8]) -> bool {
    digits.iter().all(|&digit| digit <= 9)
}

fn take<const N: usize>(from: &mut impl Iterator<Item = u8>) -> Option<[u8; N]> {
    let mut taken = [0; N];
    for slot in &mut taken {
        *slot = from.next()?;
    }
    Some(taken)
}

#[cfg(test)]
mod tests;
