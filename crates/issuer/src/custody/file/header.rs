//! The header of a key file, before the keys.

use super::{FILE_LEN, KeyFileError};
use crate::custody::IssuerKeys;

const MAGIC: &[u8; 8] = b"USTDKEYS";
const VERSION: u8 = 1;
pub(super) const SALT_LEN: usize = 16;
const NONCE_LEN: usize = 24;
pub(super) const HEADER_LEN: usize = 8 + 1 + 3 * 4 + SALT_LEN + NONCE_LEN + CheckValues::LEN;

/// The cost of one try of a passphrase.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    /// Memory in KiB.
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Cost {
    /// The least that OWASP recommends for Argon2id with one lane.
    pub(super) const USUAL: Self = Self {
        memory: 19_456,
        passes: 2,
        lanes: 1,
    };

    /// Refuses parameters that would overload the machine, and those that Argon2 does not support.
    pub(super) fn checked(self) -> Result<Self, KeyFileError> {
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

/// The header before the keys, authenticated by their tag.
pub(super) struct Header {
    pub(super) cost: Cost,
    pub(super) salt: [u8; SALT_LEN],
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) check: CheckValues,
}

impl Header {
    pub(super) fn parse(octets: &[u8]) -> Result<Self, KeyFileError> {
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

    pub(super) fn octets(&self) -> Vec<u8> {
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

/// The check value of each key, in the clear.
#[derive(Clone, Copy)]
pub(super) struct CheckValues {
    pub(super) application_cryptogram: [u8; 3],
    pub(super) terminal_pin: [u8; 3],
    pub(super) host: [u8; 3],
    pub(super) sign: [u8; 8],
    pub(super) receive: [u8; 8],
}

impl CheckValues {
    const LEN: usize = 3 * 3 + 2 * 8;

    pub(super) fn of(keys: &IssuerKeys) -> Self {
        Self {
            application_cryptogram: keys.application_cryptogram_check(),
            terminal_pin: keys.terminal_pin.check_value(),
            host: keys.host_check(),
            sign: keys.sign.public().id().0,
            receive: keys.receive.public().id().0,
        }
    }

    pub(super) fn compare(&self, found: &Self) -> Result<(), KeyFileError> {
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

    pub(super) fn parse(octets: &[u8]) -> Option<Self> {
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

    pub(super) fn octets(&self) -> Vec<u8> {
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
