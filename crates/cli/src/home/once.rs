//! Files that are made once, whole, and never replace another.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use super::file::failure;
use super::folder;
use crate::failure::Failure;

/// Lets `make` write a file under a temporary name, and renames it to `path`, unless another
/// process has created that first: then the other file remains.
pub(super) fn create(
    folder: &Path,
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let new = Unfinished::at(path)?;
    make(&new.0)?;
    match fs::hard_link(&new.0, path) {
        Ok(()) => folder::sync(folder).map_err(|error| failure("make", path, &error)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failure("make", path, &error)),
    }
}

/// A file under a unique temporary name, removed at the end.
struct Unfinished(PathBuf);

impl Unfinished {
    /// A new temporary file. One left behind by a process of the same number is removed first.
    fn at(path: &Path) -> Result<Self, Failure> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".new.{}", std::process::id()));
        let new = Self(name.into());
        new.remove()
            .map_err(|error| failure("remove", &new.0, &error))?;
        Ok(new)
    }

    fn remove(&self) -> Result<(), Error> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // A file that cannot be removed does no harm.
        let _ = self.remove();
    }
}
