//! The terminal's state and its files.

use std::io;

use understudy_pos::Config;
use understudy_pos::till::{Till, TillError, TillFile, TillFiles, TillRules};

use crate::failure::Failure;
use crate::home::{Home, Side, Store, damaged};

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

/// Locks and reads the terminal's files; without any, a new terminal.
pub(crate) fn open_till(home: &Home, config: &Config) -> Result<DeskTill, Failure> {
    let (store, index) = home.open(Side::Terminal)?;
    let path = store.path();
    let index = index.map(|content| content.to_vec());
    let files = DeskFiles { store, index };
    Till::open(config, TillRules::default(), files).map_err(|error| match error {
        TillError::State(error) => Failure::Home(format!("{}: {error}", damaged(&path.display()))),
        error => Failure::Input(format!(
            "{}: {error}: use the terminal and merchant that it began with, or another folder \
             with --home DIR",
            path.display()
        )),
    })
}
