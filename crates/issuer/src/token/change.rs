//! Changes to a card on a device: its limits, and its profile.

use understudy_core::card::{Limits, UnixTime};
use understudy_provisioning::letter::Command;

use super::{Token, TokenStatus};
use crate::audit::{Deed, Subject};
use crate::device::{Device, post_profile};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::issue::{IssueError, profile};
use crate::issuer::Issuer;
use crate::options::limits_are_sound;
use crate::store::{StoreError, View};

/// New limits of a token; `None` leaves one unchanged. Amounts in minor units of the token's
/// currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewLimits {
    /// The limit of one tap without verification.
    pub unverified_tap: Option<u64>,
    /// The limit on the number of taps without verification since the last one with it.
    pub unverified_taps: Option<u8>,
    /// The limit of their sum.
    pub unverified_sum: Option<u64>,
    /// The limit of one tap, however verified.
    pub verified_tap: Option<u64>,
}

impl NewLimits {
    const fn over(&self, limits: &Limits) -> Limits {
        const fn either(new: Option<u64>, old: u64) -> u64 {
            match new {
                Some(new) => new,
                None => old,
            }
        }
        Limits {
            unverified_tap: either(self.unverified_tap, limits.unverified_tap),
            unverified_taps: match self.unverified_taps {
                Some(new) => new,
                None => limits.unverified_taps,
            },
            unverified_sum: either(self.unverified_sum, limits.unverified_sum),
            verified_tap: either(self.verified_tap, limits.verified_tap),
            ..*limits
        }
    }
}

/// The reason for which a card was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such token.
    #[error("there is no token {0}")]
    Unknown(TokenId),
    /// The token is deleted, for good.
    #[error("token {0} was deleted")]
    Deleted(TokenId),
    /// The token was personalised without a device.
    #[error("token {0} lives on no device, so that no letter reaches it")]
    NoDevice(TokenId),
    /// Amounts have more than twelve digits, or the limit for taps without verification is above
    /// that for all taps.
    #[error(
        "the limits are above twelve digits, or the unverified limit is above the verified one"
    )]
    Limits,
    /// A limit is above this issuer's bounds.
    #[error("a limit is above what this bank allows for any card")]
    Bounds,
    /// The profile cannot be made.
    #[error(transparent)]
    Profile(IssueError),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl Issuer {
    /// Changes the limits of a token, within the issuer's bounds. The host applies them from now
    /// on, and the card is told. A card with lowered limits pays by its old ones until it has taken
    /// the letter, and the host declines what is above the new ones.
    ///
    /// # Errors
    /// [`ChangeError`]; [`ChangeError::NoDevice`] for a token that was personalised in the clear.
    pub fn set_limits(
        &self,
        id: TokenId,
        new: &NewLimits,
        now: UnixTime,
    ) -> Result<Limits, ChangeError> {
        self.act(now, |act| {
            let mut token = changeable(act, id)?;
            let limits = new.over(&token.terms.limits);
            if !limits_are_sound(&limits) {
                return Err(ChangeError::Limits);
            }
            if !act.config.bounds.admit(&limits) {
                return Err(ChangeError::Bounds);
            }
            if limits != token.terms.limits {
                token.terms.limits = limits;
                token.set_limits(act)?;
                token.command(act, Command::Limits(limits))?;
                act.record(Deed::LimitsChanged, Subject::Token(id), shown(&limits))?;
            }
            Ok(limits)
        })
    }

    /// The present limits of a token.
    ///
    /// # Errors
    /// [`ChangeError::Unknown`].
    pub fn limits(&self, id: TokenId) -> Result<Limits, ChangeError> {
        let token = self.view(|view| Token::load(view, id))?;
        Ok(token.ok_or(ChangeError::Unknown(id))?.terms.limits)
    }

    /// Sends the present profile of a token again, without keys, for example after the card number
    /// behind the token was replaced: a letter, which is also among the device's letters. If a
    /// profile is due, the next keys contain it nevertheless: the device may not have the card yet.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn update_profile(&self, id: TokenId, now: UnixTime) -> Result<Vec<u8>, ChangeError> {
        self.act(now, |act| {
            let token = changeable(act, id)?;
            let home = token.home.ok_or(ChangeError::NoDevice(id))?;
            let profile = profile(act, &token).map_err(ChangeError::Profile)?;
            let mut device = Device::load(act, home.device)?.ok_or(ChangeError::NoDevice(id))?;
            let letter = post_profile(act, &mut device, home.card, &profile)?;
            device.update(act)?;
            act.record(Deed::ProfileSent, Subject::Token(id), "")?;
            Ok(letter)
        })
    }
}

/// Limits as an entry of the audit shows them.
fn shown(limits: &Limits) -> String {
    format!(
        "unverified tap {}, taps {}, sum {}; verified tap {}",
        limits.unverified_tap, limits.unverified_taps, limits.unverified_sum, limits.verified_tap
    )
}

/// A token that is on a device and not deleted.
fn changeable(view: &View<'_>, id: TokenId) -> Result<Token, ChangeError> {
    let token = Token::load(view, id)?.ok_or(ChangeError::Unknown(id))?;
    match (token.status, token.home) {
        (TokenStatus::Deleted, _) => Err(ChangeError::Deleted(id)),
        (_, None) => Err(ChangeError::NoDevice(id)),
        (_, Some(_)) => Ok(token),
    }
}

#[cfg(test)]
mod tests;
