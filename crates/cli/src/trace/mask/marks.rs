//! The hidden digits of octets.

use std::ops::Range;

use zeroize::Zeroizing;

/// The character in place of a hidden digit of a packed number.
const DIGIT: char = 'E';
/// The digits in place of a hidden character: `*` in ASCII.
const CHARACTER: [char; 2] = ['2', 'A'];

/// The character shown in place of each hex digit of some octets, for the hidden ones.
pub(super) struct Marks(Vec<Option<char>>);

impl Marks {
    /// Marks of `octets` with nothing hidden.
    pub(super) fn new(octets: &[u8]) -> Self {
        Self(vec![None; 2 * octets.len()])
    }

    /// Hides packed digits, by the positions of their hex digits.
    pub(super) fn hide(&mut self, digits: Range<usize>) {
        for slot in self.0.get_mut(digits).unwrap_or_default() {
            *slot = Some(DIGIT);
        }
    }

    /// Hides `count` characters of two hex digits each, the first of which begins at `start`.
    pub(super) fn hide_characters(&mut self, start: usize, count: usize) {
        let slots = self.0.get_mut(start..start + 2 * count).unwrap_or_default();
        for (slot, digit) in slots.iter_mut().zip(CHARACTER.into_iter().cycle()) {
            *slot = Some(digit);
        }
    }

    /// The octets in upper-case hex of the same length, with hidden digits replaced.
    pub(super) fn hex(&self, octets: &[u8]) -> String {
        let digits = nibbles(octets);
        let shown = |(nibble, mark): (&u8, &Option<char>)| {
            let digit = char::from_digit(u32::from(*nibble), 16).unwrap_or(DIGIT);
            mark.unwrap_or(digit.to_ascii_uppercase())
        };
        digits.iter().zip(&self.0).map(shown).collect()
    }
}

/// The hex digits of octets, each 0–15.
pub(super) fn nibbles(octets: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut nibbles = Zeroizing::new(Vec::with_capacity(2 * octets.len()));
    nibbles.extend(octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]));
    nibbles
}
