//! Text from a card, with the card numbers in it masked.

use std::ops::Range;

use understudy_core::wire::digits::card_numbers;

use crate::batch::MaskedNumber;

/// The character in place of a hidden digit.
const HIDDEN: char = '*';
/// The digits of a card number that are shown, at the front and at the end.
const SHOWN: (usize, usize) = (6, 4);

/// The text, of the same length, with `*` for the middle digits of every card number in it: the
/// card's own, and any digits that have the form of one.
pub(crate) fn without_numbers(text: &str, own: &MaskedNumber) -> String {
    let mut shown: Vec<char> = text.chars().collect();
    hide_own(&mut shown, own);
    let ascii: Vec<u8> = shown
        .iter()
        .map(|&character| u8::try_from(character).unwrap_or_default())
        .collect();
    for place in card_numbers(&ascii) {
        hide_middle(&mut shown, place);
    }
    shown.into_iter().collect()
}

/// The text with `*` for the middle digits of the card's own number.
pub(crate) fn without_own(text: &str, own: &MaskedNumber) -> String {
    let mut shown: Vec<char> = text.chars().collect();
    hide_own(&mut shown, own);
    shown.into_iter().collect()
}

/// Hides the digits that `own` hides, wherever digits agree with its visible ones.
fn hide_own(shown: &mut [char], own: &MaskedNumber) {
    let own: Vec<char> = own.to_string().chars().collect();
    let fits = |window: &[char]| {
        window.iter().zip(&own).all(|(given, own)| match own {
            &HIDDEN => given.is_ascii_digit(),
            digit => given == digit,
        })
    };
    let mut at = 0;
    while let Some(window) = shown.get_mut(at..at + own.len()) {
        if fits(window) {
            window.copy_from_slice(&own);
        }
        at += 1;
    }
}

fn hide_middle(shown: &mut [char], place: Range<usize>) {
    let place = shown.get_mut(place).unwrap_or_default();
    let count = place.iter().filter(|c| c.is_ascii_digit()).count();
    let digits = place.iter_mut().filter(|c| c.is_ascii_digit());
    let hidden = count.saturating_sub(SHOWN.0 + SHOWN.1);
    for digit in digits.skip(SHOWN.0).take(hidden) {
        *digit = HIDDEN;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_cards_text_keep_six_and_four_digits_and_their_length() {
        let own = MaskedNumber::try_from("623012******9014".to_owned()).unwrap();
        for (text, shown) in [
            ("DEBIT", "DEBIT"),
            // The card's own number, with other digits around it.
            ("6230123456789014", "623012******9014"),
            ("99623012345678901499", "99623012******901499"),
            ("623012******9014", "623012******9014"),
            // Another number; one in groups; nineteen digits, of which the paper shows sixteen.
            ("6250947000000014", "625094******0014"),
            ("6250 9470 0000 0014", "6250 94** **** 0014"),
            ("6222020000000001230", "622202*********1230"),
            // No number: the check digit is wrong.
            ("6250947000000015", "6250947000000015"),
            ("支付 6250947000000014", "支付 625094******0014"),
        ] {
            assert_eq!(without_numbers(text, &own), shown, "{text}");
        }
        assert_eq!(
            without_own("A0000003336230123456789014", &own),
            "A000000333623012******9014"
        );
    }
}
