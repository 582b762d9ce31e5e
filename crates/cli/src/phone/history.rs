//! `history`: the outcome of each tap, as far as the phone knows it.

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use understudy_core::card::{CardId, Cvm};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::money;
use understudy_wallet::{self as wallet, EntryMode, Filter, MonthlySum, Record, RecordOutcome};

use super::date::Date;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::Output;
use crate::state::WalletSide;

/// Lists the taps and codes of the wallet's cards, newest first.
///
/// The phone itself does not learn if it paid: `approved`, `declined`, `reversed` and `refunded`
/// come from the issuer. A tap that a terminal had to ask the PIN for went to the issuer only if it was
/// entered. The amount of a code is known once the issuer has approved it. Each card keeps its last 100
/// taps and codes, and its last 50 refusals. Times and dates
/// are in UTC.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// Only this card, by its number in `understudy cards`
    #[arg(long, value_name = "N")]
    card: Option<u16>,
    /// Only from this day on, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Only up to the end of this day
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Prints comma-separated values (RFC 4180), amounts in minor units
    #[arg(long, conflicts_with_all = ["json", "sums"])]
    csv: bool,
    /// Prints sums by month, merchant and currency
    #[arg(long)]
    sums: bool,
}

impl History {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let records = match WalletSide::open_existing(home)? {
            None => Vec::new(),
            Some(side) => {
                if self.card.is_some() {
                    side.card(home, self.card)?;
                }
                side.wallet.history(&self.filter())
            }
        };
        if self.sums {
            sums(&records, out);
        } else if self.csv {
            out.line(wallet::csv(&records).trim_end());
        } else if out.json() {
            let taps = serde_json::from_str(&wallet::json(&records));
            out.object(&Document {
                format: "understudy.history/1",
                taps: taps.unwrap_or_default(),
            });
        } else {
            list(&records, out);
        }
        Ok(Exit::Done)
    }

    fn filter(&self) -> Filter {
        Filter {
            card: self.card.map(CardId),
            from: self.from.map(Date::start),
            before: self.to.map(Date::end),
        }
    }
}

fn list(records: &[Record], out: &mut Output) {
    let taps: Vec<Value> = serde_json::from_str(&wallet::json(records)).unwrap_or_default();
    if taps.is_empty() {
        out.line("No tap is in the history.");
        return;
    }
    let mut table = Table::new([
        Column::left("TIME (UTC)"),
        Column::right("CARD"),
        Column::left("ATC"),
        Column::right("AMOUNT"),
        Column::left("MERCHANT"),
        Column::left("STATE"),
    ]);
    for (record, tap) in records.iter().zip(&taps) {
        let known = |name: &str| tap.get(name).and_then(Value::as_str);
        let text = |name: &str| known(name).unwrap_or("-").to_owned();
        let atc = record
            .atc
            .map_or_else(|| "-".to_owned(), |atc| atc.to_string());
        let amount = record
            .amount
            .map_or_else(|| "-".to_owned(), money::format_amount);
        let by_code = record.entry_mode == EntryMode::Code;
        let detail = match known("detail") {
            // Approved and reversed amounts are in minor units there.
            Some(detail) if !detail.bytes().all(|digit| digit.is_ascii_digit()) => {
                format!(": {detail}")
            }
            Some(code) if text("state") == "declined" => format!(": {code}"),
            _ if by_code && !is_unheard(record) => " (code)".to_owned(),
            None if is_unheard(record) && record.cvm == Some(Cvm::OnlinePin) => {
                ": if the PIN was entered".to_owned()
            }
            _ => String::new(),
        };
        table.row([
            Cell::new(text("time")),
            Cell::new(record.card.0),
            Cell::new(atc),
            Cell::new(amount),
            Cell::new(text("merchant")),
            Cell::new(text("state") + &detail),
        ]);
    }
    out.table(&table);
}

/// True for a tap with a cryptogram of which the issuer has said nothing.
fn is_unheard(record: &Record) -> bool {
    let outcome = record.outcome;
    matches!(
        outcome,
        RecordOutcome::Sent(_) | RecordOutcome::PossiblyTorn
    )
}

fn sums(records: &[Record], out: &mut Output) {
    let sums = wallet::monthly_sums(records, 0);
    let views: Vec<SumView> = sums.iter().map(SumView::new).collect();
    if out.json() {
        out.object(&SumsDocument {
            format: "understudy.sums/1",
            sums: views,
        });
        return;
    }
    if views.is_empty() {
        out.line("No tap with an amount and a time is in the history.");
        return;
    }
    let mut table = Table::new([
        Column::left("MONTH"),
        Column::left("MERCHANT"),
        Column::right("APPROVED"),
        Column::right("RETURNED"),
        Column::right("UNCONFIRMED"),
        Column::right("IF PIN ENTERED"),
        Column::right("TAPS"),
    ]);
    for (sum, view) in sums.iter().zip(&views) {
        let amount = |minor| Cell::new(format(minor, sum.currency));
        table.row([
            Cell::new(&view.month),
            Cell::new(&view.merchant),
            amount(sum.approved),
            amount(sum.returned),
            amount(sum.unconfirmed),
            amount(sum.pin_asked),
            Cell::new(sum.taps),
        ]);
    }
    out.table(&table);
}

/// A sum as text; it may exceed the largest single amount.
fn format(minor: u64, currency: Currency) -> String {
    let amount = Amount::new(minor, currency);
    amount.map_or_else(
        || format!("{minor} minor units of {:03}", currency.numeric()),
        money::format_amount,
    )
}

/// The JSON of the history.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    taps: Vec<Value>,
}

/// The JSON of the sums.
#[derive(Serialize)]
struct SumsDocument {
    format: &'static str,
    sums: Vec<SumView>,
}

/// The payments to a merchant in a month, in minor units.
#[derive(Serialize)]
struct SumView {
    month: String,
    merchant: String,
    currency: u16,
    approved: u64,
    returned: u64,
    unconfirmed: u64,
    pin_asked: u64,
    taps: u64,
}

impl SumView {
    fn new(sum: &MonthlySum) -> Self {
        Self {
            month: format!("{:04}-{:02}", sum.year, sum.month),
            merchant: sum.merchant.clone(),
            currency: sum.currency.numeric(),
            approved: sum.approved,
            returned: sum.returned,
            unconfirmed: sum.unconfirmed,
            pin_asked: sum.pin_asked,
            taps: sum.taps,
        }
    }
}
