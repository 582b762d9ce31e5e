//! Money: movements, and what is available.

use rusqlite::OptionalExtension as _;
use understudy_core::card::UnixTime;

use super::reason::Reason;
use super::record::{Content, Record};
use super::statement::MovementKind;
use super::stop::Stop;
use super::verdict::AuthorisationId;
use crate::account::{Account, AccountId};
use crate::fault::Fault;
use crate::store::{StoreError, Transaction};
use crate::token::TokenId;
use understudy_acquiring::TransactionKind;

/// The sum that may be spent, in the account's currency: opened, posted and held together.
pub(crate) fn available(db: &Transaction<'_>, account: &Account) -> Result<i128, Fault> {
    let mut statement =
        db.prepare_cached("SELECT held, posted FROM balance WHERE account = ?1 AND currency = ?2")?;
    let sums = statement.query_row((account.id.get(), account.currency.numeric()), |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    let (held, posted): (i64, i64) = sums.optional()?.unwrap_or_default();
    Ok(i128::from(account.opened) + i128::from(held) + i128::from(posted))
}

/// Declines what is more than may be spent.
pub(crate) fn admit_funds(db: &Transaction<'_>, account: &Account, minor: u64) -> Result<(), Stop> {
    if i128::from(minor) > available(db, account)? {
        return Err(Reason::InsufficientFunds.into());
    }
    Ok(())
}

/// Moves the money of a tap that was approved.
pub(crate) fn move_for(
    db: &Transaction<'_>,
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
    let step = Step {
        account,
        id,
        kind,
        amount,
    };
    step.insert(db, content)
}

/// Ends a reservation and books the completion of it.
pub(crate) fn complete(
    db: &Transaction<'_>,
    original: &Record,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    let account = account_behind(db, original)?;
    let (kind, amount) = (MovementKind::Held, minor(&original.content)?);
    Step {
        account,
        id,
        kind,
        amount,
    }
    .insert(db, content)?;
    let (kind, amount) = (MovementKind::Posted, -minor(content)?);
    Step {
        account,
        id,
        kind,
        amount,
    }
    .insert(db, content)
}

/// Books a refund of an original.
pub(crate) fn refund(
    db: &Transaction<'_>,
    original: &Record,
    id: AuthorisationId,
    content: &Content,
) -> Result<(), Fault> {
    let account = account_behind(db, original)?;
    move_for(db, account, id, content)
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
    db: &Transaction<'_>,
    original: AuthorisationId,
    moved: Moved,
    id: AuthorisationId,
    at: UnixTime,
) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO movement (account, authorisation, kind, amount, currency, at) \
         SELECT account, ?2, kind, -amount, currency, ?3 FROM movement \
         WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?4) ORDER BY id",
    )?
    .execute((original.0, id.0, at.0, moved == Moved::All))?;
    Ok(())
}

/// Undoes what a request moved. The database refuses to do so twice.
pub(crate) fn undo(
    db: &Transaction<'_>,
    id: AuthorisationId,
    moved: Moved,
    at: UnixTime,
) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO movement (account, authorisation, kind, amount, currency, undoes, at) \
         SELECT account, authorisation, kind, -amount, currency, id, ?2 FROM movement \
         WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?3) ORDER BY id",
    )?
    .execute((id.0, at.0, moved == Moved::All))?;
    Ok(())
}

/// A movement to be.
struct Step {
    account: AccountId,
    id: AuthorisationId,
    kind: MovementKind,
    amount: i64,
}

impl Step {
    /// Nothing moves for an amount of zero.
    fn insert(&self, db: &Transaction<'_>, content: &Content) -> Result<(), Fault> {
        if self.amount == 0 {
            return Ok(());
        }
        db.prepare_cached(
            "INSERT INTO movement (account, authorisation, kind, amount, currency, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            self.account.get(),
            self.id.0,
            self.kind.name(),
            self.amount,
            content.amount.currency().numeric(),
            content.decided_at.0,
        ))?;
        Ok(())
    }
}

/// Twelve digits always fit.
fn minor(content: &Content) -> Result<i64, Fault> {
    let minor = i64::try_from(content.amount.minor());
    Ok(minor.map_err(|_| StoreError::Value("a request's amount"))?)
}

/// The account of the token that an approved request came from.
pub(crate) fn account_behind(db: &Transaction<'_>, original: &Record) -> Result<AccountId, Fault> {
    let token = original.content.token;
    let account = token.map_or(Ok(None), |token| account_of(db, token))?;
    Ok(account.ok_or(StoreError::Value("an approved request without its token"))?)
}

pub(super) fn account_of(db: &Transaction<'_>, token: TokenId) -> Result<Option<AccountId>, Fault> {
    let mut statement = db.prepare_cached("SELECT account FROM token WHERE id = ?1")?;
    let account = statement
        .query_row([token.0], |row| row.get(0))
        .optional()?;
    Ok(account.map(AccountId::new))
}
