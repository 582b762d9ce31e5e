//! `UnionPay` issuer application data, `9F10` (JR/T 0025.5).
//!
//! ```text
//! 07 | DKI | CVN | 03 | CVR (3) | algorithm | [ length | issuer discretionary data ]
//! ```

use core::ops::BitOr;

use thiserror::Error;

use super::cvn::accepted;
use crate::crypto::Algorithm;
use crate::scheme::Iad;
use crate::wire::iad::IAD_MAX;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tlv::{Overflow, Writer};

/// The longest issuer discretionary data: what the other fields leave.
pub const IDD_MAX: usize = IAD_MAX - 9;

const LENGTH: u8 = 0x07;
const CVR_LENGTH: u8 = 0x03;

/// `UnionPay` issuer application data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnionPayIad<'a> {
    /// Derivation key index.
    pub dki: u8,
    /// Cryptogram version number.
    pub cvn: u8,
    /// Card verification results.
    pub cvr: Cvr,
    /// Algorithm of the cryptogram: [`ALGORITHM_TDES`] or [`ALGORITHM_SM4`]; that of AES, which JR/T
    /// 0025.5 does not have, is defined by this project ([`Algorithm::octet`]).
    pub algorithm: u8,
    /// Issuer discretionary data, at most 23 octets; empty if there is none.
    pub idd: &'a [u8],
}

/// [`UnionPayIad::algorithm`]: triple DES.
pub const ALGORITHM_TDES: u8 = 0x01;
/// [`UnionPayIad::algorithm`]: SM4.
pub const ALGORITHM_SM4: u8 = 0x04;

/// The reason for which octets are not `UnionPay` issuer application data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum IadError {
    /// Does not start with `07`, or the fourth octet is not `03`.
    #[error("not the UnionPay layout 07 DKI CVN 03")]
    Layout,
    /// Fewer than eight octets, more than 32, or the discretionary data is not as long as it says.
    #[error("the length does not fit the layout")]
    Length,
}

impl<'a> UnionPayIad<'a> {
    /// Reads the value of `9F10`. A length octet without discretionary data behind it is refused.
    ///
    /// # Errors
    /// See [`IadError`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, IadError> {
        if octets.len() > IAD_MAX {
            return Err(IadError::Length);
        }
        let (fixed, rest) = octets.split_first_chunk().ok_or(IadError::Length)?;
        let &[LENGTH, dki, cvn, CVR_LENGTH, c1, c2, c3, algorithm] = fixed else {
            return Err(IadError::Layout);
        };
        let idd = match rest {
            [] => rest,
            [length, idd @ ..] if !idd.is_empty() && usize::from(*length) == idd.len() => idd,
            _ => return Err(IadError::Length),
        };
        Ok(Self {
            dki,
            cvn,
            cvr: Cvr([c1, c2, c3]),
            algorithm,
            idd,
        })
    }

    /// Appends the value of `9F10`.
    ///
    /// # Errors
    /// [`Overflow`] if it does not fit or there is too much discretionary data.
    pub fn emit(&self, writer: &mut Writer<'_>) -> Result<(), Overflow> {
        if self.idd.len() > IDD_MAX {
            return Err(Overflow);
        }
        let mut buffer = [0; IAD_MAX];
        let mut iad = Writer::new(&mut buffer);
        let Cvr([c1, c2, c3]) = self.cvr;
        iad.octets(&[LENGTH, self.dki, self.cvn, CVR_LENGTH])?;
        iad.octets(&[c1, c2, c3, self.algorithm])?;
        if let (false, Ok(length)) = (self.idd.is_empty(), u8::try_from(self.idd.len())) {
            iad.octets(&[length])?;
            iad.octets(self.idd)?;
        }
        writer.octets(iad.written())
    }
}

/// Reads what a stand-in card writes; the CVR holds one of three words.
pub(super) fn parse(octets: &[u8]) -> Option<Iad<'_>> {
    let iad = UnionPayIad::parse(octets).ok()?;
    let words = [
        (Cvr::ARQC, CryptogramType::Arqc, false),
        (Cvr::ARQC | Cvr::USER_VERIFIED, CryptogramType::Arqc, true),
        (Cvr::AAC, CryptogramType::Aac, false),
    ];
    let (_, cryptogram, user_verified) = words.into_iter().find(|(word, ..)| *word == iad.cvr)?;
    Some(Iad {
        dki: iad.dki,
        cvn: accepted(iad.cvn)?,
        algorithm: Some(Algorithm::from_octet(iad.algorithm)?),
        cryptogram,
        user_verified,
        discretionary: iad.idd,
    })
}

/// Writes what [`parse`] reads (JR/T 0025.5 Annex D). The CVR starts anew at every tap; its byte 5
/// bit 3, "verified on the device", is defined by this project, because the CTQ is under no MAC.
pub(super) fn emit(iad: &Iad<'_>, writer: &mut Writer<'_>) -> Result<(), Overflow> {
    let cvr = match iad.cryptogram {
        CryptogramType::Arqc if iad.user_verified => Cvr::ARQC | Cvr::USER_VERIFIED,
        CryptogramType::Arqc => Cvr::ARQC,
        CryptogramType::Aac | CryptogramType::Tc => Cvr::AAC,
    };
    UnionPayIad {
        dki: iad.dki,
        cvn: iad.cvn.byte(),
        cvr,
        algorithm: iad.algorithm.ok_or(Overflow)?.octet(),
        idd: iad.discretionary,
    }
    .emit(writer)
}

/// Card verification results: bytes 5–7 of `9F10`. The bits are named in
/// [`tags::bits::CVR`](crate::wire::tags::bits::CVR).
///
/// The constants are single bits or whole values: `Cvr::ARQC | Cvr::USER_VERIFIED`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Cvr(pub [u8; 3]);

impl Cvr {
    /// `A00000`: an ARQC in the first answer, no second one asked for.
    pub const ARQC: Self = Self([0xA0, 0, 0]);
    /// `800000`: an AAC in the first answer, no second one asked for.
    pub const AAC: Self = Self([0x80, 0, 0]);
    /// `040000`: the user was verified on the device. Project-defined: JR/T 0025.5 has "offline
    /// PIN performed" here.
    pub const USER_VERIFIED: Self = Self([0x04, 0, 0]);

    /// The type of the first cryptogram, byte 1 bits 6–5; `None` for the reserved `11`.
    #[must_use]
    pub const fn cryptogram_type(self) -> Option<CryptogramType> {
        let Self([first, ..]) = self;
        CryptogramType::from_code(first >> 4)
    }

    /// The type of the second cryptogram, byte 1 bits 8–7; `None` if none was asked for.
    #[must_use]
    pub const fn second_cryptogram_type(self) -> Option<CryptogramType> {
        let Self([first, ..]) = self;
        match CryptogramType::from_code(first >> 6) {
            Some(CryptogramType::Arqc) | None => None,
            asked => asked,
        }
    }

    /// True if the user was verified on the device.
    #[must_use]
    pub fn user_verified(self) -> bool {
        self | Self::USER_VERIFIED == self
    }
}

impl BitOr for Cvr {
    type Output = Self;

    fn bitor(mut self, other: Self) -> Self {
        for (octet, bits) in self.0.iter_mut().zip(other.0) {
            *octet |= bits;
        }
        self
    }
}

#[cfg(test)]
mod tests;
