//! PIN blocks as terminals send them, under the key that the issuer shares with them.

use std::fmt;

use understudy_acquiring::line::PinKey;
use understudy_core::wire::digits::CardNumber;

use super::Pin;
use crate::secret::Secret;

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
        PinKey::new(*self.0.expose()).seal(pin, number)
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        PinKey::new(*self.0.expose()).open(block, number)
    }

    pub(crate) const fn secret(&self) -> &Secret<16> {
        &self.0
    }
}

impl fmt::Debug for TerminalPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalPinKey(..)")
    }
}

#[cfg(test)]
mod tests;
