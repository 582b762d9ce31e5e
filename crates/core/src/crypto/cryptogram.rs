//! The application cryptogram.

use core::fmt;
use subtle::{Choice, ConstantTimeEq};

/// Application cryptogram (`9F26`): eight octets.
///
/// Two cryptograms are compared in constant time.
#[derive(Clone, Copy)]
pub struct Cryptogram(pub [u8; 8]);

impl Cryptogram {
    /// The cryptogram with an authorisation response code over its first two octets, by XOR: the
    /// input of an answer by method 1 (EMV Book 2 §8.2.1).
    pub(super) fn with_response(self, code: [u8; 2]) -> [u8; 8] {
        let mut octets = self.0;
        for (octet, code) in octets.iter_mut().zip(code) {
            *octet ^= code;
        }
        octets
    }
}

impl ConstantTimeEq for Cryptogram {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for Cryptogram {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Cryptogram {}

impl fmt::Debug for Cryptogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cryptogram({:016X})", u64::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Cryptogram;
    extern crate std;
    use std::format;

    const VALUE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF];

    #[test]
    fn cryptograms_that_differ_in_one_bit_are_not_equal() {
        assert_eq!(Cryptogram(VALUE), Cryptogram(VALUE));
        for bit in 0..64 {
            let mut other = VALUE;
            other[bit / 8] ^= 0x80 >> (bit % 8);
            assert_ne!(Cryptogram(VALUE), Cryptogram(other), "bit {bit}");
        }
    }

    #[test]
    fn a_cryptogram_is_shown_in_hex() {
        assert_eq!(
            format!("{:?}", Cryptogram(VALUE)),
            "Cryptogram(0123456789ABCDEF)"
        );
    }
}
