//! The passphrase of the issuer's keys and of the wallet, and its sources.

mod prompt;
mod strength;

use std::cell::OnceCell;
use std::env::VarError;
use std::fs::File;
use std::path::PathBuf;

use clap::Args;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::secret::{self, Whole};
pub(crate) use prompt::{Typed, ask, hidden};

/// The environment variable with the passphrase of the issuer's keys.
pub(crate) const VARIABLE: &str = "UNDERSTUDY_PASSPHRASE";

/// The ways to give a passphrase, for messages.
pub(crate) const WAYS: &str =
    "set UNDERSTUDY_PASSPHRASE, or add --passphrase-file FILE or --passphrase-fd N";

/// The longest passphrase in octets: 4 KiB.
const LENGTH_MAX: usize = 4096;

/// The source of the passphrase of the issuer's keys.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PassphraseOptions {
    /// File whose first line is the passphrase of the issuer's keys; if not given,
    /// `UNDERSTUDY_PASSPHRASE` or a question at the terminal
    #[arg(long, global = true, value_name = "FILE", help_heading = "Everywhere")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// As --passphrase-file, from a pipe by its descriptor; 0 is the standard input, after values
    /// that are read from it
    #[arg(long, global = true, value_name = "N", help_heading = "Everywhere")]
    #[arg(conflicts_with = "passphrase_file")]
    pub(crate) passphrase_fd: Option<u32>,
}

/// The passphrase, read when it is needed and kept until the command ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Passphrase {
    options: PassphraseOptions,
    text: OnceCell<Zeroizing<String>>,
}

impl Passphrase {
    /// The passphrase that these options name.
    pub(crate) fn new(options: PassphraseOptions) -> Self {
        Self {
            options,
            text: OnceCell::new(),
        }
    }

    /// The passphrase that was given or typed; `None` if there is none.
    pub(crate) fn given(&self) -> Result<Option<&str>, Failure> {
        if let Some(text) = self.text.get() {
            return Ok(Some(text.as_str()));
        }
        let text = match (&self.options.passphrase_file, self.options.passphrase_fd) {
            (Some(path), _) => Some(from_file(path)?),
            (None, Some(number)) => Some(from_descriptor(number)?),
            (None, None) => from_environment()?,
        };
        Ok(text.map(|text| self.keep(text)))
    }

    /// Asks at the terminal for the passphrase of existing keys; `None` if there is no terminal.
    pub(crate) fn ask(&self) -> Result<Option<&str>, Failure> {
        let typed = prompt::hidden("Passphrase: ")?;
        Ok(typed.map(|text| self.keep(text)))
    }

    /// A passphrase for new keys: the given one, or one typed twice; `None` if there is neither. A
    /// weak one is refused.
    pub(crate) fn for_new_keys(&self) -> Result<Option<&str>, Failure> {
        let text = match self.given()? {
            Some(text) => text,
            None => match choose()? {
                Some(text) => self.keep(text),
                None => return Ok(None),
            },
        };
        if strength::is_weak(text) {
            return Err(Failure::Input(format!(
                "the passphrase is too weak: {}",
                strength::RULE
            )));
        }
        Ok(Some(text))
    }

    fn keep(&self, text: Zeroizing<String>) -> &str {
        self.text.get_or_init(|| text)
    }
}

/// A passphrase that is typed twice.
fn choose() -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(first) = prompt::hidden("New passphrase for the issuer's keys: ")? else {
        return Ok(None);
    };
    let second = prompt::hidden("The same again: ")?;
    if second.is_none_or(|second| *second != *first) {
        return Err(Failure::Input("the two passphrases differ".to_owned()));
    }
    Ok(Some(first))
}

fn from_environment() -> Result<Option<Zeroizing<String>>, Failure> {
    match std::env::var(VARIABLE) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::Home(format!(
            "{VARIABLE} is not UTF-8 text: set it to the passphrase of the issuer's keys"
        ))),
    }
}

fn from_file(path: &std::path::Path) -> Result<Zeroizing<String>, Failure> {
    let name = format!("--passphrase-file {}", path.display());
    let file = File::open(path).map_err(|error| Failure::Input(format!("{name}: {error}")))?;
    first_line(&name, file)
}

/// The passphrase from a pipe. Another kind of descriptor could be read again by a program that
/// inherits it; a pipe is empty afterwards.
fn from_descriptor(number: u32) -> Result<Zeroizing<String>, Failure> {
    let name = format!("--passphrase-fd {number}");
    if number == 0 {
        return first_line(&name, secret::stdin());
    }
    let failure = |error: &str| Failure::Input(format!("{name}: {error}"));
    let pipe =
        File::open(format!("/dev/fd/{number}")).map_err(|error| failure(&error.to_string()))?;
    let found = pipe
        .metadata()
        .map_err(|error| failure(&error.to_string()))?;
    if !is_pipe(&found) {
        return Err(failure("it is no pipe: name a file with --passphrase-file"));
    }
    match secret::read_all(pipe, LENGTH_MAX).map_err(|error| failure(&error.to_string()))? {
        Whole::Yes(all) => first_line(&name, all.as_slice()),
        Whole::TooLong => Err(failure("it holds more than 4096 octets")),
    }
}

#[cfg(unix)]
fn is_pipe(found: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

fn first_line(name: &str, input: impl std::io::Read) -> Result<Zeroizing<String>, Failure> {
    let failure = |error: &str| Failure::Input(format!("{name}: {error}"));
    match secret::read_line(input, LENGTH_MAX).map_err(|error| failure(&error.to_string()))? {
        Some(Whole::Yes(line)) => as_text(&line).ok_or_else(|| failure("it is not UTF-8 text")),
        Some(Whole::TooLong) => Err(failure("its first line is longer than 4096 octets")),
        None => Err(failure("it holds no line")),
    }
}

/// A line of text without the carriage return that some editors add.
fn as_text(line: &[u8]) -> Option<Zeroizing<String>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}
