//! Identity verification: the person who binds a token proves ownership of the card with a code
//! that the issuer sends by a separate channel.

mod acts;
mod code;
mod guesses;
mod sent;

use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;

use crate::account::Account;
use crate::custody::{KeyCustody, Purpose};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::par::Par;
use crate::store::{Act, StoreError, View};
use crate::token::Token;

pub use acts::{IdentityError, PendingVerification, ResendError};
pub use code::{Code, CodeError};
pub(crate) use guesses::rests;

/// The number of wrong codes that deletes a token.
pub(crate) const WRONG_MAX: u8 = 3;

/// The seconds for which a code is valid.
const CODE_SECONDS: u64 = 600;

/// A channel for codes to a cardholder: a message, a call, the bank's own app.
pub trait Verification {
    /// Sends the code. No lock is held meanwhile.
    ///
    /// # Errors
    /// [`VerificationError`]; the token stays, and waits for another code.
    fn send(&self, to: &VerificationTarget, code: &Code) -> Result<(), VerificationError>;
}

/// The code could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code could not be sent: {0}; ask for another one")]
pub struct VerificationError(
    /// The reason, without secrets.
    pub String,
);

/// The recipient of a code.
#[derive(Clone, Debug)]
pub struct VerificationTarget {
    /// The token that waits.
    pub token: TokenId,
    /// The card that it stands in for, masked when printed.
    pub pan: CardNumber,
    /// The account reference.
    pub par: Par,
}

/// The verification that a token waits for.
pub(crate) struct Pending {
    /// A keyed digest of the code.
    pub(crate) code: [u8; 32],
    /// Wrong codes.
    pub(crate) wrong: u8,
    /// The first second in which the code is not valid any more.
    pub(crate) expires_at: UnixTime,
    /// Codes that were sent since the last pause.
    pub(crate) sent: u8,
    /// The time at which the last one was sent.
    pub(crate) sent_at: UnixTime,
}

/// Begins the verification of a token.
pub(crate) fn open(act: &Act<'_>, token: TokenId, code: &Code) -> Result<(), Fault> {
    let pending = Pending {
        code: digest(act.keys, token, code)?,
        wrong: 0,
        expires_at: expiry(act.now),
        sent: 1,
        sent_at: act.now,
    };
    pending.insert(act, token)
}

/// The recipient of a token's code.
pub(crate) fn target(view: &View<'_>, id: TokenId) -> Result<VerificationTarget, Fault> {
    let token = Token::load(view, id)?.ok_or(StoreError::Value("a verification"))?;
    let account = Account::load(view, token.account)?;
    Ok(VerificationTarget {
        token: id,
        pan: account.pan,
        par: account.par,
    })
}

fn digest(keys: &dyn KeyCustody, token: TokenId, code: &Code) -> Result<[u8; 32], Fault> {
    let parts: [&[u8]; 2] = [&token.0.to_be_bytes(), code.digits().as_bytes()];
    Ok(keys.digest(Purpose::VerificationCode, &parts)?)
}

const fn expiry(now: UnixTime) -> UnixTime {
    UnixTime(now.0.saturating_add(CODE_SECONDS))
}

#[cfg(test)]
mod tests;
