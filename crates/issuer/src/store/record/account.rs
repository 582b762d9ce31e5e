//! The table `account`.

use rusqlite::{Row, named_params};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;

use super::column;
use crate::account::{Account, WrongCodes};
use crate::custody::{CustodyError, KeyCustody, Place, Purpose};
use crate::fault::Fault;
use crate::id::AccountId;
use crate::par::Par;
use crate::pin::PinReference;
use crate::store::StoreError;
use crate::store::act::{Act, View};

impl Account {
    /// The account of this name, which exists.
    pub(crate) fn load(view: &View<'_>, id: AccountId) -> Result<Self, Fault> {
        let sql = "SELECT pan, par, currency, pin_salt, pin_code, wrong_pins \
                   FROM account WHERE id = ?1";
        view.one(sql, [id.0], |row| read(row, view.keys, id))
    }

    /// The amount on an account when it was opened, if there is such an account.
    pub(crate) fn opening(view: &View<'_>, id: AccountId) -> Result<Option<Amount>, Fault> {
        let sql = "SELECT currency, opened FROM account WHERE id = ?1";
        view.find(sql, [id.0], |row| {
            let opened = Amount::new(row.get(1)?, currency(row.get(0)?)?);
            Ok(opened.ok_or(StoreError::Value("an account's opening amount"))?)
        })
    }

    /// The account of a PAN, if there is one.
    pub(crate) fn of_pan(view: &View<'_>, pan: &CardNumber) -> Result<Option<AccountId>, Fault> {
        let index = pan_index(view.keys, pan)?;
        let sql = "SELECT id FROM account WHERE pan_index = ?1";
        Ok(view.find(sql, [index], column)?.map(AccountId))
    }

    /// Opens an account.
    pub(crate) fn insert(
        act: &Act<'_>,
        pan: &CardNumber,
        funds: Amount,
    ) -> Result<AccountId, Fault> {
        let last: u32 = act.one("SELECT ifnull(max(id), 0) FROM account", [], column)?;
        let id = AccountId(last.checked_add(1).ok_or(StoreError::Full)?);
        let par = Par::draw()?;
        act.execute(
            "INSERT INTO account (id, pan, pan_index, par, currency, opened) \
             VALUES (:id, :pan, :pan_index, :par, :currency, :opened)",
            named_params! {
                ":id": id.0,
                ":pan": act.keys.wrap(Place::Pan(id), pan.expose().as_bytes())?,
                ":pan_index": pan_index(act.keys, pan)?,
                ":par": par.text(),
                ":currency": funds.currency().numeric(),
                ":opened": funds.minor(),
            },
        )?;
        Ok(id)
    }

    /// Replaces the account's PAN; the PAR and everything else stay.
    pub(crate) fn replace_pan(act: &Act<'_>, id: AccountId, pan: &CardNumber) -> Result<(), Fault> {
        act.execute(
            "UPDATE account SET pan = :pan, pan_index = :pan_index WHERE id = :id",
            named_params! {
                ":id": id.0,
                ":pan": act.keys.wrap(Place::Pan(id), pan.expose().as_bytes())?,
                ":pan_index": pan_index(act.keys, pan)?,
            },
        )?;
        Ok(())
    }

    /// Sets an account's PIN and lifts a block.
    pub(crate) fn set_pin(act: &Act<'_>, id: AccountId, pin: &PinReference) -> Result<(), Fault> {
        let sql = "UPDATE account SET pin_salt = ?2, pin_code = ?3, wrong_pins = 0 WHERE id = ?1";
        act.execute(sql, (id.0, pin.salt, pin.code))?;
        Ok(())
    }

    /// Stores the number of wrong PINs in a row.
    pub(crate) fn set_wrong_pins(act: &Act<'_>, id: AccountId, wrong: u8) -> Result<(), Fault> {
        let sql = "UPDATE account SET wrong_pins = ?2 WHERE id = ?1";
        act.execute(sql, (id.0, wrong))?;
        Ok(())
    }

    /// The wrong codes for the tokens of an account, which exists.
    pub(crate) fn wrong_codes(view: &View<'_>, id: AccountId) -> Result<WrongCodes, Fault> {
        let sql = "SELECT wrong_codes, wrong_code_at FROM account WHERE id = ?1";
        view.one(sql, [id.0], |row| {
            Ok(WrongCodes {
                count: row.get(0)?,
                last_at: UnixTime(row.get(1)?),
            })
        })
    }

    /// Stores the wrong codes for the tokens of an account.
    pub(crate) fn set_wrong_codes(
        act: &Act<'_>,
        id: AccountId,
        wrong: WrongCodes,
    ) -> Result<(), Fault> {
        let sql = "UPDATE account SET wrong_codes = ?2, wrong_code_at = ?3 WHERE id = ?1";
        act.execute(sql, (id.0, wrong.count, wrong.last_at.0))?;
        Ok(())
    }
}

fn read(row: &Row<'_>, keys: &dyn KeyCustody, id: AccountId) -> Result<Account, Fault> {
    let damaged = StoreError::Value;
    let wrapped: Vec<u8> = row.get("pan")?;
    let clear = keys.unwrap(Place::Pan(id), &wrapped)?;
    let pan = std::str::from_utf8(&clear).ok();
    let pan = pan.and_then(|digits| CardNumber::parse(digits).ok());
    let par: String = row.get("par")?;
    let salt: Option<[u8; 16]> = row.get("pin_salt")?;
    let code: Option<[u8; 32]> = row.get("pin_code")?;
    Ok(Account {
        id,
        pan: pan.ok_or(damaged("a card number"))?,
        par: Par::parse(&par).ok_or(damaged("a payment account reference"))?,
        currency: currency(row.get("currency")?)?,
        pin: salt
            .zip(code)
            .map(|(salt, code)| PinReference { salt, code }),
        wrong_pins: row.get("wrong_pins")?,
    })
}

fn currency(numeric: u16) -> Result<Currency, StoreError> {
    Currency::new(numeric).ok_or(StoreError::Value("a currency"))
}

fn pan_index(keys: &dyn KeyCustody, pan: &CardNumber) -> Result<[u8; 32], CustodyError> {
    keys.digest(Purpose::PanIndex, &[pan.expose().as_bytes()])
}
