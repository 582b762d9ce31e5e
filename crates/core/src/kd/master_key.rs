//! Issuer master key and card master key.

use core::fmt;
use thiserror::Error;
use zeroize::ZeroizeOnDrop;

use super::diversification::Diversifier;
use crate::crypto::TdesKey;

/// The derivation of the card master key (EMV Book 2 Annex A1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MasterKeyMethod {
    /// Option A: from the rightmost 16 digits of card number and sequence number.
    OptionA,
    /// Option B: from a hash for card numbers of more than 16 digits, else as option A.
    OptionB,
}

/// The issuer master key for application cryptograms, 16 octets.
#[derive(ZeroizeOnDrop)]
pub struct IssuerMasterKey(TdesKey);

/// The master key of one card (ICC MK, UDK), 16 octets.
#[derive(ZeroizeOnDrop)]
pub struct CardMasterKey(pub(super) TdesKey);

/// Card number or sequence number do not have the form that derivation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DerivationError {
    /// The card number is not 8 to 19 decimal digits.
    #[error("the card number is not 8 to 19 decimal digits")]
    CardNumber,
    /// The sequence number is not two decimal digits.
    #[error("the card sequence number is not two decimal digits")]
    SequenceNumber,
}

impl MasterKeyMethod {
    /// The two blocks that become the halves of the master key when they are encrypted under the
    /// issuer's: Y and its complement.
    ///
    /// # Errors
    /// As for [`IssuerMasterKey::card_master_key`].
    pub fn blocks(self, pan: &str, psn: Option<u8>) -> Result<[[u8; 8]; 2], DerivationError> {
        let psn = psn.unwrap_or(0x00);
        if psn >> 4 > 9 || psn & 0x0F > 9 {
            return Err(DerivationError::SequenceNumber);
        }
        let diversifier = Diversifier::new(pan, psn).ok_or(DerivationError::CardNumber)?;
        let y = match self {
            Self::OptionA => diversifier.option_a(),
            Self::OptionB => diversifier.option_b(),
        };
        Ok([y, !y].map(u64::to_be_bytes))
    }
}

impl IssuerMasterKey {
    /// The issuer master key of these octets.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(TdesKey::from_octets(octets))
    }

    /// The master key of the card with this number (8–19 decimal digits) and sequence number
    /// (`5F34`, two BCD digits; absent counts as `00`).
    ///
    /// # Errors
    /// [`DerivationError`] if either is not made of decimal digits, or the card number is too
    /// short or too long.
    pub fn card_master_key(
        &self,
        method: MasterKeyMethod,
        pan: &str,
        psn: Option<u8>,
    ) -> Result<CardMasterKey, DerivationError> {
        let [left, right] = method.blocks(pan, psn)?;
        Ok(CardMasterKey(self.0.diversify(left, right)))
    }

    /// The key check value, three octets.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        self.0.check_value()
    }
}

impl CardMasterKey {
    /// The card master key of these octets.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(TdesKey::from_octets(octets))
    }

    /// The key check value, three octets.
    #[must_use]
    pub fn check_value(&self) -> [u8; 3] {
        self.0.check_value()
    }

    /// The clear key, for provisioning and display.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 16] {
        self.0.expose()
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
