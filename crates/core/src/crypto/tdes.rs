//! Double-length Triple DES keys and the message authentication code.

use cipher::{BlockCipherEncrypt, KeyInit};
use core::fmt;
use des::{Des, TdesEde2};
use retail_mac::{Mac, RetailMac};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::Cryptogram;

/// The padding of a message to whole blocks (ISO/IEC 9797-1 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Octets `00`, as few as possible; the empty message becomes one block of them.
    Method1,
    /// One octet `80`, then octets `00`, as few as possible.
    Method2,
}

/// A double-length Triple DES key: 16 octets, kept as given (parity bits included).
#[derive(ZeroizeOnDrop)]
pub struct TdesKey([u8; 16]);

impl TdesKey {
    /// The key of these octets. Parity is neither checked nor adjusted: DES ignores it.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The message authentication code over the parts, one after the other
    /// (ISO/IEC 9797-1 Algorithm 3 with DES, EMV Book 2 Annex A1.2.1): eight octets.
    #[must_use]
    pub fn mac(&self, padding: Padding, parts: &[&[u8]]) -> [u8; 8] {
        self.mac_over(padding, parts.iter().copied())
    }

    /// The key check value: the leftmost three octets of eight encrypted `00`s.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        let mut block = Zeroizing::new([0; 8]);
        self.encrypt(&mut block);
        let [a, b, c, ..] = *block;
        [a, b, c]
    }

    /// The issuer's answer to a cryptogram by method 1 (EMV Book 2 §8.2.1): eight octets.
    ///
    /// `response_code` is the authorisation response code (`8A`), two octets.
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        let mut block = arqc.0;
        for (octet, code) in block.iter_mut().zip(response_code) {
            *octet ^= code;
        }
        self.encrypt(&mut block);
        block
    }

    /// The issuer's answer to a cryptogram by method 2 (EMV Book 2 §8.2.2): four octets.
    ///
    /// `csu` is the card status update, four octets; `proprietary` the proprietary
    /// authentication data, zero to eight octets.
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        let [a, b, c, d, ..] = self.mac(Padding::Method2, &[&arqc.0, &csu, proprietary]);
        [a, b, c, d]
    }

    /// As [`mac`](Self::mac), over parts that are not in memory side by side.
    pub(super) fn mac_over<'p>(
        &self,
        padding: Padding,
        parts: impl Iterator<Item = &'p [u8]>,
    ) -> [u8; 8] {
        let mut mac = RetailMac::<Des>::new((&self.0).into());
        let mut empty = true;
        for part in parts {
            mac.update(part);
            empty &= part.is_empty();
        }
        // `RetailMac` pads the last block with 00s, and an empty message not at all.
        match padding {
            Padding::Method1 if empty => mac.update(&[0x00]),
            Padding::Method1 => {}
            Padding::Method2 => mac.update(&[0x80]),
        }
        mac.finalize().into_bytes().into()
    }

    /// Encrypts one block in place.
    fn encrypt(&self, block: &mut [u8; 8]) {
        self.cipher().encrypt_block(block.into());
    }

    fn cipher(&self) -> TdesEde2 {
        TdesEde2::new((&self.0).into())
    }
}

#[cfg(feature = "issuer")]
impl TdesKey {
    /// The key derived with two diversification blocks: each is encrypted under this key, left
    /// half, then right half.
    pub(crate) fn diversify(&self, left: [u8; 8], right: [u8; 8]) -> Self {
        let both =
            u128::from(u64::from_be_bytes(left)) << 64 | u128::from(u64::from_be_bytes(right));
        let mut key = Self(both.to_be_bytes());
        let cipher = self.cipher();
        let (halves, _) = key.0.as_chunks_mut();
        for half in halves {
            cipher.encrypt_block(half.into());
        }
        key
    }

    /// The clear key, for provisioning and display.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for TdesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TdesKey(..)")
    }
}
