//! Learned numbers, and the search for them anywhere.

use std::collections::HashMap;
use std::ops::Range;

use understudy_core::wire::digits::CARD_NUMBER_MAX;
use zeroize::Zeroizing;

use super::fields::hidden_digits;
use super::marks::{Marks, nibbles};

/// The fewest digits of a learned number: shorter ones would match too much else.
pub(super) const LEARNED_MIN: usize = 12;
/// The number of first digits by which a number is looked up.
const INDEX: usize = 8;
/// The high digit of a decimal digit in ASCII.
const ASCII: u8 = 0x3;

/// Card numbers by their first digits, so that long logs with many cards are processed quickly.
#[derive(Default)]
pub(super) struct Numbers(HashMap<u32, Vec<Zeroizing<Vec<u8>>>>);

impl Numbers {
    /// Learns a number of 12–19 digits, each 0–9. Digits that begin with 0 or are all the same are
    /// ignored here: they are as often amounts and padding, and are hidden only where they were
    /// found.
    pub(super) fn add(&mut self, digits: &[u8]) {
        let Some(first) = digits.get(..INDEX) else {
            return;
        };
        let is_number = (LEARNED_MIN..=CARD_NUMBER_MAX).contains(&digits.len())
            && digits.iter().all(|digit| *digit <= 9);
        let is_own = digits.first() != Some(&0) && digits.iter().any(|d| Some(d) != digits.first());
        let alike = self.0.entry(index(first)).or_default();
        if is_number && is_own && !alike.iter().any(|known| ***known == *digits) {
            alike.push(Zeroizing::new(digits.to_vec()));
        }
    }

    /// The places of known numbers among digits.
    pub(super) fn places<'a>(&'a self, digits: &'a [u8]) -> impl Iterator<Item = Range<usize>> {
        let known = |(start, window): (usize, &[u8])| {
            let alike = self.0.get(&index(window)).into_iter().flatten();
            let rest = digits.get(start..).unwrap_or_default();
            alike
                .filter(|number| rest.starts_with(number))
                .map(|number| start..start + number.len())
                .max_by_key(Range::len)
        };
        digits.windows(INDEX).enumerate().filter_map(known)
    }

    /// Hides the known numbers in octets, packed or as characters, beginning at any digit.
    pub(super) fn mark(&self, octets: &[u8], marks: &mut Marks) {
        if self.0.is_empty() {
            return;
        }
        let packed = nibbles(octets);
        for place in self.places(&packed) {
            let hidden = hidden_digits(place.len(), true);
            marks.hide(place.start + hidden.start..place.start + hidden.end);
        }
        for shift in [0, 1] {
            let characters = characters(packed.get(shift..).unwrap_or_default());
            for place in self.places(&characters) {
                let hidden = hidden_digits(place.len(), true);
                marks.hide_characters(shift + 2 * (place.start + hidden.start), hidden.len());
            }
        }
    }
}

/// The decimal digits whose ASCII codes pairs of hex digits are; `F` for anything else.
fn characters(packed: &[u8]) -> Zeroizing<Vec<u8>> {
    let value = |pair: &[u8]| match pair {
        [ASCII, digit @ 0..=9] => *digit,
        _ => 0xF,
    };
    Zeroizing::new(packed.chunks_exact(2).map(value).collect())
}

/// The positions of the digits of a text, in runs with at most one character that is neither letter
/// nor digit between two digits.
pub(super) fn digit_runs(text: &[u8]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (at, octet) in text.iter().enumerate() {
        if !octet.is_ascii_digit() {
            continue;
        }
        let last = runs.last().and_then(|run| run.last()).copied();
        let follows = last.is_some_and(|last| {
            let between = text.get(last + 1..at).unwrap_or_default();
            match between {
                [] => true,
                [octet] => !octet.is_ascii_alphanumeric(),
                _ => false,
            }
        });
        match runs.last_mut() {
            Some(run) if follows => run.push(at),
            _ => runs.push(vec![at]),
        }
    }
    runs
}

fn index(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |index, digit| index << 4 | u32::from(*digit & 0x0F))
}
