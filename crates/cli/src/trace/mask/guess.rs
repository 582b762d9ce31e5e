//! Card numbers and tracks in octets without a known meaning.

use understudy_core::wire::digits::{CARD_NUMBER_MAX, card_numbers, luhn_valid};
use zeroize::Zeroizing;

use super::fields::{Field, PLAIN_AFTER_SEPARATOR, hidden_digits, track2};
use super::marks::{Marks, nibbles};
use super::numbers::LEARNED_MIN;
use super::test_cards::TestCards;
use super::walk::{Head, is_number};

/// Separator of a packed track 2.
const SEPARATOR: u8 = 0xD;
/// Padding after digits.
const PADDING: u8 = 0xF;
/// Separators of tracks in characters.
const SEPARATORS: &[u8] = b"=D^";
/// The most octets of a value that are examined: the length of a track 2.
const VALUE_MAX: usize = 19;
/// The fewest digits of a card number that is recognised by its check digit alone.
const ALONE_MIN: usize = 13;

/// The search for octets that look like a card number or a track.
pub(super) struct Guess<'m> {
    test_cards: TestCards,
    marks: &'m mut Marks,
    found: &'m mut Vec<Zeroizing<Vec<u8>>>,
}

impl<'m> Guess<'m> {
    pub(super) fn new(
        test_cards: TestCards,
        marks: &'m mut Marks,
        found: &'m mut Vec<Zeroizing<Vec<u8>>>,
    ) -> Self {
        Self {
            test_cards,
            marks,
            found,
        }
    }

    /// Hides findings in `octets`, which begin at the hex digit `start` of the marks.
    pub(super) fn all(&mut self, octets: &[u8], start: usize) {
        self.alone(octets, start);
        self.inside(octets, start);
    }

    /// Hides tracks, numbers after their tags and numbers in ASCII anywhere in `octets`.
    pub(super) fn inside(&mut self, octets: &[u8], start: usize) {
        self.tracks(&nibbles(octets), start);
        self.objects(octets, start);
        self.characters(octets, start);
    }

    /// Hides octets that are only a card number, padded or not.
    pub(super) fn alone(&mut self, octets: &[u8], start: usize) {
        if octets.len() > CARD_NUMBER_MAX.div_ceil(2) {
            return;
        }
        let digits = nibbles(octets);
        let padding = digits.iter().rev().take_while(|digit| **digit == PADDING);
        let end = digits.len() - padding.count();
        let number = digits.get(..end).unwrap_or_default();
        if end < ALONE_MIN || !is_card_number(number) {
            return;
        }
        self.found.push(Zeroizing::new(number.to_vec()));
        if !self.test_cards.show(number) {
            let hidden = hidden_digits(number.len(), true);
            self.marks.hide(start + hidden.start..start + hidden.end);
        }
    }

    /// Hides a packed track 2 at any digit: a number with its check digit, a separator, a month.
    fn tracks(&mut self, digits: &[u8], start: usize) {
        let separators = digits.iter().enumerate();
        for (at, _) in separators.filter(|(_, digit)| **digit == SEPARATOR) {
            let (before, after) = digits.split_at(at);
            let after = after.get(1..).unwrap_or_default();
            let rest = after.iter().take_while(|digit| **digit <= 9).count();
            let digits_before = before.iter().rev().take(CARD_NUMBER_MAX);
            let run = digits_before.take_while(|digit| **digit <= 9).count();
            let lengths = (LEARNED_MIN..=run).rev();
            let number = lengths
                .filter_map(|length| before.get(at - length..))
                .find(|number| is_card_number(number));
            let Some(number) = number.filter(|_| is_expiry(after)) else {
                continue;
            };
            let begin = at - number.len();
            let track = digits.get(begin..=at + rest).unwrap_or_default();
            for range in track2(track, true, self.test_cards, self.found) {
                let base = start + begin;
                self.marks.hide(base + range.start..base + range.end);
            }
        }
    }

    /// Hides objects with a number's tag at any octet, if their values look like numbers.
    fn objects(&mut self, octets: &[u8], start: usize) {
        for at in 0..octets.len() {
            let rest = octets.get(at..).unwrap_or_default();
            if !matches!(rest, [0x57 | 0x5A, ..] | [0x9F, 0x6B, ..]) {
                continue;
            }
            let Some(head) = Head::read(rest).filter(|head| is_number(head.tag)) else {
                continue;
            };
            let value = head.value(rest);
            if looks_like_a_number(value, value.len() < head.length) {
                let field = Field::new(head.tag, head.length, value);
                let start = start + 2 * (at + head.header);
                field.hide_at(start, self.test_cards, self.marks, self.found);
            }
        }
    }

    /// Hides card numbers and tracks in ASCII.
    pub(super) fn characters(&mut self, octets: &[u8], start: usize) {
        for place in card_numbers(octets) {
            let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
                octets
                    .get(place.clone())
                    .unwrap_or_default()
                    .iter()
                    .filter(|octet| octet.is_ascii_digit())
                    .map(|octet| octet & 0x0F)
                    .collect(),
            );
            if self.test_cards.show(&digits) {
                continue;
            }
            let places = place
                .clone()
                .filter(|at| octets.get(*at).is_some_and(u8::is_ascii_digit));
            let hidden = hidden_digits(digits.len(), true);
            for at in places.skip(hidden.start).take(hidden.len()) {
                self.marks.hide_characters(start + 2 * at, 1);
            }
            self.discretionary(octets, place.end, start);
            self.found.push(digits);
        }
    }

    /// Hides the discretionary data of a track in ASCII whose number ends at `end`. In a track 1 a
    /// name comes before it.
    fn discretionary(&mut self, octets: &[u8], end: usize, start: usize) {
        let Some(separator) = octets.get(end).filter(|octet| SEPARATORS.contains(octet)) else {
            return;
        };
        let mut from = end + 1;
        if *separator == b'^' {
            let rest = octets.get(from..).unwrap_or_default();
            let Some(name) = rest.iter().position(|octet| octet == separator) else {
                return;
            };
            from += name + 1;
        }
        let rest = octets.get(from..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|octet| octet.is_ascii_digit())
            .count();
        if let Some(hidden) = length.checked_sub(PLAIN_AFTER_SEPARATOR) {
            let at = start + 2 * (from + PLAIN_AFTER_SEPARATOR);
            self.marks.hide_characters(at, hidden);
        }
    }
}

/// True for digits that do not begin with 0 and have the right check digit.
fn is_card_number(digits: &[u8]) -> bool {
    digits.len() <= CARD_NUMBER_MAX
        && digits.first() != Some(&0)
        && digits.iter().all(|digit| *digit <= 9)
        && luhn_valid(digits.iter().copied())
}

/// True for a year and a month, as far as present.
fn is_expiry(digits: &[u8]) -> bool {
    match digits {
        [y1 @ 0..=9, y2 @ 0..=9, rest @ ..] if *y1 <= 9 && *y2 <= 9 => {
            matches!(rest, [] | [0, 1..=9, ..] | [1, 0..=2, ..] | [0 | 1])
        }
        [0..=9] | [] => true,
        _ => false,
    }
}

/// True for a card number with its possible continuation; for a value that is cut off, the
/// beginning of one.
fn looks_like_a_number(value: &[u8], is_cut: bool) -> bool {
    let digits = nibbles(value.get(..VALUE_MAX).unwrap_or(value));
    let run = digits.iter().take_while(|digit| **digit <= 9).count();
    let number = digits.get(..run).unwrap_or_default();
    let is_over = match digits.get(run) {
        Some(&SEPARATOR | &PADDING) => true,
        Some(_) => false,
        None => !is_cut,
    };
    if is_over {
        run >= LEARNED_MIN && is_card_number(number)
    } else {
        is_cut && run == digits.len() && value.len() < VALUE_MAX
    }
}
