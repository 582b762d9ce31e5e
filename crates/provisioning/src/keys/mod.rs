//! The keys of a device and of an issuer. A secret key has only the operations of its purpose,
//! shows nothing in `Debug` and is wiped on drop.

mod receive;
mod ring;
mod sign;

#[cfg(test)]
mod tests;

pub use receive::{PublicReceiveKey, ReceiveKey};
pub use ring::{HELD_MAX, ReceiveKeys};
pub use sign::{SigningKey, VerifyKey};

pub(crate) use sign::SIGNATURE_LEN;

use rand_core::TryCryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Octets of every key here, secret or public.
pub const KEY_LEN: usize = 32;

/// The name of a public key: the first 8 octets of its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

impl KeyId {
    fn of(key: &[u8; KEY_LEN]) -> Self {
        let digest: [u8; 32] = Sha256::digest(key).into();
        Self(digest.first_chunk().copied().unwrap_or_default())
    }
}

/// The name that a device gave itself when it enrolled: 16 random octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceId(pub [u8; 16]);

/// The random generator failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random generator failed")]
pub struct RandomFailed;

/// 32 fresh octets from a generator, wiped on drop.
pub(crate) fn random(
    rng: &mut impl TryCryptoRng,
) -> Result<Zeroizing<[u8; KEY_LEN]>, RandomFailed> {
    let mut octets = Zeroizing::new([0; KEY_LEN]);
    rng.try_fill_bytes(octets.as_mut_slice())
        .map_err(|_| RandomFailed)?;
    Ok(octets)
}
