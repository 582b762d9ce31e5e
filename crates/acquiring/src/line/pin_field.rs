//! PIN blocks before they are encrypted (ISO 9564-1): formats 0, 1 and 3, and the two fields of
//! format 4.

use core::iter;

use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::pin::{PIN_MAX, PIN_MIN, Pin};

/// Nibbles in front of the digits: format and number of digits.
const HEADER: usize = 2;
/// Nibbles of a PIN field, in which a PIN of four digits leaves ten to fill.
const NIBBLES: usize = 16;

/// A PIN block of eight octets in the clear: its format, and the card number that the format binds
/// the PIN to.
#[derive(Clone, Copy, Debug)]
pub enum ClearBlock<'n> {
    /// Format 0: filled with `F`, bound to the card number.
    Format0(&'n CardNumber),
    /// Format 1: filled at random, bound to no card number.
    Format1,
    /// Format 3: filled with random digits `A` to `F`, bound to the card number.
    Format3(&'n CardNumber),
}

impl ClearBlock<'_> {
    /// The block of a PIN. `random` gives the nibbles behind the digits, an octet for each: format 1
    /// takes the lower half, format 3 the remainder by six, format 0 nothing.
    #[must_use]
    pub fn octets(self, pin: &Pin, random: [u8; 10]) -> Zeroizing<[u8; 8]> {
        let random = Zeroizing::new(random);
        let fill = random.iter().map(|octet| match self {
            Self::Format0(_) => 0xF,
            Self::Format1 => octet & 0x0F,
            Self::Format3(_) => 0xA + octet % 6,
        });
        let field = pin_field(self.format(), pin, fill);
        Zeroizing::new((u64::from_be_bytes(*field) ^ self.account_field()).to_be_bytes())
    }

    /// The PIN of a block; none if the block is not one of this format and card number.
    #[must_use]
    pub fn read(self, block: &[u8; 8]) -> Option<Pin> {
        let field = Zeroizing::new(u64::from_be_bytes(*block) ^ self.account_field());
        let field = Zeroizing::new(field.to_be_bytes());
        parse_pin_field(&field, self.format(), |fill| match self {
            Self::Format0(_) => fill == 0xF,
            Self::Format1 => true,
            Self::Format3(_) => fill >= 0xA,
        })
    }

    const fn format(self) -> u8 {
        match self {
            Self::Format0(_) => 0,
            Self::Format1 => 1,
            Self::Format3(_) => 3,
        }
    }

    /// The twelve digits before the check digit, right-aligned; zeros without a card number.
    fn account_field(self) -> u64 {
        let (Self::Format0(number) | Self::Format3(number)) = self else {
            return 0;
        };
        let digits = number.digits().rev().skip(1).take(12);
        digits
            .zip((0..).step_by(4))
            .fold(0, |field, (digit, shift)| field | u64::from(digit) << shift)
    }
}

/// The two fields of format 4, 16 octets each. The block is made by encrypting the PIN field, binding
/// it to the card number, and encrypting it again.
pub mod format_4 {
    use super::{CardNumber, NIBBLES, Pin, Zeroizing, iter};

    /// The nibble behind the digits.
    const FILL: u8 = 0xA;

    /// The PIN field: format, number of digits, digits, `A`s, and eight random octets.
    #[must_use]
    pub fn pin_field(pin: &Pin, random: [u8; 8]) -> Zeroizing<[u8; 16]> {
        let first = super::pin_field(4, pin, iter::repeat(FILL));
        let mut field = Zeroizing::new([0; 16]);
        for (slot, octet) in field.iter_mut().zip(first.iter().chain(&random)) {
            *slot = *octet;
        }
        field
    }

    /// The PIN of a PIN field, if it is one.
    #[must_use]
    pub fn parse_pin_field(field: &[u8; 16]) -> Option<Pin> {
        let (first, _) = field.split_first_chunk()?;
        super::parse_pin_field(&Zeroizing::new(*first), 4, |fill| fill == FILL)
    }

    /// Adds the card number's field: the number of digits beyond twelve, the digits, zeros behind
    /// them. A number of fewer than twelve digits has zeros in front. A second call takes it away.
    pub fn bind(block: &mut [u8; 16], number: &CardNumber) {
        let beyond = number.len().saturating_sub(12);
        let zeros = 12_usize.saturating_sub(number.len());
        let digits = iter::repeat_n(0, zeros).chain(number.digits());
        let [.., first] = beyond.to_be_bytes();
        let nibbles = iter::once(first).chain(digits).chain(iter::repeat(0));
        let field = nibbles
            .take(2 * NIBBLES)
            .fold(0, |field, nibble| field << 4 | u128::from(nibble));
        *block = (u128::from_be_bytes(*block) ^ field).to_be_bytes();
    }
}

/// Format, number of digits, digits, filled up.
fn pin_field(format: u8, pin: &Pin, fill: impl Iterator<Item = u8>) -> Zeroizing<[u8; 8]> {
    let [.., length] = pin.digits().len().to_be_bytes();
    let head = [format, length].into_iter();
    let nibbles = head.chain(pin.digits().iter().copied()).chain(fill);
    let field = nibbles
        .take(NIBBLES)
        .fold(0, |field, nibble| field << 4 | u64::from(nibble));
    Zeroizing::new(field.to_be_bytes())
}

/// The PIN of a PIN field, if it is one of this format.
fn parse_pin_field(
    field: &Zeroizing<[u8; 8]>,
    format: u8,
    is_fill: impl Fn(u8) -> bool,
) -> Option<Pin> {
    let mut nibbles = field.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
    let found = nibbles.next()?;
    let length = usize::from(nibbles.next()?);
    if found != format || !(PIN_MIN..=PIN_MAX).contains(&length) {
        return None;
    }
    let mut filled = nibbles.clone().skip(length).take(NIBBLES - HEADER);
    let well_filled = filled.all(is_fill);
    let pin = Pin::from_digits(nibbles.take(length));
    pin.filter(|_| well_filled)
}
