//! The search for card numbers in octets, damaged ones included.

use understudy_core::wire::digits::{CARD_NUMBER_MAX, CARD_NUMBER_MIN, CardNumber};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use zeroize::Zeroizing;

use super::{Mask, nibbles};

/// Separator between card number and expiry.
const SEPARATOR: u8 = 0xD;
/// The digits after the separator that are not secret: expiry and service code.
const PLAIN_AFTER_SEPARATOR: usize = 7;
/// The fewest digits before a separator that make a track 2 of octets without a tag.
const UNTAGGED_MIN: usize = 12;

impl Mask {
    /// Learns the card numbers in `octets`.
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
                [0xC8, 0x12, rest @ ..] => self.learn_key(value(0x12, rest)),
                [0x9F, 0x1F | 0x20, length @ ..=16, rest @ ..] => {
                    self.learn_whole(value(*length, rest));
                }
                _ => {}
            }
        }
        self.learn_text(octets);
        self.learn_bare(octets);
        self.learn_untagged(&nibbles(octets));
    }

    /// Learns the secret in the value of `tag`, in any form.
    pub(crate) fn learn_value(&mut self, tag: Tag, octets: &[u8]) {
        let value = Value {
            octets,
            whole: true,
        };
        match tag {
            tags::TRACK_2_EQUIVALENT_DATA | tags::TRACK_2_DATA => self.learn_track2(value),
            tags::APPLICATION_PAN => self.learn_number(value),
            tags::TRACK_1_DATA | tags::TRACK_1_DISCRETIONARY_DATA => self.learn_whole(value),
            _ => {}
        }
    }

    /// Learns `57` or `9F6B`: card number, separator, expiry, service code, discretionary data.
    fn learn_track2(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        let number = leading_digits(&nibbles);
        if (CARD_NUMBER_MIN..=CARD_NUMBER_MAX).contains(&number) {
            self.learn_track2_nibbles(&nibbles, number, value.whole);
        }
    }

    /// Learns `5A`: the card number, padded with `F`.
    fn learn_number(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        let number = leading_digits(&nibbles);
        let padded = nibbles.iter().skip(number).all(|nibble| *nibble == 0xF);
        if padded && (CARD_NUMBER_MIN..=CARD_NUMBER_MAX + 1).contains(&number) {
            self.add_number(nibbles.get(..number).unwrap_or_default(), value.whole);
        }
    }

    /// Learns track 1 (`56`) and the discretionary data of both tracks: all of it.
    fn learn_whole(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        self.add(&nibbles, std::iter::once(0..nibbles.len()).collect());
    }

    /// Learns `C8` of a provisioning package: a counter, which is shown, and a session key.
    fn learn_key(&mut self, value: Value<'_>) {
        let nibbles = nibbles(value.octets);
        self.add(&nibbles, std::iter::once(4..nibbles.len()).collect());
    }

    /// Learns digits as text before a separator: a track 1 or 2 in a message to the host.
    fn learn_text(&mut self, octets: &[u8]) {
        for (at, _) in octets
            .iter()
            .enumerate()
            .filter(|(_, octet)| b"=D^".contains(octet))
        {
            let (before, _) = octets.split_at(at);
            let digits = trailing(before, u8::is_ascii_digit).min(CARD_NUMBER_MAX);
            if digits >= UNTAGGED_MIN {
                let text = before.iter().skip(at - digits);
                let digits: Zeroizing<Vec<u8>> =
                    Zeroizing::new(text.map(|octet| octet & 0x0F).collect());
                self.add_number(&digits, true);
            }
        }
    }

    /// Learns octets that are only a card number.
    fn learn_bare(&mut self, octets: &[u8]) {
        if let Ok(number) = CardNumber::from_bcd(octets)
            && number.len() >= UNTAGGED_MIN
            && number.luhn_valid()
        {
            self.add_number(&Zeroizing::new(number.digits().collect::<Vec<_>>()), true);
        }
    }

    /// Learns anything else that looks like a track 2.
    fn learn_untagged(&mut self, nibbles: &[u8]) {
        let known = self.marks(nibbles);
        for (at, _) in nibbles
            .iter()
            .enumerate()
            .filter(|(_, nibble)| **nibble == SEPARATOR)
        {
            let (before, after) = nibbles.split_at(at);
            let number = trailing(before, |nibble| *nibble <= 9).min(CARD_NUMBER_MAX);
            let rest = leading_digits(after.get(1..).unwrap_or_default());
            // The separator of digits as text is 3D, one nibble more.
            let is_known = known.iter().take(at).rev().take(2).any(Option::is_some);
            let track = nibbles.get(at - number..=at + rest).unwrap_or_default();
            let likely = rest >= PLAIN_AFTER_SEPARATOR
                || is_card_number(track.get(..number).unwrap_or_default());
            if number >= UNTAGGED_MIN && likely && !is_known {
                self.learn_track2_nibbles(track, number, true);
            }
        }
    }

    fn learn_track2_nibbles(&mut self, nibbles: &[u8], number: usize, whole: bool) {
        let ended = whole || nibbles.get(number) == Some(&SEPARATOR);
        let digits = super::hidden_digits(number, ended);
        let discretionary = number + 1 + PLAIN_AFTER_SEPARATOR;
        let end = nibbles.len() - trailing(nibbles, |nibble| *nibble == 0xF);
        let mut hidden = vec![digits];
        if discretionary < end {
            hidden.push(discretionary..end);
        }
        self.add(nibbles, hidden);
        self.add_number(nibbles.get(..number).unwrap_or_default(), ended);
    }
}

/// True for digits that do not begin with 0 and have the right check digit.
fn is_card_number(digits: &[u8]) -> bool {
    let text = digits.iter().map(|digit| char::from(b'0' | *digit));
    let text: Zeroizing<String> = Zeroizing::new(text.collect());
    digits.first() != Some(&0) && CardNumber::parse(&text).is_ok_and(|number| number.luhn_valid())
}

/// The octets of a value, as far as present.
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

fn leading_digits(nibbles: &[u8]) -> usize {
    nibbles.iter().take_while(|nibble| **nibble <= 9).count()
}

fn trailing(items: &[u8], wanted: impl Fn(&u8) -> bool) -> usize {
    items.iter().rev().take_while(|item| wanted(item)).count()
}
