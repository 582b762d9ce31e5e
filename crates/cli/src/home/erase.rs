//! Erasure of files together with their content.

use std::fs::{self, File, OpenOptions};
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

/// Lets `replace` put another file in the place of one, and then overwrites the former one.
pub(super) fn replaced(
    path: &Path,
    replace: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let former = OpenOptions::new().write(true).open(path);
    let former = former.map_err(|error| failure("replace", path, &error))?;
    replace()?;
    overwrite(former).map_err(|error| failure("erase the former", path, &error))
}

fn erase(path: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(path)?.is_file() {
        overwrite(OpenOptions::new().write(true).open(path)?)?;
    }
    fs::remove_file(path)
}

/// Overwrites a file with zeros.
fn overwrite(mut file: File) -> Result<(), Error> {
    let mut left = file.metadata()?.len();
    while left > 0 {
        let length = left.min(PART.len() as u64);
        let zeros = usize::try_from(length)
            .ok()
            .and_then(|length| PART.get(..length));
        file.write_all(zeros.unwrap_or(&PART))?;
        left -= length;
    }
    file.sync_all()
}
