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
    for Record { name, content } in records(profile) {
        let (file, number) = name;
        if name <= last || file > LAST_FILE || file == 0 || number == 0 {
            return Err(ProfileError::Value(ours::RECORD));
        }
        for object in Reader::new(content) {
            object?;
        }
        if count == MOST {
            return Err(ProfileError::TooManyRecords);
        }
        last = name;
        count += 1;
    }
    Ok(count)
}

/// Appends the value of the AFL, `94` (EMV Book 3 §10.2): file, first and last record for each run
/// of records of one file, none of which takes part in offline data authentication.
pub(super) fn emit_afl(profile: &[u8], afl: &mut Writer<'_>) -> Result<(), Overflow> {
    let mut run: Option<[u8; 3]> = None;
    for Record { name, .. } in records(profile) {
        let (file, number) = name;
        run = Some(match run {
            Some([of, first, last]) if of == file && last.checked_add(1) == Some(number) => {
                [file, first, number]
            }
            ended => {
                emit_run(ended, afl)?;
                [file, number, number]
            }
        });
    }
    emit_run(run, afl)
}

fn emit_run(run: Option<[u8; 3]>, afl: &mut Writer<'_>) -> Result<(), Overflow> {
    match run {
        Some([file, first, last]) => afl.octets(&[file << 3, first, last, 0]),
        None => Ok(()),
    }
}
