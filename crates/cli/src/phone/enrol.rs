//! `phone enrol`: a new phone and its request to a bank.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use understudy_provisioning::enrolment::Challenge;
use understudy_provisioning::keys::{PublicReceiveKey, VerifyKey};
use understudy_wallet::{IssuerKeys, WalletError};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::input;
use crate::message::Place;
use crate::output::{Output, note};
use crate::phone::Homes;
use crate::state::WalletSide;

/// Makes this home a phone of a bank in another home, and writes its enrolment request.
///
/// It takes what `understudy enrol --challenge` printed there, as text or JSON, and
/// `understudy enrol --request` takes the request. As long as the phone holds no card it can enrol
/// again.
#[derive(Debug, Args)]
pub(crate) struct Enrol {
    /// The bank's challenge and keys; `-` reads the standard input
    #[arg(value_name = "FILE|-", default_value = "-")]
    challenge: String,
    /// The new file for the request; `-` prints it in hex
    #[arg(long, value_name = "FILE|-", default_value = "-")]
    out: PathBuf,
}

/// The names of the three values, in JSON and in text.
const NAMES: [&str; 3] = ["challenge", "verify_key", "receive_key"];

impl Enrol {
    pub(super) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        if home.has_database()? {
            return Err(Failure::Home(format!(
                "{} has a bank of its own: a second phone is a home of its own, name a new folder \
                 with --home DIR",
                home.folder().display()
            )));
        }
        let (bank, challenge) = read(&self.challenge)?;
        if home.passphrase().given()?.is_some() {
            // A weak one is refused.
            home.passphrase().for_new_keys()?;
        } else {
            note(
                "no passphrase was given: the wallet is sealed under a published key, and whoever has \
                 its files can pay",
            );
        }
        home.create()?;
        let names: String = bank
            .verify
            .iter()
            .map(|key| hex::upper(key.octets()))
            .collect();
        home.replace_small(
            &home.bank(),
            format!("understudy bank 1 {names}\n").as_bytes(),
        )?;
        let side = WalletSide::open(home)?;
        let request = side.wallet.enrol(bank, challenge, None);
        let request = request.map_err(explain)?;
        let place = Place::new(&self.out);
        place.write(&request, out)?;
        let device = side.wallet.device().map(|device| hex::upper(&device.0));
        let device = device.unwrap_or_default();
        if out.json() {
            out.object(&Document {
                format: "understudy.phone-enrol/1",
                device,
                request: hex::upper(&request),
            });
        } else {
            note(&format!("this phone is device {device}"));
        }
        Ok(Exit::Done)
    }
}

fn explain(error: WalletError) -> Failure {
    match error {
        WalletError::KeepsIssuer => Failure::Home(
            "this phone holds cards of its bank, and keeps it: name a new folder with --home DIR"
                .to_owned(),
        ),
        error => error.into(),
    }
}

/// The bank's keys and its challenge.
fn read(source: &str) -> Result<(IssuerKeys, Challenge), Failure> {
    let octets = input::file("FILE", source)?;
    let wrong = || {
        Failure::Input(format!(
            "FILE: a challenge, a verify key and a receive key are needed, as {} prints them",
            Homes::OnPhone.bank("enrol --challenge")
        ))
    };
    let text = std::str::from_utf8(&octets).map_err(|_| wrong())?;
    let [challenge, verify, receive] = values(text).ok_or_else(wrong)?;
    let keys = VerifyKey::parse(&verify).zip(PublicReceiveKey::parse(&receive));
    let (verify, receive) = keys.ok_or_else(wrong)?;
    let bank = IssuerKeys {
        verify: vec![verify],
        receive,
    };
    Ok((bank, Challenge(challenge)))
}

/// The three values, from JSON or from lines with a name and a value; 32 octets each.
fn values(text: &str) -> Option<[[u8; 32]; 3]> {
    let json = serde_json::from_str::<Value>(text).ok();
    let find = |name: &str| -> Option<String> {
        if let Some(json) = &json {
            return json.get(name)?.as_str().map(str::to_owned);
        }
        let name = name.replace('_', " ");
        let mut lines = text.lines();
        let value = lines.find_map(|line| line.trim().strip_prefix(name.as_str()))?;
        Some(value.to_owned())
    };
    let octets = |name| -> Option<[u8; 32]> {
        let octets = hex::parse(&find(name)?).ok()?;
        octets.as_slice().try_into().ok()
    };
    let [challenge, verify, receive] = NAMES.map(octets);
    Some([challenge?, verify?, receive?])
}

/// The JSON about a phone's request.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    device: String,
    request: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_values_are_read_from_text_and_from_json_and_none_may_be_missing() {
        let [a, b, c] = ["0A", "0B", "0C"].map(|octet| octet.repeat(32));
        let text = format!("challenge    {a}\nverify key   {b}\nreceive key  {c}\nThen enrol.\n");
        let json = format!(r#"{{"challenge":"{a}","verify_key":"{b}","receive_key":"{c}"}}"#);
        let expected = [[0x0A; 32], [0x0B; 32], [0x0C; 32]];
        for whole in [&text, &json] {
            assert_eq!(values(whole), Some(expected), "{whole}");
            for value in [&a, &b, &c] {
                assert_eq!(values(&whole.replace(value.as_str(), &value[2..])), None);
                assert_eq!(values(&whole.replace(value.as_str(), "")), None);
            }
        }
        assert_eq!(values(""), None);
    }
}
