//! Hiding card numbers in hex: the first six and the last four digits stay, as on a receipt.
//!
//! What to hide is learned from the octets themselves, also from damaged ones: the values of `57`,
//! `5A` and `9F6B` wherever they begin, and everything that looks like a track 2 (DE 35). What was
//! learned once is hidden everywhere.

use std::ops::Range;

use understudy_core::wire::digits::{CARD_NUMBER_MAX, CARD_NUMBER_MIN, CardNumber};
use zeroize::Zeroizing;

/// What stands in for a hidden digit.
const HIDDEN: char = '*';
/// Separator between card number and expiry.
const SEPARATOR: u8 = 0xD;
/// Expiry and service code, the digits behind the separator that are no secret.
const PLAIN_AFTER_SEPARATOR: usize = 7;
/// The fewest digits before a separator that make a track 2 of octets without a tag.
const UNTAGGED_MIN: usize = 12;
/// Digits shown at the front and at the end of a card number of at least 13 digits.
const SHOWN: (usize, usize) = (6, 4);

/// The digits to hide.
#[derive(Default)]
pub(crate) struct Mask {
    secrets: Vec<Secret>,
}

/// A run of nibbles, and the parts of it that are hidden.
struct Secret {
    nibbles: Zeroizing<Vec<u8>>,
    hidden: Vec<Range<usize>>,
}

impl Mask {
    /// Looks for card numbers in `octets`.
    pub(crate) fn learn(&mut self, octets: &[u8]) {
        for start in 0..octets.len() {
            match octets.get(start..).unwrap_or_default() {
                [0x57, length, rest @ ..] | [0x9F, 0x6B, length, rest @ ..] => {
                    self.learn_track2(value(*length, rest));
                }
                [0x5A, length, rest @ ..] => self.learn_number(value(*length, rest)),
                [0x56, length, rest @ ..] if matches!(rest, [b'B', b'0'..=b'9', ..]) => {
                    self.learn_whole(value(*length, rest));
                }
                [0x9F, 0x1F | 0x20, length @ ..=16, rest @ ..] => {
                    self.learn_whole(value(*length, rest));
                }
                _ => {}
            }
        }
        self.learn_text(octets);
        self.learn_untagged(&nibbles(octets));
        self.learn_bare(octets);
    }

    /// The octets in upper-case hex, `*` for every hidden digit.
    pub(crate) fn hex(&self, octets: &[u8]) -> String {
        let nibbles = nibbles(octets);
        let mut hidden = vec![false; nibbles.len()];
        for secret in &self.secrets {
            for (start, window) in nibbles.windows(secret.nibbles.len()).enumerate() {
                if *window == **secret.nibbles {
                    secret.hide(hidden.get_mut(start..).unwrap_or_default());
                }
            }
        }
        let digits = nibbles
            .iter()
            .map(|nibble| char::from_digit(u32::from(*nibble), 16));
        let digits = digits.map(|digit| digit.unwrap_or(HIDDEN).to_ascii_uppercase());
        digits
            .zip(hidden)
            .map(|(digit, hide)| if hide { HIDDEN } else { digit })
            .collect()
    }

    /// A text with `*` for every hidden digit of the card numbers in it.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for Secret { nibbles, hidden } in &self.secrets {
            if leading_digits(nibbles) == nibbles.len() {
                let digit = |(at, nibble): (usize, &u8)| {
                    let hide = hidden.iter().any(|range| range.contains(&at));
                    if hide {
                        HIDDEN
                    } else {
                        char::from(b'0' + nibble)
                    }
                };
                let number: Zeroizing<String> = Zeroizing::new(
                    nibbles
                        .iter()
                        .map(|nibble| char::from(b'0' + nibble))
                        .collect(),
                );
                let masked: String = nibbles.iter().enumerate().map(digit).collect();
                shown = shown.replace(number.as_str(), &masked);
            }
        }
        shown
    }

    /// `57`, `9F6B`: card number, separator, expiry, service code, discretionary data.
    fn learn_track2(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        let number = leading_digits(&nibbles);
        if (CARD_NUMBER_MIN..=CARD_NUMBER_MAX).contains(&number) {
            self.learn_track2_nibbles(&nibbles, number, value.whole);
        }
    }

    /// `5A`: the card number, padded with `F`.
    fn learn_number(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        let number = leading_digits(&nibbles);
        let padded = nibbles.iter().skip(number).all(|nibble| *nibble == 0xF);
        if padded && (CARD_NUMBER_MIN..=CARD_NUMBER_MAX + 1).contains(&number) {
            self.add_number(nibbles.get(..number).unwrap_or_default(), value.whole);
        }
    }

    /// Track 1 (`56`) and the discretionary data of both tracks: all of it.
    fn learn_whole(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        if nibbles.len() >= CARD_NUMBER_MIN {
            self.add(&nibbles, std::iter::once(0..nibbles.len()).collect());
        }
    }

    /// Anything that looks like a track 2.
    fn learn_untagged(&mut self, nibbles: &[u8]) {
        for (at, _) in nibbles
            .iter()
            .enumerate()
            .filter(|(_, nibble)| **nibble == SEPARATOR)
        {
            let (before, after) = nibbles.split_at(at);
            let digits = before
                .iter()
                .rev()
                .take_while(|nibble| **nibble <= 9)
                .count();
            let number = digits.min(CARD_NUMBER_MAX);
            let rest = leading_digits(after.get(1..).unwrap_or_default());
            // The separator of digits as text is 3D: one nibble more.
            let text = before.split_last().map_or(before, |(_, text)| text);
            let known = self
                .secrets
                .iter()
                .any(|Secret { nibbles, .. }| before.ends_with(nibbles) || text.ends_with(nibbles));
            if number >= UNTAGGED_MIN && rest >= PLAIN_AFTER_SEPARATOR && !known {
                let track = nibbles.get(at - number..=at + rest).unwrap_or_default();
                self.learn_track2_nibbles(track, number, true);
            }
        }
    }

    /// Digits as text before a separator: a track 1 or 2 in a message to the host.
    fn learn_text(&mut self, octets: &[u8]) {
        let separators = octets
            .iter()
            .enumerate()
            .filter(|(_, octet)| b"=D^".contains(octet));
        for (at, _) in separators {
            let (before, _) = octets.split_at(at);
            let digits = before
                .iter()
                .rev()
                .take_while(|octet| octet.is_ascii_digit())
                .count();
            let digits = digits.min(CARD_NUMBER_MAX);
            if digits >= UNTAGGED_MIN {
                let text = before.get(at - digits..).unwrap_or_default();
                self.add_number(
                    &text.iter().map(|octet| octet & 0x0F).collect::<Vec<_>>(),
                    true,
                );
            }
        }
    }

    /// Nothing but a card number.
    fn learn_bare(&mut self, octets: &[u8]) {
        let number = CardNumber::from_bcd(octets);
        if let Ok(number) = number.as_ref()
            && number.len() >= UNTAGGED_MIN
            && number.luhn_valid()
        {
            self.add_number(&Zeroizing::new(number.digits().collect::<Vec<_>>()), true);
        }
    }

    fn learn_track2_nibbles(&mut self, nibbles: &[u8], number: usize, whole: bool) {
        let ended = whole || nibbles.get(number) == Some(&SEPARATOR);
        let digits = hidden_digits(number, ended);
        let discretionary = number + 1 + PLAIN_AFTER_SEPARATOR;
        let end = nibbles
            .iter()
            .rposition(|nibble| *nibble != 0xF)
            .map_or(0, |last| last + 1);
        let mut hidden = vec![digits];
        if discretionary < end {
            hidden.push(discretionary..end);
        }
        self.add(nibbles, hidden);
        self.add_number(nibbles.get(..number).unwrap_or_default(), ended);
    }

    /// A card number, packed and as text.
    fn add_number(&mut self, digits: &[u8], whole: bool) {
        let hidden = hidden_digits(digits.len(), whole);
        let text: Zeroizing<Vec<u8>> =
            Zeroizing::new(digits.iter().flat_map(|digit| [0x3, *digit]).collect());
        let hidden_text = 2 * hidden.start..2 * hidden.end;
        self.add(digits, std::iter::once(hidden).collect());
        self.add(&text, std::iter::once(hidden_text).collect());
    }

    fn add(&mut self, nibbles: &[u8], hidden: Vec<Range<usize>>) {
        if !self.secrets.iter().any(|known| **known.nibbles == *nibbles) {
            self.secrets.push(Secret {
                nibbles: Zeroizing::new(nibbles.to_vec()),
                hidden,
            });
        }
    }
}

impl Secret {
    fn hide(&self, nibbles: &mut [bool]) {
        for range in &self.hidden {
            for hidden in nibbles.get_mut(range.clone()).unwrap_or_default() {
                *hidden = true;
            }
        }
    }
}

/// The octets of a value, as far as they are there.
#[derive(Clone, Copy)]
struct Value<'a> {
    octets: &'a [u8],
    whole: bool,
}

fn value(length: u8, rest: &[u8]) -> Value<'_> {
    match rest.get(..usize::from(length)) {
        Some(octets) => Value {
            octets,
            whole: true,
        },
        None => Value {
            octets: rest,
            whole: false,
        },
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

fn leading_digits(nibbles: &[u8]) -> usize {
    nibbles.iter().take_while(|nibble| **nibble <= 9).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    #[test]
    fn card_numbers_are_hidden_wherever_they_stand() {
        let cases = [
            // Track 2 with discretionary data, with and without padding, 16 and 19 digits.
            (
                "5711 6250947000000014D30122010000012345",
                "5711625094******0014D3012201**********",
            ),
            (
                "5710 6250947000000014D30122010000012F",
                "5710625094******0014D3012201*******F",
            ),
            (
                "9F6B10 6250947000000014D30122010000012F",
                "9F6B10625094******0014D3012201*******F",
            ),
            (
                "5713 6250947000000000014D301220100000012F",
                "5713625094*********0014D3012201********F",
            ),
            // Tag 5A, with and without padding.
            ("5A08 6250947000000014", "5A08625094******0014"),
            ("5A0A 6250947000000000014F", "5A0A625094*********0014F"),
            // The same number under another tag, before and after.
            (
                "DF01 6250947000000014 5A08 6250947000000014",
                "DF01625094******00145A08625094******0014",
            ),
            // Cut off inside the number and behind it.
            ("5713 6250947000000000", "5713625094**********"),
            ("5A08 62509470000000", "5A08625094********"),
            ("5713 6250947000000014D301", "5713625094******0014D301"),
            // DE 35 without a tag.
            (
                "6250947000000014D3012201000001234F",
                "625094******0014D3012201*********F",
            ),
            // Track 1 and discretionary data alone.
            ("9F1F08 3030303030303030", "9F1F08****************"),
            ("9F2004 12345678", "9F2004********"),
            // Nothing but the number; as text, in a message to the host.
            ("6250947000000014", "625094******0014"),
            (
                "36323530393437303030303030303134 3D33303132323031",
                "363235303934************303031343D33303132323031",
            ),
            // Nothing to hide.
            ("9F0206000000001234", "9F0206000000001234"),
            ("9F2608DDC4590E71F0299C", "9F2608DDC4590E71F0299C"),
            ("9000", "9000"),
        ];
        for (given, shown) in cases {
            assert_eq!(masked(given), shown, "{given}");
        }
    }

    #[test]
    fn no_cut_of_a_track_2_shows_the_middle_of_the_number() {
        let whole = hex::parse("57136250947123456780014D301220100000012F").unwrap();
        for length in 0..whole.len() {
            let cut = &whole[..length];
            assert!(!mask_of(cut).hex(cut).contains("712345"), "{length} octets");
        }
    }

    fn mask_of(octets: &[u8]) -> Mask {
        let mut mask = Mask::default();
        mask.learn(octets);
        mask
    }

    fn masked(text: &str) -> String {
        let octets = hex::parse(text).unwrap();
        mask_of(&octets).hex(&octets)
    }

    #[test]
    fn a_number_learned_in_one_place_is_hidden_in_every_other() {
        let mask = mask_of(&hex::parse("5A086250947000000014").unwrap());
        assert_eq!(
            mask.hex(&hex::parse("DF016250947000000014").unwrap()),
            "DF01625094******0014"
        );
        assert_eq!(
            mask.hex(&hex::parse("F62509470000000140").unwrap()),
            "F625094******00140"
        );
    }
}
