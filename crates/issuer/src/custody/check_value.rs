//! Check values of keys.

use std::fmt;

use understudy_core::crypto::{Key, TdesKey};

use crate::secret::Secret;

/// The check value of a key, three octets: of a TDES or SM4 key the first of an encrypted block of
/// zeros, of an AES key the first of CMAC over a block of zeros (ANSI X9.24-1:2017). It is public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckValue(pub [u8; 3]);

impl CheckValue {
    /// That of a key of any algorithm.
    #[must_use]
    pub fn of(key: &Key) -> Self {
        Self(key.check_value())
    }

    /// That of a double-length TDES key.
    #[must_use]
    pub fn of_tdes(key: &Secret<16>) -> Self {
        Self(TdesKey::from_octets(*key.expose()).check_value())
    }

    /// The check value of six hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|octet| octet.is_ascii_hexdigit()) {
            return None;
        }
        let [_, a, b, c] = u32::from_str_radix(text, 16).ok()?.to_be_bytes();
        Some(Self([a, b, c]))
    }
}

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        write!(f, "{a:02X}{b:02X}{c:02X}")
    }
}
