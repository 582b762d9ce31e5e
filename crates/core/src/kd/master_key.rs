//! Issuer master key and card master key.

use core::fmt;
use thiserror::Error;
use zeroize::ZeroizeOnDrop;

use super::diversification::Diversifier;
#[cfg(feature = "tdes")]
use crate::crypto::TdesKey;
use crate::crypto::{Algorithm, Key};

/// The derivation of the card master key (EMV Book 2 Annex A1.4; JR/T 0025.17). Each is of one
/// cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MasterKeyMethod {
    /// Option A, triple DES: from the rightmost 16 digits of card number and sequence number.
    OptionA,
    /// Option B, triple DES: from a hash for card numbers of more than 16 digits, else as option A.
    OptionB,
    /// Option C, AES: from all digits of card number and sequence number.
    OptionC,
    /// SM4: from the rightmost 16 digits of card number and sequence number, as option A.
    Sm4,
}

/// The issuer master key for application cryptograms, 16 to 32 octets.
#[derive(ZeroizeOnDrop)]
pub struct IssuerMasterKey(Key);

/// The master key of one card (ICC MK, UDK), 16 to 32 octets.
#[derive(ZeroizeOnDrop)]
pub struct CardMasterKey(pub(super) Key);

/// Card number or sequence number do not have the form that derivation needs, or the method is not
/// of the key's cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DerivationError {
    /// The card number is not 8 to 19 decimal digits.
    #[error("the card number is not 8 to 19 decimal digits")]
    CardNumber,
    /// The sequence number is not two decimal digits.
    #[error("the card sequence number is not two decimal digits")]
    SequenceNumber,
    /// The method is not one for keys of this cipher.
    #[error("{method} does not derive {algorithm} keys")]
    Method {
        /// The method.
        method: MasterKeyMethod,
        /// The cipher of the key.
        algorithm: Algorithm,
    },
}

impl MasterKeyMethod {
    /// The two blocks of eight octets that become the halves of a triple DES master key when they are
    /// encrypted under the issuer's: Y and its complement.
    ///
    /// # Errors
    /// As for [`IssuerMasterKey::card_master_key`], with a triple DES key.
    #[cfg(feature = "tdes")]
    pub fn blocks(self, pan: &str, psn: Option<u8>) -> Result<[[u8; 8]; 2], DerivationError> {
        let diversifier = Diversifier::new(pan, psn)?;
        let y = self.y(&diversifier)?;
        Ok([y, !y].map(u64::to_be_bytes))
    }

    #[cfg(feature = "tdes")]
    fn y(self, diversifier: &Diversifier) -> Result<u64, DerivationError> {
        match self {
            Self::OptionA => Ok(diversifier.option_a()),
            Self::OptionB => Ok(diversifier.option_b()),
            Self::OptionC | Self::Sm4 => Err(DerivationError::Method {
                method: self,
                algorithm: Algorithm::Tdes,
            }),
        }
    }
}

impl IssuerMasterKey {
    /// The issuer master key of this key.
    #[must_use]
    pub fn new(key: impl Into<Key>) -> Self {
        Self(key.into())
    }

    /// The triple DES issuer master key of these octets.
    ///
    /// The caller wipes its own copy.
    #[cfg(feature = "tdes")]
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(Key::Tdes(TdesKey::from_octets(octets)))
    }

    /// The master key of the card with this number (8–19 decimal digits) and sequence number
    /// (`5F34`, two BCD digits; absent counts as `00`).
    ///
    /// # Errors
    /// [`DerivationError`] if either is not made of decimal digits, the card number is too short or
    /// too long, or the method is of another cipher.
    pub fn card_master_key(
        &self,
        method: MasterKeyMethod,
        pan: &str,
        psn: Option<u8>,
    ) -> Result<CardMasterKey, DerivationError> {
        let diversifier = Diversifier::new(pan, psn)?;
        self.0.derived(method, &diversifier).map(CardMasterKey)
    }

    /// The key check value, three octets.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        self.0.check_value()
    }

    /// The cipher, with the length of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    /// The clear key, for its custodian: 16, 24 or 32 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl CardMasterKey {
    /// The card master key of this key.
    #[must_use]
    pub fn new(key: impl Into<Key>) -> Self {
        Self(key.into())
    }

    /// The triple DES card master key of these octets.
    ///
    /// The caller wipes its own copy.
    #[cfg(feature = "tdes")]
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(Key::Tdes(TdesKey::from_octets(octets)))
    }

    /// The key check value, three octets.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        self.0.check_value()
    }

    /// The clear key, for provisioning and display: 16, 24 or 32 octets.
    #[must_use]
    pub const fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

impl Key {
    fn derived(
        &self,
        method: MasterKeyMethod,
        diversifier: &Diversifier,
    ) -> Result<Self, DerivationError> {
        match (method, self) {
            #[cfg(feature = "tdes")]
            (method, Self::Tdes(key)) => {
                let y = method.y(diversifier)?;
                Ok(Self::Tdes(key.diversify([y, !y].map(u64::to_be_bytes))))
            }
            #[cfg(feature = "aes")]
            (MasterKeyMethod::OptionC, Self::Aes(key)) => {
                let y = diversifier.option_c();
                Ok(Self::Aes(key.diversify(y, !y)))
            }
            #[cfg(feature = "sm4")]
            (MasterKeyMethod::Sm4, Self::Sm4(key)) => {
                let y = diversifier.option_a();
                let both = u128::from(y) << 64 | u128::from(!y);
                Ok(Self::Sm4(key.diversify(both)))
            }
            #[cfg(any(feature = "aes", feature = "sm4"))]
            _ => Err(DerivationError::Method {
                method,
                algorithm: self.algorithm(),
            }),
        }
    }
}

impl fmt::Display for MasterKeyMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OptionA => "option A",
            Self::OptionB => "option B",
            Self::OptionC => "option C",
            Self::Sm4 => "the derivation of JR/T 0025.17",
        })
    }
}

impl fmt::Debug for IssuerMasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerMasterKey(..)")
    }
}

impl fmt::Debug for CardMasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardMasterKey(..)")
    }
}
