//! What the device is told about its payments.

use rusqlite::Transaction;
use understudy_core::card::UnixTime;
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::letter::{Body, Notice, Verdict};

use super::reason::Reason;
use super::record::{Content, Record};
use crate::custody::KeyCustody;
use crate::device::outbox;
use crate::fault::Fault;
use crate::token::{Token, TokenStatus};

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

/// Lets the device know that money of a tap went back.
pub(crate) fn of_return(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    amount: Amount,
    now: UnixTime,
) -> Result<(), Fault> {
    let Some((token, atc)) = tap_behind(db, keys, record)? else {
        return Ok(());
    };
    let returned = Notice::Reversed(verdict(atc, Reason::Approved, amount, now));
    queue(db, &token, returned)
}

/// Lets the device know that money of a tap that went back counts again.
pub(crate) fn of_reinstatement(
    db: &Transaction<'_>,
    keys: &dyn KeyCustody,
    record: &Record,
    amount: Amount,
    now: UnixTime,
) -> Result<(), Fault> {
    let Some((token, atc)) = tap_behind(db, keys, record)? else {
        return Ok(());
    };
    let counts = Notice::Approved(verdict(atc, Reason::Approved, amount, now));
    queue(db, &token, counts)
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
