//! Erasure of files together with their content.

use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind, Write as _};
use std::path::Path;

use super::file::failure;
use super::folder;
use crate::failure::Failure;

/// The zeros of one overwriting write.
const PART: [u8; 4096] = [0; 4096];

/// Overwrites files of one folder with zeros, removes them and syncs the folder. Missing files are
/// no error.
pub(super) fn all(folder: &Path, files: &[&Path]) -> Result<(), Failure> {
    let mut erased = false;
    for path in files {
        match erase(path) {
            Ok(()) => erased = true,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failure("erase", path, &error)),
        }
    }
    if erased {
        folder::sync(folder).map_err(|error| failure("sync", folder, &error))?;
    }
    Ok(())
}

fn erase(path: &Path) -> Result<(), Error> {
    let found = fs::symlink_metadata(path)?;
    if found.is_file() {
        let mut file = OpenOptions::new().write(true).open(path)?;
        let mut left = found.len();
        while left > 0 {
            let length = left.min(PART.len() as u64);
            let zeros = usize::try_from(length)
                .ok()
                .and_then(|length| PART.get(..length));
            file.write_all(zeros.unwrap_or(&PART))?;
            left -= length;
        }
        file.sync_all()?;
    }
    fs::remove_file(path)
}
