//! The parser of a profile. The card can give every answer of a profile that it accepts.

use super::Profile;
use super::draft::Draft;
use super::records::records;
use crate::card::{cryptogram, select};
use crate::wire::digits::{PAD, nibbles};
use crate::wire::tags;
use crate::wire::tlv::{Object, Overflow, Reader, Tag, TlvError, Writer, find};
use crate::wire::track2::SEPARATOR;

/// The reason for which octets are not a profile, with the tag at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The octets are not TLV.
    #[error("the profile is not well-formed TLV: {0}")]
    Tlv(#[from] TlvError),
    /// The octets are not exactly one `E0` template, or more than 65,535.
    #[error("the octets are not one profile template (E0)")]
    NotAProfile,
    /// A mandatory object is not there.
    #[error("the profile lacks {0}")]
    Missing(Tag),
    /// An object that may occur once occurs again.
    #[error("the profile has {0} twice")]
    Duplicate(Tag),
    /// An object that no profile has.
    #[error("a profile has no {0}")]
    Unknown(Tag),
    /// More than four applications.
    #[error("the profile has more than four applications (E1)")]
    TooManyApplications,
    /// More than eight records.
    #[error("the profile has more than eight records (C6)")]
    TooManyRecords,
    /// An object of the wrong length.
    #[error("{0} has the wrong length")]
    Length(Tag),
    /// An object whose value is not one of those defined.
    #[error("the value of {0} is not valid")]
    Value(Tag),
    /// A list, PDOL (`9F38`) or CDOL1 (`8C`), does not ask for an object that the cryptogram or the
    /// card's decisions need.
    #[error("{list} does not ask for {lacking} in its length")]
    ListLacks {
        /// The list.
        list: Tag,
        /// The object.
        lacking: Tag,
    },
    /// The profile is longer than the room for it.
    #[error("the profile {0}")]
    Room(#[from] Overflow),
    /// An answer would exceed 256 octets.
    #[error("the answer with {0} would not fit into 256 octets")]
    AnswerTooLong(Tag),
}

impl<B: AsRef<[u8]>> Profile<B> {
    /// Parses and validates provisioned octets: one `E0` template, complete and without trailing
    /// octets. What this accepts, the card can always answer from.
    ///
    /// # Errors
    /// [`ProfileError`] names the first object that is wrong.
    pub fn parse(octets: B) -> Result<Self, ProfileError> {
        let fields = Draft::parse(octets.as_ref())?.validate()?;
        let profile = Self { octets, fields };
        profile.list_suffices()?;
        let mut octets = [0; 256];
        profile.answers_fit(&mut octets)?;
        profile.records_agree(&mut octets)?;
        Ok(profile)
    }

    /// Checks that the data object list of the cryptogram's command asks for everything needed, and
    /// for nothing of it twice.
    fn list_suffices(&self) -> Result<(), ProfileError> {
        let (list, dol) = self.cryptogram_dol();
        let dol = dol.ok_or(ProfileError::Value(list))?;
        if dol.entries().next().is_none() {
            return Err(ProfileError::Missing(list));
        }
        let scheme = self.scheme();
        let required = scheme.required(self.cvn()).iter();
        for (lacking, length) in required.chain(scheme.required_for(self.algorithms())) {
            let asked = dol.entries().filter(|entry| entry.tag == *lacking);
            if !asked.map(|entry| entry.length).eq([*length]) {
                let lacking = *lacking;
                return Err(ProfileError::ListLacks { list, lacking });
            }
        }
        Ok(())
    }

    /// Checks that each of the card's answers fits at its longest, by writing it. Records fit by
    /// their length.
    fn answers_fit(&self, octets: &mut [u8; 256]) -> Result<(), ProfileError> {
        select::emit_directory(self, &mut Writer::new(octets))
            .map_err(|_| ProfileError::AnswerTooLong(tags::APPLICATION_TEMPLATE))?;
        for application in self.applications() {
            select::emit_application(self, &application, &mut Writer::new(octets))
                .map_err(|_| ProfileError::AnswerTooLong(tags::FCI_PROPRIETARY_TEMPLATE))?;
        }
        cryptogram::emit_longest_answer(self, &mut Writer::new(octets))
            .map_err(|_| ProfileError::AnswerTooLong(tags::RESPONSE_TEMPLATE_2))
    }

    /// Checks the records: a reader finds each object once among them and the answers, for it ends
    /// the application over a second one; those that the profile has too are the same; and none
    /// that the scheme needs is missing.
    fn records_agree(&self, octets: &mut [u8; 256]) -> Result<(), ProfileError> {
        let mut writer = Writer::new(octets);
        cryptogram::emit_longest_answer(self, &mut writer)?;
        let answer = find(writer.written(), tags::RESPONSE_TEMPLATE_2)?.unwrap_or_default();
        for record in records(self.octets()) {
            for object in Reader::new(record.content) {
                let Object { tag, value } = object?;
                let answered = matches!(tag, tags::AIP | tags::AFL) || find(answer, tag)?.is_some();
                if answered || self.times_in_records(tag) > 1 {
                    return Err(ProfileError::Duplicate(tag));
                }
                if !self.agrees(tag, value) {
                    return Err(ProfileError::Value(tag));
                }
            }
        }
        let mut required = self.scheme().required_in_records().iter();
        match required.find(|tag| self.times_in_records(**tag) == 0) {
            Some(tag) => Err(ProfileError::Missing(*tag)),
            None => Ok(()),
        }
    }

    /// The number of objects with this tag in all records.
    fn times_in_records(&self, tag: Tag) -> usize {
        let contents = records(self.octets()).map(|record| record.content);
        let objects = contents.flat_map(Reader::new);
        let alike = objects.filter(|object| object.is_ok_and(|object| object.tag == tag));
        alike.count()
    }

    /// True if the profile has no other value for this object.
    fn agrees(&self, tag: Tag, value: &[u8]) -> bool {
        match tag {
            tags::TRACK_2_EQUIVALENT_DATA => value == self.track2(),
            tags::APPLICATION_PAN => is_number_of(self.track2(), value),
            tags::APPLICATION_EXPIRATION_DATE => value == self.expiry(),
            tags::PAN_SEQUENCE_NUMBER => self.fields.psn.is_some_and(|psn| value == [psn]),
            tags::APPLICATION_CURRENCY_CODE => value == self.limits().currency.to_bcd(),
            _ => true,
        }
    }
}

/// True if `5A` holds the number of track 2, with an `F` behind an odd number of digits.
fn is_number_of(track2: &[u8], octets: &[u8]) -> bool {
    let digits = || nibbles(track2).take_while(|&nibble| nibble != SEPARATOR);
    let padding = (digits().count() % 2 == 1).then_some(PAD);
    nibbles(octets).eq(digits().chain(padding))
}
