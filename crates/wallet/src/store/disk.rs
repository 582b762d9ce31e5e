//! A folder of the operating system.

use std::fs::{self, DirBuilder};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::folder::{File, Folder};

/// The wait for the lock of a previous process that is dying.
const PATIENCE: Duration = Duration::from_secs(2);
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// A folder on disk, by its handle: it stays the same folder whatever happens to its path.
///
/// The lock is `flock` on the handle. There is no lock file, and the lock ends with the process.
#[derive(Debug)]
pub struct Disk {
    folder: fs::File,
}

impl Disk {
    /// Opens a folder, and creates it if missing, for its owner only (0700).
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        match DirBuilder::new().mode(0o700).create(path) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(cause),
            Ok(()) | Err(_) => {}
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty())?;
        let disk = Self {
            folder: folder.into(),
        };
        if disk.names()?.is_empty() {
            // The folder may have been created just now, or by a process that died before this
            // sync.
            sync_parent(path)?;
        }
        Ok(disk)
    }

    /// Opens a regular file. Symbolic links are not followed, and a pipe does not block.
    fn open_file(&self, name: &str, flags: OFlags) -> io::Result<fs::File> {
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let owner_only = Mode::RUSR | Mode::WUSR;
        let file = fs::File::from(rustix::fs::openat(&self.folder, name, flags, owner_only)?);
        if file.metadata()?.is_file() {
            Ok(file)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"))
        }
    }
}

fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    fs::File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

impl Folder for Disk {
    type File = fs::File;

    fn lock(&self) -> io::Result<bool> {
        let began = Instant::now();
        loop {
            match rustix::fs::flock(&self.folder, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(true),
                Err(Errno::WOULDBLOCK) if began.elapsed() >= PATIENCE => return Ok(false),
                Err(Errno::WOULDBLOCK) => sleep(BETWEEN_TRIES),
                Err(Errno::INTR) => {}
                Err(cause) => return Err(cause.into()),
            }
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.folder)? {
            // A name that is not UTF-8 is not one of ours.
            match entry?.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open_file(name, OFlags::RDONLY)?;
        if file.metadata()?.len() > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut octets = Vec::new();
        file.take(limit).read_to_end(&mut octets)?;
        Ok(octets)
    }

    fn create(&self, name: &str) -> io::Result<fs::File> {
        self.open_file(name, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL)
    }

    fn open(&self, name: &str) -> io::Result<fs::File> {
        self.open_file(name, OFlags::RDWR)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.folder, from, &self.folder, to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.folder, name, AtFlags::empty())?)
    }

    fn sync(&self) -> io::Result<()> {
        self.folder.sync_all()
    }
}

impl File for fs::File {
    fn write_at(&self, offset: u64, octets: &[u8]) -> io::Result<()> {
        self.write_all_at(octets, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()?;
        if self.metadata()?.nlink() == 0 {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}
