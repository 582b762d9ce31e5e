//! The files in which a till stores its state, and the operations on them.

use std::io;

/// A file of a till.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TillFile {
    /// The list of valid journals. A till of the format `understudy.terminal/1` has its whole state
    /// in this file.
    Index,
    /// The journal of one batch, by its ordinal: 1 for the first ever written.
    Journal(u32),
}

/// The files of one till. Only one till at a time may use them: their owner holds a lock.
pub trait TillFiles {
    /// The content of a file; `None` if it does not exist.
    ///
    /// # Errors
    /// Any, and one for a file of more than `most` octets.
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>>;

    /// Writes a whole file, durably, and replaces any file of this name: whenever the process dies,
    /// the old or the new file is there.
    ///
    /// # Errors
    /// Any, if the new one may not be there.
    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()>;

    /// Writes octets after the first `length` octets of a file, durably.
    ///
    /// # Errors
    /// Any, if they may not be there, or not all of them.
    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()>;

    /// Removes a file; true if it existed.
    ///
    /// # Errors
    /// Any, if it may still be there.
    fn remove(&mut self, file: TillFile) -> io::Result<bool>;
}
