//! Bounds on records that anybody can cause: requests that moved nothing and used no counter up,
//! reversals of requests that never come, settlements of nothing. Nothing is refused at a bound: the
//! oldest of their kind are forgotten, so that whoever fills it keeps nobody else out.

use super::verdict::{AuthorisationId, SettlementId};
use crate::fault::Fault;
use crate::store::Transaction;
use crate::token::TokenId;

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
pub(super) fn forget_idle(db: &Transaction<'_>, token: Option<TokenId>) -> Result<(), Fault> {
    let kept = token.map_or(IDLE_OF_NONE, |_| IDLE_OF_TOKEN);
    let mut oldest = db.prepare_cached(
        "SELECT id FROM authorisation \
         WHERE token IS ?1 AND atc IS NULL AND reason <> 'approved' \
         ORDER BY id DESC LIMIT -1 OFFSET ?2",
    )?;
    let oldest = oldest.query_map((token.map(|token| token.0), kept), |row| row.get(0))?;
    let oldest: Vec<u64> = oldest.collect::<Result<_, _>>()?;
    for id in oldest {
        part_reversal(db, AuthorisationId(id))?;
        db.prepare_cached("DELETE FROM authorisation WHERE id = ?1")?
            .execute([id])?;
    }
    Ok(())
}

/// Lets a reversal stand without the record of its request, if there is one.
fn part_reversal(db: &Transaction<'_>, AuthorisationId(id): AuthorisationId) -> Result<(), Fault> {
    let parted = db
        .prepare_cached(
            "UPDATE reversal SET authorisation = NULL, \
                place = (SELECT ifnull(max(place), 0) + 1 FROM reversal) \
             WHERE authorisation = ?1",
        )?
        .execute([id])?;
    if parted > 0 {
        forget_early_reversals(db)?;
    }
    Ok(())
}

/// Forgets the oldest reversals whose requests have not arrived. Places have no gaps but at their
/// lower end and where a request's reversal was made again.
pub(super) fn forget_early_reversals(db: &Transaction<'_>) -> Result<(), Fault> {
    db.prepare_cached(
        "DELETE FROM reversal WHERE place <= (SELECT max(place) FROM reversal) - ?1",
    )?
    .execute([EARLY_REVERSALS])?;
    Ok(())
}

/// Notes that a settlement settled nothing, and forgets the oldest of those.
pub(super) fn keep_empty(
    db: &Transaction<'_>,
    SettlementId(id): SettlementId,
) -> Result<(), Fault> {
    db.prepare_cached("UPDATE settlement SET empty = 1 WHERE id = ?1")?
        .execute([id])?;
    db.prepare_cached(
        "DELETE FROM settlement WHERE id IN \
            (SELECT id FROM settlement WHERE empty = 1 ORDER BY id DESC LIMIT -1 OFFSET ?1)",
    )?
    .execute([EMPTY_SETTLEMENTS])?;
    Ok(())
}
