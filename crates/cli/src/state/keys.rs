//! The issuer's key file and its passphrase.

use std::env::VarError;

use understudy_issuer::{IssuerKeys, KeyFile, KeyFileError, demonstration};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::home::{Home, write_new};

/// The environment variable with the passphrase of the issuer's keys.
pub(crate) const VARIABLE: &str = "UNDERSTUDY_PASSPHRASE";

/// The passphrase of key files with published test keys. It protects nothing.
const DEMONSTRATION: &str = "understudy demonstration";

/// The issuer's keys. Without a key file one is made: with the published test keys, or with random
/// ones if there is a passphrase of the user's own.
pub(super) fn open_or_make(home: &Home) -> Result<IssuerKeys, Failure> {
    let passphrase = Passphrase::read()?;
    if let Some(keys) = read(home, &passphrase)? {
        return Ok(keys);
    }
    if home.has_database()? {
        // Another process may have made both just now.
        return read(home, &passphrase)?.ok_or_else(|| lost(home));
    }
    let keys = passphrase.new_keys()?;
    let wrong = |error| unusable(home, &passphrase, error);
    let octets = KeyFile::seal(&keys, passphrase.text()).map_err(wrong)?;
    home.create_once(&home.keys(), |path| write_new(path, &octets))?;
    // Whoever was first made the keys that count.
    read(home, &passphrase)?.ok_or_else(|| lost(home))
}

/// The issuer's keys, which must be there.
pub(crate) fn open(home: &Home) -> Result<IssuerKeys, Failure> {
    read(home, &Passphrase::read()?)?.ok_or_else(|| lost(home))
}

fn read(home: &Home, passphrase: &Passphrase) -> Result<Option<IssuerKeys>, Failure> {
    let Some(octets) = home.read_keys()? else {
        return Ok(None);
    };
    let keys = KeyFile::open(&octets, passphrase.text());
    keys.map(Some)
        .map_err(|error| unusable(home, passphrase, error))
}

/// What unlocks the keys.
enum Passphrase {
    /// The user's.
    Own(Zeroizing<String>),
    /// The published one.
    Demonstration,
}

impl Passphrase {
    fn read() -> Result<Self, Failure> {
        match std::env::var(VARIABLE) {
            Ok(text) => Ok(Self::Own(Zeroizing::new(text))),
            Err(VarError::NotPresent) => Ok(Self::Demonstration),
            Err(VarError::NotUnicode(_)) => Err(Failure::Home(format!(
                "{VARIABLE} is not UTF-8 text: set it to the passphrase of the issuer's keys"
            ))),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::Demonstration => DEMONSTRATION,
        }
    }

    fn new_keys(&self) -> Result<IssuerKeys, Failure> {
        match self {
            Self::Own(_) => {
                IssuerKeys::generate().map_err(|error| Failure::Home(error.to_string()))
            }
            Self::Demonstration => Ok(demonstration::keys()),
        }
    }
}

fn unusable(home: &Home, passphrase: &Passphrase, error: KeyFileError) -> Failure {
    let path = home.keys();
    let path = path.display();
    let remedy = match (error, passphrase) {
        (KeyFileError::Sealed, Passphrase::Demonstration) => format!(
            "set {VARIABLE} to the passphrase that it was made with (without it the \
             demonstration's was tried)"
        ),
        (KeyFileError::Sealed, Passphrase::Own(_)) => {
            format!("set {VARIABLE} to the passphrase that it was made with")
        }
        (KeyFileError::EmptyPassphrase, _) => {
            format!("set {VARIABLE}, or unset it for the demonstration's")
        }
        (KeyFileError::Version(_), _) => "use a newer understudy".to_owned(),
        (KeyFileError::Memory | KeyFileError::Randomness(_), _) => "try again".to_owned(),
        (KeyFileError::NotAKeyFile | KeyFileError::Parameters | KeyFileError::CheckValue(_), _) => {
            "put a copy back in its place (nothing was changed)".to_owned()
        }
    };
    Failure::Home(format!("{path}: {error}: {remedy}"))
}

fn lost(home: &Home) -> Failure {
    Failure::Home(format!(
        "{} holds an issuer's database and no issuer.keys beside it: put the file back, or start \
         anew in another folder with --home DIR",
        home.folder().display()
    ))
}
