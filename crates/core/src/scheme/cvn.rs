//! The way from a cryptogram version to its scheme's room.

#[cfg(feature = "mastercard")]
use super::mastercard::cvn as mastercard;
#[cfg(feature = "unionpay")]
use super::unionpay::cvn as unionpay;
#[cfg(feature = "visa")]
use super::visa::cvn as visa;
use crate::crypto::{Cvn, Row};
#[cfg(feature = "issuer")]
use crate::kd::SessionKeyMethod;

/// Everything that differs between cryptogram versions.
pub(super) struct Version {
    /// The name, and the data under the MAC.
    pub(super) row: Row,
    /// The derivation of the cryptogram's key; `None` if it is a limited-use key.
    #[cfg(feature = "issuer")]
    pub(super) session_key: Option<SessionKeyMethod>,
    /// The derivation of the key of the issuer's answer; `None` if there is no such answer.
    #[cfg(feature = "issuer")]
    pub(super) arpc_key: Option<SessionKeyMethod>,
}

impl Cvn {
    const fn version(self) -> &'static Version {
        match self {
            #[cfg(feature = "unionpay")]
            Self::UnionPay01 => &unionpay::UNIONPAY_01,
            #[cfg(feature = "unionpay")]
            Self::UnionPay17 => &unionpay::UNIONPAY_17,
            #[cfg(feature = "visa")]
            Self::Visa10 => &visa::VISA_10,
            #[cfg(feature = "visa")]
            Self::Visa18 => &visa::VISA_18,
            #[cfg(feature = "visa")]
            Self::Visa22 => &visa::VISA_22,
            #[cfg(feature = "visa")]
            Self::Visa43 => &visa::VISA_43,
            #[cfg(feature = "mastercard")]
            Self::MChip16 => &mastercard::MCHIP_16,
            #[cfg(feature = "mastercard")]
            Self::MChip17 => &mastercard::MCHIP_17,
            #[cfg(feature = "mastercard")]
            Self::MChip20 => &mastercard::MCHIP_20,
            #[cfg(feature = "mastercard")]
            Self::MChip21 => &mastercard::MCHIP_21,
        }
    }

    pub(crate) const fn row(self) -> &'static Row {
        &self.version().row
    }

    /// The derivation of the key of the application cryptogram; `None` for Visa 43, whose key is a
    /// [limited-use key](crate::kd::CardMasterKey::limited_use_key).
    #[cfg(feature = "issuer")]
    #[must_use]
    pub const fn session_key_method(self) -> Option<SessionKeyMethod> {
        self.version().session_key
    }

    /// The derivation of the key of the issuer's answer (ARPC): that of the application cryptogram,
    /// except that M/Chip 16 and 17 answer under the card master key; `None` for Visa 43, which is
    /// not answered.
    #[cfg(feature = "issuer")]
    #[must_use]
    pub const fn arpc_key_method(self) -> Option<SessionKeyMethod> {
        self.version().arpc_key
    }
}
