//! Sums over requests: of a terminal's unsettled ones, and of a merchant's refunds.

#[cfg(feature = "limited-use")]
use std::ops::RangeInclusive;

use rusqlite::Row;
use understudy_acquiring::{Identity, MerchantId, Tally};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use crate::fault::Fault;
use crate::host::record::Record;
use crate::host::totals::NetTotals;
use crate::id::SettlementId;
#[cfg(feature = "limited-use")]
use crate::id::TokenId;
use crate::store::StoreError;
use crate::store::act::{Act, View};

impl NetTotals {
    /// The totals of a terminal since its last settlement, by currency.
    pub(crate) fn of_unsettled(view: &View<'_>, terminal: &Identity) -> Result<Vec<Self>, Fault> {
        let sql = "SELECT currency, sum(kind <> 'refund'), sum(iif(kind <> 'refund', amount, 0)), \
                       sum(kind = 'refund'), sum(iif(kind = 'refund', amount, 0)) \
                   FROM authorisation \
                   WHERE merchant = ?1 AND terminal = ?2 AND settlement IS NULL \
                       AND reason = 'approved' AND reversed_at IS NULL AND voided_by IS NULL \
                       AND kind IN ('sale', 'completion', 'refund', 'void') AND kind <> 'void' \
                   GROUP BY currency ORDER BY currency";
        let terminal = (terminal.merchant.text(), terminal.terminal.text());
        view.all(sql, terminal, read)
    }
}

impl Record {
    /// Settles the approved requests of a terminal that were neither reversed nor settled, except
    /// pre-authorisations; returns how many they are.
    pub(crate) fn settle_all(
        act: &Act<'_>,
        terminal: &Identity,
        settlement: SettlementId,
    ) -> Result<usize, Fault> {
        act.execute(
            "UPDATE authorisation SET settlement = ?3 \
             WHERE merchant = ?1 AND terminal = ?2 AND settlement IS NULL AND reason = 'approved' \
                 AND reversed_at IS NULL AND kind IN ('sale', 'completion', 'refund', 'void')",
            (
                terminal.merchant.text(),
                terminal.terminal.text(),
                settlement.0,
            ),
        )
    }

    /// The sums of a merchant's refunds without an original that count, of those behind a record:
    /// since a time, and of all, in minor units.
    pub(crate) fn unlinked_refunds(
        view: &View<'_>,
        merchant: &MerchantId,
        behind: u64,
        since: UnixTime,
    ) -> Result<(u64, u64), Fault> {
        let sql = "SELECT ifnull(sum(iif(decided_at > ?3, amount, 0)), 0), ifnull(sum(amount), 0) \
                   FROM authorisation \
                   WHERE merchant = ?1 AND id > ?2 AND kind = 'refund' AND original IS NULL \
                       AND reason = 'approved' AND reversed_at IS NULL AND voided_by IS NULL";
        view.one(sql, (merchant.text(), behind, since.0), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    /// True if a token's counter above this one was used up.
    #[cfg(feature = "limited-use")]
    pub(crate) fn is_any_above(view: &View<'_>, token: TokenId, atc: u16) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM authorisation WHERE token = ?1 AND atc > ?2 LIMIT 1";
        let above = view.find(sql, (token.0, atc), |row| Ok(row.get::<_, u8>(0)?))?;
        Ok(above.is_some())
    }

    /// The sum of the payments under some of a token's counters that were approved and not reversed, in
    /// minor units.
    #[cfg(feature = "limited-use")]
    pub(crate) fn spent_under(
        view: &View<'_>,
        token: TokenId,
        counters: RangeInclusive<u16>,
    ) -> Result<u64, Fault> {
        let sql = "SELECT ifnull(sum(amount), 0) FROM authorisation \
                   WHERE token = ?1 AND atc BETWEEN ?2 AND ?3 AND reason = 'approved' \
                       AND kind IN ('sale', 'pre-authorisation') AND reversed_at IS NULL";
        let values = (token.0, counters.start(), counters.end());
        view.one(sql, values, |row| Ok(row.get(0)?))
    }
}

/// Reads currency, number and sum of sales, number and sum of refunds.
pub(in crate::store::record) fn read(row: &Row<'_>) -> Result<NetTotals, Fault> {
    let currency = Currency::new(row.get(0)?);
    Ok(NetTotals {
        currency: currency.ok_or(StoreError::Value("a settlement's currency"))?,
        sales: Tally {
            count: row.get(1)?,
            sum: row.get(2)?,
        },
        refunds: Tally {
            count: row.get(3)?,
            sum: row.get(4)?,
        },
    })
}
