//! `calc udk`, `calc session-key` and `calc kcv`.

use clap::{Args, ValueEnum};
use understudy_calculator::Algorithm as BlockAlgorithm;
use understudy_core::crypto::{Algorithm, Atc, Key};
use understudy_core::kd::{self, CardMasterKey, IssuerMasterKey, with_odd_parity};
use zeroize::Zeroizing;

use super::value::{Value, block_key, tdes_key};
use crate::failure::Failure;
use crate::input::{Given, array, digits, octets_of};

/// The most digits of a card number for which options A and B are the same.
const SAME_MAX: usize = 16;

/// Options of `calc udk`.
#[derive(Debug, Args)]
pub(crate) struct Udk {
    /// Triple DES: option A or B of EMV Book 2 A1.4, needed above 16 digits, up to which they are the
    /// same; AES: option C; SM4: JR/T 0025.17
    #[arg(long, value_name = "METHOD")]
    pub(super) method: Option<MasterKeyMethod>,
    /// Issuer master key: 16 octets or 24; with option-c 16, 24 or 32; with sm4 16
    #[arg(long, value_name = "HEX")]
    imk: Given,
    /// Card number, 8 to 19 digits
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// Card sequence number, two digits; absent counts as 00
    #[arg(long, value_name = "NN")]
    psn: Option<Given>,
    #[command(flatten)]
    pub(super) parity: Parity,
}

/// Options of `calc session-key`.
#[derive(Debug, Args)]
pub(crate) struct SessionKey {
    /// unionpay: JR/T 0025.5 Annex D, with sm4 JR/T 0025.17; common and mchip: EMV Book 2 A1.3
    #[arg(long, value_name = "METHOD")]
    method: SessionKeyMethod,
    /// Cipher of the key
    #[arg(long, value_name = "CIPHER", default_value = "tdes")]
    cipher: Cipher,
    /// Card master key: 16 octets or 24; of AES 16, 24 or 32; of SM4 16
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
    cipher: BlockCipher,
    /// zeros: an encrypted block of 00s; cmac: the CMAC of such a block, as newer standards have it
    #[arg(long, value_name = "METHOD", default_value = "zeros")]
    method: CheckValueMethod,
    /// Key: 8, 16 or 24 octets with des; 16, 24 or 32 with aes; 16 with sm4
    #[arg(long, value_name = "HEX")]
    key: Given,
}

/// The printed form of a derived key.
#[derive(Debug, Args)]
pub(super) struct Parity {
    /// Prints the key as computed. Otherwise every octet gets odd parity, as EMV and JR/T ask; DES
    /// ignores that bit, so both forms are the same key
    #[arg(long)]
    raw: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum MasterKeyMethod {
    OptionA,
    OptionB,
    OptionC,
    Sm4,
}

/// The cipher of a card's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Cipher {
    Tdes,
    Aes,
    Sm4,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SessionKeyMethod {
    Unionpay,
    Common,
    Mchip,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum BlockCipher {
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
        let cipher = match self.method {
            Some(MasterKeyMethod::OptionC) => Cipher::Aes,
            Some(MasterKeyMethod::Sm4) => Cipher::Sm4,
            _ => return Ok(self.parity.shown(&*self.tdes_card_key()?)),
        };
        let imk = IssuerMasterKey::new(core_key("--imk", &self.imk, cipher)?);
        let (pan, psn) = self.card()?;
        let key = imk.card_master_key(self.method_for(&pan)?, &pan, psn);
        let key = key.map_err(|error| Failure::Input(error.to_string()))?;
        Ok(Value::hex(key.expose()))
    }

    /// The card master key of triple DES, as computed.
    pub(super) fn tdes_card_key(&self) -> Result<Zeroizing<[u8; 16]>, Failure> {
        let imk = tdes_key("--imk", &self.imk)?;
        let (pan, psn) = self.card()?;
        let blocks = self.method_for(&pan)?.blocks(&pan, psn);
        let blocks = blocks.map_err(|error| Failure::Input(error.to_string()))?;
        Ok(imk.derive(blocks))
    }

    /// Card number and card sequence number.
    fn card(&self) -> Result<(Zeroizing<String>, Option<u8>), Failure> {
        let pan = digits("--pan", &self.pan, 8, 19)?;
        let psn = match &self.psn {
            None => None,
            Some(psn) => Some(two_digits("--psn", psn)?),
        };
        Ok((pan, psn))
    }

    fn method_for(&self, pan: &str) -> Result<kd::MasterKeyMethod, Failure> {
        match self.method {
            Some(method) => Ok(method.in_core()),
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
        if self.cipher == Cipher::Tdes {
            let key = tdes_key("--key", &self.key)?;
            return Ok(self.parity.shown(&key.derive(self.blocks()?)));
        }
        let key = CardMasterKey::new(core_key("--key", &self.key, self.cipher)?);
        let session_key = match (self.cipher, self.method, &self.atc, &self.un, &self.r) {
            (Cipher::Sm4, SessionKeyMethod::Unionpay, Some(atc), None, None) => {
                key.session_key(kd::SessionKeyMethod::UnionPay, counter(atc)?, [0; 4])
            }
            (Cipher::Aes, SessionKeyMethod::Common, Some(atc), None, None) => {
                key.session_key(kd::SessionKeyMethod::Common, counter(atc)?, [0; 4])
            }
            (Cipher::Aes, SessionKeyMethod::Mchip, Some(atc), Some(un), None) => {
                let atc = counter(atc)?;
                key.session_key(kd::SessionKeyMethod::MChip, atc, *array("--un", un)?)
            }
            (Cipher::Sm4, ..) => {
                return Err(Failure::Usage(
                    "--cipher sm4 takes --method unionpay with --atc alone".to_owned(),
                ));
            }
            _ => {
                return Err(Failure::Usage(
                    "--cipher aes takes --method common with --atc, or mchip with --atc and --un"
                        .to_owned(),
                ));
            }
        };
        Ok(Value::hex(session_key.expose()))
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
            BlockCipher::Des => BlockAlgorithm::Des,
            BlockCipher::Aes => BlockAlgorithm::Aes,
            BlockCipher::Sm4 => BlockAlgorithm::Sm4,
        };
        let key = block_key("--key", &self.key, algorithm)?;
        Ok(Value::hex(&match self.method {
            CheckValueMethod::Zeros => key.check_value(),
            CheckValueMethod::Cmac => key.check_value_by_cmac(),
        }))
    }
}

impl Parity {
    pub(super) fn shown(&self, key: &[u8; 16]) -> Value {
        if self.raw {
            Value::hex(key)
        } else {
            Value::hex(&with_odd_parity(*key))
        }
    }
}

impl MasterKeyMethod {
    /// The method by the name that the library has for it.
    pub(super) const fn in_core(self) -> kd::MasterKeyMethod {
        match self {
            Self::OptionA => kd::MasterKeyMethod::OptionA,
            Self::OptionB => kd::MasterKeyMethod::OptionB,
            Self::OptionC => kd::MasterKeyMethod::OptionC,
            Self::Sm4 => kd::MasterKeyMethod::Sm4,
        }
    }
}

impl Cipher {
    /// The cipher with a key of this length.
    pub(super) fn algorithm(self, option: &str, length: usize) -> Result<Algorithm, Failure> {
        let known = match self {
            Self::Tdes => &[Algorithm::Tdes][..],
            Self::Sm4 => &[Algorithm::Sm4],
            Self::Aes => &[Algorithm::Aes128, Algorithm::Aes192, Algorithm::Aes256],
        };
        let mut known = known.iter().copied();
        let found = known.find(|algorithm| algorithm.key_length() == length);
        found.ok_or_else(|| {
            Failure::Input(format!(
                "{option}: {length} octets are no key of this cipher"
            ))
        })
    }
}

/// A key of a card's cipher.
pub(super) fn core_key(option: &str, given: &Given, cipher: Cipher) -> Result<Key, Failure> {
    let lengths: &[usize] = match cipher {
        Cipher::Tdes | Cipher::Sm4 => &[16],
        Cipher::Aes => &[16, 24, 32],
    };
    let octets: Zeroizing<Vec<u8>> = octets_of(option, given, lengths)?;
    let algorithm = cipher.algorithm(option, octets.len())?;
    Key::from_octets(algorithm, &octets)
        .ok_or_else(|| Failure::Input(format!("{option} is no key of this cipher")))
}

/// Two decimal digits as one BCD octet.
pub(super) fn two_digits(option: &str, given: &Given) -> Result<u8, Failure> {
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
