//! Opening a store: the newest whole generation, and the records that are not in it.

use core::fmt;
use std::sync::Arc;

use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use super::Store;
use super::error::{Failure, OpenError};
use super::folder::Folder;
use super::found::{Found, Newest, identity, late_records, names_in, read_all, written};
use super::header::Header;
use super::key::StorageKey;
use super::name::Name;
use super::slot::{Nonces, Slot};
use super::tail::{Slots, Tail};

/// An opened store and its content.
pub struct Opened<F: Folder> {
    /// The store, which holds the folder's lock.
    pub store: Store<F>,
    /// The free slots; `None` if nothing can be appended before the next commit.
    pub tail: Option<Tail<F::File>>,
    /// The newest whole state; `None` if nothing was committed yet.
    pub state: Option<Zeroizing<Vec<u8>>>,
    /// The records that the state does not contain, in the order in which they were appended.
    pub records: Vec<Slot>,
    /// The loss, if the newest generation is damaged.
    pub loss: Option<Loss>,
}

/// Generations that are unreadable. The state is an older one: later changes are lost, and some of
/// its keys may have been used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The number of the generation that was read instead.
    pub read: u64,
    /// The numbers of the damaged, newer ones.
    pub damaged: Vec<u64>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let damaged: Vec<_> = self.damaged.iter().map(u64::to_string).collect();
        write!(
            f,
            "generation {} of the wallet is damaged; generation {} was read",
            damaged.join(", "),
            self.read
        )
    }
}

impl<F: Folder> Store<F> {
    /// Locks the folder and reads the newest whole generation and the records after it. Unfinished
    /// files of interrupted commits are erased, and, if nothing was lost, generations older than
    /// the two newest.
    ///
    /// # Errors
    /// [`OpenError`]; then nothing at all was changed.
    pub fn open<R: TryCryptoRng>(
        folder: F,
        key: &StorageKey,
        rng: &mut R,
    ) -> Result<Opened<F>, OpenError> {
        let locked = folder.lock();
        if !locked.map_err(|cause| Failure::of_folder("lock", cause))? {
            return Err(OpenError::Busy);
        }
        let mut names = names_in(&folder)?;
        names.sort_by_key(|name| core::cmp::Reverse(name.generation));
        let found = read_all(&folder, &names, key)?;
        let highest = names.first().map_or(0, |name| name.generation);
        let nonces = Nonces::draw(rng).map_err(|_| OpenError::Randomness)?;
        let store = Store {
            folder,
            key: key.copy(),
            id: identity(&found, rng)?,
            generation: 0,
            highest,
            kept: [0; 2],
            slots: None,
        };
        let opened = if found.is_empty() {
            store.without_state()
        } else {
            store.with_newest(found, nonces)?
        };
        // The process that wrote the newest file may have died before its name was durable.
        opened.store.sync_folder()?;
        // A failure here is repaired by the next commit, which tries again.
        let _ = match opened.loss {
            None => opened.store.erase_older(),
            Some(_) => opened.store.erase_unfinished(),
        };
        Ok(opened)
    }

    fn without_state(self) -> Opened<F> {
        Opened {
            store: self,
            tail: None,
            state: None,
            records: Vec::new(),
            loss: None,
        }
    }

    fn with_newest(mut self, found: Vec<Found>, nonces: Nonces) -> Result<Opened<F>, OpenError> {
        let Newest {
            number,
            generation,
            state,
            damaged,
            older,
        } = Newest::of(found)?;
        let header = generation.header;
        let fallback = match header.predecessor {
            0 => older.first().map_or(0, |found| found.number),
            predecessor => predecessor,
        };
        self.generation = number;
        self.kept = [fallback, number];
        let mut older = older.into_iter();
        let predecessor = older.find(|found| found.number == header.predecessor);
        let predecessor = predecessor.and_then(|found| found.generation.ok());
        let late = late_records(&header, predecessor.as_ref());
        let own = written(generation.slots());
        let after = damaged.iter().rev().filter_map(|(_, left)| left.as_ref());
        let after = after.flat_map(|left| written(left.slots())).collect();
        let used = [late.len(), own.len()];
        let records = [late, own, after].concat();
        if damaged.is_empty() {
            let predecessor = predecessor.map(|predecessor| predecessor.header.generation);
            let slots = Arc::new(self.open_slots(&header, predecessor, used)?);
            self.slots = Some(Arc::clone(&slots));
            let tail = Tail::new(slots, generation.records, nonces);
            return Ok(self.opened(Some(tail), state, records, None));
        }
        let damaged = damaged.iter().map(|(number, _)| *number).collect();
        let read = number;
        Ok(self.opened(None, state, records, Some(Loss { read, damaged })))
    }

    /// Opens the slots of the newest generation, and those of its predecessor if those hold records
    /// that may not be durable. `late` is the number of such records, `own` that of the newest
    /// generation's used slots.
    fn open_slots(
        &self,
        header: &Header,
        predecessor: Option<u64>,
        [late, own]: [usize; 2],
    ) -> Result<Slots<F::File>, Failure> {
        let folded = usize::from(header.folded);
        let former = match predecessor {
            Some(predecessor) if late > 0 => {
                let file = self.open_file(predecessor)?;
                Some(Arc::new(Slots::new(file, folded + late, None, 0)))
            }
            _ => None,
        };
        let file = self.open_file(header.generation)?;
        Ok(Slots::new(file, own, former, folded))
    }

    fn opened(
        self,
        tail: Option<Tail<F::File>>,
        state: Zeroizing<Vec<u8>>,
        records: Vec<Slot>,
        loss: Option<Loss>,
    ) -> Opened<F> {
        Opened {
            store: self,
            tail,
            state: Some(state),
            records,
            loss,
        }
    }

    fn open_file(&self, generation: u64) -> Result<F::File, Failure> {
        let name = Name::of(generation).to_string();
        let file = self.folder.open(&name);
        file.map_err(|cause| Failure::new("open", &name, cause))
    }
}
