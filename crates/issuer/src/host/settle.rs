//! Settlement: the terminal's totals against the issuer's, at the end of its day.

use rusqlite::OptionalExtension as _;
pub use understudy_acquiring::Tally;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Currency;

use super::bounds;
use super::record::Columns as _;
use super::request::{Identity, Parts as _};
use super::verdict::SettlementId;
use crate::custody::{CustodyError, KeyCustody, Purpose};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{StoreError, Transaction};

/// The totals in one currency. What was voided or reversed does not count, and neither does a
/// pre-authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// The currency.
    pub currency: Currency,
    /// Sales and completions.
    pub sales: Tally,
    /// Refunds.
    pub refunds: Tally,
}

/// A terminal's request at the end of its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlementRequest<'a> {
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// The terminal's batch number.
    pub batch: u32,
    /// The terminal's totals, each currency at most once, in any order.
    pub totals: &'a [Totals],
    /// Settle though the totals differ.
    pub force: bool,
}

/// The answer to a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementVerdict {
    /// The terminal's totals are the issuer's.
    pub matches: bool,
    /// The name of the settlement; none if the totals differ and it was not forced.
    pub settlement: Option<SettlementId>,
    /// The issuer's totals, by currency.
    pub ours: Vec<Totals>,
    /// The answer was given before, and nothing has been settled now.
    pub repeat: bool,
}

impl Issuer {
    /// Settles what a terminal sent since its last settlement, if its totals are the issuer's. What
    /// is settled can no longer be voided or reversed; a refund may follow it.
    ///
    /// The identical request again gets the identical answer once it has settled. An answer that
    /// has not is not kept: the same totals may match after a reversal.
    ///
    /// # Errors
    /// [`Fault`]: nothing was settled.
    pub fn settle(
        &self,
        request: &SettlementRequest<'_>,
        now: UnixTime,
    ) -> Result<SettlementVerdict, Fault> {
        let keys = self.keys();
        self.act(now, |db| {
            let fingerprint = request.fingerprint(keys)?;
            if let Some(seen) = find(db, &fingerprint)? {
                return Ok(seen);
            }
            let ours = totals(db, &request.identity)?;
            let matches = request.sorted() == ours;
            let mut verdict = SettlementVerdict {
                matches,
                settlement: None,
                ours,
                repeat: false,
            };
            if matches || request.force {
                verdict.settlement = Some(keep(db, request, &fingerprint, &verdict, now)?);
            }
            Ok(verdict)
        })
    }
}

impl SettlementRequest<'_> {
    /// By currency, without the currencies in which nothing happened.
    fn sorted(&self) -> Vec<Totals> {
        let happened = |totals: &&Totals| totals.sales.count > 0 || totals.refunds.count > 0;
        let mut sorted: Vec<Totals> = self.totals.iter().filter(happened).copied().collect();
        sorted.sort_by_key(|totals| totals.currency);
        sorted
    }

    fn fingerprint(&self, keys: &dyn KeyCustody) -> Result<[u8; 32], CustodyError> {
        let mut totals = Vec::new();
        for total in self.totals {
            totals.extend(total.currency.to_bcd());
            for number in [
                total.sales.count,
                total.sales.sum,
                total.refunds.count,
                total.refunds.sum,
            ] {
                totals.extend(number.to_be_bytes());
            }
        }
        keys.digest(
            Purpose::Request,
            &[
                b"settlement",
                &self.identity.parts(),
                &self.batch.to_be_bytes(),
                &totals,
                &[u8::from(self.force)],
            ],
        )
    }
}

/// The issuer's totals of a terminal since its last settlement.
fn totals(db: &Transaction<'_>, terminal: &Identity) -> Result<Vec<Totals>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT currency, sum(kind <> 'refund'), sum(iif(kind <> 'refund', amount, 0)), \
             sum(kind = 'refund'), sum(iif(kind = 'refund', amount, 0)) \
         FROM authorisation \
         WHERE merchant = ?1 AND terminal = ?2 AND settlement IS NULL AND reason = 'approved' \
             AND reversed_at IS NULL AND voided_by IS NULL \
             AND kind IN ('sale', 'completion', 'refund', 'void') AND kind <> 'void' \
         GROUP BY currency ORDER BY currency",
    )?;
    read(&mut statement.query((terminal.merchant.text(), terminal.terminal.text()))?)
}

fn keep(
    db: &Transaction<'_>,
    request: &SettlementRequest<'_>,
    fingerprint: &[u8; 32],
    verdict: &SettlementVerdict,
    now: UnixTime,
) -> Result<SettlementId, Fault> {
    let (merchant, terminal, trace, local_time) = request.identity.columns();
    db.prepare_cached(
        "INSERT INTO settlement (merchant, terminal, batch, trace, local_time, fingerprint, \
             matched, settled_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        merchant,
        terminal,
        request.batch,
        trace,
        local_time,
        fingerprint,
        verdict.matches,
        now.0,
    ))?;
    let id = u64::try_from(db.last_insert_rowid());
    let id = SettlementId(id.map_err(|_| StoreError::Full)?);
    keep_totals(db, id, &verdict.ours)?;
    let settled = mark(db, id, &request.identity)?;
    if settled == 0 && verdict.ours.is_empty() {
        bounds::keep_empty(db, id)?;
    }
    Ok(id)
}

fn keep_totals(db: &Transaction<'_>, id: SettlementId, totals: &[Totals]) -> Result<(), Fault> {
    let mut insert = db.prepare_cached(
        "INSERT INTO settlement_total (settlement, currency, sales, sales_sum, refunds, \
             refunds_sum) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for total in totals {
        insert.execute((
            id.0,
            total.currency.numeric(),
            total.sales.count,
            total.sales.sum,
            total.refunds.count,
            total.refunds.sum,
        ))?;
    }
    Ok(())
}

/// Voids are settled with the rest: taking one back later would bring a sale into a day that is
/// over. A pre-authorisation stays open for its completion. How many requests it settles.
fn mark(db: &Transaction<'_>, id: SettlementId, terminal: &Identity) -> Result<usize, Fault> {
    let settled = db
        .prepare_cached(
            "UPDATE authorisation SET settlement = ?3 \
         WHERE merchant = ?1 AND terminal = ?2 AND settlement IS NULL AND reason = 'approved' \
             AND reversed_at IS NULL AND kind IN ('sale', 'completion', 'refund', 'void')",
        )?
        .execute((terminal.merchant.text(), terminal.terminal.text(), id.0))?;
    Ok(settled)
}

fn find(db: &Transaction<'_>, fingerprint: &[u8; 32]) -> Result<Option<SettlementVerdict>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT id, matched FROM settlement WHERE fingerprint = ?1")?;
    let found = statement.query_row([fingerprint], |row| Ok((row.get(0)?, row.get(1)?)));
    let Some((id, matches)): Option<(u64, bool)> = found.optional()? else {
        return Ok(None);
    };
    let mut statement = db.prepare_cached(
        "SELECT currency, sales, sales_sum, refunds, refunds_sum FROM settlement_total \
         WHERE settlement = ?1 ORDER BY currency",
    )?;
    Ok(Some(SettlementVerdict {
        matches,
        settlement: Some(SettlementId(id)),
        ours: read(&mut statement.query([id])?)?,
        repeat: true,
    }))
}

fn read(rows: &mut rusqlite::Rows<'_>) -> Result<Vec<Totals>, Fault> {
    let mut totals = Vec::new();
    while let Some(row) = rows.next()? {
        let currency = Currency::new(row.get(0)?);
        totals.push(Totals {
            currency: currency.ok_or(StoreError::Value("a settlement's currency"))?,
            sales: Tally {
                count: row.get(1)?,
                sum: row.get(2)?,
            },
            refunds: Tally {
                count: row.get(3)?,
                sum: row.get(4)?,
            },
        });
    }
    Ok(totals)
}
