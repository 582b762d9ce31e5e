//! The custody of the issuer's keys. No master key, key of a tap or PIN crosses [`KeyCustody`], which
//! may be backed by a hardware security module. [`SoftwareCustody`] alone also makes packages in the
//! clear, for test benches.

mod batch;
mod ceremony;
mod check_value;
mod component;
mod family;
mod file;
mod keys;
mod master;
mod rotation;
mod software;

#[cfg(test)]
mod tests;

use understudy_acquiring::PinBlock;
use understudy_core::card::Scheme;
#[cfg(feature = "limited-use")]
use understudy_core::crypto::KeyIndex;
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput};
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::keys::{KeyId, PublicReceiveKey, VerifyKey};
use understudy_provisioning::letter::{Letter, Recipient};
use understudy_provisioning::message::{Refusal, SealError};
use understudy_provisioning::package::EmitError;
use understudy_provisioning::report;
use zeroize::Zeroizing;

use crate::account::AccountId;
use crate::pin::PinReference;
use crate::random::NoRandomness;

#[cfg(feature = "limited-use")]
pub use batch::KeyLimits;
pub use batch::{BatchKeys, BatchLetter, BatchOrder, SingleUse};
pub use ceremony::{Ceremony, CeremonyError, Entered};
pub use check_value::CheckValue;
pub use component::{Component, ComponentError};
pub use family::{KeyFamily, KeyVersion};
pub use file::{KeyFile, KeyFileError};
pub use keys::IssuerKeys;
pub use master::{MasterKeyError, MasterKeys};
pub use software::SoftwareCustody;

/// The identity of a card for key derivation: the token's number, its card sequence number (`5F34`),
/// and scheme and version of the issuer master keys that its keys are made from.
#[derive(Clone, Copy, Debug)]
pub struct CardIdentity<'a> {
    /// The token's number.
    pub number: &'a CardNumber,
    /// The card sequence number, two BCD digits; `None` counts as 00.
    pub psn: Option<u8>,
    /// The scheme.
    pub scheme: Scheme,
    /// The derivation key index of the issuer application data (`9F10`).
    pub dki: u8,
}

impl CardIdentity<'_> {
    /// The family of the issuer master key for the card's keys of an algorithm.
    const fn family(&self, algorithm: Algorithm) -> KeyFamily {
        KeyFamily {
            scheme: self.scheme,
            algorithm,
        }
    }
}

/// A cryptogram to be verified, with its input.
#[derive(Clone, Copy)]
pub struct CryptogramCheck<'a> {
    /// The card that should have made it.
    pub card: CardIdentity<'a>,
    /// The algorithm of the key that should have made it.
    pub algorithm: Algorithm,
    /// The cryptogram version with the data under it.
    pub input: &'a CryptogramInput<'a>,
    /// The application transaction counter, `9F36`.
    pub atc: Atc,
    /// The unpredictable number, `9F37`.
    pub unpredictable_number: [u8; 4],
    /// The application cryptogram, `9F26`.
    pub cryptogram: Cryptogram,
}

/// The result of comparing an entered PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinMatch {
    /// It is right.
    Right,
    /// It is wrong, or the account has no PIN.
    Wrong,
    /// The block holds no PIN.
    Unreadable,
}

/// The place of a wrapped value: it cannot be unwrapped in another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The PAN of an account.
    Pan(AccountId),
    /// Track 2 of a token.
    Track2(crate::token::TokenId),
}

/// The purpose of a keyed digest: digests for different purposes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Finding an account by its PAN.
    PanIndex,
    /// Finding a token by its number.
    NumberIndex,
    /// Distinguishing requests.
    Request,
    /// A code of an identity verification.
    VerificationCode,
    /// A challenge for an enrolment request.
    Challenge,
    /// The key of a terminal's messages.
    TerminalMac,
    /// Chaining the entries of the audit, and sealing its head.
    Audit,
}

/// The issuer's public keys, as devices know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKeys {
    /// The key that verifies letters.
    pub verify: VerifyKey,
    /// The key that reports are sealed to.
    pub receive: PublicReceiveKey,
}

/// The reason for which the keys could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// No key can be derived for this card.
    #[error("no key can be derived for the card")]
    Derivation,
    /// The family's issuer master key has no version with this derivation key index.
    #[error("there is no {0} master key with the index {1:02X}: a rotation since this began?")]
    NoSuchVersion(KeyFamily, u8),
    /// The family has no issuer master key at all.
    #[error(
        "there is no {0} master key: `understudy keys rotate {options}` makes the first",
        options = .0.options()
    )]
    NoMasterKey(KeyFamily),
    /// A batch of keys cannot be written.
    #[error("the package: {0}")]
    Package(#[from] EmitError),
    /// One of the keys is a published test key.
    #[error(
        "one of the keys is a published test key, with which anybody can pay: it is for the \
         demonstration alone"
    )]
    TestKeys,
    /// A card cannot be made in the clear under other keys than the issuer's.
    #[error("the test bench has other keys than the issuer")]
    OtherKeys,
    /// A wrapped value was altered or moved, or is under another key.
    #[error("a value in the issuer's database does not unwrap: it is damaged or was moved")]
    Unwrap,
    /// A letter cannot be sealed.
    #[error("the letter: {0}")]
    Seal(#[from] SealError),
    /// The custodian cannot be reached, or refuses.
    #[error("the key custody refuses")]
    Refused,
}

/// The holder and user of the issuer's keys, as a hardware security module could be: no method
/// returns a master key or the key of a tap, and none takes a PIN in the clear.
pub trait KeyCustody: Send + Sync {
    /// A public value that distinguishes one set of keys from another. It stays when an issuer master
    /// key is rotated, or a family gets its first.
    fn check_value(&self) -> [u8; 8];

    /// The public keys of this issuer.
    fn public_keys(&self) -> PublicKeys;

    /// True if one of the keys is a published test key, with which anybody can pay.
    fn holds_test_keys(&self) -> bool;

    /// The versions of the issuer master keys in ascending order of families, and within a family of
    /// indexes, 01 to FF without gaps. New cards get the last that all their families have.
    fn master_keys(&self) -> Vec<KeyVersion>;

    /// Derives the keys of a batch, and signs and seals it to a device.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn seal_batch(
        &self,
        batch: &BatchOrder<'_>,
        letter: &BatchLetter,
        to: &Recipient,
    ) -> Result<Vec<u8>, CustodyError>;

    /// True if the card made this cryptogram. Compares in constant time.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn verify(&self, check: &CryptogramCheck<'_>) -> Result<bool, CustodyError>;

    /// True if the card made this cryptogram under its limited-use key of this index. Compares in
    /// constant time.
    ///
    /// # Errors
    /// [`CustodyError`]; [`CustodyError::Derivation`] if the card's keys are not of triple DES.
    #[cfg(feature = "limited-use")]
    fn verify_limited_use(
        &self,
        check: &CryptogramCheck<'_>,
        index: KeyIndex,
    ) -> Result<bool, CustodyError>;

    /// The answer cryptogram (ARPC, method 1) to a right cryptogram.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn answer(
        &self,
        check: &CryptogramCheck<'_>,
        response_code: [u8; 2],
    ) -> Result<[u8; 8], CustodyError>;

    /// The reference to be stored of the PIN in a block that was made for the card `number`: ISO
    /// 9564-1 format 0 or 4, under the terminals' keys. `None` if the block holds no PIN.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn pin_reference(
        &self,
        account: AccountId,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<Option<PinReference>, CustodyError>;

    /// Compares the PIN in such a block with the stored reference.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn check_pin(
        &self,
        account: AccountId,
        reference: Option<&PinReference>,
        block: &PinBlock,
        number: &CardNumber,
    ) -> Result<PinMatch, CustodyError>;

    /// Encrypts a value for its place in the database.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn wrap(&self, place: Place, clear: &[u8]) -> Result<Vec<u8>, CustodyError>;

    /// Decrypts a value that [`wrap`](Self::wrap) made for the same place.
    ///
    /// # Errors
    /// [`CustodyError::Unwrap`].
    fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError>;

    /// A keyed digest over parts, each with its length.
    ///
    /// # Errors
    /// [`CustodyError`].
    fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> Result<[u8; 32], CustodyError>;

    /// Signs a letter and seals it into `out`; see [`letter::seal`].
    ///
    /// [`letter::seal`]: understudy_provisioning::letter::seal
    ///
    /// # Errors
    /// [`CustodyError`].
    fn seal<'b>(
        &self,
        out: &'b mut [u8],
        letter: &Letter<'_>,
        to: &Recipient,
    ) -> Result<&'b [u8], CustodyError>;

    /// Opens a report into `room`; see [`report::Sealed::open`].
    ///
    /// # Errors
    /// [`Refusal::Sealed`], [`Refusal::Room`].
    fn open<'r>(
        &self,
        report: &report::Sealed<'_>,
        room: &'r mut [u8],
    ) -> Result<report::Opened<'r>, Refusal>;
}

impl report::Opener for dyn KeyCustody + '_ {
    fn key_id(&self) -> KeyId {
        self.public_keys().receive.id()
    }

    fn open<'r>(
        &self,
        report: &report::Sealed<'_>,
        room: &'r mut [u8],
    ) -> Result<report::Opened<'r>, Refusal> {
        KeyCustody::open(self, report, room)
    }
}
