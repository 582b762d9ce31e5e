//! The ciphers of the keys, each behind the feature of its name.

use core::fmt;

#[cfg(not(any(feature = "tdes", feature = "aes", feature = "sm4")))]
compile_error!("a card needs a cipher: enable one of the features tdes, aes and sm4");

/// The cipher of a key, with the length of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Triple DES with a double-length key, 16 octets.
    #[cfg(feature = "tdes")]
    Tdes,
    /// SM4, GB/T 32907, 16 octets.
    #[cfg(feature = "sm4")]
    Sm4,
    /// AES with a key of 16 octets.
    #[cfg(feature = "aes")]
    Aes128,
    /// AES with a key of 24 octets.
    #[cfg(feature = "aes")]
    Aes192,
    /// AES with a key of 32 octets.
    #[cfg(feature = "aes")]
    Aes256,
}

impl Algorithm {
    /// Every algorithm of the ciphers that this crate is built with.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "tdes")]
        Self::Tdes,
        #[cfg(feature = "sm4")]
        Self::Sm4,
        #[cfg(feature = "aes")]
        Self::Aes128,
        #[cfg(feature = "aes")]
        Self::Aes192,
        #[cfg(feature = "aes")]
        Self::Aes256,
    ];

    /// The name in lower case, such as `aes-128`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "tdes")]
            Self::Tdes => "tdes",
            #[cfg(feature = "sm4")]
            Self::Sm4 => "sm4",
            #[cfg(feature = "aes")]
            Self::Aes128 => "aes-128",
            #[cfg(feature = "aes")]
            Self::Aes192 => "aes-192",
            #[cfg(feature = "aes")]
            Self::Aes256 => "aes-256",
        }
    }

    /// The octet that names the algorithm in packages and stores: `01` triple DES and `04` SM4, as
    /// in `UnionPay` issuer application data (JR/T 0025.5); `10`, `18` and `20` AES, the length of
    /// its key.
    #[must_use]
    pub const fn octet(self) -> u8 {
        match self {
            #[cfg(feature = "tdes")]
            Self::Tdes => 0x01,
            #[cfg(feature = "sm4")]
            Self::Sm4 => 0x04,
            #[cfg(feature = "aes")]
            Self::Aes128 => 0x10,
            #[cfg(feature = "aes")]
            Self::Aes192 => 0x18,
            #[cfg(feature = "aes")]
            Self::Aes256 => 0x20,
        }
    }

    /// The algorithm that this octet names; `None` also if this crate is built without its cipher.
    #[must_use]
    pub fn from_octet(octet: u8) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|algorithm| algorithm.octet() == octet)
    }

    /// The length of a key, 16, 24 or 32 octets.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            #[cfg(feature = "tdes")]
            Self::Tdes => 16,
            #[cfg(feature = "sm4")]
            Self::Sm4 => 16,
            #[cfg(feature = "aes")]
            Self::Aes128 => 16,
            #[cfg(feature = "aes")]
            Self::Aes192 => 24,
            #[cfg(feature = "aes")]
            Self::Aes256 => 32,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
