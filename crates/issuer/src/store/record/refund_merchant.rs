//! The table `refund_merchant`.

use rusqlite::Row;
use understudy_acquiring::MerchantId;
use understudy_core::wire::amount::Currency;

use crate::fault::Fault;
use crate::host::refund_limits::{Allowed, RefundLimits};
use crate::store::act::{Act, View};
use crate::store::{PAGE, StoreError};

impl Allowed {
    /// The permission of a merchant, if it has one.
    pub(crate) fn of_merchant(
        view: &View<'_>,
        merchant: &MerchantId,
    ) -> Result<Option<Self>, Fault> {
        let sql = "SELECT * FROM refund_merchant WHERE merchant = ?1";
        view.find(sql, [merchant.text()], read)
    }

    /// A page of all permissions, by merchant, behind one of them.
    pub(crate) fn page(view: &View<'_>, after: Option<&MerchantId>) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT * FROM refund_merchant WHERE merchant > ?1 ORDER BY merchant LIMIT ?2";
        let after = after.map_or("", MerchantId::text);
        view.all(sql, (after, PAGE), read)
    }

    /// Keeps a permission, in the place of an earlier one.
    pub(crate) fn store(&self, act: &Act<'_>) -> Result<(), Fault> {
        let limits = &self.limits;
        act.execute(
            "INSERT OR REPLACE INTO refund_merchant (merchant, currency, each, day, total, since) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                self.merchant.text(),
                limits.currency().numeric(),
                limits.each(),
                limits.day(),
                limits.total(),
                self.since,
            ),
        )?;
        Ok(())
    }

    /// Deletes the permission of a merchant; false if it had none.
    pub(crate) fn delete(act: &Act<'_>, merchant: &MerchantId) -> Result<bool, Fault> {
        let sql = "DELETE FROM refund_merchant WHERE merchant = ?1";
        Ok(act.execute(sql, [merchant.text()])? > 0)
    }
}

fn read(row: &Row<'_>) -> Result<Allowed, Fault> {
    let damaged = StoreError::Value("a merchant that refunds");
    let merchant: String = row.get("merchant")?;
    let currency = Currency::new(row.get("currency")?).ok_or(damaged)?;
    let (each, day, total) = (row.get("each")?, row.get("day")?, row.get("total")?);
    let limits = RefundLimits::new(currency, each, day, total);
    Ok(Allowed {
        merchant: MerchantId::parse(&merchant).map_err(|_| damaged)?,
        limits: limits.ok_or(damaged)?,
        since: row.get("since")?,
    })
}
