//! PIN blocks under any key (ISO 9564-1): formats 0, 1 and 3 under Triple DES, format 4 under AES.

use thiserror::Error;
use understudy_acquiring::line::{ClearBlock, Pin, format_4};
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use crate::block::{Algorithm, BlockKey};

/// A PIN block that cannot be made or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PinBlockError {
    /// A key of another algorithm than the format's.
    #[error("formats 0, 1 and 3 need a key of DES, format 4 one of AES")]
    Algorithm,
    /// No PIN in the block: another key, card number or format, or an altered block.
    #[error("no PIN is in the block: key, card number or format are others, or it was altered")]
    NoPin,
}

/// Encrypts a PIN as a block of format 0, 1 or 3, eight octets. `random` gives the digits behind the
/// PIN: see [`ClearBlock::octets`].
///
/// # Errors
/// [`PinBlockError::Algorithm`] if the key is not one of DES.
pub fn seal_pin(
    key: &BlockKey,
    format: ClearBlock<'_>,
    pin: &Pin,
    random: [u8; 10],
) -> Result<[u8; 8], PinBlockError> {
    let mut block = *format.octets(pin, random);
    encrypt(key, Algorithm::Des, &mut block)?;
    Ok(block)
}

/// The PIN in a block of format 0, 1 or 3.
///
/// # Errors
/// [`PinBlockError`].
pub fn open_pin(
    key: &BlockKey,
    format: ClearBlock<'_>,
    block: [u8; 8],
) -> Result<Pin, PinBlockError> {
    let mut clear = Zeroizing::new(block);
    decrypt(key, Algorithm::Des, &mut *clear)?;
    format.read(&clear).ok_or(PinBlockError::NoPin)
}

/// Encrypts a PIN as a block of format 4, 16 octets, eight of them random.
///
/// # Errors
/// [`PinBlockError::Algorithm`] if the key is not one of AES.
pub fn seal_pin_format_4(
    key: &BlockKey,
    number: &CardNumber,
    pin: &Pin,
    random: [u8; 8],
) -> Result<[u8; 16], PinBlockError> {
    let mut block = *format_4::pin_field(pin, random);
    encrypt(key, Algorithm::Aes, &mut block)?;
    format_4::bind(&mut block, number);
    encrypt(key, Algorithm::Aes, &mut block)?;
    Ok(block)
}

/// The PIN in a block of format 4.
///
/// # Errors
/// [`PinBlockError`].
pub fn open_pin_format_4(
    key: &BlockKey,
    number: &CardNumber,
    block: [u8; 16],
) -> Result<Pin, PinBlockError> {
    let mut clear = Zeroizing::new(block);
    decrypt(key, Algorithm::Aes, &mut *clear)?;
    format_4::bind(&mut clear, number);
    decrypt(key, Algorithm::Aes, &mut *clear)?;
    format_4::parse_pin_field(&clear).ok_or(PinBlockError::NoPin)
}

fn encrypt(key: &BlockKey, algorithm: Algorithm, block: &mut [u8]) -> Result<(), PinBlockError> {
    admit(key, algorithm)?;
    key.encrypt_whole_blocks(block);
    Ok(())
}

fn decrypt(key: &BlockKey, algorithm: Algorithm, block: &mut [u8]) -> Result<(), PinBlockError> {
    admit(key, algorithm)?;
    key.decrypt_whole_blocks(block);
    Ok(())
}

fn admit(key: &BlockKey, algorithm: Algorithm) -> Result<(), PinBlockError> {
    if key.algorithm() == algorithm {
        Ok(())
    } else {
        Err(PinBlockError::Algorithm)
    }
}
