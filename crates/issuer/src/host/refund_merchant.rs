//! Merchants that may give money back without naming an original, and how much of it. By default
//! there are none.

use rusqlite::{OptionalExtension as _, Row};
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::{Amount, Currency};

use super::reason::Reason;
use super::stop::Stop;
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{PAGE, StoreError, Transaction};
use understudy_acquiring::MerchantId;

/// Seconds over which the limit of a day counts, whenever they begin.
const DAY: u64 = 24 * 60 * 60;

/// The most that a merchant gives back without naming an original, in minor units of one currency.
/// Refunds that were voided or reversed do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundLimits {
    currency: Currency,
    each: u64,
    day: u64,
    total: u64,
}

/// A merchant that may give money back without naming an original, and what it gave so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefundMerchant {
    /// DE 42.
    pub merchant: MerchantId,
    /// The limits on its unlinked refunds.
    pub limits: RefundLimits,
    /// The sum of its unlinked refunds in the last 24 hours, in minor units.
    pub given_in_a_day: u64,
    /// The sum of its unlinked refunds since it was allowed to give them, in minor units.
    pub given: u64,
}

impl RefundLimits {
    /// The limits of one refund, of those of any 24 hours, and of all since the merchant was allowed
    /// to; `None` unless they are above zero, in this order, and at most twelve digits.
    #[must_use]
    pub const fn new(currency: Currency, each: u64, day: u64, total: u64) -> Option<Self> {
        if each == 0 || each > day || day > total || total > Amount::MAX_MINOR {
            return None;
        }
        Some(Self {
            currency,
            each,
            day,
            total,
        })
    }

    /// The currency of the limits; the merchant gives back in no other.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The most that one refund may be.
    #[must_use]
    pub const fn each(&self) -> u64 {
        self.each
    }

    /// The most that the refunds of any 24 hours may come to.
    #[must_use]
    pub const fn day(&self) -> u64 {
        self.day
    }

    /// The most that all refunds since the merchant was allowed to may come to.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.total
    }
}

impl Issuer {
    /// Lets a merchant give money back without naming an original. What it gave before does not
    /// count towards the limits; allowed again, it begins anew.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn allow_unlinked_refunds(
        &self,
        merchant: &MerchantId,
        limits: &RefundLimits,
    ) -> Result<(), Fault> {
        self.store.write(|db| {
            db.execute(
                "INSERT OR REPLACE INTO refund_merchant \
                     (merchant, currency, each, day, total, since) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ifnull(max(id), 0) FROM authorisation",
                (
                    merchant.text(),
                    limits.currency.numeric(),
                    limits.each,
                    limits.day,
                    limits.total,
                ),
            )?;
            Ok(())
        })
    }

    /// Takes the permission back; `false` if the merchant had none.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn forbid_unlinked_refunds(&self, merchant: &MerchantId) -> Result<bool, Fault> {
        self.store.write(|db| {
            let taken = db.execute(
                "DELETE FROM refund_merchant WHERE merchant = ?1",
                [merchant.text()],
            )?;
            Ok(taken > 0)
        })
    }

    /// A page of the merchants that may give money back without naming an original, by name: the
    /// first [`PAGE`](crate::PAGE), or those behind the last of the page before.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn refund_merchants(
        &self,
        after: Option<&MerchantId>,
        now: UnixTime,
    ) -> Result<Vec<RefundMerchant>, Fault> {
        self.store.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT * FROM refund_merchant WHERE merchant > ?1 ORDER BY merchant LIMIT ?2",
            )?;
            let after = after.map_or("", MerchantId::text);
            let rows = statement.query_map((after, PAGE), |row| Ok(read(db, row, now)))?;
            rows.map(|row| row?).collect()
        })
    }
}

/// Holds a refund without an original against what its merchant may give.
pub(super) fn admit(
    db: &Transaction<'_>,
    merchant: &MerchantId,
    amount: Amount,
    now: UnixTime,
) -> Result<(), Stop> {
    let mut statement = db.prepare_cached("SELECT * FROM refund_merchant WHERE merchant = ?1")?;
    let found = statement.query_row([merchant.text()], |row| Ok(read(db, row, now)));
    let Some(allowed) = found.optional()?.transpose()? else {
        return Err(Reason::RefundWithoutOriginal.into());
    };
    let (limits, asked) = (allowed.limits, amount.minor());
    let within = amount.currency() == limits.currency
        && asked <= limits.each
        && allowed.given_in_a_day.saturating_add(asked) <= limits.day
        && allowed.given.saturating_add(asked) <= limits.total;
    if within {
        Ok(())
    } else {
        Err(Reason::RefundLimit.into())
    }
}

fn read(db: &Transaction<'_>, row: &Row<'_>, now: UnixTime) -> Result<RefundMerchant, Fault> {
    let damaged = StoreError::Value("a merchant that refunds");
    let merchant: String = row.get("merchant")?;
    let merchant = MerchantId::parse(&merchant).map_err(|_| damaged)?;
    let currency = Currency::new(row.get("currency")?).ok_or(damaged)?;
    let (each, day, total) = (row.get("each")?, row.get("day")?, row.get("total")?);
    let limits = RefundLimits::new(currency, each, day, total);
    let since: u64 = row.get("since")?;
    let (given_in_a_day, given) = given(db, &merchant, since, now)?;
    Ok(RefundMerchant {
        merchant,
        limits: limits.ok_or(damaged)?,
        given_in_a_day,
        given,
    })
}

/// The sums that a merchant gave in the last day, and in all. A refund that a clock which was set back puts
/// into the future is of the last day.
fn given(
    db: &Transaction<'_>,
    merchant: &MerchantId,
    since: u64,
    now: UnixTime,
) -> Result<(u64, u64), Fault> {
    let mut statement = db.prepare_cached(
        "SELECT ifnull(sum(iif(decided_at > ?3, amount, 0)), 0), ifnull(sum(amount), 0) \
         FROM authorisation \
         WHERE merchant = ?1 AND id > ?2 AND kind = 'refund' AND original IS NULL \
             AND reason = 'approved' AND reversed_at IS NULL AND voided_by IS NULL",
    )?;
    let began = now.0.saturating_sub(DAY);
    let sums = statement.query_row((merchant.text(), since, began), |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    Ok(sums?)
}
