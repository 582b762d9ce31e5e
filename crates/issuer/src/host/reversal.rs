//! Reversal: a request that shall not count, whether it arrived or not.

use understudy_acquiring::{Identity, TransactionKind};
use understudy_core::card::UnixTime;

use super::bounds;
use super::hold;
use super::money;
use super::notify;
use super::original::reject_followed;
use super::reason::Reason;
use super::record::Record;
use super::refund;
use super::refund_merchant;
use super::stop::Stop;
use super::verdict::ReversalVerdict;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{AcceptedReversal, Act, StoreError, View};

impl Issuer {
    /// Takes the request of this identity back, whatever became of it: every movement that it made is undone, once.
    ///
    /// A request that has not arrived is noted, and declined if it arrives. A declined one has
    /// moved nothing. One that others build on (a void, a refund, a completion) stays as it is, and
    /// so does one that was settled. A reversal that was accepted gets the same answer again; one
    /// that was refused is decided anew, by how things stand then.
    ///
    /// # Errors
    /// [`Fault`]: nothing was decided and nothing has changed.
    pub fn reverse(&self, request: &Identity, now: UnixTime) -> Result<ReversalVerdict, Fault> {
        self.act_on_money(now, |act| {
            if let Some(seen) = AcceptedReversal::of_identity(act, request)? {
                return Ok(ReversalVerdict {
                    reason: Reason::Approved,
                    authorisation: seen.authorisation,
                    repeat: true,
                });
            }
            let record = Record::of_identity(act, request)?;
            let reason = match &record {
                Some(record) => take_back(act, record)?,
                None => Reason::Approved,
            };
            let authorisation = record.map(|record| record.id);
            if reason == Reason::Approved {
                AcceptedReversal { authorisation }.insert(act, request)?;
                if authorisation.is_none() {
                    bounds::forget_early_reversals(act)?;
                }
            }
            Ok(ReversalVerdict {
                reason,
                authorisation,
                repeat: false,
            })
        })
    }
}

fn take_back(act: &Act<'_>, record: &Record) -> Result<Reason, Fault> {
    let reason = Stop::reason(admit(act, record))?;
    if reason != Reason::Approved {
        return Ok(reason);
    }
    record.set_reversed(act)?;
    if record.content.reason == Reason::Approved {
        money::undo(act, record.id, hold::moved(act, record)?)?;
        if record.content.kind == TransactionKind::Void {
            let original = original_of(act, record)?;
            original.set_voided(act, None)?;
            notify::of_reinstatement(act, &original)?;
        } else {
            notify::of_end(act, record)?;
        }
    }
    Ok(Reason::Approved)
}

/// Admits the reversal of a request. One that was declined has moved nothing.
fn admit(act: &Act<'_>, record: &Record) -> Result<(), Stop> {
    if record.content.reason != Reason::Approved {
        return Ok(());
    }
    if record.settlement.is_some() {
        return Err(Reason::Settled.into());
    }
    if record.voided_by.is_some() {
        return Err(Reason::AlreadyVoided.into());
    }
    reject_followed(&record.live_followers(act)?)?;
    if record.content.kind == TransactionKind::Void {
        admit_reinstatement(act, &original_of(act, record)?)?;
    }
    Ok(())
}

/// Refuses to reverse a void whose original was replaced meanwhile: by another completion of the same
/// pre-authorisation, or by refunds above the sale or above the merchant's limits for refunds without
/// an original; or whose original follows a request that does not count itself.
fn admit_reinstatement(act: &Act<'_>, voided: &Record) -> Result<(), Stop> {
    let (kind, amount) = (voided.content.kind, voided.content.amount);
    if voided.content.original.is_none() {
        let merchant = &voided.content.identity.merchant;
        return match kind {
            TransactionKind::Refund => superseded(refund_merchant::admit(act, merchant, amount)),
            _ => Ok(()),
        };
    }
    let first = original_of(act, voided)?;
    let followers = first.live_followers(act)?;
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

fn original_of(view: &View<'_>, record: &Record) -> Result<Record, Fault> {
    let original = record.content.original;
    let original = original.map_or(Ok(None), |id| Record::load(view, id))?;
    Ok(original.ok_or(StoreError::Value("a request without its original"))?)
}
