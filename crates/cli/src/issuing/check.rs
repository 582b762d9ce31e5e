//! `check`: the issuer's database compared with itself, and its book added up.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{BookSum, LedgerKind};
use understudy_pos::money;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{FAINT, Output, paint};
use crate::state::IssuerSide;

/// Reads the issuer's whole database and compares it with itself.
///
/// Pages, indexes and references between rows; every account of the book against its postings; and
/// the sum of the book in each currency, which is zero.
#[derive(Debug, Args)]
pub(crate) struct Check {}

/// The accounts of the book, in the order in which they are shown.
const KINDS: [LedgerKind; 5] = [
    LedgerKind::Funds,
    LedgerKind::Held,
    LedgerKind::Payable,
    LedgerKind::Settled,
    LedgerKind::Opening,
];

impl Check {
    #[expect(clippy::unused_self, reason = "as every command")]
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let book = lines(&issuer.issuer.check_integrity()?);
        if out.json() {
            out.object(&Document {
                format: "understudy.check/1",
                book: book.iter().map(View::new).collect(),
            });
            return Ok(Exit::Done);
        }
        out.line("The issuer's database is sound, and its book sums to zero.");
        if book.is_empty() {
            return Ok(Exit::Done);
        }
        let names = KINDS.map(|kind| format!("{:>18}", kind.name().to_uppercase()));
        out.line(paint(FAINT, names.join("")));
        for line in &book {
            let amounts = line.balances.map(|minor| shown(minor, line.currency));
            out.line(amounts.map(|amount| format!("{amount:>18}")).join(""));
        }
        Ok(Exit::Done)
    }
}

/// The balances of one currency, in the order of [`KINDS`], in minor units.
struct Line {
    currency: Currency,
    balances: [i64; KINDS.len()],
}

fn lines(sums: &[BookSum]) -> Vec<Line> {
    let mut by_currency: BTreeMap<Currency, Vec<&BookSum>> = BTreeMap::new();
    for sum in sums {
        by_currency.entry(sum.currency).or_default().push(sum);
    }
    let balance = |sums: &[&BookSum], kind| {
        let sum = sums.iter().find(|sum| sum.kind == kind);
        sum.map_or(0, |sum| sum.balance)
    };
    by_currency
        .into_iter()
        .map(|(currency, sums)| Line {
            currency,
            balances: KINDS.map(|kind| balance(&sums, kind)),
        })
        .collect()
}

fn shown(minor: i64, currency: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let amount = Amount::new(minor.unsigned_abs(), currency);
    let amount = amount.map_or_else(|| minor.unsigned_abs().to_string(), money::format_amount);
    format!("{sign}{amount}")
}

#[derive(Serialize)]
struct Document {
    format: &'static str,
    book: Vec<View>,
}

#[derive(Serialize)]
struct View {
    currency: u16,
    funds: i64,
    held: i64,
    payable: i64,
    settled: i64,
    opening: i64,
}

impl View {
    const fn new(line: &Line) -> Self {
        let [funds, held, payable, settled, opening] = line.balances;
        Self {
            currency: line.currency.numeric(),
            funds,
            held,
            payable,
            settled,
            opening,
        }
    }
}
