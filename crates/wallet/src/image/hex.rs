//! Octets as lower-case hex in the image.

use std::fmt;

use hex::FromHex;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// Octets that are no secret.
pub(super) struct Hex<T>(pub(super) T);

impl<T: AsRef<[u8]>> Serialize for Hex<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de, T: FromHex<Error = hex::FromHexError>> Deserialize<'de> for Hex<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::from_hex(text)
            .map(Self)
            .map_err(|_| D::Error::custom("not hex of the right length"))
    }
}

/// A key, which leaves no copy on the heap on its way.
pub(super) struct Key(pub(super) Box<Zeroizing<[u8; 16]>>);

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new([0; 32]);
        hex::encode_to_slice(**self.0, &mut *text).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(str::from_utf8(&*text).map_err(serde::ser::Error::custom)?)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key of 32 hex digits")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Key, E> {
        let mut key = Box::new(Zeroizing::new([0; 16]));
        hex::decode_to_slice(text, &mut **key).map_err(|_| E::custom("not a key"))?;
        Ok(Key(key))
    }
}
