//! Issuing tokens, their profiles and their single-use keys.

mod bind;
mod error;
mod number;
mod package;
mod replenish;

use std::fmt;

use understudy_core::card::CardId;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;
use zeroize::Zeroizing;

use crate::options::IssueOptions;
use crate::token::TokenId;
use crate::token::restriction::Restrictions;
use crate::verification::VerificationError;

pub use error::IssueError;

/// The plaintext of a package: keys in the clear, wiped when it is dropped.
pub type PackageOctets = Zeroizing<Vec<u8>>;

/// What a device asks for, on its cardholder's behalf: a token for a card.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The card's number.
    pub pan: &'a CardNumber,
    /// Until when the token is good: the end of this month.
    pub expiry: Expiry,
    /// The device that will hold it.
    pub device: DeviceId,
    /// How the token is made.
    pub options: &'a IssueOptions,
    /// What is on the account, if it is not known yet; in the currency of the limits.
    pub funds: Amount,
    /// Where it may pay.
    pub restrictions: &'a Restrictions,
}

/// A token that was issued to a device.
pub struct Issued {
    /// Its name.
    pub token: TokenId,
    /// What it is called on the device.
    pub card: CardId,
    /// Its number; prints itself masked.
    pub number: CardNumber,
    /// Profile and keys, sealed to the device. It is among the device's letters too.
    pub letter: Vec<u8>,
    /// What became of the code that verifies the cardholder.
    pub code: CodeSent,
}

/// What became of the code that verifies a cardholder. The token is issued whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// It is on its way.
    Sent,
    /// It could not be sent; a new one can be.
    NotSent(VerificationError),
    /// None was needed: the cardholder was verified before.
    NotNeeded,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("token", &self.token)
            .field("card", &self.card)
            .field("number", &self.number)
            .field("letter", &self.letter.len())
            .field("code", &self.code)
            .finish()
    }
}

/// A token that was personalised without a device.
pub struct Personalised {
    /// Its name.
    pub token: TokenId,
    /// Its number; prints itself masked.
    pub number: CardNumber,
    /// Profile and first keys in the clear.
    pub package: PackageOctets,
}

impl fmt::Debug for Personalised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Personalised")
            .field("token", &self.token)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
