//! Settlement: the end of a batch.

use std::fmt;

use understudy_acquiring::{BatchNumber, Tally};

use super::change::Change;
use super::outstanding::Settling;
use super::{Consequence, Till, TillError, TillFiles};
use crate::batch::{CurrencyTotals, RefusedReversal, Total, Totals};
use crate::clock::LocalTime;
use crate::host::{Host, Moment, Request, ResponseCode, Settlement};
use crate::money::format_amount;
use crate::receipt::Heading;
use crate::receipt::paper::{WIDTH, centred, code, field, rule, sum};

/// The treatment of a batch whose totals differ from the host's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnMismatch {
    /// It stays open: a person must compare both sides.
    StayOpen,
    /// It is closed nevertheless.
    Close,
}

/// The result of a settlement. `Display` prints it, 40 columns wide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettlementReport {
    heading: Heading,
    moment: Moment,
    /// The batch.
    pub batch: u32,
    /// The terminal's totals.
    pub ours: Totals,
    /// The host's totals, if it gave them.
    pub host: Option<understudy_acquiring::Totals>,
    /// The reversals in the batch that the host refused for good: a person must ask the acquirer.
    pub refused_reversals: Vec<RefusedReversal>,
    /// True if both sides are equal.
    pub agreed: bool,
    /// True if the batch is closed and a new one has begun.
    pub closed: bool,
}

impl<F: TillFiles> Till<F> {
    /// Settles the current batch. The sides agree if the host's totals are equal; if it gives none,
    /// if its answer is 00. If they agree, the batch is closed and a new one begins; if not,
    /// `on_mismatch` applies.
    ///
    /// A settlement without an answer is repeated unchanged, and nothing is added to the batch
    /// before it is answered: the host may have closed the batch.
    ///
    /// # Errors
    /// [`TillError`]; the batch is still open then.
    pub fn settle(
        &mut self,
        now: LocalTime,
        on_mismatch: OnMismatch,
        host: &mut dyn Host,
    ) -> Result<SettlementReport, TillError> {
        self.send_reversal(host)?;
        let close = on_mismatch == OnMismatch::Close;
        let report = match self.state.settling {
            Some(unanswered) => self.send_settlement(unanswered, host)?,
            None => self.begin_settlement(now, close, host)?,
        };
        if close && !report.closed {
            return self.begin_settlement(now, close, host);
        }
        Ok(report)
    }

    fn begin_settlement(
        &mut self,
        now: LocalTime,
        close: bool,
        host: &mut dyn Host,
    ) -> Result<SettlementReport, TillError> {
        let settling = Settling {
            trace: self.state.free_trace(),
            moment: now.into(),
            close,
        };
        self.keep(Consequence::NothingSent, Change::Settling(settling))?;
        self.send_settlement(settling, host)
    }

    fn send_settlement(
        &mut self,
        settling: Settling,
        host: &mut dyn Host,
    ) -> Result<SettlementReport, TillError> {
        let Settling {
            trace,
            moment,
            close,
        } = settling;
        let (batch, ours) = (self.state.batch.number, self.state.batch.totals());
        let said = ours.of_message()?;
        let reply = host.send(&Request::Settlement(Settlement {
            identity: self.identity(trace, moment),
            batch: BatchNumber::new(batch)?,
            totals: said.clone(),
            close,
        }));
        let reply = reply.map_err(TillError::SettlementUnanswered)?;
        self.admit_settlement(reply.response_code)?;
        let equal = reply.totals.as_ref().is_none_or(|host| *host == said);
        let agreed = reply.approved() && equal;
        let closed = agreed || close;
        let refused_reversals = self.state.batch.refused_reversals.clone();
        self.end_settlement(closed)?;
        Ok(SettlementReport {
            heading: self.heading.clone(),
            moment,
            batch,
            ours,
            host: reply.totals,
            refused_reversals,
            agreed,
            closed,
        })
    }

    /// Continues after an answer about the totals. Another final answer ends the settlement; a
    /// temporary one leaves it unanswered.
    fn admit_settlement(&mut self, code: ResponseCode) -> Result<(), TillError> {
        if [ResponseCode::APPROVED, ResponseCode::TOTALS_DIFFER].contains(&code) {
            return Ok(());
        }
        if !code.is_temporary() {
            self.end_settlement(false)?;
        }
        Err(TillError::SettlementRefused(code))
    }

    fn end_settlement(&mut self, close: bool) -> Result<(), TillError> {
        let change = if close {
            Change::Closed
        } else {
            Change::NotClosed
        };
        self.keep(Consequence::BatchOpen, change)
    }
}

impl fmt::Display for SettlementReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        centred(f, &self.heading.name)?;
        field(f, "MERCHANT", self.heading.merchant)?;
        field(f, "TERMINAL", self.heading.terminal)?;
        field(f, "DATE/TIME", self.moment)?;
        field(f, "BATCH", format_args!("{:06}", self.batch))?;
        rule(f)?;
        centred(f, "SETTLEMENT")?;
        totals(f, &self.ours)?;
        if let Some(host) = self.host.as_ref().filter(|_| !self.agreed) {
            rule(f)?;
            centred(f, "THE HOST HAS")?;
            of_host(f, host)?;
        }
        rule(f)?;
        refused(f, &self.refused_reversals)?;
        let verdict = if self.agreed {
            "TOTALS AGREE"
        } else {
            "TOTALS DIFFER"
        };
        centred(f, verdict)?;
        centred(
            f,
            if self.closed {
                "BATCH CLOSED"
            } else {
                "BATCH STILL OPEN"
            },
        )
    }
}

/// Prints the requests that were not reversed, with the answer to their reversal.
fn refused(f: &mut fmt::Formatter<'_>, refused: &[RefusedReversal]) -> fmt::Result {
    if refused.is_empty() {
        return Ok(());
    }
    centred(f, "REVERSALS REFUSED: ASK THE ACQUIRER")?;
    for RefusedReversal { record, code } in refused {
        let word = format!("{} {code}", record.id);
        field(f, &word, format_amount(record.amount))?;
    }
    rule(f)
}

/// The host's side, which does not tell sales from completions.
fn of_host(f: &mut fmt::Formatter<'_>, totals: &understudy_acquiring::Totals) -> fmt::Result {
    if totals.iter().next().is_none() {
        return centred(f, "NOTHING");
    }
    for each in totals.iter() {
        writeln!(f, "{}", code(each.currency))?;
        for (word, Tally { count, sum: minor }) in [
            ("SALES", each.sales),
            ("REFUNDS", each.refunds),
            ("VOIDS", each.voids),
        ] {
            let sum = sum(i128::from(minor), each.currency);
            writeln!(f, "{word:<11}{count:>7}{sum:>rest$}", rest = WIDTH - 18)?;
        }
        field(f, "NET", sum(each.net(), each.currency))?;
    }
    Ok(())
}

fn totals(f: &mut fmt::Formatter<'_>, totals: &Totals) -> fmt::Result {
    if totals.currencies().next().is_none() {
        return centred(f, "NOTHING");
    }
    for (currency, each) in totals.currencies() {
        let CurrencyTotals {
            sales,
            completions,
            refunds,
            voids,
        } = each;
        writeln!(f, "{}", code(currency))?;
        let rows = [
            ("SALES", sales),
            ("COMPLETIONS", completions),
            ("REFUNDS", refunds),
            ("VOIDS", voids),
        ];
        for (word, Total { count, sum: minor }) in rows {
            let sum = sum(i128::from(minor), currency);
            writeln!(f, "{word:<11}{count:>7}{sum:>rest$}", rest = WIDTH - 18)?;
        }
        field(f, "NET", sum(each.net(), currency))?;
    }
    Ok(())
}
