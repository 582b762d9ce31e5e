//! Octets that are wiped when they are dropped and never shown.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// `N` secret octets: a key, or what must be kept like one. Serialised as hexadecimal digits, for
/// a snapshot only.
pub struct Secret<const N: usize>(Zeroizing<[u8; N]>);

impl<const N: usize> Secret<N> {
    /// The secret of these octets. The caller's copy stays the caller's to wipe.
    #[must_use]
    pub fn new(octets: [u8; N]) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The octets in the clear.
    #[must_use]
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    /// One more copy, under an explicit name.
    pub(crate) fn duplicate(&self) -> Self {
        Self::new(*self.0)
    }
}

impl<const N: usize> From<Zeroizing<[u8; N]>> for Secret<N> {
    fn from(octets: Zeroizing<[u8; N]>) -> Self {
        Self(octets)
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<const N: usize> Serialize for Secret<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(hex::encode_upper(self.0.as_slice())))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Secret<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SecretText::deserialize(deserializer)?;
        let mut octets = Zeroizing::new([0; N]);
        hex::decode_to_slice(&text.0, octets.as_mut_slice()).map_err(|_| {
            de::Error::custom(format_args!("a value is not {N} octets in hexadecimal"))
        })?;
        Ok(Self(octets))
    }
}

/// Text that is wiped when it is dropped and never shown: digits of a card, or a key.
#[derive(ZeroizeOnDrop)]
pub(crate) struct SecretText(pub(crate) String);

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Takes text. What is none is not repeated in the error, as it would be by default: it may be a
/// card number that somebody wrote without quotes.
struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = SecretText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretText, E> {
        Ok(SecretText(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<SecretText, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretText, E> {
        Err(E::custom(NOT_TEXT))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretText, E> {
        Err(E::custom(NOT_TEXT))
    }
}

const NOT_TEXT: &str = "a number stands where text is expected";

#[cfg(test)]
mod tests {
    use super::Secret;

    const OCTETS: [u8; 4] = [0xDE, 0xAD, 0xBE, 0xEF];

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new(OCTETS)), "Secret(..)");
    }

    #[test]
    fn a_secret_survives_being_written_and_read() {
        let json = serde_json::to_string(&Secret::new(OCTETS)).unwrap();
        assert_eq!(json, "\"DEADBEEF\"");
        let read: Secret<4> = serde_json::from_str(&json).unwrap();
        assert_eq!(read.expose(), &OCTETS);
    }

    #[test]
    fn a_damaged_secret_is_refused_and_not_repeated() {
        let cases = [
            "\"\"",
            "\"DEADBE\"",
            "\"DEADBEEF00\"",
            "\"DEADBEEG\"",
            "\"DEADBEE\"",
            "12345678",
            "-12345678",
            "1234.5678",
            "12345678901234567890123",
            "[\"DEADBEEF\"]",
        ];
        for text in cases {
            let error = serde_json::from_str::<Secret<4>>(text)
                .err()
                .unwrap()
                .to_string();
            assert!(
                !error.contains("DEAD") && !error.contains("1234"),
                "{error}"
            );
        }
    }
}
