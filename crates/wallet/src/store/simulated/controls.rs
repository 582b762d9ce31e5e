//! A test's control of a simulated folder.

use std::io;
use std::sync::{Arc, PoisonError};

use super::content::Fate;
use super::{Inside, Process, Simulated, SimulatedFile};

/// Operations that a process began, failed ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations that change something or wait: creations, writes, renamings, removals, syncs.
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
    /// The number of operations after which the process is dead.
    last_operation: Option<u64>,
    /// The one operation that fails, by its number from 1.
    failing: Option<(u64, io::ErrorKind)>,
    dead: bool,
    health: Health,
    /// True while syncs are held back.
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

    /// Kills the process after `operations` more operations: every later one fails without effect.
    pub fn die_after(&self, operations: u64) {
        let controls = &mut self.process.inside().controls;
        controls.last_operation = Some(controls.counts.operations + operations);
    }

    /// Fails one operation without effect, after `operations` more.
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

    /// Lets the held syncs go on.
    pub fn release_syncs(&self) {
        self.process.inside().controls.holding = false;
        self.process.changed.notify_all();
    }

    /// The operations of this process so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.process.inside().controls.counts
    }

    /// Kills the process. The next process finds everything that was written.
    #[must_use]
    pub fn die(&self) -> Self {
        self.succeed(|inside| inside.content.clone())
    }

    /// Cuts the power. `fate` is called for every unsynced write, then for every unsynced change of
    /// a name, in the order in which they were made.
    #[must_use]
    pub fn cut_power(&self, fate: impl FnMut() -> Fate) -> Self {
        self.succeed(|inside| inside.content.after_power_cut(fate))
    }

    /// Creates a file, durably, and replaces any file of that name.
    pub fn put(&self, name: &str, octets: &[u8]) {
        self.process.inside().content.put_file(name, octets);
    }

    /// The octets of every file that ever existed, removed ones included: as written, and as
    /// durable where that differs.
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
