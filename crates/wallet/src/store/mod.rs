//! A sealed, crash-safe store for one state and a short journal, in a folder of its own.
//!
//! The folder holds numbered *generations*, each one file: a header, [`SLOTS`] slots for records,
//! and a snapshot of the whole state. [`Store::commit`] writes the next generation as a new file
//! and makes it durable. [`Tail::append`] seals a record into the next slot of the newest
//! generation with one positioned write, which neither allocates nor waits; [`Slots::sync`] makes
//! appended records durable. [`Store::open`] returns the newest whole state and the records that
//! are not in it.
//!
//! Everything written is encrypted and authenticated under the caller's [`StorageKey`].
//! `docs/formats.md` has every octet.

mod commit;
mod disk;
mod error;
mod folder;
mod found;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod generation;
mod header;
mod key;
mod name;
mod open;
#[cfg(any(test, feature = "simulation"))]
mod simulated;
mod slot;
mod tail;

pub use disk::Disk;
pub use error::{AppendError, Failure, OpenError, PassphraseError, StoreError};
pub use folder::{File, Folder};
pub use key::{KEY_LEN, PASSPHRASE_SALT_LEN, StorageKey};
pub use open::{Loss, Opened};
#[cfg(any(test, feature = "simulation"))]
pub use simulated::{Counts, Fate, Health, Simulated, SimulatedFile};
pub use slot::{RECORD_LEN, Record, SLOTS, Slot};
pub use tail::{Slots, Tail};

use std::sync::Arc;

use header::StoreId;

/// The longest state, in octets.
pub const STATE_MAX: usize = 16 << 20;

/// A folder that is open and locked, the storage key, and the number of the newest generation.
pub struct Store<F: Folder> {
    folder: F,
    key: StorageKey,
    id: StoreId,
    /// The generation that was opened or committed last.
    generation: u64,
    /// The highest number that any file has had; the next one is higher.
    highest: u64,
    /// The two generations that are kept: the newest, and the one before it as a fallback.
    kept: [u64; 2],
    /// The slots of `generation`, unless it is damaged or there is none.
    slots: Option<Arc<Slots<F::File>>>,
}

/// Size and age of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The newest generation; 0 before the first commit.
    pub generation: u64,
    /// Files in the folder that are the store's.
    pub files: usize,
    /// Their octets.
    pub octets: u64,
    /// Slots of the newest generation that are used, out of [`SLOTS`].
    pub slots_used: usize,
}

impl<F: Folder> Store<F> {
    /// The number of the newest generation; 0 before the first commit. It never falls.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Size and age of the store.
    ///
    /// # Errors
    /// [`StoreError::Io`] if the folder cannot be read.
    pub fn summary(&self) -> Result<Summary, StoreError> {
        let names = found::names_in(&self.folder)?;
        let mut octets = 0;
        for name in &names {
            let text = name.to_string();
            let file = self.folder.open(&text);
            let len = file.and_then(|file| file.len());
            octets += len.map_err(|cause| Failure::new("measure", &text, cause))?;
        }
        Ok(Summary {
            generation: self.generation,
            files: names.len(),
            octets,
            slots_used: self.slots.as_ref().map_or(0, |slots| slots.used()),
        })
    }
}

#[cfg(test)]
mod tests;
