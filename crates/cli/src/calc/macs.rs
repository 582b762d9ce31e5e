//! `calc mac` and `calc arpc`.

use clap::{Args, ValueEnum};
use understudy_core::crypto::{Cryptogram, Padding};
use zeroize::Zeroizing;

use super::value::{Value, tdes_key};
use crate::failure::Failure;
use crate::input::{DATA_MAX, Given, array, octets};

/// Options of `calc mac`.
#[derive(Debug, Args)]
pub(crate) struct Mac {
    /// 1: zeros only; 2: 80, then zeros
    #[arg(long, value_name = "METHOD")]
    padding: OneOrTwo,
    /// Key, 16 octets or 24
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Data under the MAC, unpadded
    #[arg(long, value_name = "HEX")]
    data: Given,
}

/// Options of `calc arpc`.
#[derive(Debug, Args)]
pub(crate) struct Arpc {
    /// 1: encrypted cryptogram xor ARC; 2: MAC over cryptogram, CSU and proprietary data
    #[arg(long, value_name = "METHOD")]
    method: OneOrTwo,
    /// Session key (card master key if the scheme requires it), 16 octets or 24
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// The card's cryptogram (9F26), 8 octets
    #[arg(long, value_name = "HEX")]
    arqc: Given,
    /// Method 1: authorisation response code (8A), 2 octets; "00" is 3030
    #[arg(long, value_name = "HEX")]
    arc: Option<Given>,
    /// Method 2: card status update, 4 octets
    #[arg(long, value_name = "HEX")]
    csu: Option<Given>,
    /// Method 2: proprietary authentication data, up to 8 octets
    #[arg(long, value_name = "HEX")]
    proprietary: Option<Given>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OneOrTwo {
    #[value(name = "1")]
    One,
    #[value(name = "2")]
    Two,
}

impl Mac {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = tdes_key("--key", &self.key)?;
        let data = octets("--data", &self.data, 0, DATA_MAX)?;
        let padding = match self.padding {
            OneOrTwo::One => Padding::Method1,
            OneOrTwo::Two => Padding::Method2,
        };
        Ok(Value::hex(&key.mac(padding, &data)))
    }
}

impl Arpc {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = tdes_key("--key", &self.key)?;
        let cryptogram = Cryptogram(*array("--arqc", &self.arqc)?);
        match (self.method, &self.arc, &self.csu, &self.proprietary) {
            (OneOrTwo::One, Some(arc), None, None) => {
                let arc = *array("--arc", arc)?;
                Ok(Value::hex(&key.arpc_method_1(&cryptogram, arc)))
            }
            (OneOrTwo::Two, None, Some(csu), proprietary) => {
                let csu = *array("--csu", csu)?;
                let proprietary = match proprietary {
                    None => Zeroizing::default(),
                    Some(given) => octets("--proprietary", given, 0, 8)?,
                };
                let arpc = key.arpc_method_2(&cryptogram, csu, &proprietary);
                Ok(Value::hex(&arpc))
            }
            (OneOrTwo::One, ..) => Err(Failure::Usage(
                "--method 1 needs --arc, and takes neither --csu nor --proprietary".to_owned(),
            )),
            (OneOrTwo::Two, ..) => Err(Failure::Usage(
                "--method 2 needs --csu, and takes no --arc".to_owned(),
            )),
        }
    }
}
