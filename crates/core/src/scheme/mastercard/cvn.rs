//! The cryptogram versions of M/Chip.

use crate::crypto::{Cvn, Field, IadLayout, Padding, Row, full_with};
#[cfg(feature = "issuer")]
use crate::kd::SessionKeyMethod;
use crate::scheme::cvn::Version;

/// Octet `10`: a session key that depends on the terminal's unpredictable number.
pub(in crate::scheme) const MCHIP_16: Version = Version {
    row: row("M/Chip 16", 0x10, full_with!(Cvr)),
    #[cfg(feature = "issuer")]
    session_key: Some(SessionKeyMethod::MChip),
    #[cfg(feature = "issuer")]
    arpc_key: Some(SessionKeyMethod::MasterKey),
};

/// Octet `11`: as 16, with the card's counters under the MAC.
pub(in crate::scheme) const MCHIP_17: Version = Version {
    row: row("M/Chip 17", 0x11, full_with!(Cvr, Counters)),
    #[cfg(feature = "issuer")]
    session_key: Some(SessionKeyMethod::MChip),
    #[cfg(feature = "issuer")]
    arpc_key: Some(SessionKeyMethod::MasterKey),
};

/// Octet `14`: the data of 16, under the EMV common session key.
pub(in crate::scheme) const MCHIP_20: Version = Version {
    row: row("M/Chip 20", 0x14, full_with!(Cvr)),
    #[cfg(feature = "issuer")]
    session_key: Some(SessionKeyMethod::Common),
    #[cfg(feature = "issuer")]
    arpc_key: Some(SessionKeyMethod::Common),
};

/// Octet `15`: the data of 17, under the EMV common session key.
pub(in crate::scheme) const MCHIP_21: Version = Version {
    row: row("M/Chip 21", 0x15, full_with!(Cvr, Counters)),
    #[cfg(feature = "issuer")]
    session_key: Some(SessionKeyMethod::Common),
    #[cfg(feature = "issuer")]
    arpc_key: Some(SessionKeyMethod::Common),
};

const fn row(name: &'static str, byte: u8, fields: &'static [Field]) -> Row {
    Row {
        name,
        byte,
        padding: Padding::Method2,
        layout: IadLayout::MChip,
        shortest_iad: 18,
        fields,
    }
}

/// The version with which a transaction is verified. The keys of 16 and 17 depend on the terminal's
/// unpredictable number: no stand-in card can have them beforehand.
pub(super) const fn accepted(octet: u8) -> Option<Cvn> {
    match octet {
        0x14 => Some(Cvn::MChip20),
        0x15 => Some(Cvn::MChip21),
        _ => None,
    }
}
