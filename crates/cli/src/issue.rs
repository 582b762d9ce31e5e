//! `issue`: a stand-in card for a bank card.

use clap::{Args, ValueEnum};
use serde::Serialize;
use understudy_core::crypto::Cvn;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{IssueOptions, Pin, Product};

use crate::cards::CardView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::{self, Given};
use crate::output::{GOOD, Output, paint};
use crate::state::{self, NewCard};

/// Issues a stand-in card for a bank card and puts it into the wallet.
///
/// The number on the command line stays in the shell's history and can be seen by other users of
/// the machine: `--pan -` reads it from the standard input.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The bank card's number, 13 to 19 digits; `-` reads it from the standard input
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// The month until which it is good
    #[arg(long, value_name = "YYMM")]
    expiry: Given,
    /// Single-use keys to begin with, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 10)]
    keys: u16,
    /// The account's PIN, 4 to 12 digits; `-` reads it from the standard input. Without it every
    /// PIN is wrong
    #[arg(long, value_name = "DIGITS")]
    pin: Option<Given>,
    /// Debit or credit
    #[arg(long, value_name = "PRODUCT", default_value = "debit")]
    product: ProductName,
    #[arg(
        long,
        value_name = "VERSION",
        default_value = "01",
        help = "UnionPay cryptogram version; a card with 17 pays in CNY only"
    )]
    cvn: CvnName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProductName {
    Debit,
    Credit,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CvnName {
    #[value(name = "01")]
    Cvn01,
    #[value(name = "17")]
    Cvn17,
}

impl Issue {
    /// Issues one card.
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let card = self.read()?;
        let (mut wallet, mut issuer) = state::open_both(home)?;
        let summary = state::issue(&mut wallet, &mut issuer, &card)?;
        let view = CardView::new(&summary);
        if out.json() {
            out.object(&Answer {
                format: "understudy.issue/1",
                card: view,
            });
        } else {
            out.line(format!("{} {}", paint(GOOD, "Issued"), view.sentence()));
            out.line("`understudy tap` pays with the default card, `understudy cards` lists all.");
        }
        Ok(Exit::Done)
    }

    fn read(&self) -> Result<NewCard, Failure> {
        let pan = input::digits("--pan", &self.pan, 13, 19)?;
        let pan =
            CardNumber::parse(&pan).map_err(|error| Failure::Input(format!("--pan: {error}")))?;
        let expiry = Expiry::parse(&input::text("--expiry", &self.expiry)?).map_err(|_| {
            Failure::Input("--expiry: a year and a month are needed, YYMM: 2912".to_owned())
        })?;
        let pin = self.pin.as_ref().map(read_pin).transpose()?;
        let options = IssueOptions {
            keys: self.keys,
            product: match self.product {
                ProductName::Debit => Product::Debit,
                ProductName::Credit => Product::Credit,
            },
            cvn: match self.cvn {
                CvnName::Cvn01 => Cvn::UnionPay01,
                CvnName::Cvn17 => Cvn::UnionPay17,
            },
            domestic_only: matches!(self.cvn, CvnName::Cvn17),
            ..IssueOptions::default()
        };
        Ok(NewCard {
            pan,
            expiry,
            pin,
            options,
        })
    }
}

/// The PIN behind `--pin`.
pub(crate) fn read_pin(given: &Given) -> Result<Pin, Failure> {
    let text = input::text("--pin", given)?;
    Pin::parse(&text).map_err(|error| Failure::Input(format!("--pin: {error}")))
}

/// What was issued, in JSON.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    card: CardView,
}
