//! What a till's memory stands in: a few files, and all that is done to them.

use std::io;

/// A file of a till.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TillFile {
    /// Says which journals count. A till of the format `understudy.terminal/1` has its whole state
    /// in it.
    Index,
    /// The journal of one batch, by its ordinal: 1 for the first that was ever written.
    Journal(u32),
}

/// The files of one till. Only one till at a time may work with them: their owner holds a lock.
pub trait TillFiles {
    /// The content of a file; `None` if there is no such file.
    ///
    /// # Errors
    /// Any, and one for a file of more than `most` octets.
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>>;

    /// Puts a whole file in the place of the one of this name, if there is one, durably: whatever
    /// dies in between, there is the old one or the new one.
    ///
    /// # Errors
    /// Any, if the new one may not be there.
    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()>;

    /// Puts octets behind the first `length` octets of a file, durably.
    ///
    /// # Errors
    /// Any, if they may not be there, or not all of them.
    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()>;

    /// Removes a file; whether there was one.
    ///
    /// # Errors
    /// Any, if it may still be there.
    fn remove(&mut self, file: TillFile) -> io::Result<bool>;
}
