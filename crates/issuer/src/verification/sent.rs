//! Further codes for a token: they are limited, because they are sent to a person who may not have
//! asked for them.

use understudy_core::card::UnixTime;

use crate::fault::Fault;
use crate::store::Transaction;
use crate::token::TokenId;

/// The number of codes for one token, the first one included, after which none is sent for a day.
pub(crate) const CODES_MAX: u8 = 5;

/// The seconds of that pause.
const PAUSE_SECONDS: u64 = 86_400;

/// Counts one more code for a token; true if it may be sent. After the pause the count starts anew.
pub(super) fn count(db: &Transaction<'_>, token: TokenId, now: UnixTime) -> Result<bool, Fault> {
    let paused = now.0.saturating_sub(PAUSE_SECONDS);
    let counted = db.execute(
        "UPDATE verification SET sent = iif(sent < ?2, sent + 1, 1), sent_at = ?3 \
         WHERE token = ?1 AND (sent < ?2 OR sent_at <= ?4)",
        (token.0, CODES_MAX, now.0, paused),
    )?;
    Ok(counted > 0)
}

/// Invalidates a code that could not be sent.
pub(super) fn take_back(db: &Transaction<'_>, token: TokenId) -> Result<(), Fault> {
    db.execute(
        "UPDATE verification SET sent = sent - 1 WHERE token = ?1 AND sent > 0",
        [token.0],
    )?;
    Ok(())
}
