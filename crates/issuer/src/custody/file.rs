//! The keys of an issuer in a file, wrapped under a passphrase. `docs/formats.md` has every octet.

mod body;
mod error;
mod fields;
mod header;
mod master_keys;

use argon2::{Algorithm, Argon2, Block, Params};
use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

pub use self::error::KeyFileError;
use self::header::{CheckValues, Cost, Header, SALT_LEN, Version};
use super::IssuerKeys;
use crate::random;

/// A file that holds an issuer's keys.
#[derive(Clone, Copy, Debug)]
pub struct KeyFile;

impl KeyFile {
    /// Wraps keys under a passphrase, with a ceremony that has begun.
    ///
    /// # Errors
    /// [`KeyFileError::EmptyPassphrase`], [`KeyFileError::Memory`], [`KeyFileError::Randomness`].
    pub fn seal(keys: &IssuerKeys, passphrase: &str) -> Result<Vec<u8>, KeyFileError> {
        seal(keys, passphrase, CheckValues::of(keys))
    }

    /// Opens a file, and checks each key in it. Files of versions 1 and 2 have master keys for `UnionPay`
    /// with triple DES alone; one of version 1 has index 01 of it, and no ceremony.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn open(octets: &[u8], passphrase: &str) -> Result<IssuerKeys, KeyFileError> {
        let (header, length) = Header::parse(octets)?;
        let key = derive(passphrase, header.cost, &header.salt)?;
        let (aad, sealed) = octets
            .split_at_checked(length)
            .ok_or(KeyFileError::NotAKeyFile)?;
        let payload = Payload { msg: sealed, aad };
        let clear = XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(header.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeyFileError::Sealed)?;
        let keys = body::read(&clear, &header).ok_or(KeyFileError::NotAKeyFile)?;
        header.check.compare(&CheckValues::of(&keys))?;
        Ok(keys)
    }
}

fn seal(keys: &IssuerKeys, passphrase: &str, check: CheckValues) -> Result<Vec<u8>, KeyFileError> {
    let header = Header {
        version: Version::NEWEST,
        cost: Cost::USUAL,
        salt: *random::octets()?,
        nonce: *random::octets()?,
        check,
    };
    let aad = header.octets();
    let key = derive(passphrase, header.cost, &header.salt)?;
    let clear = body::write(keys);
    let payload = Payload {
        msg: &clear,
        aad: &aad,
    };
    let sealed = XChaCha20Poly1305::new((&*key).into())
        .encrypt(&XNonce::from(header.nonce), payload)
        .map_err(|_| KeyFileError::Sealed)?;
    Ok([aad, sealed].concat())
}

/// The key of a file (Argon2id, RFC 9106).
fn derive(
    passphrase: &str,
    cost: Cost,
    salt: &[u8; SALT_LEN],
) -> Result<Zeroizing<[u8; 32]>, KeyFileError> {
    if passphrase.is_empty() {
        return Err(KeyFileError::EmptyPassphrase);
    }
    let mut key = Zeroizing::new([0; 32]);
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(key.len()));
    let params = params.map_err(|_| KeyFileError::Parameters)?;
    let mut blocks = memory(params.block_count())?;
    Argon2::new(Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into_with_memory(
            passphrase.as_bytes(),
            salt,
            &mut *key,
            blocks.as_mut_slice(),
        )
        .map_err(|_| KeyFileError::Memory)?;
    Ok(key)
}

/// The memory that Argon2 fills. It is wiped, because the key can be computed from its last
/// content.
fn memory(blocks: usize) -> Result<Zeroizing<Vec<Block>>, KeyFileError> {
    let mut memory = Zeroizing::new(Vec::new());
    memory
        .try_reserve_exact(blocks)
        .map_err(|_| KeyFileError::Memory)?;
    memory.resize(blocks, Block::default());
    Ok(memory)
}

#[cfg(test)]
mod tests;
