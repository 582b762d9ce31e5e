//! The files of a folder, sorted into the newest whole generation and the others.

use rand_core::TryCryptoRng;
use zeroize::Zeroizing;

use super::error::{Failure, OpenError};
use super::folder::Folder;
use super::generation::{FILE_MAX, Generation, Unusable};
use super::header::{Header, StoreId};
use super::key::StorageKey;
use super::name::Name;
use super::slot::{Content, Slot};

/// A file of the folder that may be a generation.
pub(super) struct Found {
    pub(super) number: u64,
    pub(super) generation: Result<Generation, Unusable>,
}

/// The newest whole generation, and the files above and below it, by descending number.
pub(super) struct Newest {
    pub(super) number: u64,
    pub(super) generation: Generation,
    pub(super) state: Zeroizing<Vec<u8>>,
    /// The damaged newer files, each as a generation with its slots if its header is whole.
    pub(super) damaged: Vec<(u64, Option<Generation>)>,
    pub(super) older: Vec<Found>,
}

impl Newest {
    /// Finds the newest whole generation among files by descending number.
    pub(super) fn of(found: Vec<Found>) -> Result<Self, OpenError> {
        let mut damaged = Vec::new();
        let mut files = found.into_iter();
        loop {
            let Found { number, generation } = files.next().ok_or(OpenError::Damaged)?;
            let state = generation.as_ref().ok().and_then(Generation::state);
            match (generation, state) {
                (Ok(generation), Some(state)) => {
                    return Ok(Self {
                        number,
                        generation,
                        state,
                        damaged,
                        older: files.collect(),
                    });
                }
                (left, _) => damaged.push((number, left.ok())),
            }
        }
    }
}

/// The store's files in a folder.
pub(super) fn names_in<F: Folder>(folder: &F) -> Result<Vec<Name>, Failure> {
    let names = folder.names();
    let names = names.map_err(|cause| Failure::of_folder("list", cause))?;
    Ok(names.iter().filter_map(|name| Name::parse(name)).collect())
}

/// Reads every finished generation. A later version is an error.
pub(super) fn read_all<F: Folder>(
    folder: &F,
    names: &[Name],
    key: &StorageKey,
) -> Result<Vec<Found>, OpenError> {
    let mut found = Vec::new();
    for name in names.iter().filter(|name| !name.new) {
        let text = name.to_string();
        let number = name.generation;
        let generation = match folder.read(&text, FILE_MAX) {
            Ok(octets) => Generation::parse(octets, number, key),
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

/// The id common to all readable files, or a fresh one if there is no file.
pub(super) fn identity<R: TryCryptoRng>(
    found: &[Found],
    rng: &mut R,
) -> Result<StoreId, OpenError> {
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

/// Records of the predecessor that were appended while the snapshot was written.
pub(super) fn late_records(header: &Header, predecessor: Option<&Generation>) -> Vec<Slot> {
    let folded = usize::from(header.folded);
    match predecessor {
        Some(predecessor) => written(predecessor.slots().into_iter().skip(folded).collect()),
        None if header.predecessor == 0 => Vec::new(),
        None => vec![Slot::Unreadable],
    }
}

/// The slots up to the last one that is not empty.
pub(super) fn written(slots: Vec<Content>) -> Vec<Slot> {
    let last = slots.iter().rposition(|slot| *slot != Content::Empty);
    let used = last.map_or(0, |last| last + 1);
    let slot = |content| match content {
        Content::Record(record) => Slot::Record(record),
        Content::Empty | Content::Unreadable => Slot::Unreadable,
    };
    slots.into_iter().take(used).map(slot).collect()
}
