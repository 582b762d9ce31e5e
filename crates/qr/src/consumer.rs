//! Codes that the consumer presents (EMV QR Code Specification, Consumer-Presented Mode, 1.1).
//!
//! ```text
//! Base64( 85 05 "CPV01" | 61 { 4F AID, 57 track 2, 5F34 …, 63 { chip data } } … | 62 { …, 64 { … } } )
//! ```
//!
//! An application template (`61`) is one card; the chip data in its transparent template (`63`) go to
//! the issuer unread, as DE 55. A common template (`62`, `64`) holds data of all applications.

use base64ct::{Base64, Encoding};
use thiserror::Error;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Object, Overflow, Reader, Tag, TlvError, Writer};
use zeroize::Zeroizing;

pub use understudy_core::wire::tags::code::{
    APPLICATION_TRANSPARENT, COMMON, COMMON_TRANSPARENT, PAYLOAD_FORMAT,
};

/// The longest text of a code, in characters.
pub const TEXT_MAX: usize = 512;
/// The most octets that a code of [`TEXT_MAX`] characters holds.
pub const OCTETS_MAX: usize = TEXT_MAX / 4 * 3;

/// The value of [`PAYLOAD_FORMAT`].
const FORMAT: &[u8] = b"CPV01";
/// Octets of an application identifier (ISO/IEC 7816-4).
const AID: core::ops::RangeInclusive<usize> = 5..=16;

/// A code of a consumer, its structure checked once.
#[derive(Clone, Copy)]
pub struct ConsumerCode<'a>(&'a [u8]);

/// One card in a code.
#[derive(Clone, Copy)]
pub struct Application<'a> {
    /// Application identifier (`4F`), 5 to 16 octets.
    pub aid: &'a [u8],
    /// The objects of the template (`61`), `63` among them.
    pub objects: &'a [u8],
    /// The objects for the issuer (`63`); empty if there are none.
    pub chip_data: &'a [u8],
}

/// The reason for which a text or octets are not a code of a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConsumerCodeError {
    /// More than [`TEXT_MAX`] characters.
    #[error("the code is longer than 512 characters")]
    TooLong,
    /// Characters that are not Base64.
    #[error("the code is not Base64")]
    NotBase64,
    /// Octets that are not data objects.
    #[error("the code is not made of data objects: {0}")]
    Objects(#[from] TlvError),
    /// Anything but `85 05 CPV01` at the start.
    #[error("the code does not begin with 85 and CPV01")]
    Format,
    /// A tag that stands twice where it may stand once.
    #[error("a data object is there twice")]
    Twice,
    /// No application template.
    #[error("the code has no application template (61)")]
    NoApplication,
    /// An application template without an identifier of 5 to 16 octets.
    #[error("an application template (61) has no application identifier (4F) of 5 to 16 octets")]
    NoIdentifier,
}

/// The octets of a code, from its text.
///
/// # Errors
/// [`ConsumerCodeError::TooLong`], [`ConsumerCodeError::NotBase64`].
pub fn octets_of<'b>(
    text: &str,
    buffer: &'b mut Zeroizing<[u8; OCTETS_MAX]>,
) -> Result<&'b [u8], ConsumerCodeError> {
    if text.len() > TEXT_MAX {
        return Err(ConsumerCodeError::TooLong);
    }
    Base64::decode(text, &mut **buffer).map_err(|_| ConsumerCodeError::NotBase64)
}

/// The text of a code with these application templates (`61`), one behind the other.
///
/// # Errors
/// [`ConsumerCodeError::TooLong`], and those of [`ConsumerCode::parse`].
pub fn text_of<'b>(
    templates: &[u8],
    text: &'b mut Zeroizing<[u8; TEXT_MAX]>,
) -> Result<&'b str, ConsumerCodeError> {
    let mut room = Zeroizing::new([0; OCTETS_MAX]);
    let mut writer = Writer::new(&mut *room);
    let too_long = |_: Overflow| ConsumerCodeError::TooLong;
    writer.object(PAYLOAD_FORMAT, FORMAT).map_err(too_long)?;
    writer.octets(templates).map_err(too_long)?;
    let octets = writer.finish();
    ConsumerCode::parse(octets)?;
    Base64::encode(octets, &mut **text).map_err(|_| ConsumerCodeError::TooLong)
}

impl<'a> ConsumerCode<'a> {
    /// The code in these octets. Objects that are not known are passed over, as the specification
    /// asks; nothing but application templates may stand twice on one level.
    ///
    /// # Errors
    /// [`ConsumerCodeError`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, ConsumerCodeError> {
        let mut objects = Reader::new(octets);
        match objects.next().transpose()? {
            Some(Object { tag, value }) if tag == PAYLOAD_FORMAT && value == FORMAT => {}
            _ => return Err(ConsumerCodeError::Format),
        }
        let mut applications = 0;
        for object in objects.clone() {
            let Object { tag, value } = object?;
            if tag == tags::APPLICATION_TEMPLATE {
                Application::parse(value)?;
                applications += 1;
            }
        }
        once(octets, Some(tags::APPLICATION_TEMPLATE))?;
        if let Some(common) = find(octets, COMMON) {
            once(common, None)?;
            if let Some(transparent) = find(common, COMMON_TRANSPARENT) {
                once(transparent, None)?;
            }
        }
        if applications == 0 {
            return Err(ConsumerCodeError::NoApplication);
        }
        Ok(Self(octets))
    }

    /// The cards, in the order of the code.
    pub fn applications(self) -> impl Iterator<Item = Application<'a>> {
        let objects = Reader::new(self.0).filter_map(Result::ok);
        let templates = objects.filter(|object| object.tag == tags::APPLICATION_TEMPLATE);
        templates.filter_map(|template| Application::parse(template.value).ok())
    }

    /// The objects of all applications (`62`); empty if there are none.
    #[must_use]
    pub fn common(self) -> &'a [u8] {
        find(self.0, COMMON).unwrap_or_default()
    }
}

impl<'a> Application<'a> {
    fn parse(objects: &'a [u8]) -> Result<Self, ConsumerCodeError> {
        once(objects, None)?;
        let aid = find(objects, tags::APPLICATION_IDENTIFIER);
        let aid = aid.filter(|aid| AID.contains(&aid.len()));
        let chip_data = find(objects, APPLICATION_TRANSPARENT).unwrap_or_default();
        once(chip_data, None)?;
        Ok(Self {
            aid: aid.ok_or(ConsumerCodeError::NoIdentifier)?,
            objects,
            chip_data,
        })
    }

    /// The value of an object of the template.
    #[must_use]
    pub fn object(&self, tag: Tag) -> Option<&'a [u8]> {
        find(self.objects, tag)
    }
}

fn find(octets: &[u8], tag: Tag) -> Option<&[u8]> {
    let mut objects = Reader::new(octets).filter_map(Result::ok);
    let found = objects.find(|object| object.tag == tag);
    found.map(|object| object.value)
}

/// Refuses a level with a tag twice, except `many`, and one that is malformed.
fn once(octets: &[u8], many: Option<Tag>) -> Result<(), ConsumerCodeError> {
    let mut objects = Reader::new(octets);
    while let Some(object) = objects.next() {
        let tag = object?.tag;
        let mut others = objects.clone().filter_map(Result::ok);
        if many != Some(tag) && others.any(|other| other.tag == tag) {
            return Err(ConsumerCodeError::Twice);
        }
    }
    Ok(())
}
