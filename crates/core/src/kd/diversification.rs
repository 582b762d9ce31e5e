//! The diversification value Y of a card (EMV Book 2 Annex A1.4).

#[cfg(feature = "tdes")]
use sha1::{Digest, Sha1};

use super::DerivationError;

/// Card number and sequence number as decimal digits, checked.
pub(super) struct Diversifier {
    /// Card number, then the two digits of the sequence number, one nibble each,
    /// right-aligned.
    digits: u128,
    /// The number of digits of the card number, 8–19.
    #[cfg(feature = "tdes")]
    pan_length: usize,
}

impl Diversifier {
    /// # Errors
    /// [`DerivationError`] if the card number is not 8 to 19 decimal digits, or the sequence number
    /// not two; an absent one is 00.
    pub(super) fn new(pan: &str, psn: Option<u8>) -> Result<Self, DerivationError> {
        let psn = psn.unwrap_or(0x00);
        if psn >> 4 > 9 || psn & 0x0F > 9 {
            return Err(DerivationError::SequenceNumber);
        }
        let pan_length = pan.len();
        if !(8..=19).contains(&pan_length) || !pan.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(DerivationError::CardNumber);
        }
        let pan = pan
            .bytes()
            .fold(0, |digits, digit| digits << 4 | u128::from(digit & 0x0F));
        Ok(Self {
            digits: pan << 8 | u128::from(psn),
            #[cfg(feature = "tdes")]
            pan_length,
        })
    }

    /// Options A and SM4: the rightmost 16 digits, zeros on the left.
    #[cfg(any(feature = "tdes", feature = "sm4"))]
    pub(super) fn option_a(&self) -> u64 {
        self.digits
            .to_be_bytes()
            .iter()
            .skip(8)
            .fold(0, |y, octet| y << 8 | u64::from(*octet))
    }

    /// Option B: as A for card numbers of up to 16 digits, else 16 decimal digits of a hash.
    #[cfg(feature = "tdes")]
    pub(super) fn option_b(&self) -> u64 {
        if self.pan_length <= 16 {
            self.option_a()
        } else {
            decimal_digits(&self.hash())
        }
    }

    /// Option C: all digits, zeros on the left.
    #[cfg(feature = "aes")]
    pub(super) const fn option_c(&self) -> u128 {
        self.digits
    }

    /// SHA-1 over the digits in whole octets.
    #[cfg(feature = "tdes")]
    fn hash(&self) -> [u8; 20] {
        let length = (self.pan_length + 2).div_ceil(2);
        let octets = self.digits.to_be_bytes();
        let mut hash = Sha1::new();
        for octet in octets.iter().skip(octets.len().saturating_sub(length)) {
            hash.update([*octet]);
        }
        hash.finalize().into()
    }
}

/// The first 16 decimal digits of the hash; where it has fewer, its hexadecimal digits A–F
/// follow as 0–5.
#[cfg(feature = "tdes")]
fn decimal_digits(hash: &[u8; 20]) -> u64 {
    let nibbles = || hash.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
    let decimal = nibbles().filter(|nibble| *nibble < 10);
    let hexadecimal = nibbles().filter_map(|nibble| nibble.checked_sub(10));
    decimal
        .chain(hexadecimal)
        .take(16)
        .fold(0, |digits, digit| digits << 4 | u64::from(digit))
}
