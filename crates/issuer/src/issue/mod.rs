//! Issuing tokens, their profiles and their single-use keys.

mod bind;
mod entry;
mod error;
#[cfg(feature = "limited-use")]
mod limited_use;
mod number;
mod package;
mod redeliver;
mod replenish;

use std::fmt;

use understudy_core::card::CardId;
use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_provisioning::keys::DeviceId;
use zeroize::Zeroizing;

use crate::id::TokenId;
use crate::options::IssueOptions;
use crate::token::restriction::Restrictions;
use crate::verification::VerificationError;

pub use error::IssueError;
pub(crate) use package::profile;
pub(crate) use redeliver::redeliver;

/// The plaintext of a package: keys in the clear, wiped when it is dropped.
pub type PackageOctets = Zeroizing<Vec<u8>>;

/// A device's request, on its cardholder's behalf, for a token for a card.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The card's number.
    pub pan: &'a CardNumber,
    /// The month at whose end the token expires.
    pub expiry: Expiry,
    /// The device for the token.
    pub device: DeviceId,
    /// The options with which the token is issued.
    pub options: &'a IssueOptions,
    /// The funds of the account, if it is not known yet; in the currency of the limits.
    pub funds: Amount,
    /// The restrictions on where it may pay.
    pub restrictions: &'a Restrictions,
}

/// A token that was issued to a device.
pub struct Issued {
    /// Its name.
    pub token: TokenId,
    /// The card's name on the device.
    pub card: CardId,
    /// Its number, masked when printed.
    pub number: CardNumber,
    /// Profile and keys, sealed to the device. Also among the device's letters.
    pub letter: Vec<u8>,
    /// The delivery of the code that verifies the cardholder.
    pub code: CodeSent,
}

/// The delivery of a cardholder's verification code. The token is issued in any case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// It was sent.
    Sent,
    /// It could not be sent; another one can be.
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
    /// Its number, masked when printed.
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
