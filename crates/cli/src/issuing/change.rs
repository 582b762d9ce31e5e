//! `suspend`, `resume`, `delete`, `replace-pan`, `set-pin`: the issuer's decisions about a token or
//! a device.

use clap::Args;
use serde::Serialize;
use understudy_core::wire::digits::CardNumber;
use understudy_issuer::{DeviceStanding, TokenId, TokenStatus};
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::SuspendReason;

use super::device_id::{Device, shown, unknown};
use super::enrol::DeviceView;
use super::issue::read_pin;
use super::next::{tell_letters, tell_letters_of};
use super::tokens::TokenView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::input::{self, Given};
use crate::output::{GOOD, Output, paint};
use crate::state::{self, Cards, IssuerSide};

/// A token, or a whole device.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: Option<u32>,
    /// A whole device with all its cards: a phone that was lost or found again
    #[arg(long, value_name = "ID")]
    device: Option<Device>,
}

/// Keeps a token, or all tokens of a device, from paying until it is resumed.
///
/// The host declines at once; the card follows when its device fetches its letters. Undelivered
/// keys of a suspended device are withdrawn.
#[derive(Debug, Args)]
pub(crate) struct Suspend {
    #[command(flatten)]
    which: Which,
}

/// Lets a suspended token or device pay again.
#[derive(Debug, Args)]
pub(crate) struct Resume {
    #[command(flatten)]
    which: Which,
}

/// Deletes a token for good; its card is erased when its device fetches its letters.
#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: u32,
}

/// Replaces the bank card behind a token, and behind all tokens of its account.
///
/// Tokens and PAR stay. The card shows the new last four digits with its next keys.
#[derive(Debug, Args)]
pub(crate) struct ReplacePan {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: u32,
    /// The new bank card's number, 13 to 19 digits; `-` reads it from the standard input
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
}

/// Sets the PIN of the account behind a token, for all its tokens, and lifts a block.
///
/// Three wrong PINs in a row block it.
#[derive(Debug, Args)]
pub(crate) struct SetPin {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: u32,
    /// The new PIN, 4 to 12 digits; `-` reads it from the standard input
    #[arg(long, value_name = "DIGITS")]
    pin: Given,
}

impl Suspend {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        match (self.which.token, self.which.device) {
            (_, Some(Device(device))) => {
                let reason = SuspendReason::Cardholder;
                let done = issuer.issuer.suspend_device(device, reason, state::now());
                done.map_err(unknown)?;
                tell_device(home, &issuer, Device(device), "Suspended", out)?;
                tell_letters(home, device, out);
            }
            (token, None) => {
                let id = TokenId::new(token.unwrap_or_default());
                issuer
                    .issuer
                    .suspend(id, SuspendReason::Issuer, state::now())?;
                tell_token(home, &issuer, id, "Suspended", out)?;
                tell_letters_of(home, &issuer, id, out)?;
            }
        }
        Ok(Exit::Done)
    }
}

impl Resume {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        match (self.which.token, self.which.device) {
            (_, Some(Device(device))) => {
                issuer
                    .issuer
                    .resume_device(device, state::now())
                    .map_err(unknown)?;
                tell_device(home, &issuer, Device(device), "Resumed", out)?;
                tell_letters(home, device, out);
            }
            (token, None) => {
                let id = TokenId::new(token.unwrap_or_default());
                issuer.issuer.resume(id, state::now())?;
                tell_token(home, &issuer, id, "Resumed", out)?;
                if !out.json() {
                    device_suspended(&issuer, id, out)?;
                }
                tell_letters_of(home, &issuer, id, out)?;
            }
        }
        Ok(Exit::Done)
    }
}

impl Delete {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let id = TokenId::new(self.token);
        // Undelivered letters are delivered first: a card that never arrived could not be erased.
        state::deliver(home, &issuer);
        issuer.issuer.delete(id, state::now())?;
        tell_token(home, &issuer, id, "Deleted", out)?;
        tell_letters_of(home, &issuer, id, out)?;
        Ok(Exit::Done)
    }
}

impl ReplacePan {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let pan = input::digits("--pan", &self.pan, 13, 19)?;
        let pan = CardNumber::parse(&pan);
        let pan = pan.map_err(|error| Failure::Input(format!("--pan: {error}")))?;
        let issuer = IssuerSide::need(home)?;
        issuer.admit(Cards::of(&pan), home)?;
        let id = TokenId::new(self.token);
        issuer.issuer.replace_pan(id, &pan, state::now())?;
        tell_token(home, &issuer, id, "Replaced the bank card of", out)
    }
}

impl SetPin {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let pin = read_pin(&self.pin)?;
        let issuer = IssuerSide::need(home)?;
        let id = TokenId::new(self.token);
        issuer.set_pin(id, &pin)?;
        tell_token(home, &issuer, id, "Set the PIN of", out)
    }
}

/// Delivers the wallet's letters, and prints the token's new state.
pub(super) fn tell_token(
    home: &Home,
    issuer: &IssuerSide,
    id: TokenId,
    done: &str,
    out: &mut Output,
) -> Result<Exit, Failure> {
    state::deliver(home, issuer);
    let view = TokenView::new(&issuer.token(id)?);
    if out.json() {
        out.object(&TokenAnswer {
            format: "understudy.token/1",
            token: view,
        });
    } else {
        out.line(format!("{} {}", paint(GOOD, done), view.sentence()));
    }
    Ok(Exit::Done)
}

/// Prints a note if a token cannot pay yet because its device is suspended.
fn device_suspended(issuer: &IssuerSide, id: TokenId, out: &mut Output) -> Result<(), Failure> {
    let home = issuer.token(id)?.home;
    let device = home.map_or(Ok(None), |home| issuer.issuer.device(home.device))?;
    if let Some(device) = device.filter(|device| device.standing != DeviceStanding::Active) {
        out.line(format!(
            "Its device is suspended still: `understudy resume --device {}` lets it pay again.",
            shown(device.id)
        ));
    }
    Ok(())
}

/// Delivers the wallet's letters, and prints the device's new state.
pub(super) fn tell_device(
    home: &Home,
    issuer: &IssuerSide,
    Device(id): Device,
    done: &str,
    out: &mut Output,
) -> Result<Exit, Failure> {
    state::deliver(home, issuer);
    let Some(device) = issuer.issuer.device(id)? else {
        return Ok(Exit::Done);
    };
    let view = DeviceView::new(&device);
    if out.json() {
        out.object(&DeviceAnswer {
            format: "understudy.device/1",
            device: view,
        });
    } else {
        out.line(format!("{}: {}.", paint(GOOD, done), view.sentence()));
        if device.standing == DeviceStanding::Active {
            still_suspended(issuer, id, out)?;
        }
    }
    Ok(Exit::Done)
}

/// Names the tokens that remain suspended although their device is active.
fn still_suspended(issuer: &IssuerSide, device: DeviceId, out: &mut Output) -> Result<(), Failure> {
    for token in issuer.issuer.tokens_on(device)? {
        if token.status == TokenStatus::Suspended {
            let id = token.id;
            out.line(format!(
                "Token {id} is suspended still: `understudy resume {id}` lets it pay again."
            ));
        }
    }
    Ok(())
}

/// The JSON about a token.
#[derive(Serialize)]
struct TokenAnswer {
    format: &'static str,
    #[serde(flatten)]
    token: TokenView,
}

/// The JSON about a device.
#[derive(Serialize)]
struct DeviceAnswer {
    format: &'static str,
    #[serde(flatten)]
    device: DeviceView,
}
