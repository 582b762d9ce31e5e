//! The value that a verb prints, and keys as verbs take them.

use clap::Args;
use serde::Serialize;
use understudy_calculator::{Algorithm, BlockKey, TdesKey};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::hex;
use crate::input::{Given, octets_of};
use crate::output::Output;

/// The computed text, and the check value of the key that it is or that it was computed under.
pub(super) struct Value {
    text: Zeroizing<String>,
    kcv: Option<String>,
    shows_kcv: bool,
}

/// The option of verbs that can show a check value.
#[derive(Debug, Args)]
pub(super) struct ShowsCheckValue {
    /// Prints the key check value on a second line: leftmost 3 octets of an encrypted block of 00s
    #[arg(long)]
    kcv: bool,
}

/// The value in JSON.
#[derive(Serialize)]
struct Document<'v> {
    format: &'static str,
    verb: &'static str,
    value: &'v str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kcv: Option<&'v str>,
}

impl Value {
    /// Octets, printed in hex.
    pub(super) fn hex(octets: &[u8]) -> Self {
        Self::digits(hex::upper(octets))
    }

    /// A text of digits.
    pub(super) fn digits(text: String) -> Self {
        Self {
            text: Zeroizing::new(text),
            kcv: None,
            shows_kcv: false,
        }
    }

    /// The value with the check value of a key, which the text shows if it is asked to.
    pub(super) fn with_check_value(mut self, key: &BlockKey, shown: &ShowsCheckValue) -> Self {
        self.kcv = Some(hex::upper(&key.check_value()));
        self.shows_kcv = shown.kcv;
        self
    }

    /// Prints the value.
    pub(super) fn print(&self, verb: &'static str, out: &mut Output) {
        let kcv = self.kcv.as_deref();
        if out.json() {
            out.object(&Document {
                format: "understudy.calc/1",
                verb,
                value: &self.text,
                kcv,
            });
            return;
        }
        out.line(self.text.as_str());
        if let Some(kcv) = kcv.filter(|_| self.shows_kcv) {
            out.line(kcv);
        }
    }
}

/// A key of Triple DES, 16 or 24 octets.
pub(super) fn tdes_key(option: &str, given: &Given) -> Result<TdesKey, Failure> {
    let octets = octets_of(option, given, &[16, 24])?;
    TdesKey::new(&octets).map_err(|error| Failure::Input(format!("{option}: {error}")))
}

/// A key of a block cipher.
pub(super) fn block_key(
    option: &str,
    given: &Given,
    algorithm: Algorithm,
) -> Result<BlockKey, Failure> {
    let lengths: &[usize] = match algorithm {
        Algorithm::Des => &[8, 16, 24],
        Algorithm::Aes => &[16, 24, 32],
        Algorithm::Sm4 => &[16],
    };
    let octets = octets_of(option, given, lengths)?;
    BlockKey::new(algorithm, &octets).map_err(|error| Failure::Input(format!("{option}: {error}")))
}
