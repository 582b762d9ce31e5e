//! The terminal's state and its files.

use std::io;
use std::path::Path;

use understudy_pos::Config;
use understudy_pos::host::{MerchantId, TerminalId};
use understudy_pos::till::{
    self, StateError, Till, TillError, TillFile, TillFiles, TillRules, TillState,
};

use crate::failure::Failure;
use crate::home::{Home, Side, Store, TillName, damaged, read_octets};

/// The till over the terminal's files in the home.
pub(crate) type DeskTill = Till<DeskFiles>;

/// The terminal's files in the home.
#[derive(Debug)]
pub(crate) struct DeskFiles {
    store: Store,
    /// The index when the home was opened.
    index: Option<Vec<u8>>,
}

impl TillFiles for DeskFiles {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        match file {
            TillFile::Index => Ok(self.index.clone()),
            TillFile::Journal(journal) => self.store.read_journal(journal, most),
        }
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        match file {
            TillFile::Index => self.store.replace(content).map_err(io::Error::other),
            TillFile::Journal(journal) => self.store.replace_journal(journal, content),
        }
    }

    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()> {
        match file {
            TillFile::Index => Err(io::Error::from(io::ErrorKind::Unsupported)),
            TillFile::Journal(journal) => self.store.append_journal(journal, length, octets),
        }
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        match file {
            TillFile::Index => Err(io::Error::from(io::ErrorKind::Unsupported)),
            TillFile::Journal(journal) => self.store.remove_journal(journal),
        }
    }
}

/// Locks and reads the files of a till; without any, a new one. In a home no two tills are the same
/// terminal of the same merchant: the host tells their messages apart by nothing else.
pub(crate) fn open_till(
    home: &Home,
    name: Option<&TillName>,
    config: &Config,
) -> Result<DeskTill, Failure> {
    let (store, index) = home.open_till(name)?;
    let index = index.map(|content| content.to_vec());
    let files = DeskFiles { store, index };
    let path = files.store.path();
    if files.index.is_none() {
        check_alone(home, name, config)?;
    }
    Till::open(config, TillRules::default(), files).map_err(|error| match error {
        TillError::State(error) => unreadable(&path, &error),
        error => Failure::Input(format!(
            "{}: {error}: use the terminal and merchant that it began with, or another till with \
             --till NAME",
            path.display()
        )),
    })
}

/// The state of a till; `None` if it has none yet. It is read without the till's lock.
pub(crate) fn till_state(
    home: &Home,
    till: Option<&TillName>,
) -> Result<Option<TillState>, Failure> {
    let read = || -> Result<Result<Option<TillState>, StateError>, Failure> {
        let files = PeekedFiles {
            home,
            till,
            index: home.peek_till(till)?,
        };
        Ok(Till::state_in(TillRules::default(), files))
    };
    // A command that begins a new batch meanwhile may move a journal away once.
    let state = match read()? {
        Err(_) => read()?,
        state => state,
    };
    let path = home.till_folder(till);
    state.map_err(|error| unreadable(&path, &error))
}

/// The files of a till, to be read alone.
struct PeekedFiles<'h> {
    home: &'h Home,
    till: Option<&'h TillName>,
    index: Option<Vec<u8>>,
}

impl TillFiles for PeekedFiles<'_> {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        match file {
            TillFile::Index => Ok(self.index.clone()),
            TillFile::Journal(journal) => self.home.peek_journal(self.till, journal, most),
        }
    }

    fn replace(&mut self, _: TillFile, _: &[u8]) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    fn append(&mut self, _: TillFile, _: u64, _: &[u8]) -> io::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    fn remove(&mut self, _: TillFile) -> io::Result<bool> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}

fn unreadable(path: &Path, error: &StateError) -> Failure {
    Failure::Home(format!("{}: {error}", damaged(&path.display())))
}

/// Refuses a new till that would be the same terminal as another one of this home.
fn check_alone(home: &Home, own: Option<&TillName>, config: &Config) -> Result<(), Failure> {
    let ours = identity_of(config)?;
    let taken = |other: &str| {
        Failure::Input(format!(
            "{other} is terminal {} of this merchant already: a new till needs a [terminal] id of its \
             own in its --terminal FILE",
            ours.0
        ))
    };
    for name in home.tills()? {
        let other = match own {
            Some(own) if *own == name => None,
            _ => configuration(home, &name)?,
        };
        if let Some((other, _)) = other
            && identity_of(&other)? == ours
        {
            return Err(taken(&format!("till {name}")));
        }
    }
    if own.is_none() || !home.path(Side::Terminal).exists() {
        return Ok(());
    }
    match till_state(home, None)? {
        Some(first) if first.identity() == ours => Err(taken("the first till")),
        _ => Ok(()),
    }
}

fn identity_of(config: &Config) -> Result<(TerminalId, MerchantId), Failure> {
    till::identity(config).map_err(|error| Failure::Input(error.to_string()))
}

/// The configuration that a till keeps, and its text; `None` for a new one.
pub(crate) fn configuration(
    home: &Home,
    till: &TillName,
) -> Result<Option<(Config, String)>, Failure> {
    let path = home.till_configuration(till);
    let wrong = |error: String| Failure::Home(format!("{}: {error}", path.display()));
    let Some(octets) = read_octets(&path)? else {
        return Ok(None);
    };
    let text = String::from_utf8(octets.to_vec()).map_err(|error| wrong(error.to_string()))?;
    let config = Config::from_toml(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(Some((config, text)))
}
