//! PIN blocks as terminals send them, under the keys that the issuer shares with them.

use std::fmt;

use understudy_acquiring::PinBlock;
use understudy_acquiring::line::{AesPinKey, PinKey};
use understudy_core::wire::digits::CardNumber;

use super::Pin;
use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// The key under which terminals encrypt PIN blocks of ISO 9564-1 format 0: double-length TDES, 16
/// octets.
pub struct TerminalPinKey(Secret<16>);

/// The key under which terminals encrypt PIN blocks of ISO 9564-1 format 4: AES-128, 16 octets.
pub struct AesTerminalPinKey(Secret<16>);

impl TerminalPinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(key: Secret<16>) -> Self {
        Self(key)
    }

    /// Encrypts `pin` for the card `number`, as a terminal does (DE 52).
    #[must_use]
    pub fn seal(&self, pin: &Pin, number: &CardNumber) -> PinBlock {
        PinBlock::Format0(PinKey::new(*self.0.expose()).seal(pin, number))
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        PinKey::new(*self.0.expose()).open(block, number)
    }

    pub(crate) const fn secret(&self) -> &Secret<16> {
        &self.0
    }
}

impl AesTerminalPinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(key: Secret<16>) -> Self {
        Self(key)
    }

    /// Encrypts `pin` for the card `number`, as a terminal does (DE 62). The same PIN gives another
    /// block each time.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn seal(&self, pin: &Pin, number: &CardNumber) -> Result<PinBlock, NoRandomness> {
        let fill = *random::octets::<8>()?;
        let block = AesPinKey::new(*self.0.expose()).seal(pin, number, fill);
        Ok(PinBlock::Format4(block))
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 16], number: &CardNumber) -> Option<Pin> {
        AesPinKey::new(*self.0.expose()).open(block, number)
    }
}

impl fmt::Debug for TerminalPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalPinKey(..)")
    }
}

impl fmt::Debug for AesTerminalPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesTerminalPinKey(..)")
    }
}

#[cfg(test)]
mod tests;
