//! Settlement: the terminal's totals against the issuer's, at the end of its day.

use understudy_acquiring::Settlement;
use understudy_core::card::UnixTime;

use super::bounds::EMPTY_SETTLEMENTS;
use super::fingerprint;
use super::money;
use super::record::Record;
use super::totals::NetTotals;
use crate::fault::Fault;
use crate::id::SettlementId;
use crate::issuer::Issuer;
use crate::store::{Act, Settled};

/// The answer to a settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementVerdict {
    /// The terminal's totals are the issuer's.
    pub matches: bool,
    /// The name of the settlement; none if the totals differ and it was not forced.
    pub settlement: Option<SettlementId>,
    /// The issuer's totals, by currency.
    pub ours: Vec<NetTotals>,
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
    pub fn settle(&self, request: &Settlement, now: UnixTime) -> Result<SettlementVerdict, Fault> {
        let theirs: Vec<NetTotals> = request.totals.iter().map(NetTotals::from).collect();
        self.act_on_money(now, |act| {
            let fingerprint = fingerprint::of_settlement(act.keys, request, &theirs)?;
            if let Some(seen) = Settled::of_request(act, &fingerprint)? {
                return Ok(SettlementVerdict {
                    matches: seen.matched,
                    settlement: Some(seen.id),
                    ours: seen.totals,
                    repeat: true,
                });
            }
            let ours = NetTotals::of_unsettled(act, &request.identity)?;
            let matches = happened(&theirs).eq(&ours);
            let mut verdict = SettlementVerdict {
                matches,
                settlement: None,
                ours,
                repeat: false,
            };
            if matches || request.close {
                verdict.settlement = Some(keep(act, request, &fingerprint, &verdict)?);
            }
            Ok(verdict)
        })
    }
}

/// The totals without the currencies in which nothing happened.
fn happened(totals: &[NetTotals]) -> impl Iterator<Item = &NetTotals> {
    totals.iter().filter(|total| !total.is_empty())
}

/// Settles voids with the rest: taking one back later would bring a sale into a day that is over. A
/// pre-authorisation stays open for its completion.
fn keep(
    act: &Act<'_>,
    request: &Settlement,
    fingerprint: &[u8; 32],
    verdict: &SettlementVerdict,
) -> Result<SettlementId, Fault> {
    let ours = (verdict.matches, verdict.ours.as_slice());
    let id = Settled::insert(act, &request.identity, request.batch, fingerprint, ours)?;
    let settled = Record::settle_all(act, &request.identity, id)?;
    for totals in &verdict.ours {
        money::settle(act, &request.identity, id, totals)?;
    }
    if settled == 0 && verdict.ours.is_empty() {
        Settled::keep_newest_empty(act, id, EMPTY_SETTLEMENTS)?;
    }
    Ok(id)
}
