//! Money: the postings of each act, and the available sum.

use understudy_acquiring::{Identity, TransactionKind};
use understudy_core::wire::amount::Amount;

use super::ledger::{Cause, Ledger, Owner, Posting};
use super::movement::MovementKind;
use super::reason::Reason;
use super::record::{Content, Record};
use super::stop::Stop;
use super::totals::NetTotals;
use crate::account::Account;
use crate::fault::Fault;
use crate::id::{AccountId, AuthorisationId, SettlementId};
use crate::store::{Act, StoreError, View};
use crate::token::Token;

/// The sum that may be spent, in the account's currency.
pub(crate) fn available(view: &View<'_>, account: &Account) -> Result<i64, Fault> {
    let funds = Ledger {
        owner: Owner::Funds(account.id),
        currency: account.currency,
    };
    funds.balance(view)
}

/// Declines what is more than may be spent.
pub(crate) fn admit_funds(view: &View<'_>, account: &Account, minor: u64) -> Result<(), Stop> {
    if i128::from(minor) > i128::from(available(view, account)?) {
        return Err(Reason::InsufficientFunds.into());
    }
    Ok(())
}

/// Books the sum with which an account is opened, against the bank's own account.
pub(crate) fn open(act: &Act<'_>, account: AccountId, funds: Amount) -> Result<(), Fault> {
    book(
        act,
        Posting {
            debit: Owner::Opening,
            credit: Owner::Funds(account),
            amount: funds.minor(),
            currency: funds.currency(),
            cause: Cause::Opening(account),
        },
    )
}

/// Moves the money of a request that was approved: a sale from the cardholder's funds to what is owed
/// to the merchant, a refund back, and a pre-authorisation from the funds to what is held.
pub(crate) fn move_for(
    act: &Act<'_>,
    account: AccountId,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    if content.reason != Reason::Approved {
        return Ok(());
    }
    let (funds, payable) = (Owner::Funds(account), Owner::payable(&content.identity));
    let (kind, debit, credit) = match content.kind {
        TransactionKind::Sale => (MovementKind::Posted, funds, payable),
        TransactionKind::Refund => (MovementKind::Posted, payable, funds),
        TransactionKind::PreAuthorisation => (MovementKind::Held, funds, Owner::Held(account)),
        _ => return Ok(()),
    };
    book(
        act,
        Posting {
            debit,
            credit,
            amount: content.amount.minor(),
            currency: content.amount.currency(),
            cause: Cause::Request(account, id, kind),
        },
    )
}

/// Ends a reservation, and books the completion of it: from what is held back to the funds, and from
/// the funds to what is owed to the merchant.
pub(crate) fn complete(
    act: &Act<'_>,
    original: &Record,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    let account = account_behind(act, original)?;
    let (funds, currency) = (Owner::Funds(account), content.amount.currency());
    book(
        act,
        Posting {
            debit: Owner::Held(account),
            credit: funds,
            amount: original.content.amount.minor(),
            currency,
            cause: Cause::Request(account, id, MovementKind::Held),
        },
    )?;
    book(
        act,
        Posting {
            debit: funds,
            credit: Owner::payable(&content.identity),
            amount: content.amount.minor(),
            currency,
            cause: Cause::Request(account, id, MovementKind::Posted),
        },
    )
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

/// Books the payment of a terminal's totals to its merchant: from what is owed to what is settled, or
/// back if more was refunded than sold.
pub(crate) fn settle(
    act: &Act<'_>,
    terminal: &Identity,
    id: SettlementId,
    totals: &NetTotals,
) -> Result<(), Fault> {
    let (sales, refunds) = (totals.sales.sum, totals.refunds.sum);
    let payable = Owner::payable(terminal);
    let settled = Owner::Settled(terminal.merchant, terminal.terminal);
    let (debit, credit) = if sales > refunds {
        (payable, settled)
    } else {
        (settled, payable)
    };
    book(
        act,
        Posting {
            debit,
            credit,
            amount: sales.abs_diff(refunds),
            currency: totals.currency,
            cause: Cause::Settlement(id),
        },
    )
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
    Posting::insert_opposites(act, original, id, moved == Moved::All)
}

/// Undoes what a request moved, which is possible once.
pub(crate) fn undo(act: &Act<'_>, id: AuthorisationId, moved: Moved) -> Result<(), Fault> {
    Posting::undo_all(act, id, moved == Moved::All)
}

/// The account of the token that an approved request came from.
pub(crate) fn account_behind(view: &View<'_>, original: &Record) -> Result<AccountId, Fault> {
    let token = original.content.token;
    let account = token.map_or(Ok(None), |token| Token::account_of(view, token))?;
    Ok(account.ok_or(StoreError::Value("an approved request without its token"))?)
}

/// Nothing moves for an amount of zero.
fn book(act: &Act<'_>, posting: Posting) -> Result<(), Fault> {
    if posting.amount == 0 {
        return Ok(());
    }
    posting.insert(act)
}
