//! Packages of one limited-use key, format version 04.

use core::fmt;

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithms, Atc, KeyIndex, LimitedUseKey, TdesKey};
use understudy_core::wire::digits::{bcd_to_u64, u64_to_bcd};
use understudy_core::wire::tlv::{Object, Reader, Tag, Writer};

use super::emit::emit_subject;
use super::{
    EXPIRY, EmitError, FORMAT_VERSION, Format, PACKAGE, PackageError, Subject, header_len,
};
use crate::octets::Fields;

pub(super) const TERMS: Tag = Tag::new(0xC3);
pub(super) const LIMITED_USE_KEY: Tag = Tag::new(0xC9);

/// Octets of the value of `C3`.
pub(super) const TERMS_LEN: usize = 14;
/// Octets of the value of `C9`.
pub(super) const KEY_LEN: usize = 16;

/// The index of a limited-use key, and its limits beside the time of its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitedUse {
    /// The index.
    pub index: KeyIndex,
    /// The first counter that it may be lent for.
    pub first: Atc,
    /// The last counter that it may be lent for.
    pub last: Atc,
    /// The most that its payments may amount to together, in minor units of the card's currency, at
    /// most twelve digits.
    pub sum: u64,
}

/// The limited-use key of a package, with its limits. Shows no key.
#[derive(Clone, Copy)]
pub struct LimitedUseBatch<'a> {
    terms: LimitedUse,
    octets: &'a [u8; KEY_LEN],
}

impl LimitedUse {
    /// The most counters that one key may be lent for.
    pub const COUNTERS_MAX: u16 = 1000;
    /// The largest sum, twelve digits.
    pub const SUM_MAX: u64 = 999_999_999_999;

    /// The number of counters, at least 1; `None` unless the first is not above the last, they are at
    /// most [`COUNTERS_MAX`](Self::COUNTERS_MAX), and the sum has at most twelve digits.
    #[must_use]
    pub fn counters(&self) -> Option<u16> {
        let counters = self.last.get().checked_sub(self.first.get())?;
        let counters = counters.checked_add(1)?;
        let valid = counters <= Self::COUNTERS_MAX && self.sum <= Self::SUM_MAX;
        valid.then_some(counters)
    }

    /// The value of `C3`: index (4), first and last counter (2 each), sum n12.
    fn octets(&self) -> Option<[u8; TERMS_LEN]> {
        self.counters()?;
        let [i1, i2, i3, i4] = self.index.octets();
        let ([f1, f2], [l1, l2]) = (self.first.octets(), self.last.octets());
        let [s1, s2, s3, s4, s5, s6] = u64_to_bcd(self.sum)?;
        Some([i1, i2, i3, i4, f1, f2, l1, l2, s1, s2, s3, s4, s5, s6])
    }

    fn from_octets(octets: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(octets);
        let terms = Self {
            index: KeyIndex::from_octets(*fields.array()?).ok()?,
            first: Atc::new(fields.u16()?)?,
            last: Atc::new(fields.u16()?)?,
            sum: bcd_to_u64(fields.array::<6>()?)?,
        };
        fields.end()?;
        terms.counters().map(|_| terms)
    }
}

impl<'a> LimitedUseBatch<'a> {
    /// The limited-use key in the value of a package that has one.
    pub(super) fn of(content: &'a [u8]) -> Option<Self> {
        let mut objects = Reader::new(content).flatten();
        let terms = terms(objects.nth(2)).ok()?;
        let octets = key(&objects.last()?).ok()?;
        Some(Self { terms, octets })
    }

    /// Index and limits.
    #[must_use]
    pub const fn terms(&self) -> LimitedUse {
        self.terms
    }

    /// The key as it stands in the package, for a store.
    #[must_use]
    pub const fn octets(&self) -> &'a [u8; KEY_LEN] {
        self.octets
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> LimitedUseKey {
        LimitedUseKey::new(self.terms.index, TdesKey::from_octets(*self.octets))
    }
}

/// Octets of a package of a limited-use key for `subject`.
#[must_use]
pub fn limited_use_len(subject: &Subject<'_>) -> usize {
    let content = Format::Four.content_len(subject.object_len(), Algorithms::TDES, 1);
    header_len(content).saturating_add(content)
}

/// Writes a package of a limited-use key into `out`, whose length must be at least
/// [`limited_use_len`], as [`emit`](super::emit()) writes one of single-use keys.
///
/// # Errors
/// [`EmitError`].
pub fn emit_limited_use<'b>(
    out: &'b mut [u8],
    subject: &Subject<'_>,
    not_after: Option<UnixTime>,
    terms: &LimitedUse,
    key: &[u8; KEY_LEN],
) -> Result<&'b [u8], EmitError> {
    let terms = terms.octets().ok_or(EmitError::LimitedUse)?;
    let mut writer = Writer::new(out);
    writer.template(PACKAGE, |content| {
        content.object(FORMAT_VERSION, &[Format::Four.octet()])?;
        let UnixTime(expiry) = not_after.unwrap_or(UnixTime(0));
        content.object(EXPIRY, &expiry.to_be_bytes())?;
        content.object(TERMS, &terms)?;
        emit_subject(content, subject)?;
        Ok::<(), EmitError>(content.object(LIMITED_USE_KEY, key)?)
    })?;
    Ok(writer.finish())
}

/// The limits in the third object.
pub(super) fn terms(third: Option<Object<'_>>) -> Result<LimitedUse, PackageError> {
    let terms = match third {
        Some(Object { tag: TERMS, value }) => LimitedUse::from_octets(value),
        _ => None,
    };
    terms.ok_or(PackageError::LimitedUse)
}

/// The key in the last object.
pub(super) fn key<'a>(object: &Object<'a>) -> Result<&'a [u8; KEY_LEN], PackageError> {
    if object.tag != LIMITED_USE_KEY {
        return Err(PackageError::Unexpected);
    }
    object.value.try_into().map_err(|_| PackageError::KeyLength)
}

impl fmt::Debug for LimitedUseBatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitedUseBatch")
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}
