//! Money: movements, and the available sum.

use understudy_acquiring::TransactionKind;

use super::movement::{Balance, MovementKind};
use super::reason::Reason;
use super::record::{Content, Record};
use super::stop::Stop;
use crate::account::Account;
use crate::fault::Fault;
use crate::id::{AccountId, AuthorisationId};
use crate::store::{Act, StoreError, View};
use crate::token::Token;

/// The sum that may be spent, in the account's currency: opened, posted and held together.
pub(crate) fn available(view: &View<'_>, account: &Account) -> Result<i128, Fault> {
    let sums = Balance::load(view, account.id, account.currency)?;
    Ok(i128::from(account.opened) + i128::from(sums.held) + i128::from(sums.posted))
}

/// Declines what is more than may be spent.
pub(crate) fn admit_funds(view: &View<'_>, account: &Account, minor: u64) -> Result<(), Stop> {
    if i128::from(minor) > available(view, account)? {
        return Err(Reason::InsufficientFunds.into());
    }
    Ok(())
}

/// Moves the money of a tap that was approved.
pub(crate) fn move_for(
    act: &Act<'_>,
    account: AccountId,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    if content.reason != Reason::Approved {
        return Ok(());
    }
    let amount = minor(content)?;
    let (kind, amount) = match content.kind {
        TransactionKind::Sale => (MovementKind::Posted, -amount),
        TransactionKind::Refund => (MovementKind::Posted, amount),
        TransactionKind::PreAuthorisation => (MovementKind::Held, -amount),
        _ => return Ok(()),
    };
    insert(act, account, id, content, (kind, amount))
}

/// Ends a reservation and books the completion of it.
pub(crate) fn complete(
    act: &Act<'_>,
    original: &Record,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    let account = account_behind(act, original)?;
    let held = (MovementKind::Held, minor(&original.content)?);
    insert(act, account, id, content, held)?;
    let posted = (MovementKind::Posted, -minor(content)?);
    insert(act, account, id, content, posted)
}

/// Books a refund of an original.
pub(crate) fn refund(
    act: &Act<'_>,
    original: &Record,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    let account = account_behind(act, original)?;
    move_for(act, account, id, content)
}

/// Which movements of a request are turned back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// All of them.
    All,
    /// Booked money alone, without holds.
    Posted,
}

/// Moves what an original moved the other way.
pub(crate) fn void(
    act: &Act<'_>,
    original: AuthorisationId,
    moved: Moved,
    id: AuthorisationId,
) -> Result<(), Fault> {
    act.insert_opposites(original, id, moved == Moved::All)
}

/// Undoes what a request moved, which is possible once.
pub(crate) fn undo(act: &Act<'_>, id: AuthorisationId, moved: Moved) -> Result<(), Fault> {
    act.undo_movements(id, moved == Moved::All)
}

/// The account of the token that an approved request came from.
pub(crate) fn account_behind(view: &View<'_>, original: &Record) -> Result<AccountId, Fault> {
    let token = original.content.token;
    let account = token.map_or(Ok(None), |token| Token::account_of(view, token))?;
    Ok(account.ok_or(StoreError::Value("an approved request without its token"))?)
}

/// Nothing moves for an amount of zero.
fn insert(
    act: &Act<'_>,
    account: AccountId,
    id: AuthorisationId,
    content: &Content,
    (kind, amount): (MovementKind, i64),
) -> Result<(), Fault> {
    if amount == 0 {
        return Ok(());
    }
    act.insert_movement(account, id, (kind, amount, content.amount.currency()))
}

/// Twelve digits always fit.
fn minor(content: &Content) -> Result<i64, Fault> {
    let minor = i64::try_from(content.amount.minor());
    Ok(minor.map_err(|_| StoreError::Value("a request's amount"))?)
}
