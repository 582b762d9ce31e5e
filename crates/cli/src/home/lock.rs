//! One writer at a time for each side.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
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
        let path = folder.join(format!("{}.lock", side.name()));
        let failure =
            |error: &std::io::Error| Failure::Home(format!("{}: {error}", path.display()));
        let mut file = options().open(&path).map_err(|error| failure(&error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failure(&error)),
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(busy(file, folder, side)),
            }
        }
        // Only a hint for the message above.
        let _ = file
            .set_len(0)
            .and_then(|()| write!(file, "{}", std::process::id()));
        Ok(Self { _file: file })
    }
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
