//! What stands in a snapshot.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::secret::{Secret, SecretText};

/// The version of the format that this build reads and writes.
pub(super) struct FormatVersion;

impl FormatVersion {
    const NUMBER: u64 = 1;
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "unknown version {other} of the issuer's file; this program reads version {}",
                Self::NUMBER
            ))),
        }
    }
}

/// A public value of `N` octets, as hexadecimal digits.
#[derive(Clone, Copy)]
pub(super) struct Octets<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Serialize for Octets<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Secret::new(self.0).serialize(serializer)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Octets<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Secret::deserialize(deserializer).map(|octets| Self(*octets.expose()))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRecords {
    pub(super) application_cryptogram: KeyRecord<16>,
    pub(super) terminal_pin: KeyRecord<16>,
    pub(super) host: KeyRecord<32>,
}

/// A key, with the check value that shows whether it was damaged.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyRecord<const N: usize> {
    pub(super) key: Secret<N>,
    pub(super) check_value: Octets<3>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeRecord {
    pub(super) prefix: String,
    pub(super) length: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountRecord {
    pub(super) id: u32,
    pub(super) pan: SecretText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pin: Option<PinRecord>,
    pub(super) wrong_pins: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PinRecord {
    pub(super) salt: Secret<16>,
    pub(super) code: Secret<32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenRecord {
    pub(super) id: u32,
    pub(super) account: u32,
    pub(super) status: String,
    pub(super) product: String,
    pub(super) track2: SecretText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) psn: Option<Octets<1>>,
    pub(super) cvn: Octets<1>,
    pub(super) dki: Octets<1>,
    pub(super) discretionary: String,
    pub(super) verified_in_iad: bool,
    pub(super) domestic_only: bool,
    pub(super) limits: LimitsRecord,
    pub(super) last_key: u16,
    pub(super) unverified_taps: u8,
    pub(super) unverified_sum: u64,
    pub(super) used: Vec<UsedRecord>,
}

/// Amounts are in minor units of the currency (ISO 4217 number).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsRecord {
    pub(super) currency: u16,
    pub(super) unverified_tap: u64,
    pub(super) unverified_taps: u8,
    pub(super) unverified_sum: u64,
    pub(super) verified_tap: u64,
    pub(super) validity: u16,
}

/// A counter, the code over the request that used it up, and the answer.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UsedRecord {
    pub(super) atc: u16,
    pub(super) request: Octets<32>,
    pub(super) reason: String,
    pub(super) arpc: Octets<8>,
    pub(super) at: u64,
}
