//! Notices to the device about its payments.

use understudy_acquiring::TransactionKind;
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::letter::{Body, Notice, Verdict};

use super::reason::Reason;
use super::record::{Content, Record};
use crate::device::outbox;
use crate::fault::Fault;
use crate::store::{Act, View};
use crate::token::{Token, TokenStatus};

/// Lets the device know what became of a tap. One whose cryptogram was not right, or whose counter
/// was used before, is not the card's.
pub(crate) fn of_tap(act: &Act<'_>, token: &Token, content: &Content) -> Result<(), Fault> {
    let Some(atc) = content.atc else {
        return Ok(());
    };
    let verdict = verdict(atc, content.reason, content.amount, content.decided_at);
    let notice = if content.reason == Reason::Approved {
        Notice::Approved(verdict)
    } else {
        Notice::Declined(verdict)
    };
    queue(act, token, notice)
}

/// Lets the device know that money of a payment was given back: the sum of its refunds.
pub(crate) fn of_refund(act: &Act<'_>, original: &Record) -> Result<(), Fault> {
    let amount = original.refunded(act)?;
    tell(act, original, |atc| {
        Notice::Refunded(verdict(atc, Reason::Approved, amount, act.now))
    })
}

/// Lets the device know that a request which was approved does not count any more.
pub(crate) fn of_end(act: &Act<'_>, record: &Record) -> Result<(), Fault> {
    of_change(act, record, false)
}

/// Lets the device know that a request which was taken back counts again.
pub(crate) fn of_reinstatement(act: &Act<'_>, record: &Record) -> Result<(), Fault> {
    of_change(act, record, true)
}

/// Tells the device the changed outcome of a tap when a request begins or ceases to count: its own, or
/// that of its original. Without refunds the payment counts whole, without a completion its hold does.
fn of_change(act: &Act<'_>, record: &Record, counts: bool) -> Result<(), Fault> {
    let amount = record.content.amount;
    let notice = |counts: bool, amount| {
        move |atc| {
            let verdict = verdict(atc, Reason::Approved, amount, act.now);
            if counts {
                Notice::Approved(verdict)
            } else {
                Notice::Reversed(verdict)
            }
        }
    };
    if record.content.atc.is_some() {
        tell(act, record, notice(counts, amount))?;
    }
    let original = record.content.original;
    let Some(original) = original.map_or(Ok(None), |id| Record::load(act, id))? else {
        return Ok(());
    };
    let is_refund = record.content.kind == TransactionKind::Refund;
    if is_refund && original.refunded(act)?.minor() > 0 {
        return of_refund(act, &original);
    }
    if counts {
        return tell(act, &original, notice(true, amount));
    }
    let (held, whole) = (original.released_at.is_none(), original.content.amount);
    tell(act, &original, notice(held, whole))
}

fn tell(act: &Act<'_>, record: &Record, notice: impl FnOnce(Atc) -> Notice) -> Result<(), Fault> {
    match tap_behind(act, record)? {
        Some((token, atc)) => queue(act, &token, notice(atc)),
        None => Ok(()),
    }
}

/// The tap that a record, or its original, or the original of that, came from.
fn tap_behind(view: &View<'_>, record: &Record) -> Result<Option<(Token, Atc)>, Fault> {
    let (mut atc, mut original) = (record.content.atc, record.content.original);
    while let (None, Some(id)) = (atc, original) {
        let Some(before) = Record::load(view, id)? else {
            break;
        };
        (atc, original) = (before.content.atc, before.content.original);
    }
    let Some((token, atc)) = record.content.token.zip(atc) else {
        return Ok(None);
    };
    Ok(Token::load(view, token)?.map(|token| (token, atc)))
}

/// A token without a device, or that was deleted from it, has nobody to be told.
fn queue(act: &Act<'_>, token: &Token, notice: Notice) -> Result<(), Fault> {
    match token.home {
        Some(home) if token.status != TokenStatus::Deleted => {
            outbox::queue(act, home.device, Some(home.card), &Body::Notice(notice))
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
