//! Reversal: a request that shall not count, whether it arrived or not.

use rusqlite::OptionalExtension as _;
use understudy_core::card::UnixTime;

use super::bounds;
use super::hold;
use super::money;
use super::notify;
use super::original::reject_followed;
use super::reason::Reason;
use super::record::{Columns as _, Record};
use super::refund;
use super::refund_merchant;
use super::request::{Identity, ReversalRequest};
use super::stop::Stop;
use super::verdict::{AuthorisationId, ReversalVerdict};
use crate::custody::KeyCustody;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{StoreError, Transaction};
use understudy_acquiring::TransactionKind;

impl Issuer {
    /// Takes a request back, whatever became of it: every movement that it made is undone, once.
    ///
    /// A request that has not arrived is noted, and declined if it arrives. A declined one has
    /// moved nothing. One that others build on (a void, a refund, a completion) stays as it is, and
    /// so does one that was settled. A reversal that was accepted gets the same answer again; one
    /// that was refused is decided anew, by how things stand then.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn reverse(
        &self,
        request: &ReversalRequest,
        now: UnixTime,
    ) -> Result<ReversalVerdict, Fault> {
        let keys = self.keys();
        let identity = &request.original;
        self.act(now, |db| {
            if let Some(seen) = find_accepted(db, identity)? {
                return Ok(seen);
            }
            let record = Record::of_identity(db, identity)?;
            let reason = match &record {
                Some(record) => take_back(db, keys, record, now)?,
                None => Reason::Approved,
            };
            let verdict = ReversalVerdict {
                reason,
                authorisation: record.map(|record| record.id),
                repeat: false,
            };
            if verdict.accepted() {
                insert(db, identity, &verdict, now)?;
            }
            Ok(verdict)
        })
    }
}

/// True if a reversal arrived before the request that it reverses.
pub(super) fn arrived_first(db: &Transaction<'_>, identity: &Identity) -> Result<bool, Fault> {
    let reversal = find_accepted(db, identity)?;
    Ok(reversal.is_some_and(|reversal| reversal.authorisation.is_none()))
}

fn take_back(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    now: UnixTime,
) -> Result<Reason, Fault> {
    let reason = Stop::settle(admit(db, record, now), |reason| reason)?;
    if reason != Reason::Approved {
        return Ok(reason);
    }
    record.set_reversed(db, now)?;
    if record.content.reason == Reason::Approved {
        money::undo(db, record.id, hold::moved(db, record)?, now)?;
        if record.content.kind == TransactionKind::Void {
            let original = original_of(db, record)?;
            original.set_voided(db, None)?;
            notify::of_reinstatement(db, keys, &original, now)?;
        } else {
            notify::of_end(db, keys, record, now)?;
        }
    }
    Ok(Reason::Approved)
}

fn admit(db: &Transaction<'_>, record: &Record, now: UnixTime) -> Result<Reason, Stop> {
    if record.content.reason == Reason::Approved {
        if record.settlement.is_some() {
            return Err(Reason::Settled.into());
        }
        if record.voided_by.is_some() {
            return Err(Reason::AlreadyVoided.into());
        }
        reject_followed(&record.live_followers(db)?)?;
        if record.content.kind == TransactionKind::Void {
            admit_reinstatement(db, &original_of(db, record)?, now)?;
        }
    }
    Ok(Reason::Approved)
}

/// Refuses to reverse a void whose original was replaced meanwhile: by another completion of the same
/// pre-authorisation, or by refunds above the sale or above the merchant's limits for refunds without
/// an original; or whose original follows a request that does not count itself.
fn admit_reinstatement(db: &Transaction<'_>, voided: &Record, now: UnixTime) -> Result<(), Stop> {
    let (kind, amount) = (voided.content.kind, voided.content.amount);
    if voided.content.original.is_none() {
        let merchant = &voided.content.identity.merchant;
        return match kind {
            TransactionKind::Refund => {
                superseded(refund_merchant::admit(db, merchant, amount, now))
            }
            _ => Ok(()),
        };
    }
    let first = original_of(db, voided)?;
    let followers = first.live_followers(db)?;
    let free = first.is_live()
        && match kind {
            TransactionKind::Completion => followers.is_empty(),
            _ => refund::admit_room(&first, &followers, amount).is_ok(),
        };
    if free {
        Ok(())
    } else {
        Err(Reason::Superseded.into())
    }
}

/// Declines for what has happened since, whatever it was.
fn superseded(admitted: Result<(), Stop>) -> Result<(), Stop> {
    match admitted {
        Err(Stop::Declined(_)) => Err(Reason::Superseded.into()),
        other => other,
    }
}

fn original_of(db: &Transaction<'_>, record: &Record) -> Result<Record, Fault> {
    let original = record.content.original;
    let original = original.map_or(Ok(None), |id| Record::load(db, id))?;
    Ok(original.ok_or(StoreError::Value("a request without its original"))?)
}

fn find_accepted(
    db: &Transaction<'_>,
    identity: &Identity,
) -> Result<Option<ReversalVerdict>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT authorisation FROM reversal \
         WHERE merchant = ?1 AND terminal = ?2 AND trace = ?3 AND local_time = ?4 \
             AND reason = 'approved'",
    )?;
    let found = statement.query_row(identity.columns(), |row| row.get(0));
    let found: Option<Option<u64>> = found.optional()?;
    Ok(found.map(|authorisation| ReversalVerdict {
        reason: Reason::Approved,
        authorisation: authorisation.map(AuthorisationId),
        repeat: true,
    }))
}

/// Keeps a reversal that was accepted, in the place of one that an earlier version refused for good.
fn insert(
    db: &Transaction<'_>,
    identity: &Identity,
    verdict: &ReversalVerdict,
    now: UnixTime,
) -> Result<(), Fault> {
    let (merchant, terminal, trace, local_time) = identity.columns();
    db.prepare_cached(
        "INSERT OR REPLACE INTO reversal (merchant, terminal, trace, local_time, reason, authorisation, \
             received_at, place) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, \
             iif(?6 IS NULL, (SELECT ifnull(max(place), 0) + 1 FROM reversal), NULL))",
    )?
    .execute((
        merchant,
        terminal,
        trace,
        local_time,
        verdict.reason.name(),
        verdict.authorisation.map(|id| id.0),
        now.0,
    ))?;
    if verdict.authorisation.is_none() {
        bounds::forget_early_reversals(db)?;
    }
    Ok(())
}
