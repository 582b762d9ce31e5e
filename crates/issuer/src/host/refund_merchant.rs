//! Merchants that may give money back without naming an original, and how much of it. By default
//! there are none.

use understudy_acquiring::MerchantId;
use understudy_core::card::UnixTime;
use understudy_core::wire::amount::Amount;

use super::reason::Reason;
use super::record::Record;
use super::refund_limits::{Allowed, RefundLimits};
use super::stop::Stop;
use crate::audit::{Deed, Subject};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{Act, View};

/// Seconds over which the limit of a day counts, whenever they begin.
const DAY: u64 = 24 * 60 * 60;

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
        now: UnixTime,
    ) -> Result<(), Fault> {
        self.act(now, |act| {
            let allowed = Allowed {
                merchant: *merchant,
                limits: *limits,
                since: Record::last(act)?,
            };
            allowed.store(act)?;
            act.record(
                Deed::RefundsAllowed,
                Subject::Merchant(*merchant),
                shown(limits),
            )
        })
    }

    /// Takes the permission back; `false` if the merchant had none.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn forbid_unlinked_refunds(
        &self,
        merchant: &MerchantId,
        now: UnixTime,
    ) -> Result<bool, Fault> {
        self.act(now, |act| {
            let had = Allowed::delete(act, merchant)?;
            if had {
                act.record(Deed::RefundsForbidden, Subject::Merchant(*merchant), "")?;
            }
            Ok(had)
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
        self.view(|view| {
            let allowed = Allowed::page(view, after)?.into_iter();
            allowed.map(|allowed| given(view, &allowed, now)).collect()
        })
    }
}

/// Limits as an entry of the audit shows them.
fn shown(limits: &RefundLimits) -> String {
    let currency = limits.currency().numeric();
    let (each, day, total) = (limits.each(), limits.day(), limits.total());
    format!("currency {currency:03}: each {each}, day {day}, total {total}")
}

/// Holds a refund without an original against what its merchant may give.
pub(super) fn admit(act: &Act<'_>, merchant: &MerchantId, amount: Amount) -> Result<(), Stop> {
    let Some(allowed) = Allowed::of_merchant(act, merchant)? else {
        return Err(Reason::RefundWithoutOriginal.into());
    };
    let merchant = given(act, &allowed, act.now)?;
    let (limits, asked) = (allowed.limits, amount.minor());
    let within = amount.currency() == limits.currency()
        && asked <= limits.each()
        && merchant.given_in_a_day.saturating_add(asked) <= limits.day()
        && merchant.given.saturating_add(asked) <= limits.total();
    if within {
        Ok(())
    } else {
        Err(Reason::RefundLimit.into())
    }
}

/// A permission with the sums that its merchant gave. A refund that a clock which was set back puts
/// into the future is of the last day.
fn given(view: &View<'_>, allowed: &Allowed, now: UnixTime) -> Result<RefundMerchant, Fault> {
    let began = UnixTime(now.0.saturating_sub(DAY));
    let sums = Record::unlinked_refunds(view, &allowed.merchant, allowed.since, began)?;
    let (given_in_a_day, given) = sums;
    Ok(RefundMerchant {
        merchant: allowed.merchant,
        limits: allowed.limits,
        given_in_a_day,
        given,
    })
}
