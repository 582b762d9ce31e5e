//! Enrolment, letters of the issuer, and reports to it.

use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::{PublicReceiveKey, VerifyKey};
use understudy_wallet::{IssuerKeys, Taken};

use super::Wallet;
use crate::error::WalletError;
use crate::phone::Phone;

/// The effect of a letter of the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Effect {
    /// A new card is in the wallet.
    Installed,
    /// A card has a new profile, or other limits.
    Changed,
    /// A card has new keys.
    Replenished,
    /// A card does not pay until the issuer resumes it.
    Suspended,
    /// A card pays again.
    Resumed,
    /// A card and its history are erased.
    Deleted,
    /// Everything is erased: send the parting reports, then enrol anew.
    Wiped,
    /// The storage is encrypted under new keys.
    Rotated,
    /// The payment password may be tried again.
    PasswordUnlocked,
    /// A new payment password may be set.
    PasswordReset,
    /// The issuer asks for a report or an update: see `needs`.
    Wanted,
    /// The history has the issuer's decision about a payment.
    Settled,
    /// The last report was accepted.
    ReportAccepted,
    /// The letter had been taken before.
    Done,
}

#[uniffi::export]
impl Wallet {
    /// The request that makes this device known to an issuer: `challenge`, `receive_key` and
    /// `verify_key` are 32 octets each and come from the issuer on a way that the user trusts;
    /// `attestation` is the certificate chain that the device's keystore gave.
    ///
    /// # Errors
    /// [`WalletError::Argument`], [`WalletError::Refused`], [`WalletError::Storage`].
    #[expect(clippy::needless_pass_by_value, reason = "byte arrays cross by value")]
    pub fn enrolment_request(
        &self,
        challenge: &[u8],
        receive_key: &[u8],
        verify_key: &[u8],
        attestation: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, WalletError> {
        let keys = IssuerKeys {
            verify: vec![key(verify_key, VerifyKey::parse)?],
            receive: key(receive_key, PublicReceiveKey::parse)?,
        };
        let challenge = key(challenge, |octets| Some(Challenge(*octets)))?;
        self.act(|phone| Ok(phone.enrol(keys, challenge, attestation.as_deref())?))
    }

    /// The device id, 16 octets, which the wallet chose when it enrolled.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn device(&self) -> Result<Option<Vec<u8>>, WalletError> {
        self.look(|phone| phone.device().map(|device| device.0.to_vec()))
    }

    /// Takes a letter of the issuer.
    ///
    /// # Errors
    /// [`WalletError::Refused`]; [`WalletError::Storage`], and then the letter can be given again.
    #[expect(clippy::needless_pass_by_value, reason = "byte arrays cross by value")]
    pub fn receive(&self, letter: Vec<u8>) -> Result<Effect, WalletError> {
        self.act(|phone| Ok(phone.receive(&letter)?.into()))
    }

    /// The number of the last letter that was accepted; 0 before the first one.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn last_letter(&self) -> Result<u64, WalletError> {
        self.look(Phone::last_letter)
    }

    /// The report for the issuer: a new one, or the last one again until it was accepted.
    ///
    /// # Errors
    /// [`WalletError::Refused`], [`WalletError::Storage`].
    pub fn report(&self) -> Result<Vec<u8>, WalletError> {
        self.act(|phone| Ok(phone.report()?))
    }

    /// After a letter wiped the wallet: the reports that tell the issuer so, to be sent in order.
    ///
    /// # Errors
    /// [`WalletError::Closed`].
    pub fn parting_reports(&self) -> Result<Vec<Vec<u8>>, WalletError> {
        self.look(Phone::parting_reports)
    }
}

impl From<Taken> for Effect {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Installed(_) => Self::Installed,
            Taken::Reprovisioned(_) | Taken::ProfileChanged(_) | Taken::Limited(_) => Self::Changed,
            Taken::Replenished(_) => Self::Replenished,
            Taken::Suspended(..) => Self::Suspended,
            Taken::Resumed(_) => Self::Resumed,
            Taken::Deleted(_) => Self::Deleted,
            Taken::Wiped => Self::Wiped,
            Taken::Rotated => Self::Rotated,
            Taken::PasswordUnlocked => Self::PasswordUnlocked,
            Taken::PasswordReset => Self::PasswordReset,
            Taken::Wanted => Self::Wanted,
            Taken::Settled(..) => Self::Settled,
            Taken::ReportAccepted => Self::ReportAccepted,
            Taken::Done => Self::Done,
        }
    }
}

fn key<T>(octets: &[u8], parse: impl FnOnce(&[u8; 32]) -> Option<T>) -> Result<T, WalletError> {
    <&[u8; 32]>::try_from(octets)
        .ok()
        .and_then(parse)
        .ok_or_else(|| WalletError::Argument("a key or challenge is not 32 good octets".to_owned()))
}
