use ed25519_dalek::{Signature, Signer};
use rand_core::TryCryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{KEY_LEN, KeyId, RandomFailed, random};

/// Octets of an Ed25519 signature.
pub(crate) const SIGNATURE_LEN: usize = 64;

/// An Ed25519 secret key (RFC 8032).
#[derive(ZeroizeOnDrop)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from a generator.
    ///
    /// # Errors
    /// [`RandomFailed`].
    pub fn generate(rng: &mut impl TryCryptoRng) -> Result<Self, RandomFailed> {
        Ok(Self::from_octets(&random(rng)?))
    }

    /// A key from its stored octets: the 32 that RFC 8032 calls the private key.
    #[must_use]
    pub fn from_octets(octets: &Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(octets))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> VerifyKey {
        VerifyKey(self.0.verifying_key())
    }

    /// The clear key, for a store that keeps it.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_LEN] {
        self.0.as_bytes()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_LEN] {
        self.0.sign(message).to_bytes()
    }
}

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// An Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyKey(ed25519_dalek::VerifyingKey);

impl VerifyKey {
    /// A key from its octets; `None` if they are not a point of the curve; if they are not its one
    /// encoding, because one key would then have two names; or if the point has low order, because
    /// one signature would then be valid for many messages.
    #[must_use]
    pub fn parse(octets: &[u8; KEY_LEN]) -> Option<Self> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(octets).ok()?;
        let canonical = key.to_edwards().compress().to_bytes() == *octets;
        (canonical && !key.is_weak()).then_some(Self(key))
    }

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> &[u8; KEY_LEN] {
        self.0.as_bytes()
    }

    /// The key's name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(self.octets())
    }

    /// True for a valid signature under strict verification: one encoding, and no point of low
    /// order.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}
