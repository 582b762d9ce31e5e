//! `tokens`: the list of the issuer's tokens.

use clap::Args;
use serde::Serialize;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{DeviceStanding, Par, TokenStatus, TokenSummary};

use super::device_id::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::output::{BAD, FAINT, NOTE, Output, paint};
use crate::state::IssuerSide;

/// Lists the tokens that the issuer issued, with their devices.
#[derive(Debug, Args)]
pub(crate) struct Tokens {}

impl Tokens {
    #[expect(clippy::unused_self, reason = "every command is run by its arguments")]
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let (tokens, devices) = match IssuerSide::open_existing(home)? {
            Some(issuer) => (issuer.issuer.tokens()?, issuer.issuer.devices()?),
            None => (Vec::new(), Vec::new()),
        };
        let standing = |token: &TokenSummary| {
            let home = token.home?;
            let device = devices.iter().find(|device| device.id == home.device)?;
            Some(device.standing.name())
        };
        let view = |token: &TokenSummary| TokenView {
            standing: standing(token),
            ..TokenView::new(token)
        };
        let views: Vec<TokenView> = tokens.iter().map(view).collect();
        if out.json() {
            out.object(&Answer {
                format: "understudy.tokens/1",
                tokens: views,
            });
        } else if views.is_empty() {
            out.line("The issuer issued no token yet. `understudy issue` does.");
        } else {
            print(&views, out);
        }
        Ok(Exit::Done)
    }
}

/// A token for display: without the full number.
#[derive(Serialize)]
pub(super) struct TokenView {
    token: u32,
    number: String,
    pan: String,
    par: String,
    product: &'static str,
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
            product: token.product.name(),
            status: token.status.name(),
            expiry: month(token.expiry),
            device: token.home.map(|home| shown(home.device)),
            standing: None,
            card: token.home.map(|home| home.card.0),
            keys_issued: token.keys_issued,
            counters_used: token.counters_used,
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
    let heading = format!(
        "{:>5}  {:<19}  {:<19}  {:<8}  {:<7}  {:<7}  {:>4}  {:>4}  {:>4}  {}",
        "TOKEN",
        "NUMBER",
        "BANK CARD",
        "STATUS",
        "PRODUCT",
        "UNTIL",
        "KEYS",
        "USED",
        "CARD",
        "DEVICE"
    );
    out.line(paint(FAINT, heading.trim_end()));
    for token in tokens {
        let status = format!("{:<9}", token.status);
        let status = match token.status {
            status_name if status_name == TokenStatus::Active.name() => status,
            status_name if status_name == TokenStatus::Inactive.name() => paint(NOTE, status),
            _ => paint(BAD, status),
        };
        let card = token.card.map(|card| card.to_string()).unwrap_or_default();
        let stopped = token
            .standing
            .filter(|name| *name != DeviceStanding::Active.name());
        let stopped = stopped.map(|name| format!("  {}", paint(BAD, name)));
        let line = format!(
            "{:>5}  {:<19}  {:<19}  {status} {:<7}  {:<7}  {:>4}  {:>4}  {card:>4}  {}{}",
            token.token,
            token.number,
            token.pan,
            token.product,
            token.expiry,
            token.keys_issued,
            token.counters_used,
            token.device.as_deref().unwrap_or("-"),
            stopped.unwrap_or_default(),
        );
        out.line(line.trim_end());
    }
}

/// The list in JSON.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    tokens: Vec<TokenView>,
}
