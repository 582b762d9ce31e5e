//! The tables `movement` and `balance`: each movement of an account's money, and their sums, which
//! the database keeps itself.

use rusqlite::Row;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use crate::fault::Fault;
use crate::host::movement::{Balance, Movement, MovementKind};
use crate::id::{AccountId, AuthorisationId, MovementId};
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};

impl Balance {
    /// The sums of an account in one currency; zero if nothing has moved.
    pub(crate) fn load(
        view: &View<'_>,
        account: AccountId,
        currency: Currency,
    ) -> Result<Self, Fault> {
        let sql = "SELECT currency, held, posted FROM balance WHERE account = ?1 AND currency = ?2";
        let sums = view.find(sql, (account.0, currency.numeric()), balance)?;
        Ok(sums.unwrap_or(Self {
            currency,
            held: 0,
            posted: 0,
        }))
    }

    /// The sums of an account, by currency.
    pub(crate) fn of_account(view: &View<'_>, account: AccountId) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT currency, held, posted FROM balance WHERE account = ?1 ORDER BY currency";
        view.all(sql, [account.0], balance)
    }
}

impl Movement {
    /// A page of the movements of an account, oldest first, behind one of them.
    pub(crate) fn page(
        view: &View<'_>,
        account: AccountId,
        after: Option<MovementId>,
    ) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT authorisation, kind, amount, currency, undoes IS NOT NULL, at, id \
                   FROM movement WHERE account = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        let after = after.map_or(0, |after| after.0);
        view.all(sql, (account.0, after, PAGE), movement)
    }
}

impl Act<'_> {
    /// Moves an account's money for a request.
    pub(crate) fn insert_movement(
        &self,
        account: AccountId,
        authorisation: AuthorisationId,
        (kind, amount, currency): (MovementKind, i64, Currency),
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO movement (account, authorisation, kind, amount, currency, at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                account.0,
                authorisation.0,
                kind.name(),
                amount,
                currency.numeric(),
                self.now.0,
            ),
        )?;
        Ok(())
    }

    /// Moves what a request moved the other way, for another request: all of it, or booked money
    /// alone.
    pub(crate) fn insert_opposites(
        &self,
        of: AuthorisationId,
        authorisation: AuthorisationId,
        with_holds: bool,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO movement (account, authorisation, kind, amount, currency, at) \
             SELECT account, ?2, kind, -amount, currency, ?3 FROM movement \
             WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?4) ORDER BY id",
            (of.0, authorisation.0, self.now.0, with_holds),
        )?;
        Ok(())
    }

    /// Undoes what a request moved: all of it, or booked money alone. The database refuses to do so
    /// twice.
    pub(crate) fn undo_movements(
        &self,
        of: AuthorisationId,
        with_holds: bool,
    ) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO movement (account, authorisation, kind, amount, currency, undoes, at) \
             SELECT account, authorisation, kind, -amount, currency, id, ?2 FROM movement \
             WHERE authorisation = ?1 AND undoes IS NULL AND (kind = 'posted' OR ?3) ORDER BY id",
            (of.0, self.now.0, with_holds),
        )?;
        Ok(())
    }
}

fn balance(row: &Row<'_>) -> Result<Balance, Fault> {
    Ok(Balance {
        currency: currency(row.get(0)?)?,
        held: row.get(1)?,
        posted: row.get(2)?,
    })
}

fn movement(row: &Row<'_>) -> Result<Movement, Fault> {
    let kind: String = row.get(1)?;
    let kind = MovementKind::from_name(&kind).ok_or(StoreError::Value("a movement's kind"))?;
    Ok(Movement {
        id: MovementId(row.get(6)?),
        authorisation: AuthorisationId(row.get(0)?),
        kind,
        amount: row.get(2)?,
        currency: currency(row.get(3)?)?,
        undoes: row.get(4)?,
        at: UnixTime(row.get(5)?),
    })
}

fn currency(numeric: u16) -> Result<Currency, StoreError> {
    Currency::new(numeric).ok_or(StoreError::Value("a currency"))
}
