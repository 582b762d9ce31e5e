//! The header of a key file, before the keys.

use super::error::KeyFileError;
use super::fields::take;
use super::master_keys;
use crate::custody::{CheckValue, IssuerKeys, KeyVersion};

const MAGIC: &[u8; 8] = b"USTDKEYS";
pub(super) const SALT_LEN: usize = 16;

/// The octets of the tag of XChaCha20-Poly1305.
const TAG_LEN: usize = 16;
const NONCE_LEN: usize = 24;

/// Octets of the keys beside the issuer master keys.
const OTHER_KEYS_LEN: usize = 16 + 32 + 32 + 32;

/// The versions of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// One issuer master key, for `UnionPay` with triple DES, and no ceremony. Read, and not written any
    /// more.
    One,
    /// Every version of that master key, and a ceremony for it. Read, and not written any more.
    Two,
    /// The issuer master keys by scheme and algorithm, and a ceremony for any.
    Three,
}

impl Version {
    pub(super) const NEWEST: Self = Self::Three;

    const fn octet(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    fn parse(octet: u8) -> Result<Self, KeyFileError> {
        [Self::One, Self::Two, Self::Three]
            .into_iter()
            .find(|version| version.octet() == octet)
            .ok_or(KeyFileError::Version(octet))
    }

    /// True for a file of this many octets behind its header, with master keys of so many.
    const fn admits(self, sealed: usize, master_keys: usize) -> bool {
        let keys = master_keys + OTHER_KEYS_LEN + TAG_LEN;
        match self {
            Self::One => sealed == keys,
            // Two octets say that there is no ceremony.
            Self::Two | Self::Three => sealed >= keys + 2,
        }
    }
}

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
    pub(super) version: Version,
    pub(super) cost: Cost,
    pub(super) salt: [u8; SALT_LEN],
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) check: CheckValues,
}

impl Header {
    /// The header of a whole file, and its length.
    pub(super) fn parse(octets: &[u8]) -> Result<(Self, usize), KeyFileError> {
        let cut = KeyFileError::NotAKeyFile;
        let mut rest = octets.strip_prefix(MAGIC).ok_or(cut)?;
        let [version] = take(&mut rest).ok_or(cut)?;
        let version = Version::parse(version)?;
        let cost = Cost {
            memory: u32::from_be_bytes(take(&mut rest).ok_or(cut)?),
            passes: u32::from_be_bytes(take(&mut rest).ok_or(cut)?),
            lanes: u32::from_be_bytes(take(&mut rest).ok_or(cut)?),
        };
        let header = Self {
            version,
            salt: take(&mut rest).ok_or(cut)?,
            nonce: take(&mut rest).ok_or(cut)?,
            check: CheckValues::parse(version, &mut rest).ok_or(cut)?,
            cost,
        };
        let master_keys = header.check.application_cryptogram.iter();
        let master_keys = master_keys
            .map(|version| version.family.algorithm.key_length())
            .sum();
        if !version.admits(rest.len(), master_keys) {
            return Err(cut);
        }
        header.cost.checked()?;
        Ok((header, octets.len().saturating_sub(rest.len())))
    }

    pub(super) fn octets(&self) -> Vec<u8> {
        let Cost {
            memory,
            passes,
            lanes,
        } = self.cost;
        let parts: [&[u8]; 8] = [
            MAGIC,
            &[self.version.octet()],
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
#[derive(Clone)]
pub(super) struct CheckValues {
    pub(super) application_cryptogram: Vec<KeyVersion>,
    pub(super) terminal_pin: CheckValue,
    pub(super) host: [u8; 3],
    pub(super) sign: [u8; 8],
    pub(super) receive: [u8; 8],
}

impl CheckValues {
    pub(super) fn of(keys: &IssuerKeys) -> Self {
        Self {
            application_cryptogram: keys.application_cryptogram.versions().collect(),
            terminal_pin: CheckValue::of_tdes(keys.terminal_pin.secret()),
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

    fn parse(version: Version, rest: &mut &[u8]) -> Option<Self> {
        let application_cryptogram = match version {
            Version::One => master_keys::parse_one(rest)?,
            Version::Two => master_keys::parse_versions(rest)?,
            Version::Three => master_keys::parse(rest)?,
        };
        Some(Self {
            application_cryptogram,
            terminal_pin: CheckValue(take(rest)?),
            host: take(rest)?,
            sign: take(rest)?,
            receive: take(rest)?,
        })
    }

    /// The octets of version 3.
    fn octets(&self) -> Vec<u8> {
        let mut octets = master_keys::octets(&self.application_cryptogram);
        octets.extend(self.terminal_pin.0);
        octets.extend(self.host);
        octets.extend(self.sign);
        octets.extend(self.receive);
        octets
    }
}
