//! `calc dukpt`.

use clap::{Args, Subcommand, ValueEnum};
use understudy_calculator::dukpt::{
    AesKeySerialNumber, AesUse, DerivationKey, DukptError, InitialKey, KeyType,
    TdesKeySerialNumber, TdesUse,
};
use understudy_calculator::{Algorithm, BlockKey};
use zeroize::Zeroizing;

use super::value::{ShowsCheckValue, Value};
use crate::failure::Failure;
use crate::input::{Given, array, octets, octets_of};

/// Verbs of `calc dukpt`.
#[derive(Debug, Subcommand)]
pub(crate) enum Dukpt {
    /// Triple DES (ANSI X9.24-1): keys of 16 octets
    Tdes(Tdes),
    /// AES (ANSI X9.24-3): keys of 16 to 32 octets, of AES or Triple DES
    Aes(Aes),
}

/// The key that a terminal's keys are derived from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Origin {
    /// Base derivation key (BDK): 16 octets; with aes also 24 or 32
    #[arg(long, value_name = "HEX")]
    bdk: Option<Given>,
    /// Initial key of the terminal (IK, IPEK), in place of the base derivation key
    #[arg(long, value_name = "HEX")]
    ik: Option<Given>,
}

/// Options of `calc dukpt tdes`.
#[derive(Debug, Args)]
pub(crate) struct Tdes {
    /// Use of the key: initial is the terminal's initial key, transaction the one that the others are
    /// variants of
    #[arg(long = "use", value_name = "USE")]
    used: TdesKeyUse,
    #[command(flatten)]
    from: Origin,
    /// Key serial number, 10 octets; shorter ones, from 8 on, get FFs in front
    #[arg(long, value_name = "HEX")]
    ksn: Given,
    #[command(flatten)]
    shown: ShowsCheckValue,
}

/// Options of `calc dukpt aes`.
#[derive(Debug, Args)]
pub(crate) struct Aes {
    /// Use of the key, as the terminal sees it; mac and data are for both directions
    #[arg(long = "use", value_name = "USE")]
    used: AesKeyUse,
    /// Type of the key; absent: AES, as long as the key that it is derived from
    #[arg(long = "type", value_name = "TYPE")]
    key_type: Option<AesKeyType>,
    #[command(flatten)]
    from: Origin,
    /// Key serial number, 12 octets
    #[arg(long, value_name = "HEX")]
    ksn: Given,
    #[command(flatten)]
    shown: ShowsCheckValue,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TdesKeyUse {
    Initial,
    Transaction,
    Pin,
    MacRequest,
    MacResponse,
    DataRequest,
    DataResponse,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AesKeyUse {
    Initial,
    KeyEncryption,
    Pin,
    MacGeneration,
    MacVerification,
    Mac,
    DataEncryption,
    DataDecryption,
    Data,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AesKeyType {
    #[value(name = "tdes-2")]
    Tdes2,
    #[value(name = "tdes-3")]
    Tdes3,
    #[value(name = "aes-128")]
    Aes128,
    #[value(name = "aes-192")]
    Aes192,
    #[value(name = "aes-256")]
    Aes256,
}

impl Dukpt {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        match self {
            Self::Tdes(verb) => verb.compute(),
            Self::Aes(verb) => verb.compute(),
        }
    }
}

impl Tdes {
    fn compute(&self) -> Result<Value, Failure> {
        let (name, given, is_base) = self.from.given()?;
        let key = array(name, given)?;
        let number = self.number()?;
        let initial = if is_base {
            InitialKey::derive(&key, number)
        } else {
            InitialKey::new(*key)
        };
        let Some(used) = self.used.of_transaction() else {
            return shown(initial.expose(), Algorithm::Des, &self.shown);
        };
        let key = initial.key(number, used).map_err(of_serial_number)?;
        shown(&*key, Algorithm::Des, &self.shown)
    }

    fn number(&self) -> Result<TdesKeySerialNumber, Failure> {
        let given = octets("--ksn", &self.ksn, 8, 10)?;
        let mut number = [0xFF; 10];
        for (to, from) in number.iter_mut().rev().zip(given.iter().rev()) {
            *to = *from;
        }
        Ok(TdesKeySerialNumber(number))
    }
}

impl Aes {
    fn compute(&self) -> Result<Value, Failure> {
        let (name, given, is_base) = self.from.given()?;
        let given = octets_of(name, given, &[16, 24, 32])?;
        let number = AesKeySerialNumber(*array("--ksn", &self.ksn)?);
        let from = |octets: &[u8]| {
            DerivationKey::new(octets).map_err(|error| Failure::Input(format!("{name}: {error}")))
        };
        let initial = if is_base {
            Zeroizing::new(from(&given)?.initial_key(number).expose().to_vec())
        } else {
            given
        };
        let Some(used) = self.used.of_transaction() else {
            return shown(&initial, Algorithm::Aes, &self.shown);
        };
        let (key_type, algorithm) = self.key_type(initial.len());
        let key = from(&initial)?.key(number, used, key_type);
        let key = key.map_err(|error| match error {
            DukptError::Strength => Failure::Input(format!("--type: {error}")),
            error => of_serial_number(error),
        })?;
        shown(key.expose(), algorithm, &self.shown)
    }

    /// The type that was asked for, or AES of this length, and its algorithm.
    fn key_type(&self, length: usize) -> (KeyType, Algorithm) {
        match (self.key_type, length) {
            (Some(AesKeyType::Tdes2), _) => (KeyType::Tdes2, Algorithm::Des),
            (Some(AesKeyType::Tdes3), _) => (KeyType::Tdes3, Algorithm::Des),
            (Some(AesKeyType::Aes128), _) | (None, 16) => (KeyType::Aes128, Algorithm::Aes),
            (Some(AesKeyType::Aes192), _) | (None, 24) => (KeyType::Aes192, Algorithm::Aes),
            (Some(AesKeyType::Aes256) | None, _) => (KeyType::Aes256, Algorithm::Aes),
        }
    }
}

impl AesKeyUse {
    /// The use of a transaction's key; none for the initial key.
    fn of_transaction(self) -> Option<AesUse> {
        match self {
            Self::Initial => None,
            Self::KeyEncryption => Some(AesUse::KeyEncryption),
            Self::Pin => Some(AesUse::Pin),
            Self::MacGeneration => Some(AesUse::MacGeneration),
            Self::MacVerification => Some(AesUse::MacVerification),
            Self::Mac => Some(AesUse::Mac),
            Self::DataEncryption => Some(AesUse::DataEncryption),
            Self::DataDecryption => Some(AesUse::DataDecryption),
            Self::Data => Some(AesUse::Data),
        }
    }
}

impl TdesKeyUse {
    /// The use of a transaction's key; none for the initial key.
    fn of_transaction(self) -> Option<TdesUse> {
        match self {
            Self::Initial => None,
            Self::Transaction => Some(TdesUse::Transaction),
            Self::Pin => Some(TdesUse::Pin),
            Self::MacRequest => Some(TdesUse::MacRequest),
            Self::MacResponse => Some(TdesUse::MacResponse),
            Self::DataRequest => Some(TdesUse::DataRequest),
            Self::DataResponse => Some(TdesUse::DataResponse),
        }
    }
}

impl Origin {
    /// Name of the option, value, and whether it is the base derivation key.
    fn given(&self) -> Result<(&'static str, &Given, bool), Failure> {
        match (&self.bdk, &self.ik) {
            (Some(given), None) => Ok(("--bdk", given, true)),
            (None, Some(given)) => Ok(("--ik", given, false)),
            _ => Err(Failure::Usage("either --bdk or --ik is needed".to_owned())),
        }
    }
}

fn of_serial_number(error: impl std::fmt::Display) -> Failure {
    Failure::Input(format!("--ksn: {error}"))
}

fn shown(octets: &[u8], algorithm: Algorithm, shown: &ShowsCheckValue) -> Result<Value, Failure> {
    let key = BlockKey::new(algorithm, octets);
    let key = key.map_err(|error| Failure::Input(error.to_string()))?;
    Ok(Value::hex(octets).with_check_value(&key, shown))
}
