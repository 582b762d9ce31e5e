//! Double-length triple DES keys.

use cipher::{BlockCipherEncrypt, KeyInit};
use core::fmt;
use des::{Des, TdesEde2};
use retail_mac::{Mac, RetailMac};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Cryptogram, Padding};

/// A double-length triple DES key: 16 octets, kept as given (parity bits included).
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
        let mut block = arqc.with_response(response_code);
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
        padding.feed(parts, |octets| mac.update(octets));
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

#[cfg(any(feature = "issuer", feature = "limited-use"))]
impl TdesKey {
    pub(super) const fn copy(&self) -> Self {
        Self(self.0)
    }
}

#[cfg(feature = "issuer")]
impl TdesKey {
    /// The key derived with two diversification blocks: each is encrypted under this key, left
    /// half, then right half.
    pub(crate) fn diversify(&self, blocks: [[u8; 8]; 2]) -> Self {
        let [left, right] = blocks.map(u64::from_be_bytes);
        let both = u128::from(left) << 64 | u128::from(right);
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
