//! The issuer's key file and its passphrase.

use understudy_core::wire::digits::CardNumber;
use understudy_issuer::{IssuerKeys, KeyFile, KeyFileError, demonstration};

use crate::failure::Failure;
use crate::home::{Home, write_new};
use crate::passphrase::WAYS;

/// The passphrase of key files with published test keys. It protects nothing.
pub(crate) const PUBLISHED: &str = "understudy demonstration";

/// The kind of cards that an issuer is asked to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cards {
    /// None, or the demonstration's own cards, for which the published test keys suffice.
    Demonstration,
    /// Cards for the user's own numbers, for which the published test keys are not allowed.
    Own,
}

impl Cards {
    /// The kind of a card with this number.
    pub(crate) fn of(pan: &CardNumber) -> Self {
        if demonstration::is_test_pan(pan) {
            Self::Demonstration
        } else {
            Self::Own
        }
    }
}

/// The issuer's keys. Without a key file one is made: with random keys under the user's passphrase,
/// or, if only the demonstration's cards are wanted, with the published test keys.
pub(super) fn open_or_make(home: &Home, cards: Cards) -> Result<IssuerKeys, Failure> {
    if let Some(keys) = read(home)? {
        return Ok(keys);
    }
    if home.has_database()? {
        // Another process may have made both just now.
        return read(home)?.ok_or_else(|| lost(home));
    }
    let passphrase = home.passphrase();
    let own = match cards {
        Cards::Own => passphrase.for_new_keys()?,
        Cards::Demonstration if passphrase.given()?.is_some() => passphrase.for_new_keys()?,
        Cards::Demonstration => None,
    };
    let sealed = match (own, cards) {
        (Some(own), _) => seal(home, &random()?, own)?,
        (None, Cards::Demonstration) => seal(home, &demonstration::keys(), PUBLISHED)?,
        (None, Cards::Own) => return Err(missing(home)),
    };
    home.create()?;
    home.create_once(&home.keys(), |path| write_new(path, &sealed))?;
    // The keys of the process that was first are the valid ones.
    read(home)?.ok_or_else(|| lost(home))
}

/// The issuer's keys, for a command that makes none.
pub(crate) fn need(home: &Home) -> Result<IssuerKeys, Failure> {
    if home.has_keys()? || home.has_database()? {
        return open(home);
    }
    Err(Failure::Home(format!(
        "the issuer in {} has no keys yet: `understudy issue` and `understudy enrol` make them",
        home.folder().display()
    )))
}

/// The issuer's keys, which must exist.
pub(crate) fn open(home: &Home) -> Result<IssuerKeys, Failure> {
    read(home)?.ok_or_else(|| lost(home))
}

/// Changes the issuer's keys and replaces their file, which is not that of the demonstration. One
/// process does so at a time; others go on with the keys that they read.
pub(crate) fn change<T>(
    home: &Home,
    change: impl FnOnce(&mut IssuerKeys) -> Result<T, Failure>,
) -> Result<(T, IssuerKeys), Failure> {
    let _lock = home.has_keys()?.then(|| home.lock_keys()).transpose()?;
    let mut keys = need(home)?;
    let Some(passphrase) = own_passphrase(home)? else {
        return Err(published(home));
    };
    let done = change(&mut keys)?;
    home.replace_keys(&seal(home, &keys, passphrase)?)?;
    Ok((done, keys))
}

/// The issuer's keys; `None` if there is no key file. Published test keys are completed: an earlier
/// version wrote those of one scheme.
fn read(home: &Home) -> Result<Option<IssuerKeys>, Failure> {
    let mut keys = unlocked(home)?;
    if let Some(keys) = &mut keys {
        keys.complete_test_keys();
    }
    Ok(keys)
}

/// The keys as they are in the file; `None` if there is none. Without a passphrase the published one is
/// tried, and then the user is asked at the terminal.
fn unlocked(home: &Home) -> Result<Option<IssuerKeys>, Failure> {
    let Some(octets) = home.read_keys()? else {
        return Ok(None);
    };
    let passphrase = home.passphrase();
    if let Some(own) = passphrase.given()? {
        return match KeyFile::open(&octets, own) {
            Err(KeyFileError::Sealed) if KeyFile::open(&octets, PUBLISHED).is_ok() => {
                Err(demonstration_home(home))
            }
            opened => opened
                .map(Some)
                .map_err(|error| unusable(home, error, Tried::Own)),
        };
    }
    match KeyFile::open(&octets, PUBLISHED) {
        Err(KeyFileError::Sealed) => {}
        opened => {
            return opened
                .map(Some)
                .map_err(|error| unusable(home, error, Tried::Published));
        }
    }
    match passphrase.ask()? {
        Some(own) => unlock(home, &octets, own, Tried::Own).map(Some),
        None => Err(unusable(home, KeyFileError::Sealed, Tried::Published)),
    }
}

/// The kind of an issuer's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IssuerKeySource {
    /// The published test keys, under the published passphrase.
    Published,
    /// Keys of its own, under a passphrase.
    Own,
}

impl IssuerKeySource {
    /// The kind of the keys in this home; `None` if there is no key file. No passphrase is asked for.
    pub(crate) fn of(home: &Home) -> Result<Option<Self>, Failure> {
        let Some(octets) = home.read_keys()? else {
            return Ok(None);
        };
        match KeyFile::open(&octets, PUBLISHED) {
            Ok(_) => Ok(Some(Self::Published)),
            Err(KeyFileError::Sealed) => Ok(Some(Self::Own)),
            Err(error) => Err(unusable(home, error, Tried::Published)),
        }
    }

    /// The kind of the keys in this home, or without a key file, of those that would be made for the
    /// demonstration's card.
    pub(crate) fn expected(home: &Home) -> Result<Self, Failure> {
        if let Some(source) = Self::of(home)? {
            return Ok(source);
        }
        let given = home.passphrase().given()?;
        Ok(given.map_or(Self::Published, |_| Self::Own))
    }

    /// Its name in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Own => "own",
        }
    }
}

/// True if the issuer's keys are under the user's passphrase, and it is right; without keys, true
/// if there is a passphrase.
pub(super) fn under_passphrase(home: &Home) -> Result<bool, Failure> {
    // A passphrase typed for the keys is then also the given one.
    drop(read(home)?);
    Ok(own_passphrase(home)?.is_some())
}

/// The passphrase that was given; `None` if there is none, or the published one.
pub(super) fn own_passphrase(home: &Home) -> Result<Option<&str>, Failure> {
    let given = home.passphrase().given()?;
    Ok(given.filter(|text| *text != PUBLISHED))
}

fn unlock(home: &Home, octets: &[u8], text: &str, tried: Tried) -> Result<IssuerKeys, Failure> {
    KeyFile::open(octets, text).map_err(|error| unusable(home, error, tried))
}

fn random() -> Result<IssuerKeys, Failure> {
    IssuerKeys::generate().map_err(|error| Failure::Home(error.to_string()))
}

fn seal(home: &Home, keys: &IssuerKeys, text: &str) -> Result<Vec<u8>, Failure> {
    KeyFile::seal(keys, text).map_err(|error| unusable(home, error, Tried::Own))
}

/// The passphrase that was tried.
#[derive(Clone, Copy)]
enum Tried {
    Own,
    Published,
}

fn unusable(home: &Home, error: KeyFileError, tried: Tried) -> Failure {
    let path = home.keys();
    let path = path.display();
    let remedy = match (error, tried) {
        (KeyFileError::Sealed, Tried::Published) => format!(
            "give the passphrase that it was made with (without one the demonstration's was \
             tried): {WAYS}"
        ),
        (KeyFileError::Sealed, Tried::Own) => {
            format!("give the passphrase that it was made with: {WAYS}")
        }
        (KeyFileError::EmptyPassphrase, _) => {
            format!("{WAYS}, or give none for the demonstration's")
        }
        (KeyFileError::Version(_), _) => "use a newer understudy".to_owned(),
        (KeyFileError::Memory | KeyFileError::Randomness(_), _) => "try again".to_owned(),
        (KeyFileError::NotAKeyFile | KeyFileError::Parameters | KeyFileError::CheckValue(_), _) => {
            "put a copy back in its place (nothing was changed)".to_owned()
        }
    };
    Failure::Home(format!("{path}: {error}: {remedy}"))
}

/// The failure for a passphrase that was given to the demonstration's issuer.
fn demonstration_home(home: &Home) -> Failure {
    Failure::Home(format!(
        "the issuer in {} has the published test keys, under the demonstration's passphrase and \
         not the one that was given: give none for the demonstration, or name a new folder with \
         --home DIR for an issuer with keys of its own",
        home.folder().display()
    ))
}

/// The failure for a new issuer without a passphrase for its keys.
fn missing(home: &Home) -> Failure {
    Failure::Home(format!(
        "the issuer in {} needs keys of its own, under a passphrase: {WAYS} (the published test \
         keys are for the demonstration's cards alone, which `understudy tap` and `understudy issue` \
         without --pan issue)",
        home.folder().display()
    ))
}

/// The failure for a card of another number under the published keys.
pub(super) fn published(home: &Home) -> Failure {
    Failure::Home(format!(
        "the issuer in {} has the published test keys, with which anybody can pay: they are for \
         the demonstration's cards alone, which `understudy issue` issues. For a number of your own \
         name a new folder with --home DIR, and a passphrase: {WAYS}",
        home.folder().display()
    ))
}

fn lost(home: &Home) -> Failure {
    Failure::Home(format!(
        "{} holds an issuer's database and no issuer.keys beside it: put the file back, or start \
         anew in another folder with --home DIR",
        home.folder().display()
    ))
}
