//! The key of one transaction.

use core::fmt;
use zeroize::ZeroizeOnDrop;

use super::{Atc, Cryptogram, CryptogramInput, TdesKey};

/// The key of one transaction, 16 octets. Making a cryptogram uses it up.
///
/// On the issuer's side (feature `issuer`) it also verifies and answers, as often as needed.
#[derive(ZeroizeOnDrop)]
pub struct SessionKey(TdesKey);

impl SessionKey {
    /// The session key of these octets.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(TdesKey::from_octets(octets))
    }

    /// The application cryptogram over `input` and `atc` (EMV Book 2 §8.1). The key is gone
    /// afterwards.
    #[must_use]
    pub fn application_cryptogram(self, input: &CryptogramInput<'_>, atc: Atc) -> Cryptogram {
        self.cryptogram(input, atc)
    }

    fn cryptogram(&self, input: &CryptogramInput<'_>, atc: Atc) -> Cryptogram {
        let atc = atc.octets();
        Cryptogram(self.0.mac_over(input.cvn().padding(), input.parts(&atc)))
    }
}

#[cfg(feature = "issuer")]
impl SessionKey {
    pub(crate) const fn new(key: TdesKey) -> Self {
        Self(key)
    }

    /// True if this key made `cryptogram` over `input` and `atc`; compared in constant time.
    #[must_use]
    pub fn verify(&self, input: &CryptogramInput<'_>, atc: Atc, cryptogram: &Cryptogram) -> bool {
        self.cryptogram(input, atc) == *cryptogram
    }

    /// The issuer's answer by method 1; see [`TdesKey::arpc_method_1`].
    #[must_use]
    pub fn arpc_method_1(&self, arqc: &Cryptogram, response_code: [u8; 2]) -> [u8; 8] {
        self.0.arpc_method_1(arqc, response_code)
    }

    /// The issuer's answer by method 2; see [`TdesKey::arpc_method_2`].
    #[must_use]
    pub fn arpc_method_2(&self, arqc: &Cryptogram, csu: [u8; 4], proprietary: &[u8]) -> [u8; 4] {
        self.0.arpc_method_2(arqc, csu, proprietary)
    }

    /// The clear key, for provisioning and display.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        self.0.expose()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(..)")
    }
}
