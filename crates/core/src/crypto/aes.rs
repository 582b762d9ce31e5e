//! AES keys of 16, 24 and 32 octets.

use aes::{Aes128, Aes192, Aes256};
use cipher::consts::U16;
use cipher::{BlockCipherEncrypt, BlockSizeUser, KeyInit};
use core::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Algorithm, Cryptogram, block};

/// An AES key of 16, 24 or 32 octets.
#[derive(ZeroizeOnDrop)]
pub struct AesKey(Octets);

#[derive(ZeroizeOnDrop)]
enum Octets {
    Aes128([u8; 16]),
    Aes192([u8; 24]),
    Aes256([u8; 32]),
}

impl AesKey {
    /// The key of these octets; `None` unless they are 16, 24 or 32.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let key = match octets.len() {
            16 => Octets::Aes128(octets.try_into().ok()?),
            24 => Octets::Aes192(octets.try_into().ok()?),
            32 => Octets::Aes256(octets.try_into().ok()?),
            _ => return None,
        };
        Some(Self(key))
    }

    /// AES with the length of this key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Octets::Aes128(_) => Algorithm::Aes128,
            Octets::Aes192(_) => Algorithm::Aes192,
            Octets::Aes256(_) => Algorithm::Aes256,
        }
    }

    /// The message authentication code over the parts, one after the other: the leftmost eight
    /// octets of CMAC (ISO/IEC 9797-1 Algorithm 5, EMV Book 2 Annex A1.2.2). CMAC pads by itself.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 8] {
        self.mac_over(parts.iter().copied())
    }

    /// The key check value: the leftmost three octets of CMAC over sixteen `00`s
    /// (ANSI X9.24-1:2017).
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        let [a, b, c, ..] = self.mac(&[&[0; 16]]);
        [a, b, c]
    }

    /// The issuer's answer to a cryptogram by method 1 (EMV Book 2 §8.2.1): the leftmost eight
    /// octets of one encrypted block, the cryptogram with the response code, then `00`s.
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        let mut block = block::padded(arqc.with_response(response_code));
        self.encrypt(&mut block);
        block::left_half(block)
    }

    /// The issuer's answer to a cryptogram by method 2 (EMV Book 2 §8.2.2): four octets.
    ///
    /// `csu` is the card status update, four octets; `proprietary` the proprietary
    /// authentication data, zero to eight octets.
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        let [a, b, c, d, ..] = self.mac(&[&arqc.0, &csu, proprietary]);
        [a, b, c, d]
    }

    /// As [`mac`](Self::mac), over parts that are not in memory side by side.
    pub(super) fn mac_over<'p>(&self, parts: impl Iterator<Item = &'p [u8]>) -> [u8; 8] {
        let octets = parts.flatten().copied();
        block::left_half(match &self.0 {
            Octets::Aes128(key) => cmac(&Aes128::new(key.into()), octets),
            Octets::Aes192(key) => cmac(&Aes192::new(key.into()), octets),
            Octets::Aes256(key) => cmac(&Aes256::new(key.into()), octets),
        })
    }

    fn encrypt(&self, block: &mut [u8; 16]) {
        match &self.0 {
            Octets::Aes128(key) => Aes128::new(key.into()).encrypt_block(block.into()),
            Octets::Aes192(key) => Aes192::new(key.into()).encrypt_block(block.into()),
            Octets::Aes256(key) => Aes256::new(key.into()).encrypt_block(block.into()),
        }
    }
}

/// CMAC (ISO/IEC 9797-1 Algorithm 5, NIST SP 800-38B). The crate of that name keeps a reachable panic
/// in its buffer; it is the oracle of the tests.
fn cmac<C>(cipher: &C, message: impl Iterator<Item = u8>) -> [u8; 16]
where
    C: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>,
{
    let mut state = [0; 16];
    let mut filled = 0;
    for octet in message {
        if filled == state.len() {
            cipher.encrypt_block((&mut state).into());
            filled = 0;
        }
        if let Some(place) = state.get_mut(filled) {
            *place ^= octet;
        }
        filled += 1;
    }
    let mut subkey = Zeroizing::new([0; 16]);
    cipher.encrypt_block((&mut *subkey).into());
    *subkey = doubled(*subkey);
    if let Some(place) = state.get_mut(filled) {
        *place ^= 0x80;
        *subkey = doubled(*subkey);
    }
    for (octet, key) in state.iter_mut().zip(subkey.iter()) {
        *octet ^= key;
    }
    cipher.encrypt_block((&mut state).into());
    state
}

/// The block times x in the field of 2^128 elements.
const fn doubled(block: [u8; 16]) -> [u8; 16] {
    let number = u128::from_be_bytes(block);
    ((number << 1) ^ ((number >> 127) * 0x87)).to_be_bytes()
}

#[cfg(feature = "issuer")]
impl AesKey {
    /// The key of the same length derived with two diversification blocks, each encrypted under
    /// this key. A key of 16 octets is the first of them, one of 24 ends within the second.
    pub(crate) fn diversify(&self, left: u128, right: u128) -> Self {
        let encrypted = |block: u128| {
            let mut block = Zeroizing::new(block.to_be_bytes());
            self.encrypt(&mut block);
            block
        };
        let left = encrypted(left);
        if matches!(self.0, Octets::Aes128(_)) {
            return Self(Octets::Aes128(*left));
        }
        let right = encrypted(right);
        let mut key = Zeroizing::new([0; 32]);
        for (to, from) in key.iter_mut().zip(left.iter().chain(right.iter())) {
            *to = *from;
        }
        let [first @ .., _, _, _, _, _, _, _, _] = &*key;
        match self.0 {
            Octets::Aes192(_) => Self(Octets::Aes192(*first)),
            _ => Self(Octets::Aes256(*key)),
        }
    }

    pub(super) const fn copy(&self) -> Self {
        Self(match self.0 {
            Octets::Aes128(key) => Octets::Aes128(key),
            Octets::Aes192(key) => Octets::Aes192(key),
            Octets::Aes256(key) => Octets::Aes256(key),
        })
    }

    /// The clear key, for provisioning and display: 16, 24 or 32 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        match &self.0 {
            Octets::Aes128(key) => key,
            Octets::Aes192(key) => key,
            Octets::Aes256(key) => key,
        }
    }
}

/// The keys of arrays; the caller wipes its own copy.
macro_rules! from {
    ($($length:literal => $variant:ident),+ $(,)?) => {$(
        impl From<[u8; $length]> for AesKey {
            fn from(octets: [u8; $length]) -> Self {
                Self(Octets::$variant(octets))
            }
        }
    )+};
}
from!(16 => Aes128, 24 => Aes192, 32 => Aes256);

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(..)")
    }
}
