//! Further codes for a token: they are limited, because they are sent to a person who may not have
//! asked for them.

use super::Pending;
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::Act;

/// The number of codes for one token, the first one included, after which none is sent for a day.
pub(crate) const CODES_MAX: u8 = 5;

/// The seconds of that pause.
const PAUSE_SECONDS: u64 = 86_400;

/// Counts one more code for a token; true if it may be sent. After the pause the count starts anew.
pub(super) fn count(act: &Act<'_>, pending: &mut Pending) -> bool {
    let paused = act.now.0.saturating_sub(PAUSE_SECONDS);
    if pending.sent < CODES_MAX {
        pending.sent = pending.sent.saturating_add(1);
    } else if pending.sent_at.0 <= paused {
        pending.sent = 1;
    } else {
        return false;
    }
    pending.sent_at = act.now;
    true
}

/// Takes the count of a code back that could not be sent.
pub(super) fn take_back(act: &Act<'_>, token: TokenId) -> Result<(), Fault> {
    if let Some(mut pending) = Pending::load(act, token)? {
        pending.sent = pending.sent.saturating_sub(1);
        pending.update(act, token)?;
    }
    Ok(())
}
