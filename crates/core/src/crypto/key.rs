//! Keys of any cipher.

use core::fmt;
use zeroize::ZeroizeOnDrop;

#[cfg(feature = "aes")]
use super::AesKey;
#[cfg(feature = "sm4")]
use super::Sm4Key;
#[cfg(feature = "tdes")]
use super::TdesKey;
use super::{Algorithm, Cryptogram, Padding};

/// A key of one of the ciphers that this crate is built with, 16 to 32 octets.
#[derive(ZeroizeOnDrop)]
pub enum Key {
    /// Triple DES.
    #[cfg(feature = "tdes")]
    Tdes(TdesKey),
    /// SM4.
    #[cfg(feature = "sm4")]
    Sm4(Sm4Key),
    /// AES.
    #[cfg(feature = "aes")]
    Aes(AesKey),
}

/// The same expression for the key of each cipher.
macro_rules! each {
    ($whole:expr, $key:ident => $verb:expr) => {
        match $whole {
            #[cfg(feature = "tdes")]
            Key::Tdes($key) => $verb,
            #[cfg(feature = "sm4")]
            Key::Sm4($key) => $verb,
            #[cfg(feature = "aes")]
            Key::Aes($key) => $verb,
        }
    };
}

impl Key {
    /// The key of these octets; `None` unless they are as many as the algorithm's keys have.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub fn from_octets(algorithm: Algorithm, octets: &[u8]) -> Option<Self> {
        if octets.len() != algorithm.key_length() {
            return None;
        }
        match algorithm {
            #[cfg(feature = "tdes")]
            Algorithm::Tdes => {
                let octets = octets.try_into().ok()?;
                Some(Self::Tdes(TdesKey::from_octets(octets)))
            }
            #[cfg(feature = "sm4")]
            Algorithm::Sm4 => {
                let octets = octets.try_into().ok()?;
                Some(Self::Sm4(Sm4Key::from_octets(octets)))
            }
            #[cfg(feature = "aes")]
            Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256 => {
                AesKey::from_octets(octets).map(Self::Aes)
            }
        }
    }

    /// The cipher, with the length of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            #[cfg(feature = "tdes")]
            Self::Tdes(_) => Algorithm::Tdes,
            #[cfg(feature = "sm4")]
            Self::Sm4(_) => Algorithm::Sm4,
            #[cfg(feature = "aes")]
            Self::Aes(key) => key.algorithm(),
        }
    }

    /// The message authentication code over the parts, one after the other: eight octets. AES pads
    /// by itself, whatever the padding.
    #[must_use]
    pub fn mac(&self, padding: Padding, parts: &[&[u8]]) -> [u8; 8] {
        self.mac_over(padding, parts.iter().copied())
    }

    /// The key check value of the cipher, three octets.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        each!(self, key => key.check_value())
    }

    /// The issuer's answer to a cryptogram by method 1: eight octets.
    ///
    /// `response_code` is the authorisation response code (`8A`), two octets.
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        each!(self, key => key.arpc_method_1(arqc, response_code))
    }

    /// The issuer's answer to a cryptogram by method 2: four octets.
    ///
    /// `csu` is the card status update, four octets; `proprietary` the proprietary
    /// authentication data, zero to eight octets.
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        each!(self, key => key.arpc_method_2(arqc, csu, proprietary))
    }

    /// As [`mac`](Self::mac), over parts that are not in memory side by side.
    pub(super) fn mac_over<'p>(
        &self,
        padding: Padding,
        parts: impl Iterator<Item = &'p [u8]>,
    ) -> [u8; 8] {
        match self {
            #[cfg(feature = "tdes")]
            Self::Tdes(key) => key.mac_over(padding, parts),
            #[cfg(feature = "sm4")]
            Self::Sm4(key) => key.mac_over(padding, parts),
            #[cfg(feature = "aes")]
            Self::Aes(key) => {
                let _ = padding;
                key.mac_over(parts)
            }
        }
    }
}

#[cfg(feature = "issuer")]
impl Key {
    /// The same key again.
    pub(crate) fn copy(&self) -> Self {
        each!(self, key => key.copy().into())
    }

    /// The clear key, for provisioning and display: 16, 24 or 32 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        each!(self, key => key.expose())
    }
}

/// Conversions of the keys of each cipher.
macro_rules! from {
    ($($feature:literal: $key:ident => $variant:ident),+ $(,)?) => {$(
        #[cfg(feature = $feature)]
        impl From<$key> for Key {
            fn from(key: $key) -> Self {
                Self::$variant(key)
            }
        }
    )+};
}
from!("tdes": TdesKey => Tdes, "sm4": Sm4Key => Sm4, "aes": AesKey => Aes);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}
