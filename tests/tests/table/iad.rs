//! Issuer application data (`9F10`) of every version, by the position of its parts.

use understudy_core::crypto::Cvn;
use understudy_issuer::Reason;

/// The positions of the parts that have a reason of their own.
pub(crate) struct Layout {
    pub(crate) dki: usize,
    pub(crate) cvn: usize,
    /// The octet with the cryptogram's type and the card's statement about its user.
    pub(crate) statement: usize,
    /// The bits by which that octet says "verified on the device".
    pub(crate) verified: u8,
}

/// The layout of a version (JR/T 0025.5 Annex D; Visa formats 0/1/3 and 2; M/Chip).
pub(crate) fn layout(cvn: Cvn) -> Layout {
    let (dki, version, statement, verified) = match cvn {
        Cvn::UnionPay01 | Cvn::UnionPay17 | Cvn::Visa18 => (1, 2, 4, 0x04),
        Cvn::Visa22 => (2, 1, 4, 0x04),
        Cvn::MChip20 | Cvn::MChip21 => (0, 1, 2, 0x05),
        other => panic!("{other} is no stand-in card's"),
    };
    Layout {
        dki,
        cvn: version,
        statement,
        verified,
    }
}

impl Layout {
    /// The reason for which the issuer declines another octet at a position.
    pub(crate) fn reason(&self, at: usize, old: u8, new: u8) -> Reason {
        const ARQC: u8 = 0xA0;
        const AAC: u8 = 0x80;
        if at == self.dki {
            return Reason::MasterKeyIndex;
        }
        if at != self.statement {
            return Reason::IssuerApplicationData;
        }
        match new {
            // Another statement about the user, as a card could have made it: only the MAC tells.
            _ if old ^ new == self.verified => Reason::CryptogramWrong,
            ARQC => Reason::CryptogramWrong,
            // The type is not that of `9F27`.
            AAC => Reason::ChipDataMalformed,
            _ => Reason::IssuerApplicationData,
        }
    }
}
