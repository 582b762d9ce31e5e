//! One process at a time for each side of a home.
//!
//! A lock belongs to a file, not to its name: after `wallet.lock` is deleted, another process could
//! lock a new file of this name while the old one is held. A lock is therefore valid only as long
//! as its name, and the folder's, lead to the locked file. This is checked whenever a lock is taken
//! and before every use of it. During the check the folder itself is locked, so that no other
//! process takes a lock in it.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{Error, ErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::output;

/// The longest wait for another command to finish.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// An exclusive advisory lock on a side of a home; the system releases it when the process ends, in
/// whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    place: Place,
    /// `DIR/SIDE.lock`, locked.
    file: File,
    /// `DIR`, open; `None` where folders cannot be opened.
    folder: Option<File>,
}

/// Permission to use the locked side for one act: no other process takes a lock in the same folder
/// until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'l> {
    _folder: FolderLock<'l>,
}

impl Lock {
    /// Waits for the lock of the side named `side`, at most 10 seconds, with a message.
    pub(crate) fn acquire(folder: &Path, side: &'static str) -> Result<Self, Failure> {
        let place = Place::new(folder, side);
        let start = Instant::now();
        let mut told = false;
        loop {
            match place.lock().map_err(|error| place.failure(&error))? {
                Attempt::Held(lock) => return Ok(lock),
                Attempt::InUse(file) if start.elapsed() >= PATIENCE => {
                    return Err(place.busy(file));
                }
                Attempt::InUse(file) if !told => {
                    output::note(&format!(
                        "the {side} is in use by {}: waiting for it, {} seconds at most",
                        holder(file),
                        PATIENCE.as_secs()
                    ));
                    told = true;
                }
                Attempt::InUse(_) => {}
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Takes the lock of the side named `side` unless another process has it.
    pub(crate) fn acquire_if_free(
        folder: &Path,
        side: &'static str,
    ) -> Result<Option<Self>, Failure> {
        let place = Place::new(folder, side);
        match place.lock().map_err(|error| place.failure(&error))? {
            Attempt::Held(lock) => Ok(Some(lock)),
            Attempt::InUse(_) => Ok(None),
        }
    }

    /// Permission to use the locked side, if the lock's name still leads to the locked file.
    ///
    /// # Errors
    /// The lock file or the folder was deleted, moved or replaced: another process may use the side.
    pub(crate) fn turn(&self) -> Result<Turn<'_>, Error> {
        let turn = Turn {
            _folder: FolderLock::new(self.folder.as_ref())?,
        };
        let holds = self.place.leads_to(self.folder.as_ref(), &self.file)?;
        holds.then_some(turn).ok_or_else(|| self.place.lost())
    }
}

/// The result of one attempt to lock.
enum Attempt {
    Held(Lock),
    /// The lock file, locked by another process.
    InUse(File),
}

/// The folder of a home, and the side to be locked.
#[derive(Clone, Debug)]
struct Place {
    folder: PathBuf,
    side: &'static str,
}

impl Place {
    fn new(folder: &Path, side: &'static str) -> Self {
        Self {
            folder: folder.to_owned(),
            side,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.side))
    }

    /// Locks the file that the name leads to, also at the end of the attempt; otherwise locks
    /// nothing.
    fn lock(&self) -> Result<Attempt, Error> {
        loop {
            let folder = open_folder(&self.folder)?;
            let locked = FolderLock::new(folder.as_ref())?;
            let mut file = options().open(self.path())?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(Attempt::InUse(file)),
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // The file may have been replaced since it was opened.
            if self.leads_to(folder.as_ref(), &file)? {
                sign(&mut file);
                drop(locked);
                return Ok(Attempt::Held(Lock {
                    place: self.clone(),
                    file,
                    folder,
                }));
            }
        }
    }

    /// True if the names of folder and lock lead to these two.
    fn leads_to(&self, folder: Option<&File>, file: &File) -> Result<bool, Error> {
        let same_folder = folder.map_or(Ok(true), |folder| is_at(folder, &self.folder))?;
        Ok(same_folder && is_at(file, &self.path())?)
    }

    fn lost(&self) -> Error {
        Error::other(format!(
            "the {} in {} was locked, and its lock or the folder was deleted, moved or replaced \
             since: another process may use it, so this one stops; begin again",
            self.side,
            self.folder.display()
        ))
    }

    fn failure(&self, error: &Error) -> Failure {
        Failure::Home(format!("{}: {error}", self.path().display()))
    }

    fn busy(&self, file: File) -> Failure {
        Failure::Home(format!(
            "the {} in {} is in use by {}: let it end (an `understudy card` ends with its input), \
             or name another folder with --home DIR",
            self.side,
            self.folder.display(),
            holder(file)
        ))
    }
}

/// The folder itself, locked for the duration of a check.
#[derive(Debug)]
struct FolderLock<'f>(Option<&'f File>);

impl<'f> FolderLock<'f> {
    fn new(folder: Option<&'f File>) -> Result<Self, Error> {
        folder.map_or(Ok(()), File::lock)?;
        Ok(Self(folder))
    }
}

impl Drop for FolderLock<'_> {
    fn drop(&mut self) {
        // A failure is harmless: closing the folder unlocks it.
        let _ = self.0.map(File::unlock);
    }
}

/// The folder, to be locked; `None` where folders cannot be opened.
fn open_folder(folder: &Path) -> Result<Option<File>, Error> {
    cfg!(unix).then(|| File::open(folder)).transpose()
}

/// True if a path leads to this open file or folder.
pub(super) fn is_at(open: &File, path: &Path) -> Result<bool, Error> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(is_same(&open.metadata()?, &found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

/// Writes the holder into the lock file, for other processes' messages only.
fn sign(file: &mut File) {
    let _ = file
        .set_len(0)
        .and_then(|()| write!(file, "{}", std::process::id()));
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The holder of a lock, from its file.
fn holder(mut file: File) -> String {
    let mut holder = String::new();
    let known = file.rewind().is_ok()
        && file.take(20).read_to_string(&mut holder).is_ok()
        && holder.parse::<u32>().is_ok();
    if known {
        format!("process {holder}")
    } else {
        "another process".to_owned()
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
