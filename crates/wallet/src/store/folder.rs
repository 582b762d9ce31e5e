//! The operations that the store performs on a file system.

use std::io;

/// A folder that holds the files of one store and is locked by one opener at a time.
///
/// Every name is a plain file name in the folder itself.
pub trait Folder {
    /// An open file of the folder.
    type File: File;

    /// Locks the folder until `self` is dropped: `false` if another opener holds it, in this
    /// process or another. It may wait for a short time.
    ///
    /// # Errors
    /// The operating system's.
    fn lock(&self) -> io::Result<bool>;

    /// The names of all files in it, in any order.
    ///
    /// # Errors
    /// The operating system's.
    fn names(&self) -> io::Result<Vec<String>>;

    /// The content of a file.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::FileTooLarge`] above `limit` octets.
    fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>>;

    /// Makes an empty file that only its owner may read and write.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::AlreadyExists`].
    fn create(&self, name: &str) -> io::Result<Self::File>;

    /// Opens a file to read and write.
    ///
    /// # Errors
    /// The operating system's.
    fn open(&self, name: &str) -> io::Result<Self::File>;

    /// Renames a file, in place of any that has the new name.
    ///
    /// # Errors
    /// The operating system's.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The operating system's.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Waits until every creation, renaming and removal is durable.
    ///
    /// # Errors
    /// The operating system's.
    fn sync(&self) -> io::Result<()>;
}

/// An open file. It stays the same file whatever happens to its name.
#[expect(clippy::len_without_is_empty, reason = "no file of a store is empty")]
pub trait File: Send + Sync {
    /// Writes all octets at an offset; a file that is too short grows.
    ///
    /// # Errors
    /// The operating system's. Any part may have been written.
    fn write_at(&self, offset: u64, octets: &[u8]) -> io::Result<()>;

    /// Waits until everything written is durable.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::NotFound`] if the file was removed, because what is
    /// in it is lost once it is closed.
    fn sync(&self) -> io::Result<()>;

    /// Its length in octets.
    ///
    /// # Errors
    /// The operating system's.
    fn len(&self) -> io::Result<u64>;
}
