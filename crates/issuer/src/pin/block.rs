//! Encrypted PIN blocks: ISO 9564-1, format 0, under a TDES key.

use std::fmt;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::{PIN_MAX, PIN_MIN, Pin};
use crate::secret::Secret;

/// The nibbles of a block.
const NIBBLES: usize = 16;
/// The nibbles before the digits: format and number of digits.
const HEADER: usize = 2;
const FILL: u8 = 0xF;

/// The key under which terminals encrypt PIN blocks: double-length TDES, 16 octets.
pub struct TerminalPinKey(Secret<16>);

impl TerminalPinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(key: Secret<16>) -> Self {
        Self(key)
    }

    /// Encrypts `pin` for the card `number`, as a terminal does: ISO 9564-1 format 0 (DE 52).
    #[must_use]
    pub fn seal(&self, pin: &Pin, number: &CardNumber) -> [u8; 8] {
        let mut block = (*pin_field(pin) ^ account_field(number)).to_be_bytes();
        self.cipher().encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        let mut clear = Zeroizing::new(block);
        self.cipher().decrypt_block((&mut *clear).into());
        read_pin_field(&Zeroizing::new(
            u64::from_be_bytes(*clear) ^ account_field(number),
        ))
    }

    pub(crate) const fn secret(&self) -> &Secret<16> {
        &self.0
    }

    /// The bare block cipher. The core's `TdesKey` cannot decrypt, because no card does.
    fn cipher(&self) -> TdesEde2 {
        TdesEde2::new(self.0.expose().into())
    }
}

impl fmt::Debug for TerminalPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalPinKey(..)")
    }
}

/// The PIN field: 0, number of digits, digits, filled up with F.
fn pin_field(pin: &Pin) -> Zeroizing<u64> {
    let length = u64::try_from(pin.length).unwrap_or(0);
    let filled = pin.digits().iter().copied().chain(std::iter::repeat(FILL));
    let field = filled
        .take(NIBBLES - HEADER)
        .fold(length, |field, nibble| field << 4 | u64::from(nibble));
    Zeroizing::new(field)
}

/// The PIN in a PIN field; `None` if the field is invalid.
fn read_pin_field(field: &Zeroizing<u64>) -> Option<Pin> {
    let nibble = |at: usize| {
        let [.., low] = (**field >> (60 - 4 * at)).to_be_bytes();
        low & 0x0F
    };
    let length = usize::from(nibble(1));
    let well_formed = nibble(0) == 0
        && (PIN_MIN..=PIN_MAX).contains(&length)
        && (HEADER + length..NIBBLES).all(|at| nibble(at) == FILL);
    well_formed.then(|| Pin::from_digits((HEADER..HEADER + length).map(nibble)))?
}

/// The account number field: the twelve digits before the check digit, right-aligned.
fn account_field(number: &CardNumber) -> u64 {
    let digits = number.digits().rev().skip(1).take(12);
    digits
        .zip((0..).step_by(4))
        .fold(0, |field, (digit, shift)| field | u64::from(digit) << shift)
}

#[cfg(test)]
mod tests;
