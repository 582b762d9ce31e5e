//! The account behind the tokens: a PAN, its PIN, and the number of wrong PINs.

use std::fmt;

use rusqlite::{OptionalExtension as _, Row, named_params};
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::CardNumber;

use crate::custody::{CustodyError, KeyCustody, Place, Purpose};
use crate::fault::Fault;
use crate::par::Par;
use crate::pin::PinReference;
use crate::store::{StoreError, Transaction};

/// The name of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u32);

impl AccountId {
    /// The account of this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) pan: CardNumber,
    pub(crate) par: Par,
    pub(crate) currency: Currency,
    /// The balance when it was opened, in minor units.
    pub(crate) opened: u64,
    pub(crate) pin: Option<PinReference>,
    pub(crate) wrong_pins: u8,
}

impl Account {
    pub(crate) fn load(
        db: &Transaction<'_>,
        keys: &dyn KeyCustody,
        id: AccountId,
    ) -> Result<Self, Fault> {
        let mut statement = db.prepare_cached(
            "SELECT pan, par, currency, opened, pin_salt, pin_code, wrong_pins \
             FROM account WHERE id = ?1",
        )?;
        statement.query_row([id.0], |row| Ok(Self::read(row, keys, id)))?
    }

    fn read(row: &Row<'_>, keys: &dyn KeyCustody, id: AccountId) -> Result<Self, Fault> {
        let damaged = StoreError::Value;
        let wrapped: Vec<u8> = row.get("pan")?;
        let clear = keys.unwrap(Place::Pan(id), &wrapped)?;
        let pan = std::str::from_utf8(&clear).ok();
        let pan = pan.and_then(|digits| CardNumber::parse(digits).ok());
        let par: String = row.get("par")?;
        let salt: Option<[u8; 16]> = row.get("pin_salt")?;
        let code: Option<[u8; 32]> = row.get("pin_code")?;
        Ok(Self {
            id,
            pan: pan.ok_or(damaged("a card number"))?,
            par: Par::parse(&par).ok_or(damaged("a payment account reference"))?,
            currency: Currency::new(row.get("currency")?).ok_or(damaged("a currency"))?,
            opened: row.get("opened")?,
            pin: salt
                .zip(code)
                .map(|(salt, code)| PinReference { salt, code }),
            wrong_pins: row.get("wrong_pins")?,
        })
    }

    /// The account of a PAN, if there is one.
    pub(crate) fn of_pan(
        db: &Transaction<'_>,
        keys: &dyn KeyCustody,
        pan: &CardNumber,
    ) -> Result<Option<AccountId>, Fault> {
        let index = pan_index(keys, pan)?;
        let mut statement = db.prepare_cached("SELECT id FROM account WHERE pan_index = ?1")?;
        let id = statement.query_row([index], |row| row.get(0)).optional()?;
        Ok(id.map(AccountId))
    }

    /// Opens an account.
    pub(crate) fn insert(
        db: &Transaction<'_>,
        keys: &dyn KeyCustody,
        pan: &CardNumber,
        funds: understudy_core::wire::amount::Amount,
    ) -> Result<AccountId, Fault> {
        let last: u32 = db.query_row("SELECT ifnull(max(id), 0) FROM account", [], |row| {
            row.get(0)
        })?;
        let id = AccountId(last.checked_add(1).ok_or(StoreError::Full)?);
        let par = Par::draw()?;
        db.execute(
            "INSERT INTO account (id, pan, pan_index, par, currency, opened) \
             VALUES (:id, :pan, :pan_index, :par, :currency, :opened)",
            named_params! {
                ":id": id.0,
                ":pan": keys.wrap(Place::Pan(id), pan.expose().as_bytes())?,
                ":pan_index": pan_index(keys, pan)?,
                ":par": par.text(),
                ":currency": funds.currency().numeric(),
                ":opened": funds.minor(),
            },
        )?;
        Ok(id)
    }

    /// Replaces the account's PAN; the PAR and everything else stay.
    pub(crate) fn replace_pan(
        db: &Transaction<'_>,
        keys: &dyn KeyCustody,
        id: AccountId,
        pan: &CardNumber,
    ) -> Result<(), Fault> {
        db.execute(
            "UPDATE account SET pan = :pan, pan_index = :pan_index WHERE id = :id",
            named_params! {
                ":id": id.0,
                ":pan": keys.wrap(Place::Pan(id), pan.expose().as_bytes())?,
                ":pan_index": pan_index(keys, pan)?,
            },
        )?;
        Ok(())
    }

    /// Sets an account's PIN and lifts a block.
    pub(crate) fn set_pin(
        db: &Transaction<'_>,
        id: AccountId,
        pin: &PinReference,
    ) -> Result<(), Fault> {
        db.execute(
            "UPDATE account SET pin_salt = ?2, pin_code = ?3, wrong_pins = 0 WHERE id = ?1",
            (id.0, pin.salt, pin.code),
        )?;
        Ok(())
    }

    /// Stores the number of wrong PINs in a row.
    pub(crate) fn set_wrong_pins(
        db: &Transaction<'_>,
        id: AccountId,
        wrong: u8,
    ) -> Result<(), Fault> {
        db.execute(
            "UPDATE account SET wrong_pins = ?2 WHERE id = ?1",
            (id.0, wrong),
        )?;
        Ok(())
    }
}

fn pan_index(keys: &dyn KeyCustody, pan: &CardNumber) -> Result<[u8; 32], CustodyError> {
    keys.digest(Purpose::PanIndex, &[pan.expose().as_bytes()])
}
