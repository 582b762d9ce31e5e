//! The terminal's configuration, and its errors on the command line.

use std::path::PathBuf;

use clap::Args;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::Fault;
use understudy_pos::till::TillError;
use understudy_pos::{Config, LocalTime, money};

use crate::failure::Failure;
use crate::state;
use crate::usage::hide_text;

/// The terminal's configuration.
#[derive(Debug, Args)]
pub(crate) struct TerminalFile {
    /// The terminal's configuration, a TOML file; a shop in mainland China if not given
    #[arg(long, value_name = "FILE")]
    terminal: Option<PathBuf>,
}

impl TerminalFile {
    /// Reads the named file.
    pub(crate) fn read(&self) -> Result<Config, Failure> {
        let Some(path) = &self.terminal else {
            return Ok(Config::default());
        };
        let wrong = |error: String| {
            Failure::Input(format!(
                "--terminal {}: {}",
                path.display(),
                hide_text(error.trim_end())
            ))
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        Config::from_toml(&text).map_err(|error| wrong(error.to_string()))
    }
}

/// The time at the terminal.
pub(crate) fn local_time(config: &Config) -> Result<LocalTime, Failure> {
    let time = LocalTime::from_unix(state::now().0, config.utc_offset_minutes());
    time.ok_or_else(|| Failure::Input("the system's clock is not set".to_owned()))
}

/// The amount from `--amount`, as the currency writes it.
pub(crate) fn parse_amount(text: &str, currency: Currency) -> Result<Amount, Failure> {
    money::parse_amount(text, currency).map_err(|error| {
        Failure::Input(match error {
            money::MoneyError::TooLarge(_) => {
                "--amount: at most twelve digits are payable, minor units included".to_owned()
            }
            // A value in the wrong place may be a card number or a key.
            error => format!("--amount: {}", hide_text(&error.to_string())),
        })
    })
}

/// The failure for a terminal's error. If the issuer could not act, its fault is the cause.
pub(crate) fn failed(error: &TillError, fault: Option<Fault>) -> Failure {
    let text = match (fault, error) {
        (Some(fault), _) => format!("issuer.db: {fault}: {error}"),
        (
            None,
            TillError::SettlementOpen(_)
            | TillError::CurrenciesFull(_)
            | TillError::BatchFull { .. },
        ) => {
            format!("{error}: `understudy settle`")
        }
        (None, _) => error.to_string(),
    };
    match error {
        TillError::UnknownEntry(_)
        | TillError::Refused { .. }
        | TillError::Pin(_)
        | TillError::ChipData(_)
        | TillError::OtherTerminal(_)
        | TillError::NotSayable(_) => Failure::Input(text),
        TillError::ReversalOwed { .. }
        | TillError::NotWritten { .. }
        | TillError::SettlementUnanswered(_)
        | TillError::SettlementOpen(_)
        | TillError::CurrenciesFull(_)
        | TillError::BatchFull { .. }
        | TillError::State(_)
        | TillError::SettlementRefused(_) => Failure::Home(text),
    }
}
