//! SM4 keys (GB/T 32907), as JR/T 0025.17 uses them.

use cbc_mac::{CbcMac, Mac};
use cipher::{BlockCipherEncrypt, KeyInit};
use core::fmt;
use sm4::Sm4;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Cryptogram, Padding, block};

/// An SM4 key, 16 octets.
#[derive(ZeroizeOnDrop)]
pub struct Sm4Key([u8; 16]);

impl Sm4Key {
    /// The key of these octets.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// The message authentication code over the parts, one after the other: the leftmost eight
    /// octets of the last block of SM4 in CBC mode, over blocks of 16 octets (JR/T 0025.17).
    #[must_use]
    pub fn mac(&self, padding: Padding, parts: &[&[u8]]) -> [u8; 8] {
        self.mac_over(padding, parts.iter().copied())
    }

    /// The key check value: the leftmost three octets of sixteen encrypted `00`s.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        let mut block = Zeroizing::new([0; 16]);
        self.encrypt(&mut block);
        let [a, b, c, ..] = *block;
        [a, b, c]
    }

    /// The issuer's answer to a cryptogram by method 1 (JR/T 0025.17): the leftmost eight octets of
    /// one encrypted block, the cryptogram with the response code, then `00`s.
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        let mut block = block::padded(arqc.with_response(response_code));
        self.encrypt(&mut block);
        block::left_half(block)
    }

    /// The issuer's answer to a cryptogram by method 2, EMV Book 2 §8.2.2 with the MAC of SM4: four
    /// octets. JR/T 0025.17 has method 1 only.
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
        let mut mac = CbcMac::<Sm4>::new((&self.0).into());
        padding.feed(parts, |octets| mac.update(octets));
        block::left_half(mac.finalize().into_bytes().into())
    }

    fn encrypt(&self, block: &mut [u8; 16]) {
        Sm4::new((&self.0).into()).encrypt_block(block.into());
    }
}

#[cfg(feature = "issuer")]
impl Sm4Key {
    /// The key derived with one diversification block, encrypted under this key.
    pub(crate) fn diversify(&self, block: u128) -> Self {
        let mut key = Self(block.to_be_bytes());
        self.encrypt(&mut key.0);
        key
    }

    pub(super) const fn copy(&self) -> Self {
        Self(self.0)
    }

    /// The clear key, for provisioning and display.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Sm4Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Key(..)")
    }
}
