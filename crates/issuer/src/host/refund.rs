//! Refunds: never more than what is left of an original, or what a merchant may give without one.

use understudy_acquiring::{Authorisation, TransactionKind};
use understudy_core::wire::amount::Amount;

use super::money;
use super::original;
use super::reason::Reason;
use super::record::Record;
use super::refund_merchant;
use super::stop::Stop;
use crate::id::AccountId;
use crate::store::{Act, View};

/// The original that a tap of this account names. A refund must name one, unless its merchant may
/// give money back without; nothing else may.
pub(super) fn admit_tap(
    act: &Act<'_>,
    account: AccountId,
    request: &Authorisation,
) -> Result<Option<Record>, Stop> {
    let (kind, amount) = (request.processing_code.kind(), request.amount);
    let Some(asked) = &request.original else {
        if kind == TransactionKind::Refund {
            admit_amount(amount)?;
            refund_merchant::admit(act, &request.identity.merchant, amount)?;
        }
        return Ok(None);
    };
    let found = original::find(act, kind, &request.identity, asked)?;
    if money::account_behind(act, &found)? != account {
        return Err(Reason::OriginalOtherCard.into());
    }
    admit_linked(act, kind, &found, amount)?;
    Ok(Some(found))
}

/// Holds a refund against its original.
pub(super) fn admit_linked(
    view: &View<'_>,
    kind: TransactionKind,
    original: &Record,
    amount: Amount,
) -> Result<(), Stop> {
    let followers = original::admit(view, kind, original, amount)?;
    admit_amount(amount)?;
    Ok(admit_room(original, &followers, amount)?)
}

/// The refunds of an original together are at most its amount.
pub(super) fn admit_room(
    original: &Record,
    followers: &[Record],
    asked: Amount,
) -> Result<(), Reason> {
    let refunds = (followers.iter()).filter(|one| one.content.kind == TransactionKind::Refund);
    let given = refunds.fold(asked.minor(), |sum, one| {
        sum.saturating_add(one.content.amount.minor())
    });
    if given <= original.content.amount.minor() {
        Ok(())
    } else {
        Err(Reason::RefundExceeds)
    }
}

/// A refund of nothing would stand in the way of a void of its original.
const fn admit_amount(amount: Amount) -> Result<(), Reason> {
    if amount.minor() == 0 {
        return Err(Reason::RefundOfNothing);
    }
    Ok(())
}
