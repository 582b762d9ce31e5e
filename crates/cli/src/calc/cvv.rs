//! `calc cvv`.

use clap::{Args, ValueEnum};
use understudy_calculator::{CardVerification, CardVerificationKey};
use understudy_core::wire::digits::CardNumber;

use super::value::Value;
use crate::failure::Failure;
use crate::input::{Given, array, digits};

/// Options of `calc cvv`.
#[derive(Debug, Args)]
pub(crate) struct Cvv {
    /// cvv: on the tracks, with their service code; cvv2: printed on the card (CVV2, CVC2, CVN2), with
    /// 000; icvv: in the chip's track 2 (iCVV, chip CVC), with 999
    #[arg(long, value_name = "KIND")]
    kind: Kind,
    /// Card verification key, 16 octets: keys A and B of DES; there is no longer one
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Card number, 8 to 19 digits
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// Expiry date, as the scheme orders it: YYMM, or for some printed values MMYY
    #[arg(long, value_name = "DIGITS")]
    expiry: Given,
    /// Service code of the track, three digits; with --kind cvv only
    #[arg(long, value_name = "DIGITS")]
    service_code: Option<Given>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Cvv,
    Cvv2,
    Icvv,
}

impl Cvv {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = CardVerificationKey::new(*array("--key", &self.key)?);
        let number = digits("--pan", &self.pan, 8, 19)?;
        let number = CardNumber::parse(&number)
            .map_err(|error| Failure::Input(format!("--pan: {error}")))?;
        let expiry = exactly("--expiry", &self.expiry)?;
        let service_code = match (self.kind, &self.service_code) {
            (Kind::Cvv, Some(code)) => exactly("--service-code", code)?,
            (Kind::Cvv2, None) => [0; 3],
            (Kind::Icvv, None) => [9; 3],
            (Kind::Cvv, None) => {
                return Err(Failure::Usage("--kind cvv needs --service-code".to_owned()));
            }
            (Kind::Cvv2 | Kind::Icvv, Some(_)) => {
                return Err(Failure::Usage(
                    "--kind cvv2 and icvv have service codes of their own and take no --service-code"
                        .to_owned(),
                ));
            }
        };
        let card = CardVerification {
            number: &number,
            expiry,
            service_code,
        };
        let value = key.value(&card);
        let value = value.map_err(|error| Failure::Input(error.to_string()))?;
        let digits = value.map(|digit| char::from(b'0' | digit));
        Ok(Value::digits(digits.iter().collect()))
    }
}

/// Exactly `N` digits, each of value 0 to 9.
fn exactly<const N: usize>(option: &str, given: &Given) -> Result<[u8; N], Failure> {
    let text = digits(option, given, N, N)?;
    let mut values = [0; N];
    for (slot, digit) in values.iter_mut().zip(text.bytes()) {
        *slot = digit & 0x0F;
    }
    Ok(values)
}
