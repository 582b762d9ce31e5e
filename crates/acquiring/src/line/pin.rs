//! PINs.

use core::fmt;

use zeroize::ZeroizeOnDrop;

/// The fewest digits of a PIN (ISO 9564-1 §8.1).
pub const PIN_MIN: usize = 4;
/// The most digits of a PIN.
pub const PIN_MAX: usize = 12;

/// A PIN, 4–12 decimal digits.
#[derive(ZeroizeOnDrop)]
pub struct Pin {
    digits: [u8; PIN_MAX],
    length: usize,
}

/// The text is not a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is 4 to 12 decimal digits")]
pub struct PinError;

impl Pin {
    /// A PIN from its digits in text.
    ///
    /// # Errors
    /// [`PinError`] for anything but 4–12 decimal digits.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        Self::from_digits(text.bytes().map(|octet| octet.wrapping_sub(b'0'))).ok_or(PinError)
    }

    pub(super) fn from_digits(digits: impl Iterator<Item = u8>) -> Option<Self> {
        let mut pin = Self {
            digits: [0; PIN_MAX],
            length: 0,
        };
        for digit in digits {
            *pin.digits.get_mut(pin.length)? = digit;
            pin.length += 1;
            if digit > 9 {
                return None;
            }
        }
        (pin.length >= PIN_MIN).then_some(pin)
    }

    /// The digits, each 0–9, for whoever makes a block or keeps a reference of them.
    #[must_use]
    pub fn digits(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}
