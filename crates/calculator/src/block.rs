//! Block ciphers: single, double-length and triple-length DES, AES and SM4, as electronic codebook
//! (ECB) and with cipher block chaining (CBC).

use core::fmt;

use aes::{Aes128, Aes192, Aes256};
use cipher::{Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockSizeUser, KeyInit};
use cmac::Cmac;
use des::{Des, TdesEde2, TdesEde3};
use sm4::Sm4;
use thiserror::Error;
use zeroize::ZeroizeOnDrop;

/// A block cipher; the length of the key tells its variants apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// DES with 8 octets, Triple DES with 16 or 24; blocks of 8 octets.
    Des,
    /// AES with 16, 24 or 32 octets (FIPS 197); blocks of 16 octets.
    Aes,
    /// SM4 with 16 octets (GB/T 32907); blocks of 16 octets.
    Sm4,
}

/// A number of octets that the algorithm has no key of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a key of {0:?} has {1} octets")]
pub struct KeyLengthError(pub Algorithm, pub &'static str);

/// Data that are not made of whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the data are not whole blocks of {0} octets")]
pub struct NotWholeBlocks(pub usize);

/// A key of a block cipher, kept as given (parity bits included).
#[derive(ZeroizeOnDrop)]
pub struct BlockKey(Octets);

#[derive(ZeroizeOnDrop)]
enum Octets {
    Des([u8; 8]),
    Tdes2([u8; 16]),
    Tdes3([u8; 24]),
    Aes128([u8; 16]),
    Aes192([u8; 24]),
    Aes256([u8; 32]),
    Sm4([u8; 16]),
}

/// Calls a function with the cipher of a key.
macro_rules! with_cipher {
    ($key:expr, $function:ident($($argument:expr),*)) => {
        match &$key.0 {
            Octets::Des(key) => $function(&Des::new(key.into()), $($argument),*),
            Octets::Tdes2(key) => $function(&TdesEde2::new(key.into()), $($argument),*),
            Octets::Tdes3(key) => $function(&TdesEde3::new(key.into()), $($argument),*),
            Octets::Aes128(key) => $function(&Aes128::new(key.into()), $($argument),*),
            Octets::Aes192(key) => $function(&Aes192::new(key.into()), $($argument),*),
            Octets::Aes256(key) => $function(&Aes256::new(key.into()), $($argument),*),
            Octets::Sm4(key) => $function(&Sm4::new(key.into()), $($argument),*),
        }
    };
}

impl BlockKey {
    /// The key of these octets. Parity is neither checked nor adjusted: DES ignores it.
    ///
    /// The caller wipes its own copy.
    ///
    /// # Errors
    /// [`KeyLengthError`] for a number of octets that the algorithm does not know.
    pub fn new(algorithm: Algorithm, octets: &[u8]) -> Result<Self, KeyLengthError> {
        let key = match algorithm {
            Algorithm::Des => exactly(octets)
                .map(Octets::Des)
                .or_else(|| exactly(octets).map(Octets::Tdes2))
                .or_else(|| exactly(octets).map(Octets::Tdes3)),
            Algorithm::Aes => exactly(octets)
                .map(Octets::Aes128)
                .or_else(|| exactly(octets).map(Octets::Aes192))
                .or_else(|| exactly(octets).map(Octets::Aes256)),
            Algorithm::Sm4 => exactly(octets).map(Octets::Sm4),
        };
        let lengths = algorithm.key_lengths();
        key.map(Self).ok_or(KeyLengthError(algorithm, lengths))
    }

    /// The algorithm of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Octets::Des(_) | Octets::Tdes2(_) | Octets::Tdes3(_) => Algorithm::Des,
            Octets::Aes128(_) | Octets::Aes192(_) | Octets::Aes256(_) => Algorithm::Aes,
            Octets::Sm4(_) => Algorithm::Sm4,
        }
    }

    /// Encrypts whole blocks in place, each by itself.
    ///
    /// # Errors
    /// [`NotWholeBlocks`]; nothing is encrypted.
    pub fn encrypt_ecb(&self, data: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.algorithm().admit(data)?;
        self.encrypt_whole_blocks(data);
        Ok(())
    }

    /// Decrypts whole blocks in place, each by itself.
    ///
    /// # Errors
    /// [`NotWholeBlocks`]; nothing is decrypted.
    pub fn decrypt_ecb(&self, data: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.algorithm().admit(data)?;
        self.decrypt_whole_blocks(data);
        Ok(())
    }

    /// Encrypts whole blocks in place, each added to the one before it. `vector`, a block, is added to
    /// the first.
    ///
    /// # Errors
    /// [`NotWholeBlocks`], also of the vector; nothing is encrypted.
    pub fn encrypt_cbc(&self, vector: &[u8], data: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.algorithm().admit(data)?;
        with_cipher!(self, encrypt_cbc(vector, data))
    }

    /// Decrypts whole blocks in place that were encrypted by [`encrypt_cbc`](Self::encrypt_cbc).
    ///
    /// # Errors
    /// [`NotWholeBlocks`], also of the vector; nothing is decrypted.
    pub fn decrypt_cbc(&self, vector: &[u8], data: &mut [u8]) -> Result<(), NotWholeBlocks> {
        self.algorithm().admit(data)?;
        with_cipher!(self, decrypt_cbc(vector, data))
    }

    /// Encrypts the whole blocks at the start of the data.
    pub(crate) fn encrypt_whole_blocks(&self, data: &mut [u8]) {
        with_cipher!(self, encrypt_ecb(data));
    }

    /// Decrypts the whole blocks at the start of the data.
    pub(crate) fn decrypt_whole_blocks(&self, data: &mut [u8]) {
        with_cipher!(self, decrypt_ecb(data));
    }

    /// The key check value: the leftmost three octets of an encrypted block of `00`s.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        with_cipher!(self, check_value())
    }

    /// The key check value by CMAC, as standards of AES keys have it: the leftmost three octets of the
    /// CMAC of a block of `00`s (NIST SP 800-38B).
    #[must_use]
    pub fn check_value_by_cmac(&self) -> [u8; 3] {
        match &self.0 {
            Octets::Des(key) => cmac_of_zeros(Cmac::<Des>::new(key.into()), 8),
            Octets::Tdes2(key) => cmac_of_zeros(Cmac::<TdesEde2>::new(key.into()), 8),
            Octets::Tdes3(key) => cmac_of_zeros(Cmac::<TdesEde3>::new(key.into()), 8),
            Octets::Aes128(key) => cmac_of_zeros(Cmac::<Aes128>::new(key.into()), 16),
            Octets::Aes192(key) => cmac_of_zeros(Cmac::<Aes192>::new(key.into()), 16),
            Octets::Aes256(key) => cmac_of_zeros(Cmac::<Aes256>::new(key.into()), 16),
            Octets::Sm4(key) => cmac_of_zeros(Cmac::<Sm4>::new(key.into()), 16),
        }
    }
}

impl Algorithm {
    /// The length of a block in octets: 8 or 16.
    #[must_use]
    pub const fn block_length(self) -> usize {
        match self {
            Self::Des => 8,
            Self::Aes | Self::Sm4 => 16,
        }
    }

    const fn admit(self, data: &[u8]) -> Result<(), NotWholeBlocks> {
        let length = self.block_length();
        if data.len().is_multiple_of(length) {
            Ok(())
        } else {
            Err(NotWholeBlocks(length))
        }
    }

    const fn key_lengths(self) -> &'static str {
        match self {
            Self::Des => "8, 16 or 24",
            Self::Aes => "16, 24 or 32",
            Self::Sm4 => "16",
        }
    }
}

impl fmt::Debug for BlockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlockKey(..)")
    }
}

fn exactly<const N: usize>(octets: &[u8]) -> Option<[u8; N]> {
    octets.try_into().ok()
}

fn encrypt_ecb<C: BlockCipherEncrypt>(cipher: &C, data: &mut [u8]) {
    cipher.encrypt_blocks(whole_blocks::<C>(data));
}

fn decrypt_ecb<C: BlockCipherDecrypt>(cipher: &C, data: &mut [u8]) {
    cipher.decrypt_blocks(whole_blocks::<C>(data));
}

fn encrypt_cbc<C: BlockCipherEncrypt>(
    cipher: &C,
    vector: &[u8],
    data: &mut [u8],
) -> Result<(), NotWholeBlocks> {
    let mut before = one_block::<C>(vector)?;
    for block in whole_blocks::<C>(data) {
        add(block, &before);
        cipher.encrypt_block(block);
        before = block.clone();
    }
    Ok(())
}

fn decrypt_cbc<C: BlockCipherDecrypt>(
    cipher: &C,
    vector: &[u8],
    data: &mut [u8],
) -> Result<(), NotWholeBlocks> {
    let mut before = one_block::<C>(vector)?;
    for block in whole_blocks::<C>(data) {
        let encrypted = block.clone();
        cipher.decrypt_block(block);
        add(block, &before);
        before = encrypted;
    }
    Ok(())
}

fn check_value<C: BlockCipherEncrypt>(cipher: &C) -> [u8; 3] {
    let mut block = Block::<C>::default();
    cipher.encrypt_block(&mut block);
    leftmost(&block)
}

fn cmac_of_zeros(mut mac: impl cmac::Mac, length: usize) -> [u8; 3] {
    for _ in 0..length {
        mac.update(&[0]);
    }
    leftmost(&mac.finalize().into_bytes())
}

fn leftmost(octets: &[u8]) -> [u8; 3] {
    octets.first_chunk().copied().unwrap_or_default()
}

fn add(block: &mut [u8], other: &[u8]) {
    for (octet, other) in block.iter_mut().zip(other) {
        *octet ^= other;
    }
}

fn whole_blocks<C: BlockSizeUser>(data: &mut [u8]) -> &mut [Block<C>] {
    Array::slice_as_chunks_mut(data).0
}

fn one_block<C: BlockSizeUser>(octets: &[u8]) -> Result<Block<C>, NotWholeBlocks> {
    let block = Array::try_from(octets);
    block.map_err(|_| NotWholeBlocks(C::block_size()))
}
