//! The records of a card, and the application file locator that names them. They are looked up in
//! the profile's octets: a tap reads each once at most.

use super::{ProfileError, tags as ours};
use crate::wire::tlv::{Overflow, Reader, Writer, find};

/// The most records of a card.
const MOST: u8 = 8;
/// The longest AFL: four octets for each record.
pub(in crate::card) const AFL_MAX: usize = 4 * MOST as usize;
/// The last short file identifier.
const LAST_FILE: u8 = 30;

/// One record.
#[derive(Clone, Copy)]
pub(super) struct Record<'o> {
    /// Short file identifier and record number.
    pub(super) name: (u8, u8),
    /// The content of the template `70`.
    pub(super) content: &'o [u8],
}

/// The records of a profile, in its order.
pub(super) fn records(profile: &[u8]) -> impl Iterator<Item = Record<'_>> + Clone {
    let content = find(profile, ours::PROFILE).ok().flatten();
    let objects = Reader::new(content.unwrap_or_default()).filter_map(Result::ok);
    objects.filter_map(|object| match object.value {
        [file, number, content @ ..] if object.tag == ours::RECORD => Some(Record {
            name: (*file, *number),
            content,
        }),
        _ => None,
    })
}

/// Checks the records' number, and that they stand in ascending order under names that exist; their
/// number.
pub(super) fn count(profile: &[u8]) -> Result<u8, ProfileError> {
    let mut count = 0;
    let mut last = (0, 0);
    for Record { name, .. } in records(profile) {
        let (file, number) = name;
        if name <= last || file > LAST_FILE || file == 0 || number == 0 {
            return Err(ProfileError::Value(ours::RECORD));
        }
        if count == MOST {
            return Err(ProfileError::TooManyRecords);
        }
        last = name;
        count += 1;
    }
    Ok(count)
}

/// Appends the value of the AFL, `94` (EMV Book 3 §10.2): file, first and last record, and number of
/// records in offline data authentication. Each record has an entry of its own and takes part in
/// none. The profile has `count` records, and nothing behind the last one is read.
pub(super) fn emit_afl(profile: &[u8], count: u8, afl: &mut Writer<'_>) -> Result<(), Overflow> {
    let mut records = records(profile).take(usize::from(count));
    records.try_for_each(|Record { name, .. }| {
        let (file, number) = name;
        afl.octets(&[file << 3, number, number, 0])
    })
}
