use rusqlite::OptionalExtension as _;
use subtle::ConstantTimeEq as _;
use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;

use super::{
    Code, Verification, VerificationError, WRONG_MAX, close, digest, expiry, guesses, sent, target,
};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::random::NoRandomness;
use crate::store::{PAGE, StoreError, Transaction};
use crate::token::{Token, TokenId, TokenStatus};

/// The reason for which a token is still inactive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The code is wrong.
    #[error("the code is wrong; attempts left: {left}")]
    Wrong {
        /// Attempts that are left.
        left: u8,
    },
    /// The code is older than ten minutes.
    #[error("the code is older than ten minutes; ask for another one")]
    Expired,
    /// The third wrong code: the token is deleted.
    #[error("the code is wrong for the third time, and the token is deleted; bind the card again")]
    Exhausted,
    /// Nine wrong codes were entered for the tokens of the account, the last one less than a day
    /// ago.
    #[error(
        "too many wrong codes came for this card; it takes none until a day after the last one"
    )]
    Rests,
    /// The token is not waiting for a code.
    #[error("token {0} waits for no code: it is verified, suspended or deleted")]
    NotPending(TokenId),
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reason for which no further code was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    /// Nine wrong codes were entered for the tokens of the account, the last one less than a day
    /// ago.
    #[error("too many wrong codes came for this card; none is sent until a day after the last one")]
    Rests,
    /// The token is not waiting for a code.
    #[error("token {0} waits for no code: it is verified, suspended or deleted")]
    NotPending(TokenId),
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// Five codes were sent for the token, the last one less than a day ago. The last one keeps its
    /// validity.
    #[error("five codes were sent for token {0}; none is sent until a day after the last one")]
    TooMany(TokenId),
    /// The code could not be sent. The code before it is no longer valid.
    #[error(transparent)]
    NotSent(#[from] VerificationError),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for IdentityError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<StoreError> for ResendError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<NoRandomness> for ResendError {
    fn from(error: NoRandomness) -> Self {
        Self::Fault(error.into())
    }
}

/// A token that waits for its code.
#[derive(Clone, Debug)]
pub struct PendingVerification {
    /// The token.
    pub token: TokenId,
    /// Its number, masked when printed.
    pub number: CardNumber,
    /// Attempts that are left.
    pub attempts_left: u8,
    /// The time until which the code is valid.
    pub expires_at: UnixTime,
}

struct Waiting {
    code: [u8; 32],
    wrong: u8,
    expires_at: u64,
}

impl Issuer {
    /// Activates a token with the code that its cardholder received. A wrong code counts, whoever
    /// enters it; the third one deletes the token, and nine for all tokens of an account without a
    /// right one between them block the account for a day.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn verify_identity(
        &self,
        id: TokenId,
        code: &Code,
        now: UnixTime,
    ) -> Result<(), IdentityError> {
        // A wrong code is a result to be stored, not a failed act.
        self.store.write(|db| self.judge(db, id, code, now))?
    }

    /// Sends another code for a token that waits for one, valid for ten minutes. The attempts are
    /// not reset. After five codes a token is sent none until a day after the last.
    ///
    /// # Errors
    /// [`ResendError`].
    pub fn resend_code(
        &self,
        id: TokenId,
        verification: &dyn Verification,
        now: UnixTime,
    ) -> Result<(), ResendError> {
        let code = Code::draw()?;
        let target = self.store.write(|db| {
            let token = Token::load(db, self.keys(), id)?.ok_or(ResendError::Unknown(id))?;
            if token.status != TokenStatus::Inactive {
                return Err(ResendError::NotPending(id));
            }
            if guesses::rests(db, token.account, now)? {
                return Err(ResendError::Rests);
            }
            if !sent::count(db, id, now)? {
                return Err(ResendError::TooMany(id));
            }
            db.execute(
                "UPDATE verification SET code = ?2, expires_at = ?3 WHERE token = ?1",
                (id.0, digest(self.keys(), id, &code)?, expiry(now)),
            )
            .map_err(Fault::from)?;
            Ok(target(db, self.keys(), id)?)
        })?;
        if let Err(error) = verification.send(&target, &code) {
            self.store.write(|db| sent::take_back(db, id))?;
            return Err(error.into());
        }
        Ok(())
    }

    /// A page of the tokens that wait for their code, in the order in which they were issued: the
    /// first [`PAGE`](crate::PAGE), or those behind the last of the page before.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn pending_verifications(
        &self,
        after: Option<TokenId>,
    ) -> Result<Vec<PendingVerification>, Fault> {
        self.store.read(|db| {
            let mut pending = Vec::new();
            for id in inactive(db, after)? {
                let token = Token::load(db, self.keys(), id)?;
                let token = token.ok_or(StoreError::Value("a verification"))?;
                let waiting = waiting(db, token.id)?;
                pending.push(PendingVerification {
                    token: token.id,
                    number: token.number().clone(),
                    attempts_left: WRONG_MAX.saturating_sub(waiting.wrong),
                    expires_at: UnixTime(waiting.expires_at),
                });
            }
            Ok(pending)
        })
    }

    /// Judges a code, and applies the consequence.
    fn judge(
        &self,
        db: &Transaction<'_>,
        id: TokenId,
        code: &Code,
        now: UnixTime,
    ) -> Result<Result<(), IdentityError>, Fault> {
        let Some(mut token) = Token::load(db, self.keys(), id)? else {
            return Ok(Err(IdentityError::Unknown(id)));
        };
        if token.status != TokenStatus::Inactive {
            return Ok(Err(IdentityError::NotPending(id)));
        }
        let waiting = waiting(db, id)?;
        if now.0 >= waiting.expires_at {
            return Ok(Err(IdentityError::Expired));
        }
        if guesses::rests(db, token.account, now)? {
            return Ok(Err(IdentityError::Rests));
        }
        if waiting.code.ct_eq(&digest(self.keys(), id, code)?).into() {
            close(db, id)?;
            guesses::forget(db, token.account)?;
            token.status = TokenStatus::Active;
            token.update(db)?;
            return Ok(Ok(()));
        }
        guesses::count(db, token.account, now)?;
        let wrong = waiting.wrong.saturating_add(1);
        let left = WRONG_MAX.saturating_sub(wrong);
        if left == 0 {
            token.erase(db)?;
            return Ok(Err(IdentityError::Exhausted));
        }
        db.execute(
            "UPDATE verification SET wrong = ?2 WHERE token = ?1",
            (id.0, wrong),
        )?;
        Ok(Err(IdentityError::Wrong { left }))
    }
}

/// A page of the tokens that wait, behind one of them. A suspended one may be verified once it is
/// resumed, and does not wait.
fn inactive(db: &Transaction<'_>, after: Option<TokenId>) -> Result<Vec<TokenId>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT v.token FROM verification v CROSS JOIN token t ON t.id = v.token \
         WHERE v.token > ?1 AND t.status = 'inactive' ORDER BY v.token LIMIT ?2",
    )?;
    let after = after.map_or(0, |after| after.0);
    let rows = statement.query_map((after, PAGE), |row| Ok(TokenId(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The pending verification of an inactive token.
fn waiting(db: &Transaction<'_>, token: TokenId) -> Result<Waiting, Fault> {
    let mut statement =
        db.prepare_cached("SELECT code, wrong, expires_at FROM verification WHERE token = ?1")?;
    let waiting = statement.query_row([token.0], |row| {
        Ok(Waiting {
            code: row.get(0)?,
            wrong: row.get(1)?,
            expires_at: row.get(2)?,
        })
    });
    Ok(waiting
        .optional()?
        .ok_or(StoreError::Value("an inactive token"))?)
}
