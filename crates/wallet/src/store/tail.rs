//! The end of the journal: where the next record goes.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chacha20poly1305::ChaCha20Poly1305;

use super::error::AppendError;
use super::folder::File;
use super::generation::slot_offset;
use super::slot::{self, Nonces, Record, SLOTS};

/// The free slots of the newest generation. It needs nothing of the store, so a record is appended
/// while the store writes.
pub struct Tail<H> {
    slots: Arc<Slots<H>>,
    cipher: ChaCha20Poly1305,
    nonces: Nonces,
}

/// The slots of one generation, shared by the tail that fills them and whoever waits for the disk.
pub struct Slots<H> {
    file: H,
    used: AtomicUsize,
    /// Whether a sync failed. The system may have given up what was to be written, and then says
    /// of the next sync that it went well.
    broken: AtomicBool,
    /// The generation before, as long as records that only it holds may not be durable.
    former: Mutex<Option<Former<H>>>,
}

/// Slots that a snapshot does not contain from `folded` on.
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
    /// the death of the process, and that of the machine after [`Slots::sync`].
    ///
    /// # Errors
    /// [`AppendError`]. The record does not count; it is found at the next opening if all of it
    /// was written after all, and as an unreadable one if a part was.
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

    /// Whether no slot is used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Slots that are free.
    #[must_use]
    pub fn room(&self) -> usize {
        SLOTS.saturating_sub(self.len())
    }

    /// The slots, to be synced by somebody who may wait.
    #[must_use]
    pub fn file(&self) -> Arc<Slots<H>> {
        Arc::clone(&self.slots)
    }
}

impl<H: File> Slots<H> {
    /// Slots of a generation whose snapshot contains `folded` of the former one's.
    pub(super) fn new(file: H, used: usize, former: Option<Arc<Self>>, folded: usize) -> Self {
        let former = former.map(|slots| Former { slots, folded });
        Self {
            file,
            used: AtomicUsize::new(used),
            broken: AtomicBool::new(false),
            former: Mutex::new(former),
        }
    }

    /// Waits until every record that was appended before is durable: one sync, and a second one
    /// the first time after a commit during which records were appended.
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
