//! `calc luk`.

use clap::Args;
use understudy_calculator::TdesKey;
use understudy_core::crypto::KeyIndex;
use understudy_core::kd;

use super::keys::{MasterKeyMethod, Udk};
use super::value::Value;
use crate::failure::Failure;

/// Options of `calc luk`.
#[derive(Debug, Args)]
pub(crate) struct Luk {
    #[command(flatten)]
    card: Udk,
    /// Key index YHHHHCC: last digit of the year, hour of the year 0001 to 8784, counter 00 to 99
    #[arg(long, value_name = "YHHHHCC", value_parser = index)]
    index: KeyIndex,
}

impl Luk {
    /// The card master key encrypts the two blocks of the index.
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        if matches!(
            self.card.method,
            Some(MasterKeyMethod::OptionC | MasterKeyMethod::Sm4)
        ) {
            return Err(Failure::Usage(
                "a limited-use key is derived by Triple DES: --method option-a or option-b"
                    .to_owned(),
            ));
        }
        let card = self.card.tdes_card_key()?;
        let card = TdesKey::new(&*card).map_err(|error| Failure::Input(error.to_string()))?;
        let blocks = kd::limited_use_blocks(self.index);
        Ok(self.card.parity.shown(&card.derive(blocks)))
    }
}

/// A key index on the command line.
pub(super) fn index(text: &str) -> Result<KeyIndex, String> {
    KeyIndex::parse(text).map_err(|error| error.to_string())
}
