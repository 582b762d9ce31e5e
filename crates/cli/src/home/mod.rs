//! The home directory: the wallet's folder, the terminal's files, and the issuer's database and
//! keys.
//!
//! The terminal's files are replaced as a whole, except for its journals, which are appended to;
//! both only by the process that holds the lock and read or wrote them last. The wallet's store has
//! its own files and its own lock. The issuer's database is
//! made once and locks itself; its key file is replaced as a whole, under a lock of its own. A file of
//! another format is never changed.

mod erase;
mod file;
mod folder;
mod lock;
mod once;
mod origin;
mod plain;
mod till;

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};

use understudy_issuer::{Actor, Person};
use understudy_wallet::StorageKey;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::passphrase::Passphrase;
pub(crate) use file::{damaged, read_octets, remove, write_new};
pub(crate) use lock::Lock;
use lock::is_at;
pub(crate) use origin::Origin;
pub(crate) use till::TillName;

/// The sides with a file in the home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Cards, their keys and history: the unencrypted file of an earlier version.
    Wallet,
    /// Trace numbers, batches, and reversals owed to the host.
    Terminal,
}

impl Side {
    const ALL: [Self; 2] = [Self::Wallet, Self::Terminal];

    /// The oldest version of a file's content that this program reads.
    const OLDEST_VERSION: u32 = 1;

    /// The name in messages and in the file's first line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Terminal => "terminal",
        }
    }

    /// The version of the file's content that this program writes, and the latest that it reads.
    const fn version(self) -> u32 {
        match self {
            Self::Wallet => 1,
            Self::Terminal => 2,
        }
    }

    /// The largest file, for writer and reader. Version 1 of the terminal's had no limit.
    const fn size_max(self) -> usize {
        match self {
            Self::Wallet => 64 << 20,
            Self::Terminal => 1 << 30,
        }
    }
}

/// A folder with the files, or for them.
#[derive(Debug)]
pub(crate) struct Home {
    folder: PathBuf,
    origin: Origin,
    passphrase: Passphrase,
    /// The person who acts for the bank; the issuer itself if there is none.
    operator: Option<Person>,
    storage_key: OnceCell<StorageKey>,
}

impl Home {
    /// The folder that was named, or that of the environment, or else the platform's place for a
    /// program's data. It is inspected, and not changed.
    pub(crate) fn locate(named: Option<&Path>, passphrase: Passphrase) -> Result<Self, Failure> {
        let (folder, origin) = origin::find(named)?;
        folder::check(&folder)?;
        Ok(Self {
            folder,
            origin,
            passphrase,
            operator: None,
            storage_key: OnceCell::new(),
        })
    }

    /// The home in another folder, under the same passphrase.
    pub(crate) fn beside(&self, folder: &Path) -> Result<Self, Failure> {
        // A passphrase that comes through a pipe can be read once.
        self.passphrase.given()?;
        Self::locate(Some(folder), self.passphrase.clone())
    }

    /// The same, with the person who acts for the bank.
    pub(crate) fn operated_by(self, operator: Person) -> Self {
        Self {
            operator: Some(operator),
            ..self
        }
    }

    /// The party for which the issuer acts.
    pub(crate) fn actor(&self) -> Actor {
        let operator = self.operator.clone();
        operator.map_or(Actor::Issuer, Actor::Operator)
    }

    /// The way in which the folder was named.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// The folder's path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The passphrase of the issuer's keys.
    pub(crate) fn passphrase(&self) -> &Passphrase {
        &self.passphrase
    }

    /// The folder of the wallet's store.
    pub(crate) fn wallet(&self) -> PathBuf {
        self.folder.join(folder::WALLET)
    }

    /// The file with the salt that turns the passphrase into the wallet's storage key.
    pub(crate) fn salt(&self) -> PathBuf {
        self.folder.join(folder::SALT)
    }

    /// The file with the card that is presented for a limited time.
    pub(crate) fn presented(&self) -> PathBuf {
        self.folder.join(folder::PRESENTED)
    }

    /// The file with the keys of the bank in another home, whose phone this home is.
    pub(crate) fn bank(&self) -> PathBuf {
        self.folder.join(folder::BANK)
    }

    /// True if this home is a phone alone: its bank is in another home.
    pub(crate) fn is_phone(&self) -> bool {
        self.bank().exists()
    }

    /// True if the wallet's store holds a generation that was written completely.
    pub(crate) fn has_store(&self) -> Result<bool, Failure> {
        folder::has_generation(&self.wallet())
    }

    /// True if there is a wallet, of this version or an earlier one.
    pub(crate) fn has_wallet(&self) -> Result<bool, Failure> {
        Ok(self.has_store()? || self.path(Side::Wallet).exists())
    }

    /// Takes the wallet's lock; creates the folder if necessary.
    pub(crate) fn lock_wallet(&self) -> Result<Lock, Failure> {
        self.create()?;
        Lock::acquire(&self.folder, Side::Wallet.name())
    }

    /// As [`lock_wallet`](Self::lock_wallet); `None` if another process has the lock.
    pub(crate) fn lock_wallet_if_free(&self) -> Result<Option<Lock>, Failure> {
        Lock::acquire_if_free(&self.folder, Side::Wallet.name())
    }

    /// Erases the wallet's file of an earlier version, and unfinished copies of it.
    pub(crate) fn erase_old_wallet(&self) -> Result<(), Failure> {
        let path = self.path(Side::Wallet);
        erase::all(&self.folder, &[&path, &path.with_extension("state.new")])
    }

    /// The path of one side's file.
    pub(crate) fn path(&self, side: Side) -> PathBuf {
        file::path(&self.folder, side)
    }

    /// The path of the issuer's database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(folder::DATABASE)
    }

    /// The path of the issuer's key file.
    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.join(folder::KEYS)
    }

    /// Creates the folder if necessary, for its owner only.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        folder::create(&self.folder)
    }

    /// Reads one side's file without its lock, for commands that change nothing.
    pub(crate) fn peek(&self, side: Side) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        Ok(file::read(&self.path(side), side)?.map(|read| read.content))
    }

    /// The issuer's wrapped keys; `None` if there is no key file.
    pub(crate) fn read_keys(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        file::read_octets(&self.keys())
    }

    /// True if there is a key file.
    pub(crate) fn has_keys(&self) -> Result<bool, Failure> {
        Ok(self.read_keys()?.is_some())
    }

    /// Takes the lock of the issuer's key file.
    pub(crate) fn lock_keys(&self) -> Result<Lock, Failure> {
        Lock::acquire(&self.folder, folder::KEYS)
    }

    /// Replaces the issuer's key file, and overwrites the one before; durable when this returns.
    pub(crate) fn replace_keys(&self, content: &[u8]) -> Result<(), Failure> {
        let path = self.keys();
        erase::replaced(&path, || self.replace_small(&path, content))
    }

    /// Replaces a small file of ours, for its owner only; durable when this returns.
    pub(crate) fn replace_small(&self, path: &Path, content: &[u8]) -> Result<(), Failure> {
        file::replace_plain(&self.folder, path, content)
    }

    /// The wallet's storage key, derived once for a command: this may take as long as Argon2id
    /// does.
    pub(crate) fn storage_key(
        &self,
        make: impl FnOnce() -> Result<StorageKey, Failure>,
    ) -> Result<&StorageKey, Failure> {
        if let Some(key) = self.storage_key.get() {
            return Ok(key);
        }
        let key = make()?;
        Ok(self.storage_key.get_or_init(|| key))
    }

    /// True if the issuer's database exists. It is always written whole, so an empty file is
    /// reported as damage; `SQLite` would take it for a new database.
    pub(crate) fn has_database(&self) -> Result<bool, Failure> {
        let path = self.database();
        match fs::metadata(&path) {
            Ok(found) if found.is_file() && found.len() > 0 => Ok(true),
            Ok(found) if found.is_file() => Err(Failure::Home(damaged(&path.display()))),
            Ok(_) => Err(file::failure("read", &path, &file::no_regular_file())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(file::failure("read", &path, &error)),
        }
    }

    /// Creates a file without ever replacing another: `make` writes it under a temporary name, and
    /// it becomes `path` if that does not exist.
    pub(crate) fn create_once(
        &self,
        path: &Path,
        make: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        once::create(&self.folder, path, make)
    }

    fn read_locked(folder: &Path, side: Side, lock: Lock) -> Result<Opened, Failure> {
        let read = file::read(&file::path(folder, side), side)?;
        let (last, content) = read.map(|read| (read.file, read.content)).unzip();
        let store = Store {
            folder: folder.to_owned(),
            side,
            lock,
            last,
        };
        Ok((store, content))
    }
}

/// Permission to replace one side's file, and its content; `None` if there is no file yet.
pub(crate) type Opened = (Store, Option<Zeroizing<Vec<u8>>>);

/// Permission to replace one side's file: its lock is held until this is dropped.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    side: Side,
    lock: Lock,
    /// The file that was read or written last, open; `None` if there was none.
    last: Option<File>,
}

impl Store {
    /// Replaces the file's content; durable when this returns. Nothing is replaced if the lock is
    /// no longer that of this folder, or the file is not the one that was read or written last.
    pub(crate) fn replace(&mut self, content: &[u8]) -> Result<(), Failure> {
        let path = self.path();
        let failure = |error: Error| Failure::Home(error.to_string());
        let _turn = self.lock.turn().map_err(failure)?;
        let known = match &self.last {
            Some(last) => is_at(last, &path).map_err(failure)?,
            None => !path.exists(),
        };
        if !known {
            return Err(Failure::Home(format!(
                "{} was replaced while it was in use: another process may use it, so this one \
                 stops; begin again",
                path.display()
            )));
        }
        self.last = Some(file::replace(&self.folder, self.side, content)?);
        Ok(())
    }

    /// The file's path.
    pub(crate) fn path(&self) -> PathBuf {
        file::path(&self.folder, self.side)
    }

    /// A journal's octets, at most `most`; `None` if there is no such file.
    pub(crate) fn read_journal(&self, journal: u32, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut octets = Vec::new();
        let found = plain::read(&self.journal(journal), most, &mut octets)?;
        Ok(found.then_some(octets))
    }

    /// Replaces a journal; durable when this returns.
    pub(crate) fn replace_journal(&self, journal: u32, content: &[u8]) -> io::Result<()> {
        let _turn = self.lock.turn()?;
        plain::replace(&self.folder, &self.journal(journal), &[content]).map(drop)
    }

    /// Appends octets to a journal of `length` octets; durable when this returns.
    pub(crate) fn append_journal(
        &self,
        journal: u32,
        length: u64,
        octets: &[u8],
    ) -> io::Result<()> {
        let _turn = self.lock.turn()?;
        plain::append(&self.journal(journal), length, octets)
    }

    /// Removes a journal; true if it existed.
    pub(crate) fn remove_journal(&self, journal: u32) -> io::Result<bool> {
        let _turn = self.lock.turn()?;
        plain::remove(&self.journal(journal))
    }

    fn journal(&self, journal: u32) -> PathBuf {
        journal_in(&self.folder, self.side, journal)
    }
}

/// The path of a side's journal.
fn journal_in(folder: &Path, side: Side, journal: u32) -> PathBuf {
    folder.join(format!("{}.{journal:06}{}", side.name(), folder::JOURNAL))
}
