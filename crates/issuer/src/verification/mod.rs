//! Identity verification: whoever binds a token shows that the card is theirs, with a code that the
//! issuer sends them by a way of its own.

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

/// Wrong codes after which a token is deleted.
pub(crate) const WRONG_MAX: u8 = 3;

/// Seconds for which a code holds.
const CODE_SECONDS: u64 = 600;

/// Brings a code to a cardholder: by a message, a call, the bank's own app.
pub trait Verification {
    /// Sends the code. Nothing is locked meanwhile.
    ///
    /// # Errors
    /// [`VerificationError`]; the token stays, and waits for another code.
    fn send(&self, to: &VerificationTarget, code: &Code) -> Result<(), VerificationError>;
}

/// The code could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the code could not be sent: {0}; ask for another one")]
pub struct VerificationError(
    /// Why, without secrets.
    pub String,
);

/// Whom a code goes to.
#[derive(Clone, Debug)]
pub struct VerificationTarget {
    /// The token that waits.
    pub token: TokenId,
    /// The card that it stands in for; prints itself masked.
    pub pan: CardNumber,
    /// The account reference.
    pub par: Par,
}

/// Lets a token wait for a code.
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

/// Whom the code of a token goes to.
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

/// Whether a token waits for a verification.
pub(crate) fn is_open(db: &Transaction<'_>, token: TokenId) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached("SELECT 1 FROM verification WHERE token = ?1")?;
    Ok(statement.exists([token.0])?)
}

/// Ends the verification of a token, however it went.
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
