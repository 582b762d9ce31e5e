//! Bounds on records that anybody can cause: requests that moved nothing and used no counter up,
//! reversals of requests that never come, settlements of nothing. Nothing is refused at a bound: the
//! oldest of their kind are forgotten, so that whoever fills it keeps nobody else out.

use super::record::Record;
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::{AcceptedReversal, Act};

/// Declined requests that are kept of one token.
pub(crate) const IDLE_OF_TOKEN: u32 = 100;

/// Declined follow-ups that are kept whose original was not found.
pub(crate) const IDLE_OF_NONE: u32 = 1_000;

/// Reversals that are kept whose request has not arrived.
pub(crate) const EARLY_REVERSALS: u32 = 100_000;

/// Settlements of nothing that are kept.
pub(crate) const EMPTY_SETTLEMENTS: u32 = 1_000;

/// Forgets the oldest declined requests of a token, or those of none. A reversal of such a request
/// stays, as one that came before its request.
pub(super) fn forget_idle(act: &Act<'_>, token: Option<TokenId>) -> Result<(), Fault> {
    let kept = token.map_or(IDLE_OF_NONE, |_| IDLE_OF_TOKEN);
    for id in Record::idle_but(act, token, kept)? {
        if AcceptedReversal::part(act, id)? {
            forget_early_reversals(act)?;
        }
        Record::delete(act, id)?;
    }
    Ok(())
}

/// Forgets the oldest reversals whose requests have not arrived.
pub(super) fn forget_early_reversals(act: &Act<'_>) -> Result<(), Fault> {
    AcceptedReversal::keep_newest_early(act, EARLY_REVERSALS)
}
