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
use crate::par::Par;
use crate::store::{StoreError, Transaction};
use crate::token::{Token, TokenId};

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

/// Begins the verification of a token.
pub(crate) fn open(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    token: TokenId,
    code: &Code,
    now: UnixTime,
) -> Result<(), Fault> {
    db.execute(
        "INSERT INTO verification (token, code, expires_at, sent_at) VALUES (?1, ?2, ?3, ?4)",
        (token.0, digest(keys, token, code)?, expiry(now), now.0),
    )?;
    Ok(())
}

/// The recipient of a token's code.
pub(crate) fn target(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    id: TokenId,
) -> Result<VerificationTarget, Fault> {
    let token = Token::load(db, keys, id)?.ok_or(StoreError::Value("a verification"))?;
    let account = Account::load(db, keys, token.account)?;
    Ok(VerificationTarget {
        token: id,
        pan: account.pan,
        par: account.par,
    })
}

/// True if a token waits for a verification.
pub(crate) fn is_open(db: &Transaction<'_>, token: TokenId) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached("SELECT 1 FROM verification WHERE token = ?1")?;
    Ok(statement.exists([token.0])?)
}

/// Ends the verification of a token, with either result.
pub(crate) fn close(db: &Transaction<'_>, token: TokenId) -> Result<(), Fault> {
    db.execute("DELETE FROM verification WHERE token = ?1", [token.0])?;
    Ok(())
}

fn digest(keys: &dyn KeyCustody, token: TokenId, code: &Code) -> Result<[u8; 32], Fault> {
    let parts: [&[u8]; 2] = [&token.0.to_be_bytes(), code.digits().as_bytes()];
    Ok(keys.digest(Purpose::VerificationCode, &parts)?)
}

const fn expiry(now: UnixTime) -> u64 {
    now.0.saturating_add(CODE_SECONDS)
}

#[cfg(test)]
mod tests;
