//! `settle`: settlement of the terminal's batch.

use std::collections::BTreeMap;

use anstyle::Style;
use clap::Args;
use serde::Serialize;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{NetTotals, Tally};
use understudy_pos::batch::RefusedReversal;
use understudy_pos::money;
use understudy_pos::till::{OnMismatch, SettlementReport};

use super::unsettled::{self, OpenTill};
use super::{HostLine, TerminalFile, failed, local_time};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::{BAD, GOOD, Output, paint};
use crate::state::IssuerSide;

/// Compares the totals of terminal and issuer at the end of the day, and begins a new batch.
///
/// A settled payment can't be voided or reversed any more; it can be refunded. Exit code 0 means
/// that the batch is closed.
#[derive(Debug, Args)]
pub(crate) struct Settle {
    /// Closes the batch on both sides even if the totals differ
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    terminal: TerminalFile,
}

impl Settle {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.terminal
    }

    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let chosen = self.terminal.read_existing(home)?;
        let now = local_time(chosen.config())?;
        let issuer = IssuerSide::need(home)?;
        let mut till = chosen.open(home)?;
        let mut line = HostLine::new(&issuer);
        let on_mismatch = if self.force {
            OnMismatch::Close
        } else {
            OnMismatch::StayOpen
        };
        let settled = till.settle(now, on_mismatch, &mut line);
        let report = settled.map_err(|error| failed(&error, line.fault))?;
        let theirs = line.settlement.map(|verdict| verdict.ours);
        drop(till);
        let answer = Document {
            unsettled: unsettled::beside(home, chosen.name()),
            ..Document::new(&report, &theirs.unwrap_or_default())
        };
        if out.json() {
            out.object(&answer);
        } else {
            answer.print(out);
        }
        Ok(if report.closed {
            Exit::Done
        } else {
            Exit::NotApproved
        })
    }
}

/// The JSON of the settlement.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    batch: u32,
    agreed: bool,
    closed: bool,
    totals: Vec<Line>,
    /// Reversals that the issuer refused for good: a person must ask the issuer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused_reversals: Vec<Refused>,
    /// The other tills of the shop with an open batch that is not empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unsettled: Vec<OpenTill>,
}

/// A reversal that the issuer refused for good.
#[derive(Serialize)]
struct Refused {
    entry: String,
    amount: String,
    reference: String,
    response_code: String,
}

/// The totals of both sides in one currency.
#[derive(Serialize)]
struct Line {
    currency: u16,
    terminal: Side,
    issuer: Side,
}

/// The totals of one side: completions are sales, and voided or reversed payments do not count.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Side {
    sales: Sum,
    refunds: Sum,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Sum {
    count: u64,
    minor_units: u64,
}

impl Document {
    fn new(report: &SettlementReport, issuer: &[NetTotals]) -> Self {
        let mut lines: BTreeMap<Currency, (Side, Side)> = BTreeMap::new();
        for (currency, totals) in report.ours.currencies() {
            let ours = totals.of_message(currency);
            lines.entry(currency).or_default().0 = Side::of(ours.net_sales(), ours.refunds);
        }
        for theirs in issuer {
            lines.entry(theirs.currency).or_default().1 = Side::of(theirs.sales, theirs.refunds);
        }
        let line = |(currency, (terminal, issuer)): (Currency, (Side, Side))| Line {
            currency: currency.numeric(),
            terminal,
            issuer,
        };
        Self {
            format: "understudy.settle/1",
            batch: report.batch,
            agreed: report.agreed,
            closed: report.closed,
            totals: lines.into_iter().map(line).collect(),
            refused_reversals: report.refused_reversals.iter().map(Refused::new).collect(),
            unsettled: Vec::new(),
        }
    }

    fn print(&self, out: &mut Output) {
        if self.totals.is_empty() {
            out.line("Nothing moved money since the last settlement.");
        } else {
            out.table(&self.table());
        }
        for refused in &self.refused_reversals {
            out.line(paint(BAD, refused.sentence()));
        }
        self.print_end(out);
        for till in &self.unsettled {
            out.line(till.sentence());
        }
    }

    /// The totals of both sides, those that differ in the colour of a bad result.
    fn table(&self) -> Table {
        let mut table = Table::new([
            Column::left(""),
            Column::right("SALES"),
            Column::right("SUM"),
            Column::right("REFUNDS"),
            Column::right("SUM"),
        ]);
        for line in &self.totals {
            let differs = line.terminal != line.issuer;
            let style = if differs { BAD } else { Style::new() };
            for (name, side) in [("terminal", line.terminal), ("issuer", line.issuer)] {
                table.row([
                    Cell::styled(name, style),
                    Cell::styled(side.sales.count, style),
                    Cell::styled(side.sales.shown(line.currency), style),
                    Cell::styled(side.refunds.count, style),
                    Cell::styled(side.refunds.shown(line.currency), style),
                ]);
            }
        }
        table
    }

    fn print_end(&self, out: &mut Output) {
        let batch = self.batch;
        match (self.agreed, self.closed) {
            (true, _) => {
                let done = format!("Batch {batch:06} is settled.");
                out.line(paint(GOOD, done));
            }
            (false, true) => {
                let done = format!("Batch {batch:06} is closed though the totals differ.");
                out.line(paint(BAD, done));
            }
            (false, false) => {
                out.line(paint(
                    BAD,
                    format!("Batch {batch:06} stays open: the totals differ."),
                ));
                out.line(
                    "Next: compare with `understudy authorisations`; `understudy settle --force` \
                     closes the batch all the same.",
                );
            }
        }
    }
}

impl Refused {
    fn new(refused: &RefusedReversal) -> Self {
        let record = &refused.record;
        Self {
            entry: record.id.to_string(),
            amount: money::format_amount(record.amount),
            reference: record.reference.to_string(),
            response_code: refused.code.to_string(),
        }
    }

    fn sentence(&self) -> String {
        format!(
            "The issuer refused the reversal of {} ({}, reference {}) with code {}: ask it.",
            self.entry, self.amount, self.reference, self.response_code
        )
    }
}

impl Side {
    fn of(sales: Tally, refunds: Tally) -> Self {
        let sum = |tally: Tally| Sum {
            count: tally.count,
            minor_units: tally.sum,
        };
        Self {
            sales: sum(sales),
            refunds: sum(refunds),
        }
    }
}

impl Sum {
    /// The sum as money, or as a bare number if it is too large for an amount.
    fn shown(self, currency: u16) -> String {
        let amount = Currency::new(currency)
            .and_then(|currency| Amount::new(self.minor_units, currency))
            .map(money::format_amount);
        amount.unwrap_or_else(|| self.minor_units.to_string())
    }
}
