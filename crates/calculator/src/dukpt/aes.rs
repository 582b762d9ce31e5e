//! DUKPT with AES (ANSI X9.24-3:2017 §6.3).

use core::fmt;

use zeroize::ZeroizeOnDrop;

use super::{DukptError, admissible, joined, steps};
use crate::block::{Algorithm, BlockKey};

/// Bits of the transaction counter.
const COUNTER_BITS: u32 = 32;
/// Terminals leave out counters with more ones.
const ONES_MAX: u32 = 16;
/// The use of a key from which others are derived.
const DERIVATION: u16 = 0x8000;
/// The use of the initial key.
const INITIAL: u16 = 0x8001;
/// Octets of the longest key.
const LONGEST: usize = 32;

/// A key serial number: eight octets that name the initial key, four that count transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AesKeySerialNumber(pub [u8; 12]);

/// The algorithm and length of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Double-length Triple DES, 16 octets.
    Tdes2,
    /// Triple-length Triple DES, 24 octets.
    Tdes3,
    /// AES with 16 octets.
    Aes128,
    /// AES with 24 octets.
    Aes192,
    /// AES with 32 octets.
    Aes256,
}

/// The use of a transaction's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AesUse {
    /// Encrypting other keys.
    KeyEncryption,
    /// PIN blocks.
    Pin,
    /// MACs that the terminal makes.
    MacGeneration,
    /// MACs that the terminal verifies.
    MacVerification,
    /// MACs of both directions.
    Mac,
    /// Data that the terminal encrypts.
    DataEncryption,
    /// Data that the terminal decrypts.
    DataDecryption,
    /// Data of both directions.
    Data,
}

/// A key of AES from which others are derived: the base derivation key, or the initial key of a
/// terminal. AES with 16, 24 or 32 octets.
#[derive(Debug)]
pub struct DerivationKey {
    key: BlockKey,
    key_type: KeyType,
}

/// A key that was derived, 16 to 32 octets.
#[derive(ZeroizeOnDrop)]
pub struct DerivedKey {
    octets: [u8; LONGEST],
    length: usize,
}

impl AesKeySerialNumber {
    /// The name of the initial key: base derivation key and terminal.
    fn initial_key(self) -> u64 {
        joined(self.0.iter().take(8))
    }

    fn counter(self) -> u32 {
        u32::try_from(joined(self.0.iter().skip(8))).unwrap_or_default()
    }

    /// The terminal's part of the name, and a counter.
    fn at(self, counter: u32) -> u64 {
        joined(self.0.iter().skip(4).take(4)) << 32 | u64::from(counter)
    }
}

impl DerivationKey {
    /// The key of these octets.
    ///
    /// The caller wipes its own copy.
    ///
    /// # Errors
    /// [`DukptError::KeyLength`] for anything but 16, 24 or 32 octets.
    pub fn new(octets: &[u8]) -> Result<Self, DukptError> {
        let key_type = match octets.len() {
            16 => KeyType::Aes128,
            24 => KeyType::Aes192,
            _ => KeyType::Aes256,
        };
        let key = BlockKey::new(Algorithm::Aes, octets)?;
        Ok(Self { key, key_type })
    }

    /// This being the base derivation key: the initial key of the terminal with this serial number,
    /// whose counter does not matter. It has the length of the base derivation key.
    #[must_use]
    pub fn initial_key(&self, number: AesKeySerialNumber) -> DerivedKey {
        self.derive(INITIAL, self.key_type, number.initial_key())
    }

    /// This being the initial key: a key of the transaction with this serial number.
    ///
    /// # Errors
    /// [`DukptError::NoTransaction`], [`DukptError::TooManyOnes`], and [`DukptError::Strength`] for a
    /// key type that is stronger than the initial key.
    pub fn key(
        &self,
        number: AesKeySerialNumber,
        used: AesUse,
        key_type: KeyType,
    ) -> Result<DerivedKey, DukptError> {
        let counter = admissible(number.counter(), ONES_MAX)?;
        if key_type.strength() > self.key_type.strength() {
            return Err(DukptError::Strength);
        }
        let mut step = None;
        for reached in steps(counter, COUNTER_BITS) {
            let from = step.as_ref().unwrap_or(self);
            let next = from.derive(DERIVATION, self.key_type, number.at(reached));
            step = Some(Self::new(next.expose())?);
        }
        let from = step.as_ref().unwrap_or(self);
        Ok(from.derive(used.code(), key_type, number.at(counter)))
    }

    /// Blocks of the derivation data, numbered from 1, each encrypted under this key.
    fn derive(&self, used: u16, key_type: KeyType, context: u64) -> DerivedKey {
        let mut octets = [0; LONGEST];
        let (blocks, _) = octets.as_chunks_mut();
        for (block, number) in blocks.iter_mut().zip(1..) {
            *block = derivation_data(number, used, key_type, context);
        }
        self.key.encrypt_whole_blocks(&mut octets);
        let length = usize::from(key_type.bits() / 8);
        DerivedKey { octets, length }
    }
}

impl DerivedKey {
    /// The clear key, for display.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or(&self.octets)
    }
}

impl KeyType {
    /// The length in bits.
    const fn bits(self) -> u16 {
        match self {
            Self::Tdes2 | Self::Aes128 => 128,
            Self::Tdes3 | Self::Aes192 => 192,
            Self::Aes256 => 256,
        }
    }

    const fn code(self) -> u16 {
        match self {
            Self::Tdes2 => 0,
            Self::Tdes3 => 1,
            Self::Aes128 => 2,
            Self::Aes192 => 3,
            Self::Aes256 => 4,
        }
    }

    /// Bits of security; Triple DES has less than any AES.
    const fn strength(self) -> u32 {
        match self {
            Self::Tdes2 => 80,
            Self::Tdes3 => 112,
            Self::Aes128 => 128,
            Self::Aes192 => 192,
            Self::Aes256 => 256,
        }
    }
}

impl AesUse {
    const fn code(self) -> u16 {
        match self {
            Self::KeyEncryption => 0x0002,
            Self::Pin => 0x1000,
            Self::MacGeneration => 0x2000,
            Self::MacVerification => 0x2001,
            Self::Mac => 0x2002,
            Self::DataEncryption => 0x3000,
            Self::DataDecryption => 0x3001,
            Self::Data => 0x3002,
        }
    }
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DerivedKey(..)")
    }
}

/// Version 1, the number of the block, use, algorithm, length in bits, and the context.
fn derivation_data(number: u8, used: u16, key_type: KeyType, context: u64) -> [u8; 16] {
    let data = 1 << 120
        | u128::from(number) << 112
        | u128::from(used) << 96
        | u128::from(key_type.code()) << 80
        | u128::from(key_type.bits()) << 64
        | u128::from(context);
    data.to_be_bytes()
}
