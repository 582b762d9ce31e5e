//! Encrypted PIN blocks (ISO 9564-1): format 0 under TDES, format 4 under AES.

use core::{fmt, iter};

use aes::Aes128;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use understudy_core::wire::digits::CardNumber;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::pin::{PIN_MAX, PIN_MIN, Pin};

/// The nibble behind the digits of format 0.
const FILL_0: u8 = 0xF;
/// The nibble behind the digits of format 4.
const FILL_4: u8 = 0xA;
/// Nibbles of a PIN field of format 0, and of the first half of one of format 4.
const NIBBLES: usize = 16;
/// Nibbles in front of the digits: format and number of digits.
const HEADER: usize = 2;

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
        let field = Zeroizing::new(u64::from_be_bytes(*pin_field(pin, 0, FILL_0)));
        let mut block = (*field ^ account_field(number)).to_be_bytes();
        TdesEde2::new((&self.0).into()).encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block of format 0 for the card of this number; none if there is none in it.
    #[must_use]
    pub fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        let mut clear = Zeroizing::new(block);
        TdesEde2::new((&self.0).into()).decrypt_block((&mut *clear).into());
        let field = Zeroizing::new(u64::from_be_bytes(*clear) ^ account_field(number));
        parse_pin_field(&Zeroizing::new(field.to_be_bytes()), 0, FILL_0)
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
        let mut block = [0; 16];
        let parts = pin_field(pin, 4, FILL_4);
        for (slot, octet) in block.iter_mut().zip(parts.iter().chain(&fill)) {
            *slot = *octet;
        }
        let cipher = Aes128::new((&self.0).into());
        cipher.encrypt_block((&mut block).into());
        let mut block = (u128::from_be_bytes(block) ^ number_field(number)).to_be_bytes();
        cipher.encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block of format 4 for the card of this number; none if there is none in it.
    #[must_use]
    pub fn open(&self, block: [u8; 16], number: &CardNumber) -> Option<Pin> {
        let cipher = Aes128::new((&self.0).into());
        let mut outer = Zeroizing::new(block);
        cipher.decrypt_block((&mut *outer).into());
        let bound = u128::from_be_bytes(*outer) ^ number_field(number);
        let mut clear = Zeroizing::new(bound.to_be_bytes());
        cipher.decrypt_block((&mut *clear).into());
        let (field, _) = clear.split_first_chunk()?;
        parse_pin_field(&Zeroizing::new(*field), 4, FILL_4)
    }
}

impl fmt::Debug for AesPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesPinKey(..)")
    }
}

/// Format, number of digits, digits, filled up.
fn pin_field(pin: &Pin, format: u8, fill: u8) -> Zeroizing<[u8; 8]> {
    let [.., length] = pin.digits().len().to_be_bytes();
    let head = [format, length].into_iter();
    let mut nibbles = head
        .chain(pin.digits().iter().copied())
        .chain(iter::repeat(fill));
    let mut field = Zeroizing::new([0; 8]);
    for slot in field.iter_mut() {
        let high = nibbles.next().unwrap_or(fill);
        *slot = high << 4 | nibbles.next().unwrap_or(fill);
    }
    field
}

/// The PIN of a PIN field, if it is one of this format.
fn parse_pin_field(field: &Zeroizing<[u8; 8]>, format: u8, fill: u8) -> Option<Pin> {
    let mut nibbles = field.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
    let found = nibbles.next()?;
    let length = usize::from(nibbles.next()?);
    if found != format || !(PIN_MIN..=PIN_MAX).contains(&length) {
        return None;
    }
    let filled = nibbles.clone().skip(length);
    let well_filled = filled.take(NIBBLES - HEADER).all(|nibble| nibble == fill);
    let pin = Pin::from_digits(nibbles.take(length));
    pin.filter(|_| well_filled)
}

/// Format 0: the twelve digits before the check digit, right-aligned.
fn account_field(number: &CardNumber) -> u64 {
    let digits = number.digits().rev().skip(1).take(12);
    digits
        .zip((0..).step_by(4))
        .fold(0, |field, (digit, shift)| field | u64::from(digit) << shift)
}

/// Format 4: the number of digits beyond twelve, the digits, zeros behind them. A number of fewer than
/// twelve digits has zeros in front.
fn number_field(number: &CardNumber) -> u128 {
    let beyond = number.len().saturating_sub(12);
    let zeros = 12_usize.saturating_sub(number.len());
    let digits = iter::repeat_n(0, zeros).chain(number.digits());
    let [.., first] = beyond.to_be_bytes();
    let nibbles = iter::once(first).chain(digits).chain(iter::repeat(0));
    nibbles
        .take(2 * NIBBLES)
        .fold(0, |field, nibble| field << 4 | u128::from(nibble))
}
