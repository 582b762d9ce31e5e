use hpke::kem::{Kem, X25519HkdfSha256};
use hpke::{Deserializable, Serializable};
use rand_core::TryCryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{KEY_LEN, KeyId, RandomFailed, random};

/// An X25519 secret key: opens what was sealed to its public key.
#[derive(ZeroizeOnDrop)]
pub struct ReceiveKey(Zeroizing<[u8; KEY_LEN]>);

impl ReceiveKey {
    /// A new key from a generator.
    ///
    /// # Errors
    /// [`RandomFailed`].
    pub fn generate(rng: &mut impl TryCryptoRng) -> Result<Self, RandomFailed> {
        random(rng).map(Self)
    }

    /// A key from its stored octets. Any 32 octets are valid: X25519 clamps them when it uses them.
    #[must_use]
    pub const fn from_octets(octets: Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self(octets)
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> PublicReceiveKey {
        let mut public = [0; KEY_LEN];
        if let Some(secret) = self.secret() {
            X25519HkdfSha256::sk_to_pk(&secret).write_exact(&mut public);
        }
        PublicReceiveKey(public)
    }

    /// The clear key, for a store that keeps it.
    #[must_use]
    pub fn expose(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The key in the library's type, which is also wiped on drop. 32 octets always have a valid
    /// form.
    pub(crate) fn secret(&self) -> Option<<X25519HkdfSha256 as Kem>::PrivateKey> {
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(self.0.as_slice()).ok()
    }
}

impl core::fmt::Debug for ReceiveKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReceiveKey(..)")
    }
}

/// An X25519 public key to which a message can be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicReceiveKey([u8; KEY_LEN]);

impl PublicReceiveKey {
    /// A key from its octets; `None` for a point of low order, to which nothing can be sealed
    /// (RFC 9180 §7.1.4).
    #[must_use]
    pub fn parse(octets: &[u8; KEY_LEN]) -> Option<Self> {
        let key = Self(*octets);
        // A trial with a fixed key: only a point of low order gives zero, and it does so for every
        // key.
        crate::sealing::seal(&key, Zeroizing::new([0x42; KEY_LEN]), &[], &[], &mut [])
            .ok()
            .map(|_| key)
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; KEY_LEN] {
        &self.0
    }

    /// The key's name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::of(&self.0)
    }
}
