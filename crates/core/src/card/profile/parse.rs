//! The parser of a profile. The card can give every answer of a profile that it accepts.

use super::Profile;
use super::draft::Draft;
use crate::card::{gpo, select};
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Tag, TlvError, Writer};

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
    /// An object of the wrong length.
    #[error("{0} has the wrong length")]
    Length(Tag),
    /// An object whose value is not one of those defined.
    #[error("the value of {0} is not valid")]
    Value(Tag),
    /// The PDOL does not ask for an object that the cryptogram or the card's decisions need.
    #[error("the PDOL does not ask for {0} in its length")]
    PdolLacks(Tag),
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
        let pdol = profile
            .parsed_pdol()
            .ok_or(ProfileError::Value(tags::PDOL))?;
        let (scheme, cvn) = (profile.scheme(), profile.cvn());
        let chosen = scheme.required_for(profile.algorithms());
        for (tag, length) in scheme.required_in_pdol(cvn).iter().chain(chosen) {
            let asked = pdol.entries().filter(|entry| entry.tag == *tag);
            if !asked.map(|entry| entry.length).eq([*length]) {
                return Err(ProfileError::PdolLacks(*tag));
            }
        }
        profile.answers_fit()?;
        Ok(profile)
    }

    /// Checks that each of the card's answers fits at its longest, by writing it.
    fn answers_fit(&self) -> Result<(), ProfileError> {
        let mut octets = [0; 256];
        select::emit_directory(self, &mut Writer::new(&mut octets))
            .map_err(|_| ProfileError::AnswerTooLong(tags::APPLICATION_TEMPLATE))?;
        for application in self.applications() {
            select::emit_application(self, &application, &mut Writer::new(&mut octets))
                .map_err(|_| ProfileError::AnswerTooLong(tags::FCI_PROPRIETARY_TEMPLATE))?;
        }
        gpo::longest_answer(self, &mut Writer::new(&mut octets))
            .map_err(|_| ProfileError::AnswerTooLong(tags::RESPONSE_TEMPLATE_2))
    }
}
