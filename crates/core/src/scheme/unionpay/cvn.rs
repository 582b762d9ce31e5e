//! The cryptogram versions of `UnionPay` (JR/T 0025.5 Annex D).

use crate::crypto::{Cvn, Field, IadLayout, Padding, Row, full_with};
#[cfg(feature = "issuer")]
use crate::kd::SessionKeyMethod;
use crate::scheme::cvn::Version;

/// Octet `01`: all of the terminal's data and the whole card verification results.
pub(in crate::scheme) const UNIONPAY_01: Version = version("UnionPay 01", 0x01, full_with!(Cvr));

/// Octet `17`: neither currency nor country.
pub(in crate::scheme) const UNIONPAY_17: Version = version(
    "UnionPay 17",
    0x17,
    &[
        Field::AmountAuthorised,
        Field::UnpredictableNumber,
        Field::Atc,
        Field::CvrFirstOctet,
    ],
);

const fn version(name: &'static str, byte: u8, fields: &'static [Field]) -> Version {
    Version {
        row: Row {
            name,
            byte,
            padding: Padding::Method2,
            layout: IadLayout::Lengthed,
            shortest_iad: 8,
            fields,
        },
        #[cfg(feature = "issuer")]
        session_key: Some(SessionKeyMethod::UnionPay),
        #[cfg(feature = "issuer")]
        arpc_key: Some(SessionKeyMethod::UnionPay),
    }
}

/// The version with which a transaction is verified: `01`, `17`, and `11` (17 in decimal), which some
/// personalisation scripts write for 17.
pub(super) const fn accepted(octet: u8) -> Option<Cvn> {
    match octet {
        0x01 => Some(Cvn::UnionPay01),
        0x17 | 0x11 => Some(Cvn::UnionPay17),
        _ => None,
    }
}
