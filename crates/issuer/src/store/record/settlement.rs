//! The tables `settlement` and `settlement_total`.

use understudy_acquiring::{BatchNumber, Identity};

use super::authorisation::sums::read;
use super::identity_columns;
use crate::fault::Fault;
use crate::host::totals::NetTotals;
use crate::id::SettlementId;
use crate::store::act::{Act, View};

/// A settlement that was kept.
pub(crate) struct Settled {
    pub(crate) id: SettlementId,
    /// The terminal's totals were the issuer's.
    pub(crate) matched: bool,
    /// The issuer's totals, by currency.
    pub(crate) totals: Vec<NetTotals>,
}

impl Settled {
    /// The settlement of exactly this request.
    pub(crate) fn of_request(
        view: &View<'_>,
        fingerprint: &[u8; 32],
    ) -> Result<Option<Self>, Fault> {
        let sql = "SELECT id, matched FROM settlement WHERE fingerprint = ?1";
        let found = view.find(sql, [fingerprint], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((id, matched)): Option<(u64, bool)> = found else {
            return Ok(None);
        };
        let sql = "SELECT currency, sales, sales_sum, refunds, refunds_sum \
                   FROM settlement_total WHERE settlement = ?1 ORDER BY currency";
        Ok(Some(Self {
            id: SettlementId(id),
            matched,
            totals: view.all(sql, [id], read)?,
        }))
    }

    /// Keeps a settlement.
    pub(crate) fn insert(
        act: &Act<'_>,
        identity: &Identity,
        batch: BatchNumber,
        fingerprint: &[u8; 32],
        (matched, totals): (bool, &[NetTotals]),
    ) -> Result<SettlementId, Fault> {
        let (merchant, terminal, trace, local_time) = identity_columns(identity);
        let id = act.insert(
            "INSERT INTO settlement (merchant, terminal, batch, trace, local_time, fingerprint, \
                 matched, settled_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                merchant,
                terminal,
                batch.get(),
                trace,
                local_time,
                fingerprint,
                matched,
                act.now.0,
            ),
        )?;
        for total in totals {
            act.execute(
                "INSERT INTO settlement_total (settlement, currency, sales, sales_sum, refunds, \
                     refunds_sum) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    id,
                    total.currency.numeric(),
                    total.sales.count,
                    total.sales.sum,
                    total.refunds.count,
                    total.refunds.sum,
                ),
            )?;
        }
        Ok(SettlementId(id))
    }

    /// Notes that a settlement settled nothing, and deletes all but the newest of those.
    pub(crate) fn keep_newest_empty(
        act: &Act<'_>,
        id: SettlementId,
        kept: u32,
    ) -> Result<(), Fault> {
        act.execute("UPDATE settlement SET empty = 1 WHERE id = ?1", [id.0])?;
        act.execute(
            "DELETE FROM settlement WHERE id IN \
                (SELECT id FROM settlement WHERE empty = 1 ORDER BY id DESC LIMIT -1 OFFSET ?1)",
            [kept],
        )?;
        Ok(())
    }
}
