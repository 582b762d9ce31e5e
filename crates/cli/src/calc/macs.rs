//! `calc mac` and `calc arpc`.

use clap::{Args, ValueEnum};
use understudy_calculator::TdesKey;
use understudy_core::crypto::{Cryptogram, Key, Padding};
use zeroize::Zeroizing;

use super::keys::{Cipher, core_key};
use super::value::{Value, tdes_key};
use crate::failure::Failure;
use crate::input::{DATA_MAX, Given, array, octets};

/// Options of `calc mac`.
#[derive(Debug, Args)]
pub(crate) struct Mac {
    /// 1: zeros only; 2: 80, then zeros; needed except for AES, whose CMAC pads by itself
    #[arg(long, value_name = "METHOD")]
    padding: Option<OneOrTwo>,
    /// Cipher of the key: tdes ISO/IEC 9797-1 algorithm 3, aes CMAC, sm4 CBC; leftmost 8 octets
    #[arg(long, value_name = "CIPHER", default_value = "tdes")]
    cipher: Cipher,
    /// Key: 16 octets or 24; of AES 16, 24 or 32; of SM4 16
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
    /// Cipher of the key
    #[arg(long, value_name = "CIPHER", default_value = "tdes")]
    cipher: Cipher,
    /// Session key (card master key if the scheme requires it): 16 octets or 24; of AES 16, 24 or 32;
    /// of SM4 16
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
        let padding = self.padding()?;
        if self.cipher == Cipher::Tdes {
            let key = tdes_key("--key", &self.key)?;
            let data = octets("--data", &self.data, 0, DATA_MAX)?;
            return Ok(Value::hex(&key.mac(padding, &data)));
        }
        let key = core_key("--key", &self.key, self.cipher)?;
        let data = octets("--data", &self.data, 0, DATA_MAX)?;
        Ok(Value::hex(&key.mac(padding, &[&data])))
    }

    fn padding(&self) -> Result<Padding, Failure> {
        match (self.cipher, self.padding) {
            (Cipher::Aes, None) | (Cipher::Tdes | Cipher::Sm4, Some(OneOrTwo::Two)) => {
                Ok(Padding::Method2)
            }
            (Cipher::Tdes | Cipher::Sm4, Some(OneOrTwo::One)) => Ok(Padding::Method1),
            (Cipher::Aes, Some(_)) => Err(Failure::Usage(
                "--cipher aes takes no --padding: CMAC pads by itself".to_owned(),
            )),
            (_, None) => Err(Failure::Usage("--padding 1 or 2 is needed".to_owned())),
        }
    }
}

impl Arpc {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = self.answering_key()?;
        let cryptogram = Cryptogram(*array("--arqc", &self.arqc)?);
        match (self.method, &self.arc, &self.csu, &self.proprietary) {
            (OneOrTwo::One, Some(arc), None, None) => {
                let arc = *array("--arc", arc)?;
                Ok(Value::hex(&match key {
                    AnsweringKey::Tdes(key) => key.arpc_method_1(&cryptogram, arc),
                    AnsweringKey::Other(key) => key.arpc_method_1(&cryptogram, arc),
                }))
            }
            (OneOrTwo::Two, None, Some(csu), proprietary) => {
                let csu = *array("--csu", csu)?;
                let proprietary = match proprietary {
                    None => Zeroizing::default(),
                    Some(given) => octets("--proprietary", given, 0, 8)?,
                };
                let arpc = match key {
                    AnsweringKey::Tdes(key) => key.arpc_method_2(&cryptogram, csu, &proprietary),
                    AnsweringKey::Other(key) => key.arpc_method_2(&cryptogram, csu, &proprietary),
                };
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

    fn answering_key(&self) -> Result<AnsweringKey, Failure> {
        Ok(match self.cipher {
            Cipher::Tdes => AnsweringKey::Tdes(tdes_key("--key", &self.key)?),
            cipher => AnsweringKey::Other(core_key("--key", &self.key, cipher)?),
        })
    }
}

/// The key of an answer: of triple DES with two parts or three, or of another cipher.
enum AnsweringKey {
    Tdes(TdesKey),
    Other(Key),
}
