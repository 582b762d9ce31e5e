//! `wipe`, `rotate`, `unlock-password`, `limits`, `update-profile`: the issuer's commands to a
//! phone.

use clap::Args;
use serde::Serialize;
use understudy_core::card;
use understudy_core::wire::amount::Currency;
use understudy_issuer::{NewLimits, TokenId};
use understudy_pos::money;
use understudy_provisioning::keys::DeviceId;

use super::change::{tell_device, tell_token};
use super::device_id::{Device, unknown};
use super::next::{tell_letters, tell_letters_of};
use crate::cards::LimitsView;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Output;
use crate::state::{self, IssuerSide};

/// Writes off a lost phone for good: its tokens are deleted at once, and it is told to erase
/// itself.
///
/// The host declines its cards from now on. The phone erases everything when it fetches its
/// letters, and confirms it in its last report; `understudy tokens` shows that. A phone that is
/// found again is enrolled anew.
#[derive(Debug, Args)]
pub(crate) struct Wipe {
    /// The phone, by the name that `understudy enrol` printed
    #[arg(long, value_name = "ID")]
    device: Device,
}

/// Tells a phone to draw new storage keys, and to erase the data under the old ones.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The phone, by the name that `understudy enrol` printed
    #[arg(long, value_name = "ID")]
    device: Device,
}

/// Lets the payment password of a phone be tried again after too many wrong tries.
///
/// The password stays the same; with --reset it is erased, and the cardholder sets a new one.
/// Verify the cardholder first.
#[derive(Debug, Args)]
pub(crate) struct UnlockPassword {
    /// The phone, by the name that `understudy enrol` printed; the only phone if not given
    #[arg(long, value_name = "ID")]
    device: Option<Device>,
    /// Erases the password
    #[arg(long)]
    reset: bool,
}

/// Shows the limits of a card, or changes them, within those that the bank allows for any card.
///
/// Without an option they are shown, as the bank has them.
/// The host applies them from now on; the card follows when its phone fetches its letters. Amounts
/// are in the card's currency.
#[derive(Debug, Args)]
pub(crate) struct Limits {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: u32,
    #[command(flatten)]
    new: New,
}

/// The new limits; those that are not given stay as they are.
#[derive(Debug, Args)]
struct New {
    /// The highest amount of one tap without verification
    #[arg(long, value_name = "AMOUNT")]
    tap: Option<String>,
    /// Number of such taps until the next verification
    #[arg(long, value_name = "N")]
    count: Option<u8>,
    /// Sum of such taps until the next verification
    #[arg(long, value_name = "AMOUNT")]
    sum: Option<String>,
    /// The highest amount of any tap
    #[arg(long, value_name = "AMOUNT")]
    any_tap: Option<String>,
}

/// Sends a card its profile again, without keys, for example after `understudy replace-pan`.
#[derive(Debug, Args)]
pub(crate) struct UpdateProfile {
    /// The token, by its number in `understudy tokens`
    #[arg(value_name = "TOKEN")]
    token: u32,
}

impl Wipe {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        // A wallet that was wiped is no device any more.
        let is_here = state::is_here(home, self.device.0);
        let wiped = issuer.issuer.wipe_device(self.device.0, state::now());
        wiped.map_err(unknown)?;
        tell_device(home, &issuer, self.device, "Written off", out)?;
        if !is_here {
            tell_letters(home, self.device.0, out);
        }
        Ok(Exit::Done)
    }
}

impl Rotate {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let told = issuer.issuer.rotate_storage(self.device.0, state::now());
        told.map_err(unknown)?;
        tell_device(home, &issuer, self.device, "New storage keys", out)?;
        tell_letters(home, self.device.0, out);
        Ok(Exit::Done)
    }
}

impl UnlockPassword {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let device = match self.device {
            Some(device) => device,
            None => Device(only(&issuer)?),
        };
        let (told, done) = if self.reset {
            let told = issuer.issuer.reset_password(device.0, state::now());
            (told, "Payment password erased")
        } else {
            let told = issuer.issuer.unlock_password(device.0, state::now());
            (told, "Payment password unlocked")
        };
        told.map_err(unknown)?;
        tell_device(home, &issuer, device, done, out)?;
        tell_letters(home, device.0, out);
        Ok(Exit::Done)
    }
}

impl Limits {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let id = TokenId::new(self.token);
        let limits = issuer.issuer.limits(id)?;
        if self.new.is_empty() {
            tell_limits(id, &limits, out);
            return Ok(Exit::Done);
        }
        let currency = limits.currency;
        let amount = |name, text: &Option<String>| {
            let amount = text
                .as_deref()
                .map(|text| minor_units(name, text, currency));
            amount.transpose()
        };
        let new = NewLimits {
            unverified_tap: amount("--tap", &self.new.tap)?,
            unverified_taps: self.new.count,
            unverified_sum: amount("--sum", &self.new.sum)?,
            verified_tap: amount("--any-tap", &self.new.any_tap)?,
        };
        let limits = issuer.issuer.set_limits(id, &new, state::now())?;
        tell_token(home, &issuer, id, "Changed the limits of", out)?;
        if !out.json() {
            tell_limits(id, &limits, out);
        }
        tell_letters_of(home, &issuer, id, out)?;
        Ok(Exit::Done)
    }
}

impl New {
    fn is_empty(&self) -> bool {
        let amounts = [&self.tap, &self.sum, &self.any_tap];
        self.count.is_none() && amounts.into_iter().all(Option::is_none)
    }
}

impl UpdateProfile {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let issuer = IssuerSide::need(home)?;
        let id = TokenId::new(self.token);
        issuer.issuer.update_profile(id, state::now())?;
        tell_token(home, &issuer, id, "Sent a new profile to", out)?;
        tell_letters_of(home, &issuer, id, out)?;
        Ok(Exit::Done)
    }
}

fn tell_limits(token: TokenId, limits: &card::Limits, out: &mut Output) {
    let limits = LimitsView::new(limits);
    if out.json() {
        out.object(&LimitsAnswer {
            format: "understudy.limits/1",
            token: token.get(),
            limits,
        });
    } else {
        out.line(format!(
            "Token {token} pays {} at most; unverified {}.",
            limits.any_tap(),
            limits.unverified()
        ));
    }
}

/// The JSON about the limits of a token's card.
#[derive(Serialize)]
struct LimitsAnswer {
    format: &'static str,
    token: u32,
    limits: LimitsView,
}

/// An amount from the option of this name.
fn minor_units(name: &str, text: &str, currency: Currency) -> Result<u64, Failure> {
    match money::parse_amount(text, currency) {
        Ok(amount) => Ok(amount.minor()),
        Err(error) => Err(Failure::Input(format!("{name}: {error}"))),
    }
}

/// The enrolled device, if it is the only one.
fn only(issuer: &IssuerSide) -> Result<DeviceId, Failure> {
    let mut living = Vec::new();
    let mut page = issuer.issuer.devices(None)?;
    // Two tell as much as all.
    while let Some(last) = page
        .last()
        .map(|device| device.id)
        .filter(|_| living.len() < 2)
    {
        let alive = page
            .iter()
            .filter(|device| !device.standing.is_written_off());
        living.extend(alive.map(|device| device.id));
        page = issuer.issuer.devices(Some(last))?;
    }
    match (living.first(), living.get(1)) {
        (Some(device), None) => Ok(*device),
        (None, _) => Err(Failure::Input("no device is enrolled here".to_owned())),
        (Some(_), Some(_)) => Err(Failure::Input(
            "several devices are enrolled: say which one with --device ID; `understudy tokens` \
             shows the devices of tokens"
                .to_owned(),
        )),
    }
}
