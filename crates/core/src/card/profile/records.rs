//! The records of a card, and the application file locator that names them.

use super::draft::{span, valid};
use super::sheet::Sheet;
use super::table::RECORD;
use super::tags as ours;
use super::{ProfileError, Span};
use crate::wire::tags;
use crate::wire::tlv::{Reader, Tag, Writer};

/// The most records of a card.
const MOST: usize = 8;
/// The last short file identifier.
const LAST_FILE: u8 = 30;

/// The records, in ascending order of file and number.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    places: [Place; MOST],
    count: usize,
    /// The AFL (EMV Book 3 §10.2): four octets for each run of records of one file.
    afl: [u8; 4 * MOST],
    afl_length: usize,
}

#[derive(Clone, Debug, Default)]
struct Place {
    file: u8,
    number: u8,
    /// The content of the template `70`.
    content: Span,
}

impl Records {
    /// Enters the content of one `E2`.
    pub(super) fn take(&mut self, octets: &[u8], template: &[u8]) -> Result<(), ProfileError> {
        let mut sheet = Sheet::new(&RECORD);
        for object in Reader::new(template) {
            sheet.take(object?)?;
        }
        let sheet = sheet.complete()?;
        let [file, number] = sheet.array(ours::RECORD_NAME)?;
        let exists = (1..=LAST_FILE).contains(&file) && number != 0;
        let ascends = self.last().is_none_or(|last| last < (file, number));
        valid(ours::RECORD_NAME, (exists && ascends).then_some(()))?;
        let content = sheet.value(tags::RECORD_TEMPLATE);
        for object in Reader::new(content) {
            object?;
        }
        let place = self.places.get_mut(self.count);
        *place.ok_or(ProfileError::TooManyRecords)? = Place {
            file,
            number,
            content: span(octets, content),
        };
        self.count += 1;
        Ok(())
    }

    /// Makes the application file locator, once every record is entered. No record takes part in
    /// offline data authentication.
    pub(super) fn located(mut self) -> Result<Self, ProfileError> {
        let mut writer = Writer::new(&mut self.afl);
        let mut places = self.places.iter().take(self.count).peekable();
        while let Some(first) = places.next() {
            let mut last = first.number;
            while let Some(next) = places
                .next_if(|next| next.file == first.file && Some(next.number) == last.checked_add(1))
            {
                last = next.number;
            }
            writer.octets(&[first.file << 3, first.number, last, 0])?;
        }
        self.afl_length = writer.len();
        Ok(self)
    }

    /// The AFL, `94`; empty without records.
    pub(super) fn afl(&self) -> &[u8] {
        self.afl.get(..self.afl_length).unwrap_or_default()
    }

    /// The place of a record's content.
    pub(super) fn find(&self, file: u8, number: u8) -> Option<&Span> {
        let mut places = self.places.iter().take(self.count);
        let place = places.find(|place| (place.file, place.number) == (file, number))?;
        Some(&place.content)
    }

    /// The objects of all records, in order.
    pub(super) fn objects<'o>(
        &'o self,
        octets: &'o [u8],
    ) -> impl Iterator<Item = (Tag, &'o [u8])> + Clone {
        let places = self.places.iter().take(self.count);
        places.flat_map(move |place| {
            let range = usize::from(place.content.start)..usize::from(place.content.end);
            let content = octets.get(range).unwrap_or_default();
            let objects = Reader::new(content).filter_map(Result::ok);
            objects.map(|object| (object.tag, object.value))
        })
    }

    fn last(&self) -> Option<(u8, u8)> {
        let place = self.places.get(self.count.checked_sub(1)?)?;
        Some((place.file, place.number))
    }
}
