//! The earlier request that another one names, and whether anything may follow it.

use understudy_acquiring::{Identity, Original, TransactionKind};
use understudy_core::wire::amount::Amount;

use super::reason::Reason;
use super::record::Record;
use super::stop::Stop;
use crate::store::View;

/// The request of this merchant, and for a void of this terminal, that was answered with this
/// approval code. A declined one has none, and is named so that the merchant knows.
pub(super) fn find(
    view: &View<'_>,
    kind: TransactionKind,
    identity: &Identity,
    asked: &Original,
) -> Result<Record, Stop> {
    let terminal = (kind == TransactionKind::Void).then_some(&identity.terminal);
    let with = |approval| {
        Record::of_reference(
            view,
            &identity.merchant,
            terminal,
            &asked.reference,
            approval,
        )
    };
    if let Some(approval) = &asked.approval
        && let Some(approved) = with(Some(approval))?
    {
        return Ok(approved);
    }
    Err(match with(None)? {
        Some(_) => Reason::OriginalNotApproved.into(),
        None => Reason::OriginalNotFound.into(),
    })
}

/// The live followers of an original, if a request of this kind and currency may follow it, too.
pub(super) fn admit(
    view: &View<'_>,
    kind: TransactionKind,
    original: &Record,
    amount: Amount,
) -> Result<Vec<Record>, Stop> {
    if !can_follow(kind, original.content.kind) {
        return Err(Reason::OriginalUnsuitable.into());
    }
    admit_live(original)?;
    if amount.currency() != original.content.amount.currency() {
        return Err(Reason::OriginalAmount.into());
    }
    Ok(original.live_followers(view)?)
}

/// Refuses what other requests build on, and names one of them.
pub(super) fn reject_followed(followers: &[Record]) -> Result<(), Reason> {
    match followers.first().map(|follower| follower.content.kind) {
        None => Ok(()),
        Some(TransactionKind::Void) => Err(Reason::AlreadyVoided),
        Some(TransactionKind::Completion) => Err(Reason::AlreadyCompleted),
        Some(_) => Err(Reason::AlreadyRefunded),
    }
}

const fn can_follow(kind: TransactionKind, original: TransactionKind) -> bool {
    use TransactionKind::{Completion, PreAuthorisation, Refund, Sale, Void};
    match kind {
        Refund => matches!(original, Sale | Completion),
        Completion => matches!(original, PreAuthorisation),
        Void => matches!(original, Sale | Completion | Refund | PreAuthorisation),
        _ => false,
    }
}

/// Refuses an original that was reversed or voided.
fn admit_live(original: &Record) -> Result<(), Reason> {
    if original.reversed_at.is_some() {
        return Err(Reason::AlreadyReversed);
    }
    if original.voided_by.is_some() {
        return Err(Reason::AlreadyVoided);
    }
    Ok(())
}
