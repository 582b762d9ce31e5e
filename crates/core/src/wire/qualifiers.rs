//! The qualifiers of a contactless transaction: the terminal's TTQ (`9F66`), the card's CTQ
//! (`9F6C`), and the cryptogram type in `9F27` (JR/T 0025.12, EMV Contactless Book A §5.7, EMV Book
//! 3 §6.5.5).

use core::ops::BitOr;

/// Terminal transaction qualifiers, `9F66`. Reserved bits are kept and ignored.
///
/// The constants are single bits: `Ttq::EMV | Ttq::ONLINE_PIN`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ttq(pub [u8; 4]);

/// Card transaction qualifiers, `9F6C`. Reserved bits are kept and ignored.
///
/// Not authenticated: a relay can rewrite them. No host may decide by them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Ctq(pub [u8; 2]);

/// Defines, for each bit, a constant and a reader.
macro_rules! bits {
    ($type:ident: $($(#[$doc:meta])* $name:ident $reader:ident $octets:expr;)+) => {
        impl $type {
            $(
                $(#[$doc])*
                pub const $name: Self = Self($octets);
            )+

            /// True if all bits of `other` are set.
            #[must_use]
            pub fn contains(self, other: Self) -> bool {
                self | other == self
            }

            $(
                $(#[$doc])*
                #[must_use]
                pub fn $reader(self) -> bool {
                    self.contains(Self::$name)
                }
            )+
        }

        impl BitOr for $type {
            type Output = Self;

            fn bitor(mut self, other: Self) -> Self {
                for (octet, bits) in self.0.iter_mut().zip(other.0) {
                    *octet |= bits;
                }
                self
            }
        }
    };
}

bits! { Ttq:
    /// Byte 1 bit 8: magnetic stripe mode supported.
    MAGSTRIPE magstripe [0x80, 0, 0, 0];
    /// Byte 1 bit 7: full debit/credit over contactless supported (`UnionPay`).
    FULL_DEBIT_CREDIT full_debit_credit [0x40, 0, 0, 0];
    /// Byte 1 bit 6: EMV mode (qPBOC, qVSDC) supported.
    EMV emv [0x20, 0, 0, 0];
    /// Byte 1 bit 5: EMV contact chip supported.
    CONTACT contact [0x10, 0, 0, 0];
    /// Byte 1 bit 4: the reader can only work offline.
    OFFLINE_ONLY offline_only [0x08, 0, 0, 0];
    /// Byte 1 bit 3: online PIN supported.
    ONLINE_PIN online_pin [0x04, 0, 0, 0];
    /// Byte 1 bit 2: signature supported.
    SIGNATURE signature [0x02, 0, 0, 0];
    /// Byte 1 bit 1: offline data authentication for online authorisations supported.
    ODA_FOR_ONLINE oda_for_online [0x01, 0, 0, 0];
    /// Byte 2 bit 8: an online cryptogram is required.
    ONLINE_CRYPTOGRAM_REQUIRED online_cryptogram_required [0, 0x80, 0, 0];
    /// Byte 2 bit 7: cardholder verification is required.
    CVM_REQUIRED cvm_required [0, 0x40, 0, 0];
    /// Byte 2 bit 6: offline PIN over contact supported.
    OFFLINE_PIN offline_pin [0, 0x20, 0, 0];
    /// Byte 3 bit 8: issuer update processing supported.
    ISSUER_UPDATE issuer_update [0, 0, 0x80, 0];
    /// Byte 3 bit 7: verification on the consumer's device supported.
    CDCVM cdcvm_supported [0, 0, 0x40, 0];
    /// Byte 4 bit 8: fDDA version 1 supported.
    FDDA_V1 fdda_v1 [0, 0, 0, 0x80];
}

bits! { Ctq:
    /// Byte 1 bit 8: online PIN required.
    ONLINE_PIN online_pin [0x80, 0];
    /// Byte 1 bit 7: signature required.
    SIGNATURE signature [0x40, 0];
    /// Byte 1 bit 6: go online if offline data authentication fails.
    ONLINE_IF_ODA_FAILS online_if_oda_fails [0x20, 0];
    /// Byte 1 bit 5: switch interface if offline data authentication fails.
    SWITCH_IF_ODA_FAILS switch_if_oda_fails [0x10, 0];
    /// Byte 1 bit 4: go online if the application has expired.
    ONLINE_IF_EXPIRED online_if_expired [0x08, 0];
    /// Byte 1 bit 3: switch interface for cash.
    SWITCH_FOR_CASH switch_for_cash [0x04, 0];
    /// Byte 1 bit 2: switch interface for cashback.
    SWITCH_FOR_CASHBACK switch_for_cashback [0x02, 0];
    /// Byte 2 bit 8: the user was verified on the device.
    CDCVM cdcvm_performed [0, 0x80];
    /// Byte 2 bit 7: issuer update processing supported.
    ISSUER_UPDATE issuer_update [0, 0x40];
}

impl Ctq {
    /// `0000`: nothing asked for.
    pub const NONE: Self = Self([0, 0]);
}

/// The type of an application cryptogram (EMV Book 3 §6.5.5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CryptogramType {
    /// Application authentication cryptogram: declined.
    Aac,
    /// Transaction certificate: approved offline.
    Tc,
    /// Authorisation request cryptogram: go online.
    Arqc,
}

impl CryptogramType {
    /// The type in the cryptogram information data `9F27`, bits 8–7; `None` for the reserved `11`.
    #[must_use]
    pub const fn from_cid(cid: u8) -> Option<Self> {
        Self::from_code(cid >> 6)
    }

    /// The cryptogram information data with no other bit set: `00`, `40` or `80`.
    #[must_use]
    pub const fn cid(self) -> u8 {
        self.code() << 6
    }

    /// The type by its two-bit code, as `9F27` and the CVR hold it; higher bits are not looked at.
    pub(crate) const fn from_code(code: u8) -> Option<Self> {
        match code & 0b11 {
            0b00 => Some(Self::Aac),
            0b01 => Some(Self::Tc),
            0b10 => Some(Self::Arqc),
            _ => None,
        }
    }

    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Aac => 0b00,
            Self::Tc => 0b01,
            Self::Arqc => 0b10,
        }
    }
}

#[cfg(test)]
mod tests;
