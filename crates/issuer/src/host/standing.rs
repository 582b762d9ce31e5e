//! The standing of a token: whether it pays now, whatever the request.

use super::reason::Reason;
use super::stop::Stop;
use crate::store::Act;
use crate::token::{Token, TokenStatus};

/// Refuses a token that may not pay now, whatever the request.
pub(crate) fn check_standing(act: &Act<'_>, token: &Token) -> Result<(), Stop> {
    match token.status {
        TokenStatus::Active => {}
        TokenStatus::Inactive => return Err(Reason::TokenInactive.into()),
        TokenStatus::Suspended => return Err(Reason::TokenSuspended.into()),
        TokenStatus::Deleted => return Err(Reason::TokenDeleted.into()),
    }
    if !token.is_at_active_home(act)? {
        return Err(Reason::DeviceSuspended.into());
    }
    if token.is_expired(act.now) {
        return Err(Reason::Expired.into());
    }
    Ok(())
}
