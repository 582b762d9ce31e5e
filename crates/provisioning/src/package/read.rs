use understudy_core::crypto::{Atc, SessionKey};
use understudy_core::wire::tlv::{Object, Reader, Tag, TlvError};

use super::{
    ATC_LEN, FORMAT_VERSION, KEY, KEY_OBJECT_LEN, KEY_VALUE_LEN, PACKAGE, PROFILE, SESSION_KEY_LEN,
    VERSION, VERSION_OBJECT_LEN, encoded_len,
};

/// A checked package. Borrows the octets it was parsed from and copies no key until it is asked to.
#[derive(Clone, Copy)]
pub struct Package<'a> {
    octets: &'a [u8],
    profile: Option<&'a [u8]>,
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

        let mut next = objects.next().transpose()?;
        let profile_len = match next {
            Some(Object {
                tag: PROFILE,
                value,
            }) => {
                framed(value)?;
                next = objects.next().transpose()?;
                Some(value.len())
            }
            _ => None,
        };

        let mut last = None;
        let mut count = 0_usize;
        while let Some(object) = next {
            last = Some(key(&object, last)?);
            count = count.saturating_add(1);
            next = objects.next().transpose()?;
        }
        if count == 0 {
            return Err(PackageError::NoKeys);
        }
        Self::locate(octets, content, profile_len, count)
    }

    /// The whole package as it was read. It holds keys in the clear.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The profile, a whole E0 object, if the package brings one: a package that only replenishes
    /// a card has none.
    #[must_use]
    pub const fn profile(&self) -> Option<&'a [u8]> {
        self.profile
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

    /// Cuts the profile and the keys out of a package that was read. What it cuts is right only if
    /// every length took its shortest form, so that is checked first.
    fn locate(
        octets: &'a [u8],
        content: &'a [u8],
        profile_len: Option<usize>,
        count: usize,
    ) -> Result<Self, PackageError> {
        let profile_len = profile_len.map(|len| super::header_len(len).saturating_add(len));
        if octets.len() != encoded_len(profile_len, count) {
            return Err(PackageError::Encoding);
        }
        let (_, rest) = content
            .split_at_checked(VERSION_OBJECT_LEN)
            .ok_or(PackageError::Encoding)?;
        let (profile, keys) = rest
            .split_at_checked(profile_len.unwrap_or(0))
            .ok_or(PackageError::Encoding)?;
        let (keys, []) = keys.as_chunks::<KEY_OBJECT_LEN>() else {
            return Err(PackageError::Encoding);
        };
        Ok(Self {
            octets,
            profile: profile_len.map(|_| profile),
            keys,
        })
    }
}

impl core::fmt::Debug for Package<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Package")
            .field("profile", &self.profile.is_some())
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
