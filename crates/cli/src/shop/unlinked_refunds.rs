//! `unlinked-refunds`: the merchants that may refund without naming a payment.

use clap::Args;
use serde::Serialize;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::{MerchantId, RefundLimits, RefundMerchant};
use understudy_pos::money;

use super::parse_amount;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::Output;
use crate::state::{self, IssuerSide};
use crate::usage::hide_text;

/// Lets a merchant refund by a tap without naming a payment; lists the merchants that may.
///
/// By default none may. Earlier refunds of a merchant do not count towards its limits; a renewed
/// permission starts anew. Voided or reversed refunds do not count.
#[derive(Debug, Args)]
pub(crate) struct UnlinkedRefunds {
    /// The merchant (DE 42), at most 15 characters
    #[arg(value_name = "MERCHANT")]
    merchant: Option<String>,
    /// The most for one refund, as the currency writes it
    #[arg(long, value_name = "AMOUNT", requires_all = ["merchant", "day", "total"])]
    each: Option<String>,
    /// The most for all refunds of any 24 hours
    #[arg(long, value_name = "AMOUNT", requires = "each")]
    day: Option<String>,
    /// The most for all refunds from now on
    #[arg(long, value_name = "AMOUNT", requires = "each")]
    total: Option<String>,
    /// The currency of the limits by its three letters; the merchant may refund in no other
    #[arg(long, value_name = "CODE", default_value = "CNY", requires = "each")]
    currency: String,
    /// Withdraws the permission
    #[arg(long, conflicts_with = "each", requires = "merchant")]
    off: bool,
}

impl UnlinkedRefunds {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let merchant = self.merchant.as_deref().map(parse_merchant).transpose()?;
        let limits = self.limits()?;
        let merchants = match (merchant, limits) {
            (Some(merchant), Some(limits)) => {
                let issuer = IssuerSide::need(home)?;
                issuer
                    .issuer
                    .allow_unlinked_refunds(&merchant, &limits, state::now())?;
                list(&issuer)?
            }
            (Some(merchant), None) if self.off => {
                let issuer = IssuerSide::need(home)?;
                issuer
                    .issuer
                    .forbid_unlinked_refunds(&merchant, state::now())?;
                list(&issuer)?
            }
            _ => match IssuerSide::open_existing(home)? {
                Some(issuer) => list(&issuer)?,
                None => Vec::new(),
            },
        };
        tell(&merchants, out);
        Ok(Exit::Done)
    }

    fn limits(&self) -> Result<Option<RefundLimits>, Failure> {
        let (Some(each), Some(day), Some(total)) = (&self.each, &self.day, &self.total) else {
            return Ok(None);
        };
        let currency = money::parse_currency(&self.currency.to_ascii_uppercase());
        let currency = currency.map_err(|error| {
            Failure::Input(format!("--currency: {}", hide_text(&error.to_string())))
        })?;
        let minor = |text| parse_amount(text, currency).map(Amount::minor);
        let limits = RefundLimits::new(currency, minor(each)?, minor(day)?, minor(total)?);
        limits.map(Some).ok_or_else(|| {
            Failure::Input(
                "--each is above zero, --day is at least --each, and --total at least --day"
                    .to_owned(),
            )
        })
    }
}

/// A merchant as terminals send it: padded with blanks.
fn parse_merchant(name: &str) -> Result<MerchantId, Failure> {
    let field = format!("{name:<15}");
    let merchant = MerchantId::parse(&field)
        .ok()
        .filter(|_| !name.trim().is_empty());
    merchant.ok_or_else(|| {
        Failure::Input("MERCHANT is 1 to 15 printable characters (DE 42)".to_owned())
    })
}

fn list(issuer: &IssuerSide) -> Result<Vec<RefundMerchant>, Failure> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|last: &RefundMerchant| last.merchant);
        let page = issuer
            .issuer
            .refund_merchants(after.as_ref(), state::now())?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn tell(merchants: &[RefundMerchant], out: &mut Output) {
    let views: Vec<View> = merchants.iter().map(View::new).collect();
    if out.json() {
        out.object(&Document {
            format: "understudy.unlinked-refunds/1",
            merchants: views,
        });
        return;
    }
    if views.is_empty() {
        out.line("Every refund names a payment: no merchant may do without.");
        return;
    }
    let mut table = Table::new([
        Column::left("MERCHANT"),
        Column::right("EACH"),
        Column::right("24 HOURS"),
        Column::right("TOTAL"),
        Column::right("GIVEN"),
    ]);
    for (view, merchant) in views.iter().zip(merchants) {
        let limits = &merchant.limits;
        let shown = |minor| Cell::new(shown(minor, limits.currency()));
        table.row([
            Cell::new(&view.merchant),
            shown(limits.each()),
            shown(limits.day()),
            shown(limits.total()),
            shown(merchant.given),
        ]);
    }
    out.table(&table);
}

fn shown(minor: u64, currency: Currency) -> String {
    let amount = Amount::new(minor, currency);
    amount.map_or_else(|| minor.to_string(), money::format_amount)
}

/// The JSON of the list.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    merchants: Vec<View>,
}

/// A merchant's permission, amounts in minor units.
#[derive(Serialize)]
struct View {
    merchant: String,
    currency: u16,
    each: u64,
    day: u64,
    total: u64,
    given_in_a_day: u64,
    given: u64,
}

impl View {
    fn new(merchant: &RefundMerchant) -> Self {
        let limits = &merchant.limits;
        Self {
            merchant: merchant.merchant.text().trim_end().to_owned(),
            currency: limits.currency().numeric(),
            each: limits.each(),
            day: limits.day(),
            total: limits.total(),
            given_in_a_day: merchant.given_in_a_day,
            given: merchant.given,
        }
    }
}
