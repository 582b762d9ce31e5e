//! The key of one transaction.

use core::fmt;
use zeroize::ZeroizeOnDrop;

#[cfg(feature = "tdes")]
use super::TdesKey;
use super::{Algorithm, Atc, Cryptogram, CryptogramInput, Key};

/// The key of one transaction, 16 to 32 octets. Making a cryptogram uses it up.
///
/// On the issuer's side (feature `issuer`) it also verifies and answers, as often as needed.
#[derive(ZeroizeOnDrop)]
pub struct SessionKey(Key);

impl SessionKey {
    /// The session key of this key.
    #[must_use]
    pub fn new(key: impl Into<Key>) -> Self {
        Self(key.into())
    }

    /// The triple DES session key of these octets.
    ///
    /// The caller wipes its own copy.
    #[cfg(feature = "tdes")]
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(Key::Tdes(TdesKey::from_octets(octets)))
    }

    /// The cipher, with the length of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    /// The application cryptogram over `input` and `atc` (EMV Book 2 §8.1, JR/T 0025.17). The key is
    /// gone afterwards.
    #[must_use]
    pub fn application_cryptogram(self, input: &CryptogramInput<'_>, atc: Atc) -> Cryptogram {
        self.cryptogram(input, atc)
    }

    fn cryptogram(&self, input: &CryptogramInput<'_>, atc: Atc) -> Cryptogram {
        let padding = input.cvn().padding();
        input.with_octets(atc.octets(), |octets| {
            Cryptogram(self.0.mac(padding, &[octets]))
        })
    }
}

#[cfg(feature = "issuer")]
impl SessionKey {
    /// True if this key made `cryptogram` over `input` and `atc`; compared in constant time.
    #[must_use]
    pub fn verify(&self, input: &CryptogramInput<'_>, atc: Atc, cryptogram: &Cryptogram) -> bool {
        self.cryptogram(input, atc) == *cryptogram
    }

    /// The issuer's answer by method 1; see [`Key::arpc_method_1`].
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        self.0.arpc_method_1(arqc, response_code)
    }

    /// The issuer's answer by method 2; see [`Key::arpc_method_2`].
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        self.0.arpc_method_2(arqc, csu, proprietary)
    }

    /// The clear key, for provisioning and display: 16, 24 or 32 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(..)")
    }
}
