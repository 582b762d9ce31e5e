//! Encrypted PIN blocks (ISO 9564-1): format 0 under TDES, format 4 under AES.

use core::fmt;

use aes::Aes128;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use understudy_core::wire::digits::CardNumber;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::pin::Pin;
use super::pin_field::{ClearBlock, format_4};

/// A key of PIN blocks of format 0: double-length TDES, 16 octets, wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct PinKey([u8; 16]);

impl PinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The clear key, for storage and wrapping.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    /// Encrypts a PIN for the card of this number: a block of format 0 (DE 52).
    #[must_use]
    pub fn seal(&self, pin: &Pin, number: &CardNumber) -> [u8; 8] {
        let mut block = *ClearBlock::Format0(number).octets(pin, [0; 10]);
        TdesEde2::new((&self.0).into()).encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block of format 0 for the card of this number; none if there is none in it.
    #[must_use]
    pub fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        let mut clear = Zeroizing::new(block);
        TdesEde2::new((&self.0).into()).decrypt_block((&mut *clear).into());
        ClearBlock::Format0(number).read(&clear)
    }
}

impl fmt::Debug for PinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinKey(..)")
    }
}

/// A key of PIN blocks of format 4: AES-128, 16 octets, wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct AesPinKey([u8; 16]);

impl AesPinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// Encrypts a PIN for the card of this number: a block of format 4 (DE 62). `fill` is random, so
    /// that the same PIN gives another block each time.
    #[must_use]
    pub fn seal(&self, pin: &Pin, number: &CardNumber, fill: [u8; 8]) -> [u8; 16] {
        let mut block = *format_4::pin_field(pin, fill);
        let cipher = Aes128::new((&self.0).into());
        cipher.encrypt_block((&mut block).into());
        format_4::bind(&mut block, number);
        cipher.encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block of format 4 for the card of this number; none if there is none in it.
    #[must_use]
    pub fn open(&self, block: [u8; 16], number: &CardNumber) -> Option<Pin> {
        let cipher = Aes128::new((&self.0).into());
        let mut outer = Zeroizing::new(block);
        cipher.decrypt_block((&mut *outer).into());
        format_4::bind(&mut outer, number);
        cipher.decrypt_block((&mut *outer).into());
        format_4::parse_pin_field(&outer)
    }
}

impl fmt::Debug for AesPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesPinKey(..)")
    }
}
