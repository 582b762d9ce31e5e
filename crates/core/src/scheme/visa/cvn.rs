//! The cryptogram versions of Visa.

use crate::crypto::{Cvn, Field, IadLayout, Padding, Row, full_with};
#[cfg(feature = "issuer")]
use crate::kd::SessionKeyMethod;
use crate::scheme::cvn::Version;

/// Octet `0A`: under the card master key, padded with zeros alone.
pub(in crate::scheme) const VISA_10: Version = Version {
    row: row("Visa 10", 0x0A, Padding::Method1, full_with!(Cvr)),
    #[cfg(feature = "issuer")]
    session_key: Some(SessionKeyMethod::MasterKey),
    #[cfg(feature = "issuer")]
    arpc_key: Some(SessionKeyMethod::MasterKey),
};

/// Octet `12`: the whole issuer application data, in formats 0, 1 and 3.
pub(in crate::scheme) const VISA_18: Version = with_session_key("Visa 18", 0x12);

/// Octet `22`: the whole issuer application data, in format 2.
pub(in crate::scheme) const VISA_22: Version = with_session_key("Visa 22", 0x22);

/// Octet `43`: the first four octets of the card verification results, under a limited-use key.
pub(in crate::scheme) const VISA_43: Version = Version {
    row: row("Visa 43", 0x43, Padding::Method2, full_with!(Cvr)),
    #[cfg(feature = "issuer")]
    session_key: None,
    #[cfg(feature = "issuer")]
    arpc_key: None,
};

const fn with_session_key(name: &'static str, byte: u8) -> Version {
    Version {
        row: row(name, byte, Padding::Method2, full_with!(Iad)),
        #[cfg(feature = "issuer")]
        session_key: Some(SessionKeyMethod::Common),
        #[cfg(feature = "issuer")]
        arpc_key: Some(SessionKeyMethod::Common),
    }
}

const fn row(name: &'static str, byte: u8, padding: Padding, fields: &'static [Field]) -> Row {
    Row {
        name,
        byte,
        padding,
        layout: IadLayout::Lengthed,
        shortest_iad: 7,
        fields,
    }
}

/// The version with which a transaction is verified. Version 10 is under the card master key, which
/// no stand-in card has; version 43 is
/// one with the feature `limited-use`.
pub(super) const fn accepted(octet: u8) -> Option<Cvn> {
    match octet {
        0x12 => Some(Cvn::Visa18),
        0x22 => Some(Cvn::Visa22),
        #[cfg(feature = "limited-use")]
        0x43 => Some(Cvn::Visa43),
        _ => None,
    }
}
