//! Files without a first line of ours: read up to a limit, replaced whole, appended to.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::file::no_regular_file;
use super::folder;

/// Reads a file of at most `most` octets into `octets`, which are empty; false if there is no file.
/// The room is reserved at once, so that no copies remain in freed memory.
pub(super) fn read(path: &Path, most: u64, octets: &mut Vec<u8>) -> Result<bool, Error> {
    let Some(length) = regular_length(path)? else {
        return Ok(false);
    };
    if length <= most {
        octets.reserve_exact(usize::try_from(length).unwrap_or(0));
        File::open(path)?.take(most + 1).read_to_end(octets)?;
    }
    if length > most || octets.len() as u64 > most {
        return Err(Error::from(ErrorKind::FileTooLarge));
    }
    Ok(true)
}

/// Replaces a file by one of these parts: a new one is written, synced and renamed, and the folder
/// synced. Returns the new file, open.
pub(super) fn replace(folder: &Path, path: &Path, parts: &[&[u8]]) -> Result<File, Error> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let file = write_synced(new.as_ref(), parts)?;
    fs::rename(&new, path)?;
    folder::sync(folder)?;
    Ok(file)
}

/// Appends octets to a file of `length` octets, and syncs it.
pub(super) fn append(path: &Path, length: u64, octets: &[u8]) -> Result<(), Error> {
    if regular_length(path)? != Some(length) {
        return Err(Error::other("somebody else has changed the file"));
    }
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.seek(SeekFrom::Start(length))?;
    file.write_all(octets)?;
    file.sync_data()
}

/// Removes a file; true if it existed.
pub(super) fn remove(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// The length of a file, if it exists. Opening a pipe in its place would block.
fn regular_length(path: &Path) -> Result<Option<u64>, Error> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found.len())),
        Ok(_) => Err(no_regular_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_synced(path: &Path, parts: &[&[u8]]) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()?;
    Ok(file)
}
