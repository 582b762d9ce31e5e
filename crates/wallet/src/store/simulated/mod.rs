//! A folder in memory whose process dies, whose power is cut, and whose syncs are held back under a
//! test's control.
//!
//! All clones of a [`Simulated`] are the same process. [`Simulated::die`] and
//! [`Simulated::cut_power`] end it, and give the remaining folder to a new process.

mod content;
mod controls;

pub use content::Fate;
pub use controls::{Counts, Health};

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use content::{Content, Inode};
use controls::{Controls, Operation};

use super::folder::{File, Folder};

/// A handle on a simulated folder. Once it has taken the folder's lock, it holds that until it is
/// dropped.
pub struct Simulated {
    process: Arc<Process>,
    holds_lock: AtomicBool,
}

/// An open file of a simulated folder.
pub struct SimulatedFile {
    process: Arc<Process>,
    inode: Inode,
}

/// One process: its view of the folder, and the controls of the test.
#[derive(Default)]
struct Process {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Default)]
struct Inside {
    content: Content,
    controls: Controls,
    locked: bool,
}

impl Process {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation that changes something or waits, and fails it if the test says so.
    fn begin(&self, operation: Operation) -> io::Result<MutexGuard<'_, Inside>> {
        let mut inside = self.inside();
        inside.controls.begin(operation)?;
        if operation == Operation::Sync {
            inside.controls.held += 1;
            self.changed.notify_all();
            let wait = self
                .changed
                .wait_while(inside, |inside| inside.controls.holding);
            inside = wait.unwrap_or_else(PoisonError::into_inner);
            inside.controls.held -= 1;
            inside.controls.alive()?;
        }
        Ok(inside)
    }

    fn look(&self) -> io::Result<MutexGuard<'_, Inside>> {
        let inside = self.inside();
        inside.controls.alive()?;
        Ok(inside)
    }
}

impl Default for Simulated {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Simulated {
    /// The same process and folder, without the lock.
    fn clone(&self) -> Self {
        Self::of(Arc::clone(&self.process))
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        if *self.holds_lock.get_mut() {
            self.process.inside().locked = false;
        }
    }
}

impl Folder for Simulated {
    type File = SimulatedFile;

    fn lock(&self) -> io::Result<bool> {
        let mut inside = self.process.look()?;
        if inside.locked {
            return Ok(false);
        }
        inside.locked = true;
        self.holds_lock.store(true, Ordering::Relaxed);
        Ok(true)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.process.look()?.content.names())
    }

    fn read(&self, name: &str, limit: u64) -> io::Result<Vec<u8>> {
        let inside = self.process.look()?;
        let octets = inside.content.octets(inside.content.find(name)?);
        if octets.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(octets.to_vec())
    }

    fn create(&self, name: &str) -> io::Result<SimulatedFile> {
        let inode = self
            .process
            .begin(Operation::Create)?
            .content
            .create(name)?;
        Ok(self.file(inode))
    }

    fn open(&self, name: &str) -> io::Result<SimulatedFile> {
        let inside = self.process.look()?;
        inside.controls.writable()?;
        Ok(self.file(inside.content.find(name)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.process
            .begin(Operation::Change)?
            .content
            .rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.process.begin(Operation::Change)?.content.remove(name)
    }

    fn sync(&self) -> io::Result<()> {
        self.process.begin(Operation::Sync)?.content.sync_names();
        Ok(())
    }
}

impl File for SimulatedFile {
    fn write_at(&self, offset: u64, octets: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let mut inside = self.process.begin(Operation::Write)?;
        if offset + octets.len() > inside.content.octets(self.inode).len() {
            inside.controls.room()?;
        }
        inside.content.write(self.inode, offset, octets);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut inside = self.process.begin(Operation::Sync)?;
        inside.content.sync_file(self.inode);
        if inside.content.is_named(self.inode) {
            Ok(())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.process.look()?.content.octets(self.inode).len() as u64)
    }
}
