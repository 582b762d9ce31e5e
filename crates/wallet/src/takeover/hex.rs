//! Octets as lower-case hex in the image.

use std::fmt;

use hex::FromHex;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// Octets that are not secret.
pub(super) struct Hex<T>(pub(super) T);

impl<'de, T: FromHex<Error = hex::FromHexError>> Deserialize<'de> for Hex<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::from_hex(text)
            .map(Self)
            .map_err(|_| D::Error::custom("not hex of the right length"))
    }
}

/// A key, read without leaving a copy on the heap.
pub(super) struct Key<const N: usize>(pub(super) Box<Zeroizing<[u8; N]>>);

impl<'de, const N: usize> Deserialize<'de> for Key<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor<const N: usize>;

impl<const N: usize> Visitor<'_> for KeyVisitor<N> {
    type Value = Key<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a key of {} hex digits", 2 * N)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key<N>, E> {
        let mut key = Box::new(Zeroizing::new([0; N]));
        hex::decode_to_slice(text, &mut **key).map_err(|_| E::custom("not a key"))?;
        Ok(Key(key))
    }
}
