//! PINs: what the cardholder enters, how it travels, and what the issuer keeps of it.

use std::fmt;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;
use understudy_core::wire::digits::CardNumber;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::account::AccountId;
use crate::custody::{HostMac, IssuerKeys, Purpose};
use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// The fewest digits of a PIN (ISO 9564-1 §8.1).
pub const PIN_MIN: usize = 4;
/// The most digits of a PIN.
pub const PIN_MAX: usize = 12;

const NIBBLES: u32 = 16;
const FILL: u8 = 0xF;

/// A PIN, 4–12 decimal digits.
#[derive(ZeroizeOnDrop)]
pub struct Pin {
    digits: [u8; PIN_MAX],
    length: usize,
}

/// Text is not a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is 4 to 12 decimal digits")]
pub struct PinError;

impl Pin {
    /// A PIN from its digits in text.
    ///
    /// # Errors
    /// [`PinError`] for anything but 4–12 decimal digits.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        Self::from_digits(text.bytes().map(|octet| octet.wrapping_sub(b'0'))).ok_or(PinError)
    }

    fn from_digits(digits: impl Iterator<Item = u8>) -> Option<Self> {
        let mut pin = Self {
            digits: [0; PIN_MAX],
            length: 0,
        };
        for digit in digits {
            *pin.digits.get_mut(pin.length)? = digit;
            pin.length += 1;
            if digit > 9 {
                return None;
            }
        }
        (pin.length >= PIN_MIN).then_some(pin)
    }

    fn digits(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }

    /// The PIN field: 0, number of digits, digits, filled with F.
    fn field(&self) -> Zeroizing<u64> {
        let length = u64::try_from(self.length).unwrap_or(0);
        let filled = self.digits().iter().copied().chain(std::iter::repeat(FILL));
        let field = filled
            .take(NIBBLES as usize - 2)
            .fold(length, |field, nibble| field << 4 | u64::from(nibble));
        Zeroizing::new(field)
    }

    /// The PIN of a PIN field, if it is one.
    fn from_field(field: &Zeroizing<u64>) -> Option<Self> {
        let nibble = |at: usize| {
            let [.., low] = (**field >> (60 - 4 * at)).to_be_bytes();
            low & 0x0F
        };
        let length = usize::from(nibble(1));
        let well_formed = nibble(0) == 0
            && (PIN_MIN..=PIN_MAX).contains(&length)
            && (2 + length..NIBBLES as usize).all(|at| nibble(at) == FILL);
        well_formed.then(|| Self::from_digits((2..2 + length).map(nibble)))?
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

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
        let mut block = (*pin.field() ^ account_field(number)).to_be_bytes();
        self.cipher().encrypt_block((&mut block).into());
        block
    }

    /// The PIN in a block that was sealed for the card `number`, or `None` if it holds none.
    pub(crate) fn open(&self, block: [u8; 8], number: &CardNumber) -> Option<Pin> {
        let mut clear = Zeroizing::new(block);
        self.cipher().decrypt_block((&mut *clear).into());
        Pin::from_field(&Zeroizing::new(
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

/// The account number field: the twelve digits before the check digit, right-aligned.
fn account_field(number: &CardNumber) -> u64 {
    let digits = number.digits().rev().skip(1).take(12);
    digits
        .zip((0..).step_by(4))
        .fold(0, |field, (digit, shift)| field | u64::from(digit) << shift)
}

/// What the issuer keeps of a PIN: a code over it under the host key, with salt. Without the host
/// key it says nothing about the PIN.
pub(crate) struct PinReference {
    pub(crate) salt: Secret<16>,
    pub(crate) code: Secret<32>,
}

impl PinReference {
    pub(crate) fn new(
        keys: &IssuerKeys,
        account: AccountId,
        pin: &Pin,
    ) -> Result<Self, NoRandomness> {
        let salt = Secret::from(random::octets()?);
        let HostMac(code) = code(keys, account, &salt, pin);
        Ok(Self {
            salt,
            code: Secret::new(code),
        })
    }

    pub(crate) fn matches(&self, keys: &IssuerKeys, account: AccountId, pin: &Pin) -> bool {
        code(keys, account, &self.salt, pin) == HostMac(*self.code.expose())
    }
}

fn code(keys: &IssuerKeys, account: AccountId, salt: &Secret<16>, pin: &Pin) -> HostMac {
    keys.host_mac(
        Purpose::Pin,
        &[&account.0.to_be_bytes(), salt.expose(), pin.digits()],
    )
}
