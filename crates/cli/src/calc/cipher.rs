//! `calc des`, `calc aes` and `calc sm4`.

use clap::{Args, ValueEnum};
use understudy_calculator::Algorithm;

use super::value::{ShowsCheckValue, Value, block_key};
use crate::failure::Failure;
use crate::input::{DATA_MAX, Given, octets};

/// Options of `calc des`, `calc aes` and `calc sm4`.
#[derive(Debug, Args)]
pub(crate) struct Cipher {
    /// ecb: every block by itself; cbc: each block added to the one before
    #[arg(long, value_name = "MODE")]
    mode: Mode,
    /// Decrypts instead of encrypting
    #[arg(long)]
    decrypt: bool,
    /// Key
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Initial vector of cbc, one block; absent: 00s
    #[arg(long, value_name = "HEX")]
    iv: Option<Given>,
    /// Whole blocks: 8 octets each with DES, 16 with AES and SM4. Nothing is padded
    #[arg(long, value_name = "HEX")]
    data: Given,
    #[command(flatten)]
    shown: ShowsCheckValue,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    Ecb,
    Cbc,
}

impl Cipher {
    pub(super) fn compute(&self, algorithm: Algorithm) -> Result<Value, Failure> {
        let key = block_key("--key", &self.key, algorithm)?;
        let length = algorithm.block_length();
        let vector = match (self.mode, &self.iv) {
            (Mode::Ecb, Some(_)) => {
                return Err(Failure::Usage("--mode ecb takes no --iv".to_owned()));
            }
            (_, None) => vec![0; length].into(),
            (Mode::Cbc, Some(iv)) => octets("--iv", iv, length, length)?,
        };
        let mut data = octets("--data", &self.data, 0, DATA_MAX)?;
        let done = match (self.mode, self.decrypt) {
            (Mode::Ecb, false) => key.encrypt_ecb(&mut data),
            (Mode::Ecb, true) => key.decrypt_ecb(&mut data),
            (Mode::Cbc, false) => key.encrypt_cbc(&vector, &mut data),
            (Mode::Cbc, true) => key.decrypt_cbc(&vector, &mut data),
        };
        done.map_err(|error| Failure::Input(format!("--data: {error}")))?;
        Ok(Value::hex(&data).with_check_value(&key, &self.shown))
    }
}
