//! `enrol`: enrolment of a device with the issuer.

use clap::Args;
use serde::Serialize;
use understudy_issuer::{DeviceSummary, NoAttestation};

use super::device_id::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::message;
use crate::output::{FAINT, GOOD, Output, paint};
use crate::state::{self, Cards, IssuerSide, WalletSide};

/// Enrols a device with the issuer, so that cards can be issued to it.
///
/// Without an option it is our own wallet, which the first `issue` or `tap` enrols too. For another
/// device: draw a challenge, give it and the issuer's keys to the device, and take its request.
#[derive(Debug, Args)]
pub(crate) struct Enrol {
    /// Prints a challenge for one request, good for an hour, and the issuer's public keys
    #[arg(long, conflicts_with = "request")]
    challenge: bool,
    /// Takes another device's request, its octets or their hex; `-` reads the standard input
    #[arg(long, value_name = "FILE|-")]
    request: Option<String>,
}

impl Enrol {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        if self.challenge {
            return challenge(home, out);
        }
        let device = if let Some(source) = &self.request {
            let request = message::read("--request", source)?;
            let issuer = IssuerSide::open(home, Cards::Own)?.issuer;
            DeviceView::new(&issuer.enrol(&request, &NoAttestation, state::now())?)
        } else {
            let (wallet, issuer) = state::open_both(home, Cards::Own)?;
            own(&wallet, &issuer)?
        };
        if out.json() {
            out.object(&Enrolled {
                format: "understudy.enrol/1",
                device,
            });
        } else {
            out.line(format!(
                "{} device {}",
                paint(GOOD, "Enrolled"),
                device.device
            ));
            out.line(format!("It is {}.", device.standing));
        }
        Ok(Exit::Done)
    }
}

fn own(wallet: &WalletSide, issuer: &IssuerSide) -> Result<DeviceView, Failure> {
    let id = state::enrolled(&wallet.wallet, issuer)?;
    let device = issuer.issuer.device(id)?;
    device
        .as_ref()
        .map(DeviceView::new)
        .ok_or_else(|| Failure::Home("issuer.db lost the device; try again".to_owned()))
}

fn challenge(home: &Home, out: &mut Output) -> Result<Exit, Failure> {
    let issuer = IssuerSide::open(home, Cards::Own)?;
    let answer = ChallengeAnswer {
        format: "understudy.challenge/1",
        challenge: hex::upper(&issuer.issuer.challenge(state::now())?.0),
        verify_key: hex::upper(issuer.public.verify.octets()),
        receive_key: hex::upper(issuer.public.receive.octets()),
    };
    if out.json() {
        out.object(&answer);
        return Ok(Exit::Done);
    }
    for (name, value) in [
        ("challenge", &answer.challenge),
        ("verify key", &answer.verify_key),
        ("receive key", &answer.receive_key),
    ] {
        out.line(format!("{name:<12} {value}"));
    }
    out.line(paint(
        FAINT,
        "Then `understudy enrol --request FILE` with what the device answers, within an hour.",
    ));
    Ok(Exit::Done)
}

/// A device for display, from the issuer's record.
#[derive(Serialize)]
pub(super) struct DeviceView {
    device: String,
    standing: &'static str,
    attestation: String,
    tokens: u32,
    letters: u32,
    reports: u64,
    refusals: u32,
}

impl DeviceView {
    pub(super) fn new(device: &DeviceSummary) -> Self {
        Self {
            device: shown(device.id),
            standing: device.standing.name(),
            attestation: device.attestation.clone(),
            tokens: device.tokens,
            letters: device.letters,
            reports: device.reports,
            refusals: device.refusals.count(),
        }
    }

    /// The issuer's standing of the device, as a sentence.
    pub(super) fn sentence(&self) -> String {
        format!("device {} is {}", self.device, self.standing)
    }
}

/// The JSON about an enrolled device.
#[derive(Serialize)]
struct Enrolled {
    format: &'static str,
    #[serde(flatten)]
    device: DeviceView,
}

/// The JSON for another device: challenge and public keys.
#[derive(Serialize)]
struct ChallengeAnswer {
    format: &'static str,
    challenge: String,
    verify_key: String,
    receive_key: String,
}
