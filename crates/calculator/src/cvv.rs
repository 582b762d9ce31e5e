//! Card verification values: three decimal digits over card number, expiry date and service code.
//! Visa calls them CVV, Mastercard CVC and `UnionPay` CVN; one algorithm makes all of them.

use core::fmt;

use thiserror::Error;
use understudy_core::crypto::{Padding, TdesKey};
use understudy_core::wire::digits::CardNumber;
use zeroize::ZeroizeOnDrop;

/// Digits of the input: two blocks of DES in packed BCD.
const INPUT: usize = 32;

/// A card verification key, 16 octets: the two keys of DES that are called A and B. There is no
/// triple-length one.
#[derive(ZeroizeOnDrop)]
pub struct CardVerificationKey(TdesKey);

/// The printed facts that a value is made of.
#[derive(Clone, Debug)]
pub struct CardVerification<'n> {
    /// The card number.
    pub number: &'n CardNumber,
    /// Four digits of the expiry date, as the scheme orders them: year and month on tracks, and for
    /// some printed values month and year.
    pub expiry: [u8; 4],
    /// Three digits: the service code of the track, 000 for the value that is printed on the card
    /// (CVV2, CVC2, CVN2), 999 for the one in the chip's track 2 (iCVV, chip CVC).
    pub service_code: [u8; 3],
}

/// An expiry date or service code that holds something other than decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expiry date and service code are made of decimal digits")]
pub struct CardVerificationError;

impl CardVerificationKey {
    /// The key of these octets.
    ///
    /// The caller wipes its own copy.
    #[must_use]
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(TdesKey::from_octets(octets))
    }

    /// The value: three digits of value 0 to 9.
    ///
    /// # Errors
    /// [`CardVerificationError`] if a digit of expiry date or service code is above 9.
    pub fn value(&self, card: &CardVerification<'_>) -> Result<[u8; 3], CardVerificationError> {
        let facts = card.expiry.into_iter().chain(card.service_code);
        if facts.clone().any(|digit| digit > 9) {
            return Err(CardVerificationError);
        }
        let digits = card.number.digits().chain(facts);
        let input = digits
            .chain(core::iter::repeat(0))
            .take(INPUT)
            .fold(0, |input, digit| input << 4 | u128::from(digit));
        // Encrypted under A, added, encrypted under A, decrypted under B, encrypted under A: a MAC.
        let mac = self.0.mac(Padding::Method1, &[&input.to_be_bytes()]);
        Ok(decimal_digits(mac))
    }
}

/// The first three decimal digits; where there are fewer, the hexadecimal digits A–F follow as 0–5.
fn decimal_digits(octets: [u8; 8]) -> [u8; 3] {
    let nibbles = || {
        octets
            .into_iter()
            .flat_map(|octet| [octet >> 4, octet & 0x0F])
    };
    let decimal = nibbles().filter(|nibble| *nibble < 10);
    let hexadecimal = nibbles().filter_map(|nibble| nibble.checked_sub(10));
    let mut digits = decimal.chain(hexadecimal);
    [0; 3].map(|none| digits.next().unwrap_or(none))
}

impl fmt::Debug for CardVerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardVerificationKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::decimal_digits;

    #[test]
    fn letters_stand_in_where_decimal_digits_run_out() {
        let cases = [
            (0x1A2B_3C4D_5E6F_0708, [1, 2, 3]),
            (0xABCD_EFAB_CDEF_AB12, [1, 2, 0]),
            (0xFEDC_BAFE_DCBA_FED7, [7, 5, 4]),
            (0xFEDC_BAFE_DCBA_FEDC, [5, 4, 3]),
        ];
        for (octets, digits) in cases {
            assert_eq!(decimal_digits(u64::to_be_bytes(octets)), digits);
        }
    }
}
