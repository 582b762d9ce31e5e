use core::ops::Range;

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Object, Reader, Tag, TlvError};

#[cfg(feature = "limited-use")]
use super::limited_use;
use super::subject::packed_len;
use super::{
    ALGORITHMS, ATC_LEN, EXPIRY, FORMAT_VERSION, Format, KEY, NUMBER, PACKAGE, PROFILE, Package,
    PackageError, Subject, header_len,
};

/// The positions of the parts of a checked package in its octets.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    not_after: Option<UnixTime>,
    algorithms: Algorithms,
    counters: usize,
    #[cfg(feature = "limited-use")]
    limited_use: bool,
    /// The number of the card to replenish; `None` if a profile stands in its place.
    number: Option<CardNumber>,
    /// The object that names the card of the keys: a profile or a card number.
    subject: Range<usize>,
}

impl Layout {
    /// Checks a whole package.
    pub(crate) fn parse(octets: &[u8]) -> Result<Self, PackageError> {
        let content = sole(octets, PACKAGE)?;
        let mut objects = Reader::new(content);
        let format = version(objects.next())?;
        let not_after = match format {
            Format::One => None,
            _ => expiry(objects.next())?,
        };
        let algorithms = match format {
            Format::Three => algorithms(objects.next())?,
            _ => Algorithms::TDES,
        };
        #[cfg(feature = "limited-use")]
        let limited_use = matches!(format, Format::Four);
        #[cfg(feature = "limited-use")]
        if limited_use {
            limited_use::terms(objects.next().transpose()?)?;
        }
        let first = objects.next().transpose()?.ok_or(PackageError::Subject)?;
        let number = number(&first)?;

        let count = key_objects(objects, format, algorithms)?;
        let value = first.value.len();
        let subject_len = header_len(value).saturating_add(value);
        let content_len = format.content_len(subject_len, algorithms, count);
        let head_len = header_len(content_len);
        if octets.len() != head_len.saturating_add(content_len) {
            return Err(PackageError::Encoding);
        }
        let start = head_len.saturating_add(format.head_len(algorithms));
        Ok(Self {
            not_after,
            algorithms,
            counters: count,
            #[cfg(feature = "limited-use")]
            limited_use,
            number,
            subject: start..start.saturating_add(subject_len),
        })
    }

    /// The package, out of the octets that were checked.
    pub(crate) fn lend<'a>(&self, octets: &'a [u8]) -> Package<'a> {
        let keys = octets.get(self.subject.end..).unwrap_or_default();
        let subject = match &self.number {
            Some(number) => Subject::Keys {
                number: number.clone(),
            },
            None => Subject::Card {
                profile: octets.get(self.subject.clone()).unwrap_or_default(),
            },
        };
        Package {
            octets,
            not_after: self.not_after,
            subject,
            algorithms: self.algorithms,
            counters: self.counters,
            #[cfg(feature = "limited-use")]
            limited_use: self.limited_use,
            keys,
        }
    }

    /// True if the package has a profile.
    pub(crate) const fn has_profile(&self) -> bool {
        self.number.is_none()
    }
}

/// Checks the objects of keys; their number, at least 1.
fn key_objects(
    objects: Reader<'_>,
    format: Format,
    algorithms: Algorithms,
) -> Result<usize, PackageError> {
    let mut last = None;
    let mut count = 0_usize;
    for object in objects {
        let object = object?;
        match format {
            #[cfg(feature = "limited-use")]
            Format::Four if count > 0 => return Err(PackageError::Unexpected),
            #[cfg(feature = "limited-use")]
            Format::Four => {
                limited_use::key(&object)?;
            }
            _ => last = Some(key(&object, algorithms, last)?),
        }
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Err(PackageError::NoKeys);
    }
    Ok(count)
}

/// The value of the single object that `octets` are.
pub(super) fn sole(octets: &[u8], tag: Tag) -> Result<&[u8], PackageError> {
    let mut objects = Reader::new(octets);
    let first = objects
        .next()
        .transpose()?
        .filter(|object| object.tag == tag);
    match (first, objects.next().transpose()?) {
        (Some(object), None) => Ok(object.value),
        _ => Err(PackageError::NotAPackage),
    }
}

/// Checks the TLV framing of one template level.
pub(super) fn framed(template: &[u8]) -> Result<(), PackageError> {
    for object in Reader::new(template) {
        object?;
    }
    Ok(())
}

fn version(first: Option<Result<Object<'_>, TlvError>>) -> Result<Format, PackageError> {
    let format = match first.transpose()? {
        Some(Object {
            tag: FORMAT_VERSION,
            value: [version],
        }) => Format::from_octet(*version),
        _ => None,
    };
    format.ok_or(PackageError::Version)
}

/// The expiry in the second object; `None` inside for 0, keys that do not expire.
fn expiry(second: Option<Result<Object<'_>, TlvError>>) -> Result<Option<UnixTime>, PackageError> {
    let time = match second.transpose()? {
        Some(Object { tag: EXPIRY, value }) => <[u8; 8]>::try_from(value).ok(),
        _ => None,
    };
    let time = u64::from_be_bytes(time.ok_or(PackageError::Expiry)?);
    Ok((time > 0).then_some(UnixTime(time)))
}

/// The algorithms in the third object. Keys of triple DES alone are of version 02.
fn algorithms(third: Option<Result<Object<'_>, TlvError>>) -> Result<Algorithms, PackageError> {
    let algorithms = match third.transpose()? {
        Some(Object {
            tag: ALGORITHMS,
            value,
        }) => Algorithms::from_octets(value),
        _ => None,
    };
    match algorithms.ok_or(PackageError::Algorithms)? {
        Algorithms::TDES => Err(PackageError::Encoding),
        algorithms => Ok(algorithms),
    }
}

/// The card number in the object that names the card of the keys; `None` for a profile.
fn number(object: &Object<'_>) -> Result<Option<CardNumber>, PackageError> {
    match object.tag {
        PROFILE => framed(object.value).map(|()| None),
        NUMBER => {
            let number = CardNumber::from_bcd(object.value).map_err(|_| PackageError::Number)?;
            if object.value.len() == packed_len(&number) {
                Ok(Some(number))
            } else {
                Err(PackageError::Encoding)
            }
        }
        KEY => Err(PackageError::Subject),
        _ => Err(PackageError::Unexpected),
    }
}

/// Checks a key object and returns its counter, which must be above `last`.
fn key(
    object: &Object<'_>,
    algorithms: Algorithms,
    last: Option<Atc>,
) -> Result<Atc, PackageError> {
    if object.tag != KEY {
        return Err(PackageError::Unexpected);
    }
    if object.value.len() != ATC_LEN + algorithms.keys_length() {
        return Err(PackageError::KeyLength);
    }
    let atc = object
        .value
        .first_chunk::<ATC_LEN>()
        .ok_or(PackageError::KeyLength)?;
    let atc = Atc::new(u16::from_be_bytes(*atc)).ok_or(PackageError::Counter)?;
    match last {
        Some(last) if atc <= last => Err(PackageError::Order),
        _ => Ok(atc),
    }
}
