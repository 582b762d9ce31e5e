//! PIN blocks as they travel: ISO 9564-1, format 0, under a TDES key.

use std::fmt;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::{PIN_MAX, PIN_MIN, Pin};
use crate::secret::Secret;

/// Nibbles of a block.
const NIBBLES: usize = 16;
/// Nibbles in front of the digits: format and number of digits.
const HEADER: usize = 2;
const FILL: u8 = 0xF;

/// The key under which terminals encrypt PIN blocks: double-length TDES, 16 octets.
pub struct TerminalPinKey(Secret<16>);

impl TerminalPinKey {
    /// The key of these octets.
    #[must_use]
    pub const fn new(key: Secret<16>) -> Self {
        Self(key)
    }

    /// Encrypts `pin` for the card `number`, as a terminal does: ISO 9564-1 format 0 (DE 52).
    #[must_use]
    pub fn seal(&self, pin: &Pin, number: &CardNumber) -> [u8; 8] {
        let mut block = (*pin_field(pin) ^ account_field(number)).to_be_bytes();
        self.cipher().encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        let mut clear = Zeroizing::new(block);
        self.cipher().decrypt_block((&mut *clear).into());
        read_pin_field(&Zeroizing::new(
            u64::from_be_bytes(*clear) ^ account_field(number),
        ))
    }

    pub(crate) const fn secret(&self) -> &Secret<16> {
        &self.0
    }

    /// The bare block cipher. The core's `TdesKey` cannot decrypt, because no card ever does.
    fn cipher(&self) -> TdesEde2 {
        TdesEde2::new(self.0.expose().into())
    }
}

impl fmt::Debug for TerminalPinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TerminalPinKey(..)")
    }
}

/// The PIN field: 0, number of digits, digits, filled with F.
fn pin_field(pin: &Pin) -> Zeroizing<u64> {
    let length = u64::try_from(pin.length).unwrap_or(0);
    let filled = pin.digits().iter().copied().chain(std::iter::repeat(FILL));
    let field = filled
        .take(NIBBLES - HEADER)
        .fold(length, |field, nibble| field << 4 | u64::from(nibble));
    Zeroizing::new(field)
}

/// The PIN of a PIN field, if it is one.
fn read_pin_field(field: &Zeroizing<u64>) -> Option<Pin> {
    let nibble = |at: usize| {
        let [.., low] = (**field >> (60 - 4 * at)).to_be_bytes();
        low & 0x0F
    };
    let length = usize::from(nibble(1));
    let well_formed = nibble(0) == 0
        && (PIN_MIN..=PIN_MAX).contains(&length)
        && (HEADER + length..NIBBLES).all(|at| nibble(at) == FILL);
    well_formed.then(|| Pin::from_digits((HEADER..HEADER + length).map(nibble)))?
}

/// The account number field: the twelve digits before the check digit, right-aligned.
fn account_field(number: &CardNumber) -> u64 {
    let digits = number.digits().rev().skip(1).take(12);
    digits
        .zip((0..).step_by(4))
        .fold(0, |field, (digit, shift)| field | u64::from(digit) << shift)
}

#[cfg(test)]
mod tests {
    use super::TerminalPinKey;
    use crate::Pin;
    use crate::secret::Secret;
    use understudy_core::crypto::{Cryptogram, TdesKey};
    use understudy_core::wire::digits::CardNumber;

    const KEY: [u8; 16] = [
        0x10, 0x32, 0x54, 0x76, 0x98, 0xBA, 0xDC, 0xFE, 0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23,
        0x01,
    ];

    fn key() -> TerminalPinKey {
        TerminalPinKey::new(Secret::new(KEY))
    }

    fn number(text: &str) -> CardNumber {
        CardNumber::parse(text).unwrap()
    }

    /// A clear block under the key, made with the core's cipher: an answer cryptogram over the
    /// response code 0000 is the bare encryption.
    fn encrypted(clear: u64) -> [u8; 8] {
        TdesKey::from_octets(KEY).arpc_method_1(&Cryptogram(clear.to_be_bytes()), [0, 0])
    }

    /// Fields worked by hand from ISO 9564-1, format 0: `0 N P…P F…F` for the PIN, and `0000` with
    /// the twelve digits before the check digit for the account, zeros on their left.
    #[test]
    fn a_pin_block_is_the_encrypted_sum_of_pin_field_and_account_field() {
        let cases = [
            (
                "1234",
                0x0412_34FF_FFFF_FFFF,
                "6250947000000014",
                0x0000_0947_0000_0001,
            ),
            (
                "123456",
                0x0612_3456_FFFF_FFFF,
                "6250947000000014",
                0x0000_0947_0000_0001,
            ),
            (
                "123456789012",
                0x0C12_3456_7890_12FF,
                "6250947000000000014",
                0x0000_7000_0000_0001,
            ),
            (
                "0000",
                0x0400_00FF_FFFF_FFFF,
                "12345674",
                0x0000_0000_0123_4567,
            ),
        ];
        for (pin, pin_field, account, account_field) in cases {
            let clear: u64 = pin_field ^ account_field;
            let sealed = key().seal(&Pin::parse(pin).unwrap(), &number(account));
            assert_eq!(sealed, encrypted(clear), "{pin} {account}");
            let opened = key().open(sealed, &number(account)).unwrap();
            let digits: Vec<u8> = pin.bytes().map(|octet| octet - b'0').collect();
            assert_eq!(opened.digits(), digits);
        }
    }

    #[test]
    fn a_pin_field_of_another_form_holds_no_pin() {
        let cases: [(&str, u64); 9] = [
            ("format 1", 0x1412_34FF_FFFF_FFFF),
            ("format 3", 0x3412_34FF_FFFF_FFFF),
            ("three digits", 0x0312_3FFF_FFFF_FFFF),
            ("thirteen digits", 0x0D12_3456_7890_123F),
            ("no digits", 0x00FF_FFFF_FFFF_FFFF),
            ("a digit above 9", 0x0412_3AFF_FFFF_FFFF),
            ("fill within the digits", 0x0412_3FFF_FFFF_FFFF),
            ("a digit in the fill", 0x0412_34FF_FFFF_FFF0),
            ("a digit right behind the digits", 0x0412_345F_FFFF_FFFF),
        ];
        let number = number("6250947000000014");
        for (name, field) in cases {
            let block = encrypted(field ^ 0x0000_0947_0000_0001);
            assert!(key().open(block, &number).is_none(), "{name}");
        }
    }
}
