//! Visa issuer application data, `9F10`. The upper half of the CVN's octet names the format:
//!
//! ```text
//! formats 0, 1, 3   06 | DKI | CVN | 03 | CVR (3) | [ length | issuer discretionary data ]
//! formats 2, 4      1F | CVN | DKI | CVR (5) | issuer discretionary data (24)
//! ```
//!
//! The 24 octets of formats 2 and 4 are the issuer's; a stand-in card puts the length of its data
//! there, the data, and zeros behind it. Those of version 43 are the index of its limited-use key,
//! `0Y HH HH CC`.
//!
//! In both, octet 5 holds the types of the cryptograms, and here also "the user was verified on the
//! device": its bit 3, which is defined by this project, because the CTQ is under no MAC.

use super::cvn::accepted;
use crate::crypto::Cvn;
#[cfg(feature = "limited-use")]
use crate::crypto::KeyIndex;
use crate::scheme::Iad;
use crate::wire::iad::IAD_MAX;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tlv::{Overflow, Writer};

/// The longest issuer discretionary data of formats 0, 1 and 3: what the other fields leave.
const SHORT_IDD_MAX: usize = IAD_MAX - 8;
/// The issuer discretionary data of formats 2 and 4.
const LONG_IDD: usize = IAD_MAX - 8;
/// The longest data there behind its length.
const LONG_IDD_MAX: usize = LONG_IDD - 1;

/// Octet 5: an ARQC in the first answer, no second one asked for.
const ARQC: u8 = 0xA0;
/// Octet 5: as [`ARQC`], and the user was verified on the device.
const ARQC_VERIFIED: u8 = 0xA4;
/// Octet 5: an AAC in the first answer, no second one asked for.
const AAC: u8 = 0x80;

/// Issuer application data of formats 0, 1 and 3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Formats013<'a> {
    /// Derivation key index.
    pub dki: u8,
    /// Cryptogram version number.
    pub cvn: u8,
    /// Card verification results.
    pub cvr: [u8; 3],
    /// Issuer discretionary data, at most 24 octets; empty if there is none.
    pub idd: &'a [u8],
}

/// Issuer application data of formats 2 and 4, 32 octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format2<'a> {
    /// Cryptogram version number.
    pub cvn: u8,
    /// Derivation key index.
    pub dki: u8,
    /// Card verification results.
    pub cvr: [u8; 5],
    /// Issuer discretionary data.
    pub idd: &'a [u8; LONG_IDD],
}

impl<'a> Formats013<'a> {
    /// Reads the value of `9F10`; `None` if it is not of this layout. A length octet without
    /// discretionary data behind it is refused.
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = octets.split_first_chunk()?;
        let &[0x06, dki, cvn, 0x03, c1, c2, c3] = fixed else {
            return None;
        };
        let idd = match rest {
            [] => rest,
            [length, idd @ ..] if !idd.is_empty() && usize::from(*length) == idd.len() => idd,
            _ => return None,
        };
        (idd.len() <= SHORT_IDD_MAX).then_some(Self {
            dki,
            cvn,
            cvr: [c1, c2, c3],
            idd,
        })
    }
}

impl<'a> Format2<'a> {
    /// Reads the value of `9F10`; `None` if it is not of this layout.
    #[must_use]
    pub fn parse(octets: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = octets.split_first_chunk()?;
        let &[0x1F, cvn, dki, c1, c2, c3, c4, c5] = fixed else {
            return None;
        };
        Some(Self {
            cvn,
            dki,
            cvr: [c1, c2, c3, c4, c5],
            idd: rest.try_into().ok()?,
        })
    }
}

/// The most issuer discretionary data of a version's format.
pub(super) const fn longest_discretionary(cvn: Cvn) -> usize {
    match cvn {
        Cvn::Visa22 => LONG_IDD_MAX,
        #[cfg(feature = "limited-use")]
        Cvn::Visa43 => KeyIndex::LEN,
        _ => SHORT_IDD_MAX,
    }
}

/// Reads what a stand-in card writes: a version in its own format, and nothing else in the card
/// verification results than octet 5.
pub(super) fn parse(octets: &[u8]) -> Option<Iad<'_>> {
    let (dki, cvn, results, discretionary) = if let Some(short) = Formats013::parse(octets) {
        let [results, 0, 0] = short.cvr else {
            return None;
        };
        (short.dki, short.cvn, results, short.idd)
    } else {
        let long = Format2::parse(octets)?;
        let [0, results, 0, 0, 0] = long.cvr else {
            return None;
        };
        (long.dki, long.cvn, results, lengthed(long.idd)?)
    };
    let (cryptogram, user_verified) = match results {
        ARQC => (CryptogramType::Arqc, false),
        ARQC_VERIFIED => (CryptogramType::Arqc, true),
        AAC => (CryptogramType::Aac, false),
        _ => return None,
    };
    let cvn = accepted(cvn)?;
    let in_its_format = is_long(cvn) == octets.starts_with(&[0x1F]);
    in_its_format.then_some(Iad {
        dki,
        cvn,
        algorithm: None,
        cryptogram,
        user_verified,
        discretionary,
    })
}

/// True if the version is written in 32 octets.
const fn is_long(cvn: Cvn) -> bool {
    matches!(cvn, Cvn::Visa22 | Cvn::Visa43)
}

/// The data behind a length octet, if nothing but zeros follows.
fn lengthed(octets: &[u8; LONG_IDD]) -> Option<&[u8]> {
    let (length, rest) = octets.split_first()?;
    let (data, padding) = rest.split_at_checked(usize::from(*length))?;
    padding.iter().all(|octet| *octet == 0).then_some(data)
}

/// Writes what [`parse`] reads.
pub(super) fn emit(iad: &Iad<'_>, writer: &mut Writer<'_>) -> Result<(), Overflow> {
    let results = match iad.cryptogram {
        CryptogramType::Arqc if iad.user_verified => ARQC_VERIFIED,
        CryptogramType::Arqc => ARQC,
        CryptogramType::Aac | CryptogramType::Tc => AAC,
    };
    let idd = iad.discretionary;
    let cvn = iad.cvn.byte();
    if idd.len() > longest_discretionary(iad.cvn) {
        return Err(Overflow);
    }
    let length = u8::try_from(idd.len()).map_err(|_| Overflow)?;
    if is_long(iad.cvn) {
        writer.octets(&[0x1F, cvn, iad.dki, 0, results, 0, 0, 0, length])?;
        writer.octets(idd)?;
        let padding = [0; LONG_IDD_MAX];
        return writer.octets(padding.get(idd.len()..).unwrap_or_default());
    }
    writer.octets(&[0x06, iad.dki, cvn, 0x03, results, 0, 0])?;
    if idd.is_empty() {
        return Ok(());
    }
    writer.octets(&[length])?;
    writer.octets(idd)
}
