//! `calc udk`, `calc session-key` and `calc kcv`.

use clap::{Args, ValueEnum};
use understudy_calculator::Algorithm;
use understudy_core::crypto::Atc;
use understudy_core::kd::{self, with_odd_parity};

use super::value::{Value, block_key, tdes_key};
use crate::failure::Failure;
use crate::input::{Given, array, digits};

/// The most digits of a card number for which options A and B are the same.
const SAME_MAX: usize = 16;

/// Options of `calc udk`.
#[derive(Debug, Args)]
pub(crate) struct Udk {
    /// Option of EMV Book 2 A1.4 for 16 digits from the card number; needed above 16 digits, up to
    /// which A and B are the same
    #[arg(long, value_name = "METHOD")]
    method: Option<MasterKeyMethod>,
    /// Issuer master key, 16 octets or 24
    #[arg(long, value_name = "HEX")]
    imk: Given,
    /// Card number, 8 to 19 digits
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// Card sequence number, two digits; absent counts as 00
    #[arg(long, value_name = "NN")]
    psn: Option<Given>,
    #[command(flatten)]
    parity: Parity,
}

/// Options of `calc session-key`.
#[derive(Debug, Args)]
pub(crate) struct SessionKey {
    /// unionpay: JR/T 0025.5 Annex D; common and mchip: EMV Book 2 A1.3
    #[arg(long, value_name = "METHOD")]
    method: SessionKeyMethod,
    /// Card master key, 16 octets or 24
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Application transaction counter (9F36), 2 octets, 0001 to FFFE
    #[arg(long, value_name = "HEX")]
    atc: Option<Given>,
    /// Unpredictable number (9F37), 4 octets; mchip only
    #[arg(long, value_name = "HEX")]
    un: Option<Given>,
    /// The whole diversification value R, 8 octets, in place of the counter; common only
    #[arg(long, value_name = "HEX", conflicts_with_all = ["atc", "un"])]
    r: Option<Given>,
    #[command(flatten)]
    parity: Parity,
}

/// Options of `calc kcv`.
#[derive(Debug, Args)]
pub(crate) struct Kcv {
    /// Algorithm of the key
    #[arg(long, value_name = "CIPHER", default_value = "des")]
    cipher: Cipher,
    /// zeros: an encrypted block of 00s; cmac: the CMAC of such a block, as newer standards have it
    #[arg(long, value_name = "METHOD", default_value = "zeros")]
    method: CheckValueMethod,
    /// Key: 8, 16 or 24 octets with des; 16, 24 or 32 with aes; 16 with sm4
    #[arg(long, value_name = "HEX")]
    key: Given,
}

/// The printed form of a derived key.
#[derive(Debug, Args)]
struct Parity {
    /// Prints the key as computed. Otherwise every octet gets odd parity, as EMV and JR/T ask; DES
    /// ignores that bit, so both forms are the same key
    #[arg(long)]
    raw: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MasterKeyMethod {
    OptionA,
    OptionB,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SessionKeyMethod {
    Unionpay,
    Common,
    Mchip,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Cipher {
    Des,
    Aes,
    Sm4,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CheckValueMethod {
    Zeros,
    Cmac,
}

impl Udk {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let imk = tdes_key("--imk", &self.imk)?;
        let pan = digits("--pan", &self.pan, 8, 19)?;
        let psn = match &self.psn {
            None => None,
            Some(psn) => Some(two_digits("--psn", psn)?),
        };
        let method = self.method_for(&pan)?;
        let blocks = method.blocks(&pan, psn);
        let blocks = blocks.map_err(|error| Failure::Input(error.to_string()))?;
        Ok(self.parity.shown(&imk.derive(blocks)))
    }

    fn method_for(&self, pan: &str) -> Result<kd::MasterKeyMethod, Failure> {
        match self.method {
            Some(MasterKeyMethod::OptionA) => Ok(kd::MasterKeyMethod::OptionA),
            Some(MasterKeyMethod::OptionB) => Ok(kd::MasterKeyMethod::OptionB),
            None if pan.len() <= SAME_MAX => Ok(kd::MasterKeyMethod::OptionA),
            None => Err(Failure::Usage(format!(
                "--method option-a or option-b is needed: a card number of more than {SAME_MAX} digits \
                 has another key by each"
            ))),
        }
    }
}

impl SessionKey {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let key = tdes_key("--key", &self.key)?;
        Ok(self.parity.shown(&key.derive(self.blocks()?)))
    }

    fn blocks(&self) -> Result<[[u8; 8]; 2], Failure> {
        let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
        match (self.method, &self.atc, &self.un, &self.r) {
            (SessionKeyMethod::Unionpay, Some(atc), None, None) => {
                Ok(kd::unionpay_blocks(counter(atc)?))
            }
            (SessionKeyMethod::Common, Some(atc), None, None) => {
                Ok(kd::common_blocks(kd::common_r(counter(atc)?, [0; 4])))
            }
            (SessionKeyMethod::Common, None, None, Some(r)) => {
                Ok(kd::common_blocks(*array("--r", r)?))
            }
            (SessionKeyMethod::Mchip, Some(atc), Some(un), None) => {
                let atc = counter(atc)?;
                Ok(kd::common_blocks(kd::common_r(atc, *array("--un", un)?)))
            }
            (SessionKeyMethod::Mchip, ..) => {
                usage("--method mchip needs --atc and --un, and takes no --r")
            }
            (SessionKeyMethod::Unionpay, ..) => {
                usage("--method unionpay needs --atc, and takes neither --un nor --r")
            }
            (SessionKeyMethod::Common, ..) => {
                usage("--method common needs either --atc or --r, and takes no --un")
            }
        }
    }
}

impl Kcv {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        let algorithm = match self.cipher {
            Cipher::Des => Algorithm::Des,
            Cipher::Aes => Algorithm::Aes,
            Cipher::Sm4 => Algorithm::Sm4,
        };
        let key = block_key("--key", &self.key, algorithm)?;
        Ok(Value::hex(&match self.method {
            CheckValueMethod::Zeros => key.check_value(),
            CheckValueMethod::Cmac => key.check_value_by_cmac(),
        }))
    }
}

impl Parity {
    fn shown(&self, key: &[u8; 16]) -> Value {
        if self.raw {
            Value::hex(key)
        } else {
            Value::hex(&with_odd_parity(*key))
        }
    }
}

/// Two decimal digits as one BCD octet.
fn two_digits(option: &str, given: &Given) -> Result<u8, Failure> {
    let digits = digits(option, given, 2, 2)?;
    Ok(digits
        .bytes()
        .fold(0, |octet, digit| octet << 4 | (digit & 0x0F)))
}

fn counter(given: &Given) -> Result<Atc, Failure> {
    let octets = array::<2>("--atc", given)?;
    Atc::new(u16::from_be_bytes(*octets)).ok_or_else(|| {
        Failure::Input(
            "--atc: 0000 and FFFF go with no transaction, counters run from 0001 to FFFE"
                .to_owned(),
        )
    })
}
