//! The files in which a till stores its state, and the operations on them.

use std::collections::BTreeMap;
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

/// Files in memory, which end with the value.
impl TillFiles for BTreeMap<TillFile, Vec<u8>> {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        let found = self.get(&file);
        if found.is_some_and(|found| found.len() as u64 > most) {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        Ok(found.cloned())
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        self.insert(file, content.to_vec());
        Ok(())
    }

    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()> {
        let content = self.get_mut(&file);
        let content = content.filter(|content| content.len() as u64 == length);
        let content = content.ok_or(io::Error::from(io::ErrorKind::UnexpectedEof))?;
        content.extend_from_slice(octets);
        Ok(())
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        Ok(BTreeMap::remove(self, &file).is_some())
    }
}
