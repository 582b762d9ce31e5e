//! The tables `ledger` and `posting`: the accounts of the book, whose balances the database keeps
//! itself, and what moved between them.

use rusqlite::Row;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use super::column;
use crate::fault::Fault;
use crate::host::ledger::{BookSum, Cause, Ledger, LedgerKind, Owner, Posting};
use crate::host::movement::{Movement, MovementKind};
use crate::id::{AccountId, AuthorisationId, MovementId};
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};

const OF_ACCOUNT: &str = "account = ?1 AND kind = ?2 AND currency = ?3";
const OF_TERMINAL: &str = "merchant = ?1 AND terminal = ?2 AND kind = ?3 AND currency = ?4";
const OF_BANK: &str = "account IS NULL AND merchant IS NULL AND kind = ?1 AND currency = ?2";

impl Ledger {
    /// The balance of an account of the book: credits less debits, in minor units.
    pub(crate) fn balance(self, view: &View<'_>) -> Result<i64, Fault> {
        Ok(self.find(view, "balance")?.unwrap_or(0))
    }

    /// The currencies in which a cardholder's money has moved.
    pub(crate) fn currencies_of(
        view: &View<'_>,
        account: AccountId,
    ) -> Result<Vec<Currency>, Fault> {
        let sql = "SELECT currency FROM ledger \
                   WHERE account = ?1 AND kind = 'funds' ORDER BY currency";
        view.all(sql, [account.0], |row| currency(column(row)?))
    }

    /// The row of the account, which is made if there is none.
    fn row(self, act: &Act<'_>) -> Result<i64, Fault> {
        if let Some(row) = self.find(act, "id")? {
            return Ok(row);
        }
        let (account, merchant, terminal) = match &self.owner {
            Owner::Funds(account) | Owner::Held(account) => (Some(account.0), None, None),
            Owner::Opening => (None, None, None),
            Owner::Payable(merchant, terminal) | Owner::Settled(merchant, terminal) => {
                (None, Some(merchant.text()), Some(terminal.text()))
            }
        };
        act.execute(
            "INSERT INTO ledger (kind, account, merchant, terminal, currency) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                self.owner.kind().name(),
                account,
                merchant,
                terminal,
                self.currency.numeric(),
            ),
        )?;
        Ok(self.find(act, "id")?.ok_or(StoreError::Refused)?)
    }

    fn find(self, view: &View<'_>, what: &str) -> Result<Option<i64>, Fault> {
        let (kind, currency) = (self.owner.kind().name(), self.currency.numeric());
        let select = |condition| format!("SELECT {what} FROM ledger WHERE {condition}");
        match &self.owner {
            Owner::Funds(account) | Owner::Held(account) => {
                view.find(&select(OF_ACCOUNT), (account.0, kind, currency), column)
            }
            Owner::Opening => view.find(&select(OF_BANK), (kind, currency), column),
            Owner::Payable(merchant, terminal) | Owner::Settled(merchant, terminal) => {
                let terminal = (merchant.text(), terminal.text(), kind, currency);
                view.find(&select(OF_TERMINAL), terminal, column)
            }
        }
    }
}

impl Posting {
    /// Books a posting.
    pub(crate) fn insert(&self, act: &Act<'_>) -> Result<(), Fault> {
        let ledger = |owner| Ledger {
            owner,
            currency: self.currency,
        };
        let (debit, credit) = (ledger(self.debit).row(act)?, ledger(self.credit).row(act)?);
        let (kind, account, authorisation, settlement) = match self.cause {
            Cause::Opening(account) => ("opening", Some(account.0), None, None),
            Cause::Request(account, id, kind) => (kind.name(), Some(account.0), Some(id.0), None),
            Cause::Settlement(id) => ("settled", None, None, Some(id.0)),
        };
        act.execute(
            "INSERT INTO posting (kind, debit, credit, amount, account, authorisation, \
                 settlement, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                kind,
                debit,
                credit,
                self.amount,
                account,
                authorisation,
                settlement,
                act.now.0,
            ),
        )?;
        Ok(())
    }

    /// Books the opposite of what a request moved, for another request: of all of it, or of booked
    /// money alone.
    pub(crate) fn insert_opposites(
        act: &Act<'_>,
        of: AuthorisationId,
        authorisation: AuthorisationId,
        with_holds: bool,
    ) -> Result<(), Fault> {
        act.execute(
            "INSERT INTO posting (kind, debit, credit, amount, account, authorisation, at) \
             SELECT kind, credit, debit, amount, account, ?2, ?3 FROM posting \
             WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?4) ORDER BY id",
            (of.0, authorisation.0, act.now.0, with_holds),
        )?;
        Ok(())
    }

    /// Undoes what a request moved: all of it, or booked money alone. The database refuses to do so
    /// twice.
    pub(crate) fn undo_all(
        act: &Act<'_>,
        of: AuthorisationId,
        with_holds: bool,
    ) -> Result<(), Fault> {
        act.execute(
            "INSERT INTO posting (kind, debit, credit, amount, account, authorisation, undoes, at) \
             SELECT kind, credit, debit, amount, account, authorisation, id, ?2 FROM posting \
             WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?3) ORDER BY id",
            (of.0, act.now.0, with_holds),
        )?;
        Ok(())
    }
}

impl Movement {
    /// A page of the movements of an account, oldest first, behind one of them.
    pub(crate) fn page(
        view: &View<'_>,
        account: AccountId,
        after: Option<MovementId>,
    ) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT p.id, p.authorisation, p.kind, c.kind = 'funds', p.amount, c.currency, \
                       p.undoes IS NOT NULL, p.at \
                   FROM posting p CROSS JOIN ledger c ON c.id = p.credit \
                   WHERE p.account = ?1 AND p.authorisation IS NOT NULL AND p.id > ?2 \
                   ORDER BY p.id LIMIT ?3";
        let after = after.map_or(0, |after| after.0);
        view.all(sql, (account.0, after, PAGE), movement)
    }
}

impl BookSum {
    /// The sums of the book, by currency and kind. Reads every account of it.
    pub(crate) fn all(view: &View<'_>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT currency, kind, sum(balance) FROM ledger \
                   GROUP BY currency, kind ORDER BY currency, kind";
        let mut statement = view.db.prepare_whole(sql)?;
        let rows = statement.query_map([], |row| Ok(sum(row)))?;
        rows.map(|row| row?).collect()
    }

    /// True if the balance of every account is the sum of its postings. Reads the whole book.
    pub(crate) fn are_kept(view: &View<'_>) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM ledger l LEFT JOIN \
                       (SELECT side, sum(moved) AS moved FROM \
                            (SELECT credit AS side, amount AS moved FROM posting \
                             UNION ALL SELECT debit, -amount FROM posting) \
                        GROUP BY side) p ON p.side = l.id \
                   WHERE l.balance <> ifnull(p.moved, 0)";
        Ok(!view.db.prepare_whole(sql)?.exists([])?)
    }
}

fn movement(row: &Row<'_>) -> Result<Movement, Fault> {
    let kind: String = row.get(2)?;
    let kind = MovementKind::from_name(&kind).ok_or(StoreError::Value("a movement's kind"))?;
    let (gives, amount): (bool, i64) = (row.get(3)?, row.get(4)?);
    Ok(Movement {
        id: MovementId(row.get(0)?),
        authorisation: AuthorisationId(row.get(1)?),
        kind,
        amount: if gives {
            amount
        } else {
            amount.saturating_neg()
        },
        currency: currency(row.get(5)?)?,
        undoes: row.get(6)?,
        at: UnixTime(row.get(7)?),
    })
}

fn sum(row: &Row<'_>) -> Result<BookSum, Fault> {
    let kind: String = row.get(1)?;
    let kind = LedgerKind::from_name(&kind);
    Ok(BookSum {
        currency: currency(row.get(0)?)?,
        kind: kind.ok_or(StoreError::Value("an account of the book"))?,
        balance: row.get(2)?,
    })
}

fn currency(numeric: u16) -> Result<Currency, Fault> {
    Ok(Currency::new(numeric).ok_or(StoreError::Value("a currency"))?)
}
