//! The end of the journal: the place of the next record.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chacha20poly1305::ChaCha20Poly1305;

use super::error::AppendError;
use super::folder::File;
use super::generation::slot_offset;
use super::slot::{self, Nonces, Record, SLOTS};

/// The free slots of the newest generation. It is independent of the store, so that a record can be
/// appended while the store writes.
pub struct Tail<H> {
    slots: Arc<Slots<H>>,
    cipher: ChaCha20Poly1305,
    nonces: Nonces,
}

/// The slots of one generation, shared by the tail that fills them and by the code that syncs them.
pub struct Slots<H> {
    file: H,
    used: AtomicUsize,
    /// True after a failed sync. The system may have dropped the unwritten data, and report success
    /// for the next sync.
    broken: AtomicBool,
    /// The slots of the generation before, as long as they hold records that may not be durable.
    former: Mutex<Option<Former<H>>>,
}

/// The former generation's slots; the snapshot contains those before `folded`.
struct Former<H> {
    slots: Arc<Slots<H>>,
    folded: usize,
}

impl<H: File> Tail<H> {
    pub(super) const fn new(
        slots: Arc<Slots<H>>,
        cipher: ChaCha20Poly1305,
        nonces: Nonces,
    ) -> Self {
        Self {
            slots,
            cipher,
            nonces,
        }
    }

    /// Writes a record into the next slot with one positioned write, without a sync. It survives
    /// the death of the process, and after [`Slots::sync`] that of the machine.
    ///
    /// # Errors
    /// [`AppendError`]. The record does not count. The next opening returns it if it was written in
    /// whole, and an unreadable one if in part.
    pub fn append(&mut self, record: &Record) -> Result<(), AppendError> {
        let index = self.len();
        if index >= SLOTS {
            return Err(AppendError::Full);
        }
        let sealed = slot::seal(&self.cipher, &mut self.nonces, index, Some(record));
        let octets = sealed.ok_or(AppendError::Full)?;
        self.slots.file.write_at(slot_offset(index), &octets)?;
        self.slots.used.store(index + 1, Ordering::Release);
        Ok(())
    }

    /// Slots that are used, unreadable ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.used()
    }

    /// True if no slot is used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Slots that are free.
    #[must_use]
    pub fn room(&self) -> usize {
        SLOTS.saturating_sub(self.len())
    }

    /// The slots, for syncing.
    #[must_use]
    pub fn file(&self) -> Arc<Slots<H>> {
        Arc::clone(&self.slots)
    }
}

impl<H: File> Slots<H> {
    /// The slots of a generation whose snapshot contains `folded` slots of the former one.
    pub(super) fn new(file: H, used: usize, former: Option<Arc<Self>>, folded: usize) -> Self {
        let former = former.map(|slots| Former { slots, folded });
        Self {
            file,
            used: AtomicUsize::new(used),
            broken: AtomicBool::new(false),
            former: Mutex::new(former),
        }
    }

    /// Waits until every record appended before is durable: one sync, and a second one the first
    /// time after a commit during which records were appended.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::NotFound`] if the file was removed. After an error
    /// only a commit makes the records durable, and every further sync of these slots fails.
    pub fn sync(&self) -> io::Result<()> {
        {
            let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(Former { slots, folded }) = &*former
                && slots.used() > *folded
            {
                slots.sync_file()?;
            }
            *former = None;
        }
        self.sync_file()
    }

    fn sync_file(&self) -> io::Result<()> {
        if self.broken.load(Ordering::Acquire) {
            return Err(io::Error::other("an earlier sync failed"));
        }
        self.file
            .sync()
            .inspect_err(|_| self.broken.store(true, Ordering::Release))
    }

    pub(super) fn used(&self) -> usize {
        self.used.load(Ordering::Acquire)
    }
}
