//! Card numbers in arbitrary text.

use core::iter;
use core::ops::Range;

use super::{CARD_NUMBER_MAX, luhn_valid};

/// The fewest digits that are taken for a card number in unlabelled text: 13, one more than a
/// retrieval reference (DE 37).
const FOUND_MIN: usize = 13;

/// The ranges of the card numbers in a text: 13–19 digits that do not begin with 0 and end with
/// their Luhn digit, in groups that a space or a hyphen separates. A group is never cut.
pub fn card_numbers(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    iter::from_fn(move || {
        while at < text.len() {
            let begins = digit(text, at).is_some()
                && at
                    .checked_sub(1)
                    .is_none_or(|before| digit(text, before).is_none());
            let start = at;
            if let Some(end) = begins.then(|| longest(text, start)).flatten() {
                at = end;
                return Some(start..end);
            }
            at += 1;
        }
        None
    })
}

/// The end of the longest card number that begins at `start`.
fn longest(text: &[u8], start: usize) -> Option<usize> {
    let mut digits = [0; CARD_NUMBER_MAX];
    let (mut count, mut at, mut end) = (0, start, None);
    loop {
        while let Some(value) = digit(text, at) {
            let Some(slot) = digits.get_mut(count) else {
                return end;
            };
            *slot = value;
            count += 1;
            at += 1;
        }
        let number = digits.get(..count).unwrap_or_default();
        let plausible = count >= FOUND_MIN && digits.first() != Some(&0);
        if plausible && luhn_valid(number.iter().copied()) {
            end = Some(at);
        }
        let separated = matches!(text.get(at), Some(b' ' | b'-'));
        if !separated || digit(text, at + 1).is_none() {
            return end;
        }
        at += 1;
    }
}

fn digit(text: &[u8], at: usize) -> Option<u8> {
    let octet = text.get(at).filter(|octet| octet.is_ascii_digit())?;
    Some(octet - b'0')
}
