use understudy_core::crypto::{Atc, SessionKey};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Object, Reader, Tag, TlvError};

use super::subject::packed_len;
use super::{
    ATC_LEN, FORMAT_VERSION, KEY, KEY_OBJECT_LEN, KEY_VALUE_LEN, NUMBER, PACKAGE, PROFILE,
    SESSION_KEY_LEN, Subject, VERSION, VERSION_OBJECT_LEN, encoded_len, header_len,
};

/// A checked package. Borrows the octets it was parsed from and copies no key until it is asked to.
#[derive(Clone)]
pub struct Package<'a> {
    octets: &'a [u8],
    subject: Subject<'a>,
    keys: &'a [[u8; KEY_OBJECT_LEN]],
}

/// Why a package is refused. Carries nothing of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// The TLV structure is damaged.
    #[error("the package is damaged: {0}")]
    Tlv(#[from] TlvError),
    /// The octets are not one E8 object.
    #[error("not a package")]
    NotAPackage,
    /// The format version is missing or is not 01.
    #[error("the package's format version is not 01")]
    Version,
    /// Neither a profile nor a card number follows the version.
    #[error("the package does not say which card it is for")]
    Subject,
    /// The number of the card to replenish is not 8 to 19 digits.
    #[error("the card number in the package is not 8 to 19 digits")]
    Number,
    /// An object is unknown, repeated, or out of order.
    #[error("the package holds an object that does not belong where it stands")]
    Unexpected,
    /// A key object does not hold 18 octets.
    #[error("a key of the package has the wrong length")]
    KeyLength,
    /// A key is bound to a counter that a card never uses, 0000 or FFFF.
    #[error("a key of the package is bound to a counter that no card uses")]
    Counter,
    /// The counters do not ascend strictly.
    #[error("the keys of the package are not in ascending order of their counters")]
    Order,
    /// The package holds no key.
    #[error("the package holds no key")]
    NoKeys,
    /// A length field is longer than it need be, or there is padding between objects.
    #[error("the package is not in its shortest encoding")]
    Encoding,
}

impl<'a> Package<'a> {
    /// Reads a whole package: one E8 object and nothing after it.
    ///
    /// The profile is lent as it stands: that it is framed as TLV is checked, its contents are for
    /// `understudy_core::card::Profile` to judge.
    ///
    /// # Errors
    /// [`PackageError`], also for a package that could be read but is not in its one encoding.
    pub fn parse(octets: &'a [u8]) -> Result<Self, PackageError> {
        let content = sole(octets, PACKAGE)?;
        let mut objects = Reader::new(content);
        version(objects.next())?;

        let first = objects.next().transpose()?;
        let subject = subject(&first.ok_or(PackageError::Subject)?, content)?;

        let mut last = None;
        let mut count = 0_usize;
        for object in objects {
            last = Some(key(&object?, last)?);
            count = count.saturating_add(1);
        }
        if count == 0 {
            return Err(PackageError::NoKeys);
        }
        if octets.len() != encoded_len(&subject, count) {
            return Err(PackageError::Encoding);
        }
        let keys = content
            .get(VERSION_OBJECT_LEN.saturating_add(subject.object_len())..)
            .map(<[u8]>::as_chunks::<KEY_OBJECT_LEN>);
        match keys {
            Some((keys, [])) => Ok(Self {
                octets,
                subject,
                keys,
            }),
            _ => Err(PackageError::Encoding),
        }
    }

    /// The whole package as it was read. It holds keys in the clear.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Which card the keys are for.
    #[must_use]
    pub const fn subject(&self) -> &Subject<'a> {
        &self.subject
    }

    /// The profile, a whole E0 object, if the package brings a new card.
    #[must_use]
    pub const fn profile(&self) -> Option<&'a [u8]> {
        match self.subject {
            Subject::Card { profile } => Some(profile),
            Subject::Keys { .. } => None,
        }
    }

    /// The keys, in ascending order of their counters; never empty.
    #[must_use]
    pub fn keys(&self) -> Keys<'a> {
        Keys {
            objects: self.keys.iter(),
        }
    }

    /// The keys as they stand, lent for a store that keeps them at rest.
    pub fn stored_keys(&self) -> impl Iterator<Item = (Atc, &'a [u8; SESSION_KEY_LEN])> {
        self.keys.iter().filter_map(|[_, _, high, low, key @ ..]| {
            Some((Atc::new(u16::from_be_bytes([*high, *low]))?, key))
        })
    }
}

impl core::fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Package")
            .field("subject", &self.subject)
            .field("keys", &self.keys.len())
            .finish()
    }
}

/// The keys of a package, each with the one counter it is good for.
#[derive(Clone)]
pub struct Keys<'a> {
    objects: core::slice::Iter<'a, [u8; KEY_OBJECT_LEN]>,
}

impl Iterator for Keys<'_> {
    type Item = (Atc, SessionKey);

    fn next(&mut self) -> Option<Self::Item> {
        let [_, _, atc_high, atc_low, key @ ..] = self.objects.next()?;
        let atc = Atc::new(u16::from_be_bytes([*atc_high, *atc_low]))?;
        Some((atc, SessionKey::from_octets(*key)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.objects.size_hint()
    }
}

impl ExactSizeIterator for Keys<'_> {}

impl core::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Keys({} left)", self.objects.len())
    }
}

/// The value of the one object that `octets` are.
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

/// Walks one template level for damage.
pub(super) fn framed(template: &[u8]) -> Result<(), PackageError> {
    for object in Reader::new(template) {
        object?;
    }
    Ok(())
}

fn version(first: Option<Result<Object<'_>, TlvError>>) -> Result<(), PackageError> {
    match first.transpose()? {
        Some(Object {
            tag: FORMAT_VERSION,
            value: [VERSION],
        }) => Ok(()),
        _ => Err(PackageError::Version),
    }
}

/// Reads the object behind the version. What it cuts out of the content is right only if every
/// length took its shortest form, which is for the caller to check.
fn subject<'a>(object: &Object<'a>, content: &'a [u8]) -> Result<Subject<'a>, PackageError> {
    match object.tag {
        PROFILE => {
            framed(object.value)?;
            let len = object.value.len();
            let (profile, _) = content
                .split_at_checked(VERSION_OBJECT_LEN)
                .and_then(|(_, rest)| rest.split_at_checked(header_len(len).saturating_add(len)))
                .ok_or(PackageError::Encoding)?;
            Ok(Subject::Card { profile })
        }
        NUMBER => {
            let number = CardNumber::from_bcd(object.value).map_err(|_| PackageError::Number)?;
            if object.value.len() == packed_len(&number) {
                Ok(Subject::Keys { number })
            } else {
                Err(PackageError::Encoding)
            }
        }
        KEY => Err(PackageError::Subject),
        _ => Err(PackageError::Unexpected),
    }
}

/// Checks a key object and returns its counter, which must be above `last`.
fn key(object: &Object<'_>, last: Option<Atc>) -> Result<Atc, PackageError> {
    if object.tag != KEY {
        return Err(PackageError::Unexpected);
    }
    if object.value.len() != KEY_VALUE_LEN {
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
