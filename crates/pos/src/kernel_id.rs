//! Kernel identifiers: the one that a directory entry asks for (`9F2A`), and those of the
//! terminal's kernels (EMV Contactless Book B §3.3.2.5).

use std::fmt;

use crate::aid::Aid;

/// A kernel of this terminal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KernelId {
    /// `02`: Mastercard, M/Chip in EMV mode.
    Mastercard,
    /// `03`: Visa, qVSDC.
    Visa,
    /// `07`: `UnionPay`, qPBOC.
    UnionPay,
}

impl KernelId {
    /// The identifier, one octet.
    #[must_use]
    pub const fn identifier(self) -> u8 {
        match self {
            Self::Mastercard => 0x02,
            Self::Visa => 0x03,
            Self::UnionPay => 0x07,
        }
    }

    /// The terminal's kernel with this identifier; `None` if there is none.
    pub(crate) fn from_identifier(identifier: u8) -> Option<Self> {
        [Self::Mastercard, Self::Visa, Self::UnionPay]
            .into_iter()
            .find(|kernel| kernel.identifier() == identifier)
    }
}

impl fmt::Display for KernelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.identifier())
    }
}

/// The kernel that a directory entry asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RequestedKernel {
    /// `00`: any kernel that the terminal has for the application.
    Any,
    /// An international kernel: byte 1, its type in bits 8–7 (`00` or `01`).
    International(u8),
    /// A domestic kernel: bytes 1 to 3, its type in bits 8–7 of byte 1 (`10` or `11`).
    Domestic([u8; 3]),
}

impl RequestedKernel {
    /// The longest kernel identifier (`9F2A`), in octets.
    const LENGTH_MAX: usize = 8;
    /// Byte 1 bit 8 of `9F2A`: a domestic kernel.
    const DOMESTIC: u8 = 0x80;
    /// Byte 1 bits 6–1 of `9F2A`: the short kernel identifier.
    const SHORT: u8 = 0x3F;

    /// Reads `9F2A`, 1–8 octets. `None` for another length, for a domestic kernel without its
    /// extension, and for one without a short identifier, which no clause defines.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        if value.len() > Self::LENGTH_MAX {
            return None;
        }
        match value {
            [0x00, ..] => Some(Self::Any),
            [first, ..] if first & Self::DOMESTIC == 0 => Some(Self::International(*first)),
            [first, second, third, ..] if first & Self::SHORT != 0 => {
                Some(Self::Domestic([*first, *second, *third]))
            }
            _ => None,
        }
    }

    /// The kernel for an entry without `9F2A`: that of its scheme, else any.
    pub(crate) fn default_for(aid: &Aid) -> Self {
        let [0xA0, rest @ ..] = aid.rid() else {
            return Self::Any;
        };
        match rest {
            [0x00, 0x00, 0x00, 0x04] => Self::International(0x02),
            [0x00, 0x00, 0x00, 0x03] => Self::International(0x03),
            [0x00, 0x00, 0x00, 0x25] => Self::International(0x04),
            [0x00, 0x00, 0x00, 0x65] => Self::International(0x05),
            [0x00, 0x00, 0x01, 0x52] => Self::International(0x06),
            [0x00, 0x00, 0x03, 0x33] => Self::International(0x07),
            _ => Self::Any,
        }
    }

    /// True if this kernel of the terminal satisfies the request.
    pub(crate) const fn accepts(self, kernel: KernelId) -> bool {
        match self {
            Self::Any => true,
            Self::International(identifier) => identifier == kernel.identifier(),
            Self::Domestic(_) => false,
        }
    }
}

impl fmt::Display for RequestedKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("00"),
            Self::International(identifier) => write!(f, "{identifier:02X}"),
            Self::Domestic(octets) => octets.iter().try_for_each(|octet| write!(f, "{octet:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_identifier_is_read_by_its_type_and_length() {
        use RequestedKernel::{Any, Domestic, International};
        for (value, expected) in [
            ("", None),
            ("00", Some(Any)),
            ("0000000000000000", Some(Any)),
            ("000000000000000000", None),
            ("03", Some(International(0x03))),
            ("0300000000000000", Some(International(0x03))),
            ("070000", Some(International(0x07))),
            ("47", Some(International(0x47))),
            ("87", None),
            ("8701", None),
            ("870156", Some(Domestic([0x87, 0x01, 0x56]))),
            ("C7015600", Some(Domestic([0xC7, 0x01, 0x56]))),
            ("800156", None),
            ("C00156", None),
        ] {
            let octets = hex::decode(value).unwrap();
            assert_eq!(RequestedKernel::parse(&octets), expected, "{value}");
        }
    }

    #[test]
    fn a_kernel_of_another_type_is_not_ours() {
        for (requested, accepted) in [
            (RequestedKernel::Any, true),
            (RequestedKernel::International(0x07), true),
            (RequestedKernel::International(0x03), false),
            (RequestedKernel::International(0x47), false),
            (RequestedKernel::Domestic([0x87, 0x01, 0x56]), false),
        ] {
            assert_eq!(
                requested.accepts(KernelId::UnionPay),
                accepted,
                "{requested}"
            );
        }
    }
}
