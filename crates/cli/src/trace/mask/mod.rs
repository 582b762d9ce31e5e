//! Hiding card numbers in hex: the first six and the last four digits stay, as on a receipt.
//!
//! What to hide is learned from the octets themselves: the values of `57`, `5A` and `9F6B` wherever
//! they begin, and everything that looks like a track 2 (DE 35). What was learned once is hidden
//! everywhere, whatever tag it stands under and at whatever nibble it begins. So are the session
//! keys of a provisioning package, all of them.

mod learn;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;

use zeroize::Zeroizing;

/// What stands in for a hidden digit.
const HIDDEN: char = '*';
/// Digits shown at the front and at the end of a card number of at least 13 digits.
const SHOWN: (usize, usize) = (6, 4);
/// The nibbles by which a secret is found: no secret is shorter.
const INDEX: usize = 8;

/// The digits to hide.
#[derive(Default)]
pub(crate) struct Mask {
    /// By their first nibbles, so that long logs with many cards stay quick.
    secrets: HashMap<u32, Vec<Secret>>,
}

/// A run of nibbles, and the parts of it that are hidden.
struct Secret {
    nibbles: Zeroizing<Vec<u8>>,
    hidden: Vec<Range<usize>>,
}

impl Mask {
    /// The octets in upper-case hex, `*` for every hidden digit.
    pub(crate) fn hex(&self, octets: &[u8]) -> String {
        let nibbles = nibbles(octets);
        let digit = |(nibble, mark): (&u8, Option<bool>)| match mark {
            Some(true) => HIDDEN,
            _ => char::from_digit(u32::from(*nibble), 16)
                .unwrap_or(HIDDEN)
                .to_ascii_uppercase(),
        };
        nibbles
            .iter()
            .zip(self.marks(&nibbles))
            .map(digit)
            .collect()
    }

    /// A text with `*` for every hidden digit of the card numbers in it.
    pub(crate) fn text(&self, text: &str) -> String {
        let characters: Vec<char> = text.chars().collect();
        let value = |c: &char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
        // No secret holds FF, so none goes over a character that is no digit.
        let nibbles: Zeroizing<Vec<u8>> = Zeroizing::new(
            characters
                .iter()
                .map(|c| value(c).unwrap_or(0xFF))
                .collect(),
        );
        let marks = self.marks(&nibbles);
        let shown = |(c, mark)| if mark == Some(true) { HIDDEN } else { c };
        characters.into_iter().zip(marks).map(shown).collect()
    }

    /// For each nibble whether it is part of a secret, and if so, whether it is hidden.
    fn marks(&self, nibbles: &[u8]) -> Vec<Option<bool>> {
        let mut marks = vec![None; nibbles.len()];
        for (start, window) in nibbles.windows(INDEX).enumerate() {
            for secret in self.secrets.get(&index(window)).into_iter().flatten() {
                let rest = nibbles.get(start..).unwrap_or_default();
                if rest.starts_with(&secret.nibbles) {
                    secret.mark(marks.get_mut(start..).unwrap_or_default());
                }
            }
        }
        marks
    }

    /// A card number, packed and as text.
    fn add_number(&mut self, digits: &[u8], whole: bool) {
        let hidden = hidden_digits(digits.len(), whole);
        let text = digits.iter().flat_map(|digit| [0x3, *digit]).collect();
        let text: Zeroizing<Vec<u8>> = Zeroizing::new(text);
        let hidden_text = 2 * hidden.start..2 * hidden.end;
        self.add(digits, std::iter::once(hidden).collect());
        self.add(&text, std::iter::once(hidden_text).collect());
    }

    fn add(&mut self, nibbles: &[u8], hidden: Vec<Range<usize>>) {
        let Some(first) = nibbles.get(..INDEX) else {
            return;
        };
        let alike = self.secrets.entry(index(first)).or_default();
        if !alike.iter().any(|known| **known.nibbles == *nibbles) {
            alike.push(Secret {
                nibbles: Zeroizing::new(nibbles.to_vec()),
                hidden,
            });
        }
    }
}

impl Secret {
    /// Marks the nibbles that it takes up; what another secret hides stays hidden.
    fn mark(&self, marks: &mut [Option<bool>]) {
        for (at, mark) in marks.iter_mut().enumerate().take(self.nibbles.len()) {
            let hide = self.hidden.iter().any(|range| range.contains(&at));
            *mark = Some(hide || *mark == Some(true));
        }
    }
}

/// Which digits of a card number are hidden; of a number that was cut off, all but the first six.
fn hidden_digits(number: usize, whole: bool) -> Range<usize> {
    match (number, whole) {
        (13.., true) => SHOWN.0..number - SHOWN.1,
        (_, true) => 0..number.saturating_sub(SHOWN.1),
        (_, false) => SHOWN.0.min(number)..number,
    }
}

fn nibbles(octets: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(
        octets
            .iter()
            .flat_map(|octet| [octet >> 4, octet & 0x0F])
            .collect(),
    )
}

fn index(nibbles: &[u8]) -> u32 {
    nibbles
        .iter()
        .fold(0, |index, nibble| index << 4 | u32::from(*nibble & 0x0F))
}
