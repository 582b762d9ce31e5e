//! `tokens`: the list of the issuer's tokens.

use clap::Args;
use serde::Serialize;
use understudy_core::crypto::Algorithm;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{DeviceStanding, PAGE, Par, TokenId, TokenStatus, TokenSummary};

use super::device_id::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::family::scheme_name;
use crate::hex;
use crate::home::Home;
use crate::layout::{Cell, Column, Table};
use crate::output::{BAD, NOTE, Output};
use crate::state::IssuerSide;

/// Lists the tokens that the issuer issued, with their devices.
#[derive(Debug, Args)]
pub(crate) struct Tokens {
    /// Those behind this one, by its number: the list has a hundred at a time
    #[arg(long, value_name = "TOKEN")]
    after: Option<u32>,
}

impl Tokens {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let views = match IssuerSide::open_existing(home)? {
            Some(issuer) => views(&issuer, self.after.map(TokenId::new))?,
            None => Vec::new(),
        };
        let after = (views.len() == PAGE).then(|| views.last().map(|last| last.token));
        let after = after.flatten();
        if out.json() {
            out.object(&Document {
                format: "understudy.tokens/1",
                tokens: views,
                after,
            });
        } else if views.is_empty() {
            out.line(match self.after {
                None => "The issuer issued no token yet. `understudy issue` does.".to_owned(),
                Some(after) => format!("No token stands behind {after}."),
            });
        } else {
            print(&views, out);
            if let Some(after) = after {
                out.line(format!("`understudy tokens --after {after}` goes on."));
            }
        }
        Ok(Exit::Done)
    }
}

/// A page of the list, each token with the standing of its device.
fn views(issuer: &IssuerSide, after: Option<TokenId>) -> Result<Vec<TokenView>, Failure> {
    let view = |token: TokenSummary| {
        let device = token.home.map(|home| issuer.issuer.device(home.device));
        let device = device.transpose()?.flatten();
        Ok(TokenView {
            standing: device.map(|device| device.standing.name()),
            ..TokenView::new(&token)
        })
    };
    let tokens = issuer.issuer.tokens(after)?;
    tokens.into_iter().map(view).collect()
}

/// A token for display: without the full number.
#[derive(Serialize)]
pub(super) struct TokenView {
    token: u32,
    number: String,
    pan: String,
    par: String,
    scheme: String,
    product: &'static str,
    /// One, or two between which readers choose.
    algorithms: Vec<&'static str>,
    status: &'static str,
    expiry: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// The device's standing, in the list of all tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card: Option<u16>,
    keys_issued: u16,
    counters_used: u32,
}

impl TokenView {
    pub(super) fn new(token: &TokenSummary) -> Self {
        Self {
            token: token.id.get(),
            number: token.number.to_string(),
            pan: token.pan.to_string(),
            par: Par::text(&token.par).to_owned(),
            scheme: scheme_name(token.scheme),
            product: token.product.name,
            algorithms: token.algorithms.iter().map(Algorithm::name).collect(),
            status: token.status.name(),
            expiry: month(token.expiry),
            device: token.home.map(|home| shown(home.device)),
            standing: None,
            card: token.home.map(|home| home.card.0),
            keys_issued: token.keys_issued,
            counters_used: token.counters_used,
        }
    }

    /// Scheme, product, and the algorithms if they are not the usual one.
    fn kind(&self) -> String {
        let kind = format!("{} {}", self.scheme, self.product);
        match self.algorithms.as_slice() {
            ["tdes"] => kind,
            others => format!("{kind} {}", others.join("+")),
        }
    }

    /// The token in one sentence.
    pub(super) fn sentence(&self) -> String {
        format!(
            "token {}: {} for {}, {}, good until {}.",
            self.token, self.number, self.pan, self.status, self.expiry
        )
    }
}

/// The month of a token's expiry: `2029-11`.
fn month(expiry: Expiry) -> String {
    let [year, month] = expiry.to_bcd();
    format!("20{}-{}", hex::upper(&[year]), hex::upper(&[month]))
}

fn print(tokens: &[TokenView], out: &mut Output) {
    let mut table = Table::new([
        Column::right("TOKEN"),
        Column::left("NUMBER"),
        Column::left("BANK CARD"),
        Column::left("STATUS"),
        Column::left("PRODUCT"),
        Column::left("UNTIL"),
        Column::right("KEYS"),
        Column::right("USED"),
        Column::right("CARD"),
        Column::left("DEVICE"),
        Column::left(""),
    ]);
    for token in tokens {
        let status = match token.status {
            name if name == TokenStatus::Active.name() => Cell::new(name),
            name if name == TokenStatus::Inactive.name() => Cell::styled(name, NOTE),
            name => Cell::styled(name, BAD),
        };
        let stopped = token
            .standing
            .filter(|name| *name != DeviceStanding::Active.name());
        table.row([
            Cell::new(token.token),
            Cell::new(&token.number),
            Cell::new(&token.pan),
            status,
            Cell::new(token.kind()),
            Cell::new(&token.expiry),
            Cell::new(token.keys_issued),
            Cell::new(token.counters_used),
            Cell::optional(token.card),
            Cell::new(token.device.as_deref().unwrap_or("-")),
            stopped.map_or_else(Cell::default, |name| Cell::styled(name, BAD)),
        ]);
    }
    out.table(&table);
}

/// The list in JSON.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    tokens: Vec<TokenView>,
    /// The last token, if more may follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<u32>,
}
