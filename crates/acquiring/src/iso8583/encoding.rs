//! The encodings of a field's characters or octets in a message.

use super::error::Problem;
use super::table::{Encoding, Length, Variant};

impl Encoding {
    /// The octets that `count` characters or octets of a field take.
    pub(crate) const fn size(self, count: usize) -> usize {
        match self {
            Self::PackedLeft | Self::PackedRight => count.div_ceil(2),
            Self::Characters | Self::Octets => count,
            Self::Hex => 2 * count,
        }
    }

    /// Writes a value into the [`size`](Self::size) octets that it takes.
    pub(crate) fn emit(self, value: &[u8], out: &mut [u8]) {
        match self {
            Self::Characters | Self::Octets => {
                for (slot, octet) in out.iter_mut().zip(value) {
                    *slot = *octet;
                }
            }
            Self::Hex => {
                for (slots, octet) in out.chunks_exact_mut(2).zip(value) {
                    slots.copy_from_slice(&[hex(octet >> 4), hex(octet & 0x0F)]);
                }
            }
            Self::PackedLeft | Self::PackedRight => {
                let front = (self == Self::PackedRight && value.len() % 2 == 1).then_some(0);
                let digits = value.iter().map(|character| character & 0x0F);
                let mut nibbles = front.into_iter().chain(digits);
                for slot in out {
                    let high = nibbles.next().unwrap_or(0);
                    *slot = high << 4 | nibbles.next().unwrap_or(0);
                }
            }
        }
    }

    /// Reads a value from the octets that it takes.
    pub(super) fn parse(self, octets: &[u8], value: &mut [u8]) -> Result<(), Problem> {
        match self {
            Self::Characters | Self::Octets => {
                for (slot, octet) in value.iter_mut().zip(octets) {
                    *slot = *octet;
                }
            }
            Self::Hex => {
                for (slot, pair) in value.iter_mut().zip(octets.chunks_exact(2)) {
                    *slot = pair.iter().try_fold(0, |octet, &digit| {
                        Ok(octet << 4 | unhex(digit).ok_or(Problem::Character)?)
                    })?;
                }
            }
            Self::PackedLeft | Self::PackedRight => self.parse_packed(octets, value)?,
        }
        Ok(())
    }

    fn parse_packed(self, octets: &[u8], value: &mut [u8]) -> Result<(), Problem> {
        let odd = value.len() % 2 == 1;
        let mut nibbles = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
        let mut padding = None;
        if odd && self == Self::PackedRight {
            padding = nibbles.next();
        }
        for slot in value {
            *slot = match nibbles.next() {
                Some(digit @ 0..=9) => b'0' + digit,
                Some(0x0D) => b'=',
                _ => return Err(Problem::Character),
            };
        }
        if padding.or(nibbles.next()).is_some_and(|nibble| nibble != 0) {
            return Err(Problem::Character);
        }
        Ok(())
    }
}

impl Length {
    /// The digits in front of the field that say how long it is.
    pub(super) const fn digits(self) -> usize {
        match self {
            Self::Fixed(_) => 0,
            Self::Ll(_) => 2,
            Self::Lll(_) => 3,
        }
    }
}

impl Variant {
    /// The encoding of numbers: message types and lengths.
    pub(super) const fn numbers(self) -> Encoding {
        match self {
            Self::Bcd => Encoding::PackedRight,
            Self::Ascii => Encoding::Characters,
        }
    }

    /// The encoding of bitmaps.
    pub(super) const fn bitmaps(self) -> Encoding {
        match self {
            Self::Bcd => Encoding::Octets,
            Self::Ascii => Encoding::Hex,
        }
    }
}

const fn hex(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'A' + nibble - 10,
    }
}

const fn unhex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
