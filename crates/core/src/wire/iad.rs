//! `UnionPay` issuer application data, `9F10` (JR/T 0025.5).
//!
//! ```text
//! 07 | DKI | CVN | 03 | CVR (3) | algorithm | [ length | issuer discretionary data ]
//! ```

use core::ops::BitOr;

use thiserror::Error;

use super::qualifiers::CryptogramType;
use super::tlv::{Overflow, Writer};

/// The longest issuer application data, in octets (EMV Book 3 Annex A).
pub const IAD_MAX: usize = 32;
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
    /// Algorithm of the cryptogram: [`ALGORITHM_TDES`] or [`ALGORITHM_SM4`].
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

/// Card verification results: bytes 5–7 of `9F10`. The bits are named in
/// [`tags::bits::CVR`](super::tags::bits::CVR).
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
