//! The money of an account: its movements and their sums.

use std::fmt;

use rusqlite::OptionalExtension as _;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use super::money::account_of;
use super::verdict::AuthorisationId;
use crate::account::AccountId;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{PAGE, StoreError, Transaction};
use crate::token::TokenId;

/// Whose money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// That of the account behind a token.
    Token(TokenId),
    /// That of an account.
    Account(AccountId),
}

/// The money of an account. Amounts are minor units, seen by the cardholder: what is owed is
/// negative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The account.
    pub account: AccountId,
    /// Its currency.
    pub currency: Currency,
    /// The balance at its opening, in minor units.
    pub opened: u64,
    /// Opened, posted and held together, in the account's currency.
    pub available: i128,
    /// The sums of the movements, by currency.
    pub balances: Vec<Balance>,
}

/// The sums of an account's movements in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The currency.
    pub currency: Currency,
    /// Reserved by pre-authorisations: zero or negative.
    pub held: i64,
    /// Booked.
    pub posted: i64,
}

/// Names a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MovementId(u64);

/// Money that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Its name.
    pub id: MovementId,
    /// The authorisation that moved it.
    pub authorisation: AuthorisationId,
    /// Reserved or booked.
    pub kind: MovementKind,
    /// Minor units; negative takes from the cardholder.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// It takes another movement of the same authorisation back.
    pub undoes: bool,
    /// When.
    pub at: UnixTime,
}

/// The kind of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// It is reserved, or a reservation ends.
    Held,
    /// It is booked.
    Posted,
}

impl Issuer {
    /// The money behind a token, or of an account; `None` if there is no such one. Holds that have
    /// expired are in it until the next request, or
    /// [`release_expired_holds`](Self::release_expired_holds).
    ///
    /// # Errors
    /// [`Fault`].
    pub fn statement(&self, of: impl Into<Holder>) -> Result<Option<Statement>, Fault> {
        let of = of.into();
        self.store.read(|db| {
            let account = match of {
                Holder::Account(account) => Some(account),
                Holder::Token(token) => account_of(db, token)?,
            };
            account.map_or(Ok(None), |account| statement(db, account))
        })
    }

    /// A page of the movements of the money behind a token, or of an account, oldest first: the first
    /// [`PAGE`](crate::PAGE), or those behind the last of the page before. None if there is no such token or
    /// account.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn movements(
        &self,
        of: impl Into<Holder>,
        after: Option<MovementId>,
    ) -> Result<Vec<Movement>, Fault> {
        let of = of.into();
        self.store.read(|db| {
            let account = match of {
                Holder::Account(account) => Some(account),
                Holder::Token(token) => account_of(db, token)?,
            };
            account.map_or(Ok(Vec::new()), |account| movements(db, account, after))
        })
    }
}

fn statement(db: &Transaction<'_>, id: AccountId) -> Result<Option<Statement>, Fault> {
    let mut account = db.prepare_cached("SELECT currency, opened FROM account WHERE id = ?1")?;
    let found = account.query_row([id.get()], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((numeric, opened)) = found.optional()? else {
        return Ok(None);
    };
    let (own, balances) = (currency(numeric)?, balances(db, id)?);
    let sums = balances.iter().find(|balance| balance.currency == own);
    let moved = sums.map_or(0, |sums| i128::from(sums.held) + i128::from(sums.posted));
    Ok(Some(Statement {
        account: id,
        currency: own,
        opened,
        available: i128::from(opened) + moved,
        balances,
    }))
}

fn balances(db: &Transaction<'_>, id: AccountId) -> Result<Vec<Balance>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT currency, held, posted FROM balance WHERE account = ?1 ORDER BY currency",
    )?;
    let rows = statement.query_map([id.get()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    rows.map(|row| {
        let (numeric, held, posted) = row?;
        let currency = currency(numeric)?;
        Ok(Balance {
            currency,
            held,
            posted,
        })
    })
    .collect()
}

fn movements(
    db: &Transaction<'_>,
    account: AccountId,
    after: Option<MovementId>,
) -> Result<Vec<Movement>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT authorisation, kind, amount, currency, undoes IS NOT NULL, at, id FROM movement \
         WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
    )?;
    let after = after.map_or(0, |after| after.0);
    let mut rows = statement.query((account.get(), after, PAGE))?;
    let mut movements = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        let kind = MovementKind::from_name(&kind).ok_or(StoreError::Value("a movement's kind"))?;
        movements.push(Movement {
            id: MovementId(row.get(6)?),
            authorisation: AuthorisationId(row.get(0)?),
            kind,
            amount: row.get(2)?,
            currency: currency(row.get(3)?)?,
            undoes: row.get(4)?,
            at: UnixTime(row.get(5)?),
        });
    }
    Ok(movements)
}

fn currency(numeric: u16) -> Result<Currency, StoreError> {
    Currency::new(numeric).ok_or(StoreError::Value("a currency"))
}

impl MovementKind {
    /// `held` or `posted`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Posted => "posted",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Held, Self::Posted]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for MovementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<TokenId> for Holder {
    fn from(token: TokenId) -> Self {
        Self::Token(token)
    }
}

impl From<AccountId> for Holder {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}
