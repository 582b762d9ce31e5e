//! Opening: which generation is the newest whole one, and which records are not in it.

use core::fmt;
use std::sync::Arc;

use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use super::Store;
use super::error::{Failure, OpenError};
use super::folder::Folder;
use super::generation::{FILE_MAX, Generation, Unusable};
use super::header::StoreId;
use super::key::StorageKey;
use super::name::Name;
use super::slot::{Content, Nonces, Slot};
use super::tail::{Slots, Tail};

/// A store that was opened, and what was in it.
pub struct Opened<F: Folder> {
    /// The store, which holds the folder's lock.
    pub store: Store<F>,
    /// The free slots; `None` if nothing can be appended before the next commit.
    pub tail: Option<Tail<F::File>>,
    /// The newest whole state; `None` if nothing was committed yet.
    pub state: Option<Zeroizing<Vec<u8>>>,
    /// The records that the state does not contain, in the order in which they were appended.
    pub records: Vec<Slot>,
    /// What was lost, if the newest generation is damaged.
    pub loss: Option<Loss>,
}

/// Generations that cannot be read any more. The state is an older one: changes since then are
/// lost, and of the keys in it some may have been used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The generation that was read instead.
    pub read: u64,
    /// The newer ones, which are damaged.
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

/// A file of the folder, taken for a generation.
struct Found {
    number: u64,
    generation: Result<Generation, Unusable>,
}

impl<F: Folder> Store<F> {
    /// Locks the folder and reads the newest whole generation and the records after it. Files that
    /// a commit left behind half written are erased; nothing else is changed.
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
        // Whoever wrote the newest file may have died before its name was durable.
        opened.store.sync_folder()?;
        // What cannot be erased now is tried again by every commit.
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
        let mut newer = Vec::new();
        let mut rest = found.into_iter();
        let (number, generation, state) = loop {
            let Found { number, generation } = rest.next().ok_or(OpenError::Damaged)?;
            let state = generation.as_ref().ok().and_then(Generation::state);
            match (generation, state) {
                (Ok(generation), Some(state)) => break (number, generation, state),
                (damaged, _) => newer.push((number, damaged.ok())),
            }
        };
        self.generation = number;
        let fallback = match generation.header.predecessor {
            0 => rest.as_slice().first().map_or(0, |found| found.number),
            predecessor => predecessor,
        };
        self.kept = [fallback, number];
        let predecessor = rest.find(|found| found.number == generation.header.predecessor);
        let predecessor = predecessor.and_then(|found| found.generation.ok());
        let folded = usize::from(generation.header.folded);
        let late = late_records(&generation, predecessor.as_ref());
        let own = written(generation.slots());
        let used = own.len();
        let late_count = late.len();
        let mut records = [late, own].concat();
        let mut tail = None;
        if newer.is_empty() {
            let former = match predecessor {
                Some(former) if late_count > 0 => {
                    let file = self.open_file(former.header.generation)?;
                    Some(Arc::new(Slots::new(file, folded + late_count, None, 0)))
                }
                _ => None,
            };
            let file = self.open_file(number)?;
            let slots = Arc::new(Slots::new(file, used, former, folded));
            self.slots = Some(Arc::clone(&slots));
            tail = Some(Tail::new(slots, generation.records, nonces));
        }
        for (_, damaged) in newer.iter().rev() {
            records.extend(
                damaged
                    .iter()
                    .flat_map(|generation| written(generation.slots())),
            );
        }
        let loss = (!newer.is_empty()).then(|| Loss {
            read: number,
            damaged: newer.iter().map(|(number, _)| *number).collect(),
        });
        Ok(Opened {
            store: self,
            tail,
            state: Some(state),
            records,
            loss,
        })
    }

    fn open_file(&self, generation: u64) -> Result<F::File, Failure> {
        let name = Name::of(generation).to_string();
        let file = self.folder.open(&name);
        file.map_err(|cause| Failure::new("open", &name, cause))
    }
}

/// The store's files in a folder.
pub(super) fn names_in<F: Folder>(folder: &F) -> Result<Vec<Name>, Failure> {
    let names = folder.names();
    let names = names.map_err(|cause| Failure::of_folder("list", cause))?;
    Ok(names.iter().filter_map(|name| Name::parse(name)).collect())
}

/// Reads every finished generation. One of a later version stops it.
fn read_all<F: Folder>(
    folder: &F,
    names: &[Name],
    key: &StorageKey,
) -> Result<Vec<Found>, OpenError> {
    let mut found = Vec::new();
    for name in names.iter().filter(|name| !name.new) {
        let text = name.to_string();
        let number = name.generation;
        let generation = match folder.read(&text, FILE_MAX) {
            Ok(octets) => Generation::read(octets, number, key),
            Err(cause) if cause.kind() == std::io::ErrorKind::FileTooLarge => {
                Err(Unusable::Damaged)
            }
            Err(cause) => return Err(Failure::new("read", &text, cause).into()),
        };
        if let Err(Unusable::Newer(version)) = generation {
            return Err(OpenError::Newer(version));
        }
        found.push(Found { number, generation });
    }
    Ok(found)
}

/// The id that all readable files have, or a fresh one if there is no file.
fn identity<R: TryCryptoRng>(found: &[Found], rng: &mut R) -> Result<StoreId, OpenError> {
    let mut ids = found
        .iter()
        .filter_map(|found| found.generation.as_ref().ok());
    let Some(first) = ids.next().map(|generation| generation.header.store) else {
        return unread_identity(found, rng);
    };
    if ids.any(|generation| generation.header.store != first) {
        return Err(OpenError::Mixed);
    }
    Ok(first)
}

fn unread_identity<R: TryCryptoRng>(found: &[Found], rng: &mut R) -> Result<StoreId, OpenError> {
    let other_key = |found: &Found| matches!(found.generation, Err(Unusable::OtherKey));
    if found.iter().any(other_key) {
        return Err(OpenError::WrongKey);
    }
    if !found.is_empty() {
        return Err(OpenError::Damaged);
    }
    let mut id = [0; 16];
    let drawn = rng.try_fill_bytes(&mut id);
    drawn.map_err(|_| OpenError::Randomness)?;
    Ok(StoreId(id))
}

/// Records of the predecessor that were appended while the snapshot was being written.
fn late_records(generation: &Generation, predecessor: Option<&Generation>) -> Vec<Slot> {
    let folded = usize::from(generation.header.folded);
    match predecessor {
        Some(predecessor) => written(predecessor.slots().into_iter().skip(folded).collect()),
        None if generation.header.predecessor == 0 => Vec::new(),
        None => vec![Slot::Unreadable],
    }
}

/// The slots up to the last one that is not empty.
fn written(slots: Vec<Content>) -> Vec<Slot> {
    let last = slots.iter().rposition(|slot| *slot != Content::Empty);
    let used = last.map_or(0, |last| last + 1);
    let slot = |content| match content {
        Content::Record(record) => Slot::Record(record),
        Content::Empty | Content::Unreadable => Slot::Unreadable,
    };
    slots.into_iter().take(used).map(slot).collect()
}
