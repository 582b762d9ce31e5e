//! READ RECORD of the records that an application file locator names (EMV Book 3 §10.2).

use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};

use crate::conversation::{Conversation, ShortCommand};
use crate::outcome::Outcome;
use crate::reason::{Defect, Reason};
use crate::step::Step;
use crate::template::outermost;

/// The most records that are read of one card.
const MOST: usize = 32;
/// The last short file identifier.
const LAST_FILE: u8 = 30;

/// The objects of all records, no tag twice.
pub(super) struct Objects(Vec<(Tag, Vec<u8>)>);

/// Reads every record that the locator names, at most 32, in its order.
pub(super) fn read(card: &mut Conversation<'_>, afl: &[u8]) -> Result<Objects, Outcome> {
    let names = names(afl).ok_or(Outcome::EndApplication(Reason::FileLocator))?;
    let mut objects = Objects(Vec::new());
    for (file, number) in &names {
        let answer = card.exchange(ShortCommand {
            name: "READ RECORD",
            header: [0x00, 0xB2, *number, file << 3 | 0x04],
            data: &[],
        })?;
        if !answer.status.is_success() {
            let refused = Reason::RecordRefused(answer.status);
            return Err(Outcome::EndApplication(refused));
        }
        objects
            .take(answer.body())
            .map_err(|defect| Outcome::EndApplication(Reason::Records(defect)))?;
    }
    card.note(Step::RecordsRead { count: names.len() });
    Ok(objects)
}

/// File and number of each record; `None` for a locator that is malformed or names too many.
fn names(afl: &[u8]) -> Option<Vec<(u8, u8)>> {
    let mut names = Vec::new();
    if afl.is_empty() || !afl.len().is_multiple_of(4) {
        return None;
    }
    for entry in afl.chunks_exact(4) {
        let [file, first, last, signed] = *entry.first_chunk()?;
        let count = last.checked_sub(first)?.checked_add(1)?;
        let short = file >> 3;
        let exists = (1..=LAST_FILE).contains(&short) && short << 3 == file;
        if !exists || first == 0 || signed > count {
            return None;
        }
        names.extend((first..=last).map(|number| (short, number)));
    }
    (names.len() <= MOST).then_some(names)
}

impl Objects {
    fn take(&mut self, body: &[u8]) -> Result<(), Defect> {
        for object in Reader::new(outermost(body, tags::RECORD_TEMPLATE)?) {
            let object = object?;
            if self.0.iter().any(|(tag, _)| *tag == object.tag) {
                return Err(Defect::Duplicate(object.tag));
            }
            self.0.push((object.tag, object.value.to_vec()));
        }
        Ok(())
    }

    /// The value of an optional object, one octet or more.
    pub(super) fn get(&self, tag: Tag) -> Option<&[u8]> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == tag)?;
        Some(&**value).filter(|value| !value.is_empty())
    }

    pub(super) fn mandatory(&self, tag: Tag) -> Result<&[u8], Outcome> {
        let missing = Reason::Records(Defect::Missing(tag));
        self.get(tag).ok_or(Outcome::EndApplication(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_locator_is_read_range_by_range() {
        let afl = [0x08, 0x01, 0x02, 0x00, 0xF0, 0xFF, 0xFF, 0x01];
        assert_eq!(names(&afl), Some(vec![(1, 1), (1, 2), (30, 255)]));
    }

    #[test]
    fn a_locator_that_names_nothing_or_too_much_is_refused() {
        for afl in [
            &[][..],
            &[0x08, 0x01, 0x01],
            &[0x08, 0x01, 0x01, 0x00, 0x10],
            &[0x09, 0x01, 0x01, 0x00],
            &[0x00, 0x01, 0x01, 0x00],
            &[0xF8, 0x01, 0x01, 0x00],
            &[0x08, 0x00, 0x01, 0x00],
            &[0x08, 0x02, 0x01, 0x00],
            &[0x08, 0x01, 0x01, 0x02],
            &[0x08, 0x01, 0x21, 0x00],
            &[0x08, 0x00, 0xFF, 0x00],
        ] {
            assert_eq!(names(afl), None, "{afl:02X?}");
        }
    }
}
