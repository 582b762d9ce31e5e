//! The storage key and the keys made from it.

use core::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::error::PassphraseError;
use super::header::{CHECK_LEN, HEADER_LEN, StoreId};

/// Octets of a storage key.
pub const KEY_LEN: usize = 32;
/// Octets of the salt of a passphrase.
pub const PASSPHRASE_SALT_LEN: usize = 16;

/// Block of SHA-256, to which HMAC pads its key.
const BLOCK: usize = 64;

/// The key under which a store is sealed: 32 octets, wiped when dropped.
pub struct StorageKey(Zeroizing<[u8; KEY_LEN]>);

/// One of the two keys of a file.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Snapshot,
    Records,
}

impl StorageKey {
    /// A key of 32 octets.
    #[must_use]
    pub const fn new(octets: Zeroizing<[u8; KEY_LEN]>) -> Self {
        Self(octets)
    }

    /// The key of a passphrase: Argon2id (RFC 9106) with 19 MiB, 2 passes, 1 lane.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn from_passphrase(
        passphrase: &str,
        salt: &[u8; PASSPHRASE_SALT_LEN],
    ) -> Result<Self, PassphraseError> {
        if passphrase.is_empty() {
            return Err(PassphraseError::Empty);
        }
        let mut key = Zeroizing::new([0; KEY_LEN]);
        let params = Params::new(19_456, 2, 1, Some(KEY_LEN));
        let params = params.map_err(|_| PassphraseError::Memory)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
            .map_err(|_| PassphraseError::Memory)?;
        Ok(Self(key))
    }

    /// A second copy, for the store that keeps one.
    pub(super) fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    /// A value in the header of a file that distinguishes this key from others, and reveals nothing
    /// else about it.
    pub(super) fn check_value(&self, store: &StoreId) -> [u8; CHECK_LEN] {
        let value = self.derive(&store.0, b"understudy store 1 check", &[]);
        let mut check = [0; CHECK_LEN];
        for (octet, derived) in check.iter_mut().zip(value.iter()) {
            *octet = *derived;
        }
        check
    }

    /// The key of one file for one purpose. It depends on every octet of the header.
    pub(super) fn cipher(
        &self,
        salt: &[u8],
        purpose: Purpose,
        header: &[u8; HEADER_LEN],
    ) -> ChaCha20Poly1305 {
        let label: &[u8] = match purpose {
            Purpose::Snapshot => b"understudy store 1 snapshot",
            Purpose::Records => b"understudy store 1 records",
        };
        let key = self.derive(salt, label, header);
        ChaCha20Poly1305::new((&*key).into())
    }

    /// HKDF-SHA-256 (RFC 5869) for 32 octets: extract with the salt, expand with label and context.
    fn derive(&self, salt: &[u8], label: &[u8], context: &[u8]) -> Zeroizing<[u8; KEY_LEN]> {
        let extracted = hmac(salt, &[&*self.0]);
        hmac(&*extracted, &[label, context, &[1]])
    }
}

impl fmt::Debug for StorageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StorageKey(..)")
    }
}

/// HMAC-SHA-256 over the parts, one after another. The key is at most a block long.
fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut block = Zeroizing::new([0; BLOCK]);
    for (octet, given) in block.iter_mut().zip(key) {
        *octet = *given;
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    let mut code = mac.finalize().into_bytes();
    let result = Zeroizing::new(code.into());
    code.as_mut_slice().zeroize();
    result
}
