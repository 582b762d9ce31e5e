//! M/Chip issuer application data, `9F10`:
//!
//! ```text
//! DKI | CVN | CVR (6) | DAC or ICC dynamic number (2) | counters (8)
//! ```
//!
//! Byte 1 of the results holds the types of the cryptograms. "The user was verified on the device"
//! is said in its bits 3 and 1, "offline PIN verification performed" and "successful", which a
//! contactless card has no other use for: defined by this project, and under the MAC of every
//! version. A stand-in card has no offline counters: they are zeros.

use super::cvn::accepted;
use crate::scheme::Iad;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tlv::{Overflow, Writer};

/// CVR byte 1: an ARQC in the first answer, no second one asked for.
const ARQC: u8 = 0xA0;
/// CVR byte 1: as [`ARQC`], and the user was verified on the device.
const ARQC_VERIFIED: u8 = 0xA5;
/// CVR byte 1: an AAC in the first answer, no second one asked for.
const AAC: u8 = 0x80;

/// M/Chip issuer application data, 18 octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MChipIad {
    /// Derivation key index.
    pub dki: u8,
    /// Cryptogram version number.
    pub cvn: u8,
    /// Card verification results.
    pub cvr: [u8; 6],
    /// Data authentication code or ICC dynamic number.
    pub dac: [u8; 2],
    /// Counters of offline transactions.
    pub counters: [u8; 8],
}

impl MChipIad {
    /// Reads the value of `9F10`; `None` if it has not 18 octets.
    #[must_use]
    pub fn parse(octets: &[u8]) -> Option<Self> {
        let (&[dki, cvn], rest) = octets.split_first_chunk()?;
        let (cvr, rest) = rest.split_first_chunk()?;
        let (dac, rest) = rest.split_first_chunk()?;
        Some(Self {
            dki,
            cvn,
            cvr: *cvr,
            dac: *dac,
            counters: rest.try_into().ok()?,
        })
    }
}

/// Reads what a stand-in card writes.
pub(super) fn parse(octets: &[u8]) -> Option<Iad<'_>> {
    let iad = MChipIad::parse(octets)?;
    let ([results, 0, 0, 0, 0, 0], [0, 0], [0, 0, 0, 0, 0, 0, 0, 0]) =
        (iad.cvr, iad.dac, iad.counters)
    else {
        return None;
    };
    let (cryptogram, user_verified) = match results {
        ARQC => (CryptogramType::Arqc, false),
        ARQC_VERIFIED => (CryptogramType::Arqc, true),
        AAC => (CryptogramType::Aac, false),
        _ => return None,
    };
    Some(Iad {
        dki: iad.dki,
        cvn: accepted(iad.cvn)?,
        algorithm: None,
        cryptogram,
        user_verified,
        discretionary: &[],
    })
}

/// Writes what [`parse`] reads.
pub(super) fn emit(iad: &Iad<'_>, writer: &mut Writer<'_>) -> Result<(), Overflow> {
    let results = match iad.cryptogram {
        CryptogramType::Arqc if iad.user_verified => ARQC_VERIFIED,
        CryptogramType::Arqc => ARQC,
        CryptogramType::Aac | CryptogramType::Tc => AAC,
    };
    if !iad.discretionary.is_empty() {
        return Err(Overflow);
    }
    writer.octets(&[iad.dki, iad.cvn.byte(), results])?;
    writer.octets(&[0; 15])
}
