//! Acts on an issued token.

use understudy_acquiring::PinBlock;
use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;
use understudy_provisioning::letter::{Body, Command, SuspendReason};

use super::{Token, TokenStatus};
use crate::account::Account;
use crate::audit::{Deed, Subject, why};
use crate::device::{Device, DeviceStanding, queue, withdraw_packages};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::issue::{IssueError, redeliver};
use crate::issuer::Issuer;
use crate::store::{Act, StoreError, View};
use crate::verification::Pending;

/// The reason for which an act on a token was refused. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// The token is deleted, for good.
    #[error("token {0} was deleted")]
    Deleted(TokenId),
    /// The block holds no PIN for this token under a terminal's key.
    #[error("the PIN block holds no PIN for token {0}")]
    PinBlock(TokenId),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reason for which a PAN was not replaced. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// The PAN is invalid, or a stand-in number.
    #[error(transparent)]
    Pan(IssueError),
    /// Another account has this PAN.
    #[error("another account has this card number")]
    Taken,
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<StoreError> for ReplaceError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Issuer {
    /// Suspends a token: it gets no keys and no approval until it is resumed, and its card is told
    /// to stop.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn suspend(
        &self,
        id: TokenId,
        reason: SuspendReason,
        now: UnixTime,
    ) -> Result<(), TokenError> {
        self.act(now, |act| {
            let mut token = living_token(act, id)?;
            if token.status != TokenStatus::Suspended {
                token.status = TokenStatus::Suspended;
                token.update(act)?;
                token.command(act, Command::Suspend(reason))?;
                act.record(Deed::TokenSuspended, Subject::Token(id), why(reason))?;
            }
            Ok(())
        })
    }

    /// Resumes a suspended token, which returns to its status before. Its card is told to go on,
    /// unless its device is suspended.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn resume(&self, id: TokenId, now: UnixTime) -> Result<(), TokenError> {
        self.act(now, |act| {
            let mut token = living_token(act, id)?;
            if token.status != TokenStatus::Suspended {
                return Ok(());
            }
            token.status = if Pending::load(act, id)?.is_some() {
                TokenStatus::Inactive
            } else {
                TokenStatus::Active
            };
            token.update(act)?;
            if token.is_at_active_home(act)? {
                token.command(act, Command::Resume)?;
                send_again(act, &mut token)?;
            }
            Ok(act.record(Deed::TokenResumed, Subject::Token(id), "")?)
        })
    }

    /// Deletes a token for good, and tells its device. Its number is not reused.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn delete(&self, id: TokenId, now: UnixTime) -> Result<(), TokenError> {
        self.act(now, |act| {
            let token = Token::load(act, id)?;
            let mut token = token.ok_or(TokenError::Unknown(id))?;
            if token.status != TokenStatus::Deleted {
                token.erase(act)?;
                act.record(Deed::TokenDeleted, Subject::Token(id), "")?;
            }
            Ok(())
        })
    }

    /// Replaces the PAN behind a token, and behind all tokens of its account. Tokens and PAR stay;
    /// the next keys of each token come with a new profile, which has the last four digits.
    ///
    /// # Errors
    /// [`ReplaceError`].
    pub fn replace_pan(
        &self,
        id: TokenId,
        pan: &CardNumber,
        now: UnixTime,
    ) -> Result<(), ReplaceError> {
        self.act(now, |act| {
            let token = Token::load(act, id)?.ok_or(ReplaceError::Unknown(id))?;
            let checked = self.check_pan(token.terms.scheme, pan);
            checked.map_err(ReplaceError::Pan)?;
            match Account::of_pan(act, pan)? {
                Some(account) if account == token.account => return Ok(()),
                Some(_) => return Err(ReplaceError::Taken),
                None => {}
            }
            Account::replace_pan(act, token.account, pan)?;
            Token::make_profiles_due(act, token.account)?;
            let detail = format!("account {}, now {pan}", token.account);
            Ok(act.record(Deed::PanReplaced, Subject::Token(id), detail)?)
        })
    }

    /// Sets the PIN of the account behind a token, for all its tokens, and lifts a block. The PIN comes
    /// in a block that was made for the token's number, under a terminal's key.
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::PinBlock`] if the block holds no PIN for this token.
    pub fn set_pin(&self, id: TokenId, block: &PinBlock, now: UnixTime) -> Result<(), TokenError> {
        self.act(now, |act| {
            let token = Token::load(act, id)?.ok_or(TokenError::Unknown(id))?;
            let reference = act.keys.pin_reference(token.account, block, token.number());
            let reference = reference.map_err(Fault::from)?;
            let reference = reference.ok_or(TokenError::PinBlock(id))?;
            Account::set_pin(act, token.account, &reference)?;
            let detail = format!("account {}", token.account);
            Ok(act.record(Deed::PinSet, Subject::Token(id), detail)?)
        })
    }
}

/// Sends the card again, if its device was suspended before it took it.
fn send_again(act: &Act<'_>, token: &mut Token) -> Result<(), Fault> {
    let Some(home) = token.home else {
        return Ok(());
    };
    match Device::load(act, home.device)? {
        Some(mut device) => redeliver(act, &mut device, token),
        None => Ok(()),
    }
}

fn living_token(view: &View<'_>, id: TokenId) -> Result<Token, TokenError> {
    let token = Token::load(view, id)?.ok_or(TokenError::Unknown(id))?;
    if token.status == TokenStatus::Deleted {
        return Err(TokenError::Deleted(id));
    }
    Ok(token)
}

impl Token {
    /// Deletes the token: unacknowledged packages are withdrawn, and its device is told.
    pub(crate) fn erase(&mut self, act: &Act<'_>) -> Result<(), Fault> {
        self.status = TokenStatus::Deleted;
        self.update(act)?;
        Pending::delete(act, self.id)?;
        if let Some(home) = self.home {
            withdraw_packages(act, home.device, Some(home.card))?;
        }
        self.command(act, Command::Delete)
    }

    /// Queues a command to its card, if it is on a device.
    pub(super) fn command(&self, act: &Act<'_>, command: Command) -> Result<(), Fault> {
        match self.home {
            Some(home) => queue(act, home.device, Some(home.card), &Body::Command(command)),
            None => Ok(()),
        }
    }

    /// True if the device that it lives on is active. A token that was personalised in the clear has
    /// no device that could be suspended.
    pub(crate) fn is_at_active_home(&self, view: &View<'_>) -> Result<bool, Fault> {
        let Some(home) = self.home else {
            return Ok(true);
        };
        let standing = Device::standing_of(view, home.device)?;
        Ok(standing.is_some_and(DeviceStanding::is_active))
    }
}
