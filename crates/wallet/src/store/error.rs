//! The errors of the store. None names a key or an octet of the state.

use std::io;

/// An operation on the folder that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {name}: {cause}")]
pub struct Failure {
    doing: &'static str,
    name: String,
    #[source]
    cause: io::Error,
}

impl Failure {
    pub(super) fn new(doing: &'static str, name: &str, cause: io::Error) -> Self {
        Self {
            doing,
            name: name.to_owned(),
            cause,
        }
    }

    pub(super) fn of_folder(doing: &'static str, cause: io::Error) -> Self {
        Self::new(doing, "the wallet's folder", cause)
    }

    /// The kind of the operating system's error, such as [`io::ErrorKind::StorageFull`].
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.cause.kind()
    }
}

/// The reason for which a store was not opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has the folder open.
    #[error("the wallet is in use by another process; close that first")]
    Busy,
    /// The store is sealed under another key.
    #[error("the storage key or passphrase is not the one of this wallet")]
    WrongKey,
    /// A file was written by a later version of this program.
    #[error("the wallet was written by a later version (format {0}); this program reads format 1")]
    Newer(u8),
    /// The folder holds files of two stores under the same key.
    #[error("the folder holds files of two different wallets; take those of one away")]
    Mixed,
    /// No generation is whole.
    #[error("no file of the wallet is whole; it cannot be opened")]
    Damaged,
    /// The folder or a file could not be read.
    #[error(transparent)]
    Io(#[from] Failure),
    /// The generator of random numbers failed.
    #[error("there is no randomness to seal the wallet with")]
    Randomness,
}

/// The reason for which a change was not stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file could not be written.
    #[error(transparent)]
    Io(#[from] Failure),
    /// The state is longer than [`STATE_MAX`](super::STATE_MAX).
    #[error("the wallet is too large to be stored")]
    TooLong,
    /// A file has the highest number that there is.
    #[error("the numbers of the wallet's files are used up")]
    Numbers,
    /// The generator of random numbers failed.
    #[error("there is no randomness to seal the wallet with")]
    Randomness,
}

/// The reason for which a record was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Every slot is used: the next commit makes room.
    #[error("the wallet's journal is full")]
    Full,
    /// The write failed. The slot may hold a part of the record; the next record takes its place.
    #[error("cannot write to the wallet's journal: {0}")]
    Io(#[from] io::Error),
}

/// The reason for which a passphrase gave no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// It has no characters.
    #[error("the passphrase is empty; give one")]
    Empty,
    /// No memory for Argon2.
    #[error("there is not enough memory to try the passphrase")]
    Memory,
}
