//! The keys of an issuer in a file, wrapped under a passphrase. `docs/formats.md` has every octet.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

use super::IssuerKeys;
use crate::pin::TerminalPinKey;
use crate::random::{self, NoRandomness};

/// A file that holds an issuer's keys.
#[derive(Clone, Copy, Debug)]
pub struct KeyFile;

/// Why a key file was not opened or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It does not begin like one, or is cut, or longer than one.
    #[error("this is no key file of an issuer, or it is cut")]
    NotAKeyFile,
    /// Another version of the format.
    #[error("the key file has version {0}; this program reads version 1")]
    Version(u8),
    /// Its parameters would take too much memory or time, or none.
    #[error("the key file's Argon2 parameters are absurd; it was altered")]
    Parameters,
    /// The passphrase is another one, or the file was altered.
    #[error("the passphrase is wrong, or the key file was altered")]
    Sealed,
    /// It opens, and one of its keys is not the one it should be.
    #[error("the key file is damaged: the {0} does not have its check value")]
    CheckValue(&'static str),
    /// There is no passphrase.
    #[error("the passphrase is empty; give one")]
    EmptyPassphrase,
    /// No memory for Argon2.
    #[error("there is not enough memory to try the passphrase")]
    Memory,
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

const MAGIC: &[u8; 8] = b"USTDKEYS";
const VERSION: u8 = 1;
const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 24;
const HEADER_LEN: usize = 8 + 1 + 3 * 4 + SALT_LEN + NONCE_LEN + CheckValues::LEN;
const KEYS_LEN: usize = 16 + 16 + 32 + 32 + 32;
const TAG_LEN: usize = 16;
const FILE_LEN: usize = HEADER_LEN + KEYS_LEN + TAG_LEN;

impl KeyFile {
    /// Wraps keys under a passphrase: 230 octets.
    ///
    /// # Errors
    /// [`KeyFileError::EmptyPassphrase`], [`KeyFileError::Memory`], [`KeyFileError::Randomness`].
    pub fn seal(keys: &IssuerKeys, passphrase: &str) -> Result<Vec<u8>, KeyFileError> {
        seal(keys, passphrase, &CheckValues::of(keys))
    }

    /// Takes the keys out of a file, and checks each.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn open(octets: &[u8], passphrase: &str) -> Result<IssuerKeys, KeyFileError> {
        let header = Header::parse(octets)?;
        let key = derive(passphrase, header.cost, &header.salt)?;
        let (aad, sealed) = octets
            .split_at_checked(HEADER_LEN)
            .ok_or(KeyFileError::NotAKeyFile)?;
        let payload = Payload { msg: sealed, aad };
        let clear = XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(header.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeyFileError::Sealed)?;
        let keys = read_keys(&clear).ok_or(KeyFileError::NotAKeyFile)?;
        header.check.compare(&CheckValues::of(&keys))?;
        Ok(keys)
    }
}

fn seal(keys: &IssuerKeys, passphrase: &str, check: &CheckValues) -> Result<Vec<u8>, KeyFileError> {
    let header = Header {
        cost: Cost::USUAL,
        salt: *random::octets()?,
        nonce: *random::octets()?,
        check: *check,
    };
    let aad = header.octets();
    let key = derive(passphrase, header.cost, &header.salt)?;
    let clear = Zeroizing::new(
        [
            keys.application_cryptogram.expose().as_slice(),
            keys.terminal_pin.secret().expose(),
            keys.host.expose(),
            keys.sign.expose(),
            keys.receive.expose(),
        ]
        .concat(),
    );
    let payload = Payload {
        msg: &clear,
        aad: &aad,
    };
    let sealed = XChaCha20Poly1305::new((&*key).into())
        .encrypt(&XNonce::from(header.nonce), payload)
        .map_err(|_| KeyFileError::Sealed)?;
    Ok([aad, sealed].concat())
}

fn read_keys(clear: &[u8]) -> Option<IssuerKeys> {
    let (application_cryptogram, rest) = take::<16>(clear)?;
    let (terminal_pin, rest) = take::<16>(rest)?;
    let (host, rest) = take::<32>(rest)?;
    let (sign, rest) = take::<32>(rest)?;
    let (receive, rest) = take::<32>(rest)?;
    rest.is_empty().then(|| IssuerKeys {
        application_cryptogram: application_cryptogram.into(),
        terminal_pin: TerminalPinKey::new(terminal_pin.into()),
        host: host.into(),
        sign: SigningKey::from_octets(&sign),
        receive: ReceiveKey::from_octets(receive),
    })
}

fn take<const N: usize>(octets: &[u8]) -> Option<(Zeroizing<[u8; N]>, &[u8])> {
    let (key, rest) = octets.split_first_chunk()?;
    Some((Zeroizing::new(*key), rest))
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
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
        .map_err(|_| KeyFileError::Memory)?;
    Ok(key)
}

/// What trying one passphrase costs.
#[derive(Clone, Copy)]
struct Cost {
    /// KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// The least that OWASP recommends for Argon2id with one lane.
    const USUAL: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };

    /// Refuses what would stop the machine, and what Argon2 does not know.
    fn checked(self) -> Result<Self, KeyFileError> {
        let sane = self.memory <= 1 << 20
            && (1..=16).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
            && self.memory >= 8 * self.lanes;
        if sane {
            Ok(self)
        } else {
            Err(KeyFileError::Parameters)
        }
    }
}

/// All that stands before the keys. It is under their tag.
struct Header {
    cost: Cost,
    salt: [u8; SALT_LEN],
    nonce: [u8; NONCE_LEN],
    check: CheckValues,
}

impl Header {
    fn parse(octets: &[u8]) -> Result<Self, KeyFileError> {
        let cut = KeyFileError::NotAKeyFile;
        let rest = octets.strip_prefix(MAGIC).ok_or(cut)?;
        let ([version], rest) = rest.split_first_chunk().ok_or(cut)?;
        if *version != VERSION {
            return Err(KeyFileError::Version(*version));
        }
        if octets.len() != FILE_LEN {
            return Err(cut);
        }
        let (memory, rest) = rest.split_first_chunk().ok_or(cut)?;
        let (passes, rest) = rest.split_first_chunk().ok_or(cut)?;
        let (lanes, rest) = rest.split_first_chunk().ok_or(cut)?;
        let (salt, rest) = rest.split_first_chunk().ok_or(cut)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(cut)?;
        let cost = Cost {
            memory: u32::from_be_bytes(*memory),
            passes: u32::from_be_bytes(*passes),
            lanes: u32::from_be_bytes(*lanes),
        };
        Ok(Self {
            cost: cost.checked()?,
            salt: *salt,
            nonce: *nonce,
            check: CheckValues::parse(rest).ok_or(cut)?,
        })
    }

    fn octets(&self) -> Vec<u8> {
        let Cost {
            memory,
            passes,
            lanes,
        } = self.cost;
        let parts: [&[u8]; 8] = [
            MAGIC,
            &[VERSION],
            &memory.to_be_bytes(),
            &passes.to_be_bytes(),
            &lanes.to_be_bytes(),
            &self.salt,
            &self.nonce,
            &self.check.octets(),
        ];
        parts.concat()
    }
}

/// What each key is known by, in the clear.
#[derive(Clone, Copy)]
struct CheckValues {
    application_cryptogram: [u8; 3],
    terminal_pin: [u8; 3],
    host: [u8; 3],
    sign: [u8; 8],
    receive: [u8; 8],
}

impl CheckValues {
    const LEN: usize = 3 * 3 + 2 * 8;

    fn of(keys: &IssuerKeys) -> Self {
        Self {
            application_cryptogram: keys.application_cryptogram_check(),
            terminal_pin: keys.terminal_pin.check_value(),
            host: keys.host_check(),
            sign: keys.sign.public().id().0,
            receive: keys.receive.public().id().0,
        }
    }

    fn compare(&self, found: &Self) -> Result<(), KeyFileError> {
        let name = if self.application_cryptogram != found.application_cryptogram {
            "issuer master key"
        } else if self.terminal_pin != found.terminal_pin {
            "terminal PIN key"
        } else if self.host != found.host {
            "host key"
        } else if self.sign != found.sign {
            "signing key"
        } else if self.receive != found.receive {
            "receive key"
        } else {
            return Ok(());
        };
        Err(KeyFileError::CheckValue(name))
    }

    fn parse(octets: &[u8]) -> Option<Self> {
        let (application_cryptogram, rest) = octets.split_first_chunk()?;
        let (terminal_pin, rest) = rest.split_first_chunk()?;
        let (host, rest) = rest.split_first_chunk()?;
        let (sign, rest) = rest.split_first_chunk()?;
        let receive = rest.first_chunk()?;
        Some(Self {
            application_cryptogram: *application_cryptogram,
            terminal_pin: *terminal_pin,
            host: *host,
            sign: *sign,
            receive: *receive,
        })
    }

    fn octets(&self) -> Vec<u8> {
        let parts: [&[u8]; 5] = [
            &self.application_cryptogram,
            &self.terminal_pin,
            &self.host,
            &self.sign,
            &self.receive,
        ];
        parts.concat()
    }
}

#[cfg(test)]
mod tests;
