//! The money of an account, as people see it.

use understudy_core::wire::amount::{Amount, Currency};

use super::ledger::{Ledger, Owner};
use super::movement::{Balance, Movement};
use crate::account::Account;
use crate::fault::Fault;
use crate::id::{AccountId, MovementId, TokenId};
use crate::issuer::Issuer;
use crate::store::{StoreError, View};
use crate::token::Token;

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

impl Issuer {
    /// The money behind a token, or of an account; `None` if there is no such one. Holds that have
    /// expired are in it until the next request, or
    /// [`release_expired_holds`](Self::release_expired_holds).
    ///
    /// # Errors
    /// [`Fault`].
    pub fn statement(&self, of: impl Into<Holder>) -> Result<Option<Statement>, Fault> {
        let of = of.into();
        self.view(|view| {
            let account = account_of(view, of)?;
            account.map_or(Ok(None), |account| statement(view, account))
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
        self.view(|view| {
            let account = account_of(view, of)?;
            account.map_or(Ok(Vec::new()), |account| {
                Movement::page(view, account, after)
            })
        })
    }
}

fn account_of(view: &View<'_>, of: Holder) -> Result<Option<AccountId>, Fault> {
    match of {
        Holder::Account(account) => Ok(Some(account)),
        Holder::Token(token) => Token::account_of(view, token),
    }
}

fn statement(view: &View<'_>, id: AccountId) -> Result<Option<Statement>, Fault> {
    let Some(opened) = Account::opening(view, id)? else {
        return Ok(None);
    };
    let mut balances = Vec::new();
    for currency in Ledger::currencies_of(view, id)? {
        let balance = |owner| Ledger { owner, currency }.balance(view);
        let (funds, held) = (balance(Owner::Funds(id))?, balance(Owner::Held(id))?);
        let opened = if currency == opened.currency() {
            signed(opened)?
        } else {
            0
        };
        balances.push(Balance {
            currency,
            held: held.saturating_neg(),
            posted: funds.saturating_add(held).saturating_sub(opened),
        });
    }
    let moved = |balance: &Balance| balance.held != 0 || balance.posted != 0;
    let funds = Ledger {
        owner: Owner::Funds(id),
        currency: opened.currency(),
    };
    Ok(Some(Statement {
        account: id,
        currency: opened.currency(),
        opened: opened.minor(),
        available: funds.balance(view)?.into(),
        balances: balances.into_iter().filter(moved).collect(),
    }))
}

/// Twelve digits always fit.
fn signed(amount: Amount) -> Result<i64, StoreError> {
    i64::try_from(amount.minor()).map_err(|_| StoreError::Value("an account's opening amount"))
}
