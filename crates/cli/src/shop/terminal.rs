//! The terminal's configuration, and its errors on the command line.

use std::path::{Path, PathBuf};

use clap::Args;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_issuer::Fault;
use understudy_pos::till::TillError;
use understudy_pos::{Config, LocalTime, money};

use crate::failure::Failure;
use crate::home::{self, Home, TillName};
use crate::state::{self, DeskTill};
use crate::usage::hide_text;

/// The till that a command uses, and its configuration.
#[derive(Debug, Args)]
pub(crate) struct TerminalFile {
    /// The terminal's configuration, a TOML file; a shop in mainland China if not given
    #[arg(long, value_name = "FILE")]
    terminal: Option<PathBuf>,
    /// Another till of this home, by its name of at most eight letters and digits. A tap with
    /// a new name begins a till with batches of its own, which keeps the configuration that it is
    /// given
    #[arg(long, value_name = "NAME")]
    till: Option<TillName>,
}

/// A till of a home, with its configuration.
#[derive(Debug)]
pub(crate) struct ShopTill {
    name: Option<TillName>,
    config: Config,
    /// The text of the configuration, which a till with a name keeps.
    text: String,
}

impl TerminalFile {
    /// Names the till, as the option does.
    ///
    /// # Errors
    /// Another one is named.
    pub(crate) fn at_till(&mut self, till: TillName) -> Result<(), Failure> {
        match &self.till {
            Some(named) if *named != till => Err(Failure::Usage(format!(
                "--till: two tills are named, {till} and {named}"
            ))),
            _ => {
                self.till = Some(till);
                Ok(())
            }
        }
    }

    /// As [`read`](Self::read), for what follows a payment: a name that no till has is an error.
    pub(crate) fn read_existing(&self, home: &Home) -> Result<ShopTill, Failure> {
        if let Some(name) = &self.till
            && state::configuration(home, name)?.is_none()
        {
            return Err(Failure::Input(format!(
                "there is no till {name}: `understudy home` lists the tills, and `understudy tap \
                 --till {name}` begins one"
            )));
        }
        self.read(home)
    }

    /// The till, with the configuration in the named file, or else the one that it keeps.
    pub(crate) fn read(&self, home: &Home) -> Result<ShopTill, Failure> {
        let (config, text) = match (&self.terminal, &self.till) {
            (Some(path), _) => from_file(path)?,
            (None, None) => (Config::default(), String::new()),
            (None, Some(name)) => match state::configuration(home, name)? {
                Some(kept) => kept,
                None => first(name)?,
            },
        };
        Ok(ShopTill {
            name: self.till.clone(),
            config,
            text,
        })
    }
}

impl ShopTill {
    /// The name; the first till has none.
    pub(crate) fn name(&self) -> Option<&TillName> {
        self.name.as_ref()
    }

    /// The terminal's configuration.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Locks and reads the till. A new one with a name keeps its configuration first, so that no
    /// other begins with the same terminal meanwhile; another configuration is kept once the till
    /// has opened with it.
    pub(crate) fn open(&self, home: &Home) -> Result<DeskTill, Failure> {
        let Some(name) = &self.name else {
            return state::open_till(home, None, &self.config);
        };
        let path = home.till_configuration(name);
        let kept = home::read_octets(&path)?;
        let is_new = kept.is_none();
        if is_new {
            home.create_till(Some(name))?;
            home.replace_small(&path, self.text.as_bytes())?;
        }
        let till = state::open_till(home, Some(name), &self.config);
        if is_new && till.is_err() {
            home::remove(&path)?;
        }
        let till = till?;
        if kept.is_some_and(|kept| *kept != self.text.as_bytes()) {
            home.replace_small(&path, self.text.as_bytes())?;
        }
        Ok(till)
    }
}

fn from_file(path: &Path) -> Result<(Config, String), Failure> {
    let wrong = |error: String| {
        Failure::Input(format!(
            "--terminal {}: {}",
            path.display(),
            hide_text(error.trim_end())
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let config = Config::from_toml(&text).map_err(|error| wrong(error.to_string()))?;
    Ok((config, text))
}

/// The configuration of a new till that was given none: the defaults, with a terminal of its own.
fn first(name: &TillName) -> Result<(Config, String), Failure> {
    let id = name.terminal_id();
    let text = format!("[terminal]\nid = \"{id}\"\nserial_number = \"{id}\"\n");
    let config = Config::from_toml(&text)
        .map_err(|error| Failure::Input(format!("--till {name}: {error}")))?;
    Ok((config, text))
}

/// The time at the terminal.
pub(crate) fn local_time(config: &Config) -> Result<LocalTime, Failure> {
    let time = LocalTime::from_unix(state::now().0, config.utc_offset_minutes());
    time.ok_or_else(|| Failure::Input("the system's clock is not set".to_owned()))
}

/// The currency from `--currency`, or else the terminal's.
pub(crate) fn parse_currency(text: Option<&String>, config: &Config) -> Result<Currency, Failure> {
    let Some(code) = text else {
        return Ok(config.currency());
    };
    money::parse_currency(&code.to_ascii_uppercase())
        .map_err(|error| Failure::Input(format!("--currency: {}", hide_text(&error.to_string()))))
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
