//! Notices to the device about its payments.

use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::letter::{Body, Notice, Verdict};

use super::reason::Reason;
use super::record::{Content, Record};
use crate::custody::KeyCustody;
use crate::device::outbox;
use crate::fault::Fault;
use crate::store::Transaction;
use crate::token::{Token, TokenStatus};
use understudy_acquiring::TransactionKind;

/// Lets the device know what became of a tap. One whose cryptogram was not right, or whose counter
/// was used before, is not the card's.
pub(crate) fn of_tap(db: &Transaction<'_>, token: &Token, content: &Content) -> Result<(), Fault> {
    let Some(atc) = content.atc else {
        return Ok(());
    };
    let verdict = verdict(atc, content.reason, content.amount, content.decided_at);
    let notice = if content.reason == Reason::Approved {
        Notice::Approved(verdict)
    } else {
        Notice::Declined(verdict)
    };
    queue(db, token, notice)
}

/// Lets the device know that money of a payment was given back: the sum of its refunds.
pub(crate) fn of_refund(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    original: &Record,
    now: UnixTime,
) -> Result<(), Fault> {
    let amount = original.refunded(db)?;
    tell(db, keys, original, |atc| {
        Notice::Refunded(verdict(atc, Reason::Approved, amount, now))
    })
}

/// Lets the device know that a request which was approved does not count any more.
pub(crate) fn of_end(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    now: UnixTime,
) -> Result<(), Fault> {
    of_change(db, keys, record, false, now)
}

/// Lets the device know that a request which was taken back counts again.
pub(crate) fn of_reinstatement(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    now: UnixTime,
) -> Result<(), Fault> {
    of_change(db, keys, record, true, now)
}

/// Tells the device the changed outcome of a tap when a request begins or ceases to count: its own, or
/// that of its original. Without refunds the payment counts whole, without a completion its hold does.
fn of_change(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    counts: bool,
    now: UnixTime,
) -> Result<(), Fault> {
    let amount = record.content.amount;
    let notice = |counts: bool, amount| {
        move |atc| {
            let verdict = verdict(atc, Reason::Approved, amount, now);
            if counts {
                Notice::Approved(verdict)
            } else {
                Notice::Reversed(verdict)
            }
        }
    };
    if record.content.atc.is_some() {
        tell(db, keys, record, notice(counts, amount))?;
    }
    let original = record.content.original;
    let Some(original) = original.map_or(Ok(None), |id| Record::load(db, id))? else {
        return Ok(());
    };
    let is_refund = record.content.kind == TransactionKind::Refund;
    if is_refund && original.refunded(db)?.minor() > 0 {
        return of_refund(db, keys, &original, now);
    }
    if counts {
        return tell(db, keys, &original, notice(true, amount));
    }
    let (held, whole) = (original.released_at.is_none(), original.content.amount);
    tell(db, keys, &original, notice(held, whole))
}

fn tell(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    notice: impl FnOnce(Atc) -> Notice,
) -> Result<(), Fault> {
    match tap_behind(db, keys, record)? {
        Some((token, atc)) => queue(db, &token, notice(atc)),
        None => Ok(()),
    }
}

/// The tap that a record, or its original, or the original of that, came from.
fn tap_behind(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
) -> Result<Option<(Token, Atc)>, Fault> {
    let (mut atc, mut original) = (record.content.atc, record.content.original);
    while let (None, Some(id)) = (atc, original) {
        let Some(before) = Record::load(db, id)? else {
            break;
        };
        (atc, original) = (before.content.atc, before.content.original);
    }
    let Some((token, atc)) = record.content.token.zip(atc) else {
        return Ok(None);
    };
    Ok(Token::load(db, keys, token)?.map(|token| (token, atc)))
}

/// A token without a device, or that was deleted from it, has nobody to be told.
fn queue(db: &Transaction<'_>, token: &Token, notice: Notice) -> Result<(), Fault> {
    match token.home {
        Some(home) if token.status != TokenStatus::Deleted => {
            outbox::queue(db, home.device, Some(home.card), &Body::Notice(notice))
        }
        _ => Ok(()),
    }
}

fn verdict(atc: Atc, reason: Reason, amount: Amount, decided_at: UnixTime) -> Verdict {
    Verdict {
        atc,
        response_code: reason.response_code(),
        amount,
        at: Some(decided_at),
    }
}
