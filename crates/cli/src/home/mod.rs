//! The home directory: one file for the issuer's side and one for the wallet's.
//!
//! A file is only ever replaced as a whole, and only by whoever holds its lock. A file that is not
//! understood is left alone.

mod file;
mod folder;
mod lock;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use zeroize::Zeroizing;

use crate::failure::Failure;
pub(crate) use file::damaged;
use lock::Lock;

/// The two sides that keep state, each in its own file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Tokens, master key, counters seen.
    Issuer,
    /// Cards, their keys, history.
    Wallet,
}

impl Side {
    const ALL: [Self; 2] = [Self::Issuer, Self::Wallet];

    /// The name in messages and in the file's first line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Wallet => "wallet",
        }
    }

    /// The version of the file's content that this program writes and reads.
    const fn version(self) -> u32 {
        match self {
            Self::Issuer | Self::Wallet => 1,
        }
    }
}

/// A folder that holds, or will hold, both files.
#[derive(Debug)]
pub(crate) struct Home {
    folder: PathBuf,
}

impl Home {
    /// The folder that was named, or else the platform's place for a program's data. Looks at it
    /// but changes nothing.
    pub(crate) fn locate(named: Option<&Path>) -> Result<Self, Failure> {
        let folder = match named {
            Some(folder) => folder.to_owned(),
            None => etcetera::choose_base_strategy()
                .map_err(|error| {
                    Failure::Home(format!(
                        "{error}: name a folder for the files with --home DIR"
                    ))
                })?
                .data_dir()
                .join("understudy"),
        };
        folder::check(&folder)?;
        Ok(Self { folder })
    }

    /// The folder's path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of one side's file.
    pub(crate) fn file_name(&self, side: Side) -> String {
        let path = file::path(&self.folder, side);
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Takes the lock of one side, makes the folder if need be, and reads the file.
    pub(crate) fn open(&self, side: Side) -> Result<Opened, Failure> {
        folder::create(&self.folder)?;
        let lock = Lock::acquire(&self.folder, side)?;
        let path = file::path(&self.folder, side);
        let content = file::read(&path, side)?;
        Ok((
            Store {
                folder: self.folder.clone(),
                side,
                _lock: lock,
            },
            content,
        ))
    }

    /// Reads one side's file without its lock, for commands that change nothing.
    pub(crate) fn peek(&self, side: Side) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        file::read(&file::path(&self.folder, side), side)
    }
}

/// The right to replace one side's file, and what it holds; `None` if there is no file yet.
pub(crate) type Opened = (Store, Option<Zeroizing<Vec<u8>>>);

/// The right to replace one side's file: its lock is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    side: Side,
    _lock: Lock,
}

impl Store {
    /// Replaces the file's content; durable when this returns.
    pub(crate) fn replace(&self, content: &[u8]) -> Result<(), Failure> {
        file::replace(&self.folder, self.side, content)
    }

    /// The file's path.
    pub(crate) fn path(&self) -> PathBuf {
        file::path(&self.folder, self.side)
    }
}
