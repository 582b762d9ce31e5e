//! What a test makes a simulated folder do.

use std::io;
use std::sync::{Arc, PoisonError};

use super::content::Fate;
use super::{Inside, Process, Simulated, SimulatedFile};

/// Operations that a process began, failed ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All that change or wait: creations, writes, renamings, removals, syncs.
    pub operations: u64,
    /// Positioned writes.
    pub writes: u64,
    /// Syncs of files and of the folder.
    pub syncs: u64,
}

/// Condition of a simulated disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Everything works.
    #[default]
    Good,
    /// There is no room for a file or for a longer one.
    Full,
    /// Nothing can be changed.
    ReadOnly,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Create,
    Write,
    Change,
    Sync,
}

#[derive(Default)]
pub(super) struct Controls {
    counts: Counts,
    /// Operations after this many find the process dead.
    last_operation: Option<u64>,
    /// The one operation that fails, by its number from 1.
    failing: Option<(u64, io::ErrorKind)>,
    dead: bool,
    health: Health,
    /// Whether syncs wait.
    pub(super) holding: bool,
    /// Syncs that have begun and not ended.
    pub(super) held: usize,
}

impl Controls {
    pub(super) fn begin(&mut self, operation: Operation) -> io::Result<()> {
        if self
            .last_operation
            .is_some_and(|last| self.counts.operations >= last)
        {
            self.dead = true;
        }
        self.alive()?;
        self.counts.operations += 1;
        match operation {
            Operation::Write => self.counts.writes += 1,
            Operation::Sync => self.counts.syncs += 1,
            Operation::Create | Operation::Change => {}
        }
        match self.failing {
            Some((number, kind)) if number == self.counts.operations => return Err(kind.into()),
            _ => {}
        }
        self.writable()?;
        if operation == Operation::Create {
            self.room()?;
        }
        Ok(())
    }

    pub(super) fn alive(&self) -> io::Result<()> {
        if self.dead {
            return Err(io::Error::other("the process is dead"));
        }
        Ok(())
    }

    pub(super) fn writable(&self) -> io::Result<()> {
        if self.health == Health::ReadOnly {
            return Err(io::ErrorKind::ReadOnlyFilesystem.into());
        }
        Ok(())
    }

    pub(super) fn room(&self) -> io::Result<()> {
        if self.health == Health::Full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl Simulated {
    /// An empty folder.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Arc::default())
    }

    pub(super) fn of(process: Arc<Process>) -> Self {
        Self {
            process,
            holds_lock: false.into(),
        }
    }

    pub(super) fn file(&self, inode: usize) -> SimulatedFile {
        SimulatedFile {
            process: Arc::clone(&self.process),
            inode,
        }
    }

    /// Lets the process begin as many more operations and then die: every later one fails and
    /// does nothing.
    pub fn die_after(&self, operations: u64) {
        let controls = &mut self.process.inside().controls;
        controls.last_operation = Some(controls.counts.operations + operations);
    }

    /// Fails one operation, the next after as many more, without effect.
    pub fn fail_after(&self, operations: u64, kind: io::ErrorKind) {
        let controls = &mut self.process.inside().controls;
        controls.failing = Some((controls.counts.operations + operations + 1, kind));
    }

    /// Makes the disk full or read-only, or good again.
    pub fn set_health(&self, health: Health) {
        self.process.inside().controls.health = health;
    }

    /// Makes every sync wait until [`release_syncs`](Self::release_syncs).
    pub fn hold_syncs(&self) {
        self.process.inside().controls.holding = true;
    }

    /// Waits until a sync is held.
    pub fn wait_for_held_sync(&self) {
        let inside = self.process.inside();
        let held = |inside: &mut Inside| !(inside.controls.holding && inside.controls.held > 0);
        let waited = self.process.changed.wait_while(inside, held);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets the syncs go on.
    pub fn release_syncs(&self) {
        self.process.inside().controls.holding = false;
        self.process.changed.notify_all();
    }

    /// What this process has done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.process.inside().controls.counts
    }

    /// Ends the process. The new one finds everything that was written.
    #[must_use]
    pub fn die(&self) -> Self {
        self.succeed(|inside| inside.content.clone())
    }

    /// Cuts the power. `fate` is asked about every unsynced write, then about every unsynced change
    /// of a name, in the order in which they were made.
    #[must_use]
    pub fn cut_power(&self, fate: impl FnMut() -> Fate) -> Self {
        self.succeed(|inside| inside.content.after_power_cut(fate))
    }

    /// Puts a file into the folder, durably, in the place of any that has the name.
    pub fn put(&self, name: &str, octets: &[u8]) {
        self.process.inside().content.put_file(name, octets);
    }

    /// The octets of every file that there ever was, removed ones too: as they were written, and
    /// as they are durable where that is something else.
    #[must_use]
    pub fn remains(&self) -> Vec<Vec<u8>> {
        self.process.inside().content.remains()
    }

    fn succeed(&self, content: impl FnOnce(&Inside) -> super::content::Content) -> Self {
        let mut inside = self.process.inside();
        inside.controls.dead = true;
        inside.controls.holding = false;
        self.process.changed.notify_all();
        let successor = Inside {
            content: content(&inside),
            ..Inside::default()
        };
        Self::of(Arc::new(Process {
            inside: successor.into(),
            ..Process::default()
        }))
    }
}
