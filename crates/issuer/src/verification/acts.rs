use subtle::ConstantTimeEq as _;
use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;

use super::{
    Code, Pending, Verification, VerificationError, WRONG_MAX, digest, expiry, guesses, sent,
    target,
};
use crate::audit::{Deed, Subject};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::issuer::Issuer;
use crate::random::NoRandomness;
use crate::store::{Act, PAGE, StoreError, View};
use crate::token::{Token, TokenStatus};

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
        self.act(now, |act| judge(act, id, code))?
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
        let target = self.act(now, |act| {
            let token = Token::load(act, id)?.ok_or(ResendError::Unknown(id))?;
            if token.status != TokenStatus::Inactive {
                return Err(ResendError::NotPending(id));
            }
            if guesses::rests(act, token.account)? {
                return Err(ResendError::Rests);
            }
            let mut pending = pending(act, id)?;
            if !sent::count(act, &mut pending) {
                return Err(ResendError::TooMany(id));
            }
            pending.code = digest(act.keys, id, &code)?;
            pending.expires_at = expiry(now);
            pending.update(act, id)?;
            act.record(Deed::CodeSent, Subject::Token(id), "")?;
            Ok(target(act, id)?)
        })?;
        if let Err(error) = verification.send(&target, &code) {
            self.act(now, |act| sent::take_back(act, id))?;
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
        self.view(|view| {
            let (mut waiting, mut after) = (Vec::new(), after);
            while waiting.len() < PAGE {
                let page = Pending::page(view, after)?;
                let Some(last) = page.last() else {
                    break;
                };
                after = Some(*last);
                for id in page {
                    waiting.extend(waiting_with(view, id)?);
                }
            }
            waiting.truncate(PAGE);
            Ok(waiting)
        })
    }
}

/// The entry of a token with a pending verification. A suspended one may be verified once it is
/// resumed, and does not wait.
fn waiting_with(view: &View<'_>, id: TokenId) -> Result<Option<PendingVerification>, Fault> {
    let token = Token::load(view, id)?.ok_or(StoreError::Value("a verification"))?;
    if token.status != TokenStatus::Inactive {
        return Ok(None);
    }
    let pending = pending(view, id)?;
    Ok(Some(PendingVerification {
        token: token.id,
        number: token.number().clone(),
        attempts_left: WRONG_MAX.saturating_sub(pending.wrong),
        expires_at: pending.expires_at,
    }))
}

/// Judges a code, and applies the consequence.
fn judge(act: &Act<'_>, id: TokenId, code: &Code) -> Result<Result<(), IdentityError>, Fault> {
    let Some(mut token) = Token::load(act, id)? else {
        return Ok(Err(IdentityError::Unknown(id)));
    };
    if token.status != TokenStatus::Inactive {
        return Ok(Err(IdentityError::NotPending(id)));
    }
    let mut pending = pending(act, id)?;
    if act.now >= pending.expires_at {
        return Ok(Err(IdentityError::Expired));
    }
    if guesses::rests(act, token.account)? {
        return Ok(Err(IdentityError::Rests));
    }
    if pending.code.ct_eq(&digest(act.keys, id, code)?).into() {
        Pending::delete(act, id)?;
        guesses::forget(act, token.account)?;
        token.status = TokenStatus::Active;
        token.update(act)?;
        act.record(Deed::IdentityVerified, Subject::Token(id), "")?;
        return Ok(Ok(()));
    }
    guesses::count(act, token.account)?;
    pending.wrong = pending.wrong.saturating_add(1);
    let left = WRONG_MAX.saturating_sub(pending.wrong);
    if left == 0 {
        token.erase(act)?;
        let detail = "too many wrong codes";
        act.record(Deed::TokenDeleted, Subject::Token(id), detail)?;
        return Ok(Err(IdentityError::Exhausted));
    }
    pending.update(act, id)?;
    act.record(Deed::CodeWrong, Subject::Token(id), format!("{left} left"))?;
    Ok(Err(IdentityError::Wrong { left }))
}

/// The pending verification of an inactive token.
fn pending(view: &View<'_>, id: TokenId) -> Result<Pending, Fault> {
    Ok(Pending::load(view, id)?.ok_or(StoreError::Value("an inactive token"))?)
}
