//! Triple DES keys of two or three different thirds: MAC, derivation and the issuer's answers.

use core::fmt;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde3};
use understudy_core::crypto::{Cryptogram, Padding};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::block::{Algorithm, KeyLengthError};

/// A Triple DES key, double-length or triple-length, kept as three keys of DES: the third of a
/// double-length key is its first again.
#[derive(ZeroizeOnDrop)]
pub struct TdesKey([[u8; 8]; 3]);

impl TdesKey {
    /// The key of 16 or 24 octets. Parity is neither checked nor adjusted: DES ignores it.
    ///
    /// The caller wipes its own copy.
    ///
    /// # Errors
    /// [`KeyLengthError`] for any other number of octets.
    pub fn new(octets: &[u8]) -> Result<Self, KeyLengthError> {
        match octets.as_chunks() {
            ([first, second], []) => Ok(Self([*first, *second, *first])),
            ([first, second, third], []) => Ok(Self([*first, *second, *third])),
            _ => Err(KeyLengthError(Algorithm::Des, "16 or 24")),
        }
    }

    /// Encrypts one block in place.
    pub fn encrypt(&self, block: &mut [u8; 8]) {
        let key = Zeroizing::new(self.octets());
        TdesEde3::new((&*key).into()).encrypt_block(block.into());
    }

    /// The message authentication code (ISO/IEC 9797-1 Algorithm 3 with DES, ANSI X9.19), eight
    /// octets: chained under the first key, the last block decrypted under the second and encrypted
    /// under the third.
    #[must_use]
    pub fn mac(&self, padding: Padding, data: &[u8]) -> [u8; 8] {
        self.mac_of_parts(padding, &[data])
    }

    /// The MAC over the parts, one after the other.
    fn mac_of_parts(&self, padding: Padding, parts: &[&[u8]]) -> [u8; 8] {
        let [first, second, third] = self.0.each_ref().map(|key| Des::new(key.into()));
        let data = parts.iter().copied().flatten().copied();
        let marker = (padding == Padding::Method2).then_some(0x80);
        let mut padded = data.chain(marker).peekable();
        let mut mac = [0; 8];
        loop {
            for slot in &mut mac {
                *slot ^= padded.next().unwrap_or(0);
            }
            first.encrypt_block((&mut mac).into());
            if padded.peek().is_none() {
                break;
            }
        }
        second.decrypt_block((&mut mac).into());
        third.encrypt_block((&mut mac).into());
        mac
    }

    /// A double-length key, 16 octets: each of the blocks encrypted under this key, one for each half.
    #[must_use]
    pub fn derive(&self, blocks: [[u8; 8]; 2]) -> Zeroizing<[u8; 16]> {
        let mut key = Zeroizing::new([0; 16]);
        let (halves, _) = key.as_chunks_mut();
        for (half, block) in halves.iter_mut().zip(blocks) {
            *half = block;
            self.encrypt(half);
        }
        key
    }

    /// The issuer's answer to a cryptogram by method 1 (EMV Book 2 §8.2.1), eight octets.
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        let mut block = arqc.0;
        for (octet, code) in block.iter_mut().zip(response_code) {
            *octet ^= code;
        }
        self.encrypt(&mut block);
        block
    }

    /// The issuer's answer to a cryptogram by method 2 (EMV Book 2 §8.2.2), four octets: the leftmost
    /// ones of a MAC over cryptogram, card status update and proprietary authentication data.
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        let parts = [&arqc.0[..], &csu, proprietary];
        let [a, b, c, d, ..] = self.mac_of_parts(Padding::Method2, &parts);
        [a, b, c, d]
    }

    /// The key check value: the leftmost three octets of eight encrypted `00`s.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        let mut block = [0; 8];
        self.encrypt(&mut block);
        let [a, b, c, ..] = block;
        [a, b, c]
    }

    fn octets(&self) -> [u8; 24] {
        let mut octets = [0; 24];
        for (to, from) in octets.iter_mut().zip(self.0.as_flattened()) {
            *to = *from;
        }
        octets
    }
}

impl fmt::Debug for TdesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TdesKey(..)")
    }
}
