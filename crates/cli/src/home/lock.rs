//! One writer at a time for each side.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Side;
use crate::failure::Failure;

/// How long a command waits for another one to finish.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it looks.
const PAUSE: Duration = Duration::from_millis(20);

/// An advisory lock; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the side's lock.
    pub(super) fn acquire(folder: &Path, side: Side) -> Result<Self, Failure> {
        let mut file = open(folder, side)?;
        let start = Instant::now();
        while !locked(&file, folder, side)? {
            if start.elapsed() >= PATIENCE {
                return Err(busy(file, folder, side));
            }
            std::thread::sleep(PAUSE);
        }
        sign(&mut file);
        Ok(Self { _file: file })
    }

    /// Takes the side's lock unless another process has it.
    pub(super) fn acquire_if_free(folder: &Path, side: Side) -> Result<Option<Self>, Failure> {
        let mut file = open(folder, side)?;
        if !locked(&file, folder, side)? {
            return Ok(None);
        }
        sign(&mut file);
        Ok(Some(Self { _file: file }))
    }
}

fn open(folder: &Path, side: Side) -> Result<File, Failure> {
    let path = path(folder, side);
    let opened = options().open(&path);
    opened.map_err(|error| failure(&path, &error))
}

/// Whether the lock is ours now.
fn locked(file: &File, folder: &Path, side: Side) -> Result<bool, Failure> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(failure(&path(folder, side), &error)),
    }
}

/// Notes who holds the lock: only a hint for the message to others.
fn sign(file: &mut File) {
    let _ = file
        .set_len(0)
        .and_then(|()| write!(file, "{}", std::process::id()));
}

fn path(folder: &Path, side: Side) -> PathBuf {
    folder.join(format!("{}.lock", side.name()))
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Home(format!("{}: {error}", path.display()))
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn busy(mut file: File, folder: &Path, side: Side) -> Failure {
    let mut holder = String::new();
    let known = file.rewind().is_ok()
        && file.take(20).read_to_string(&mut holder).is_ok()
        && holder.parse::<u32>().is_ok();
    let holder = if known {
        format!("process {holder}")
    } else {
        "another process".to_owned()
    };
    Failure::Home(format!(
        "the {} in {} is in use by {holder}: let it end (an `understudy card` ends with its \
         input), or name another folder with --home DIR",
        side.name(),
        folder.display()
    ))
}
