//! Masking of card numbers, tracks, PINs and keys: masked hex has the same length, and is still
//! hex.
//!
//! The first six and the last four digits of a card number stay visible, as on a receipt, and so do
//! expiry and service code of a track; nothing else does. A hidden digit is `E` in hex (no packed
//! number has that digit), `2A`, an asterisk, for digits as characters, and `*` in text.
//!
//! Values are hidden by their meaning: those of tags that are numbers or tracks, wherever such an
//! object begins and whatever the form of its length; in octets without a known meaning, digits
//! with the right check digit and, in a track, a month. A number that was found once is hidden
//! everywhere, under any tag and at any digit. A value whose tag has another meaning is not
//! changed.

mod fields;
mod guess;
mod marks;
mod numbers;
mod test_cards;
#[cfg(test)]
mod tests;
mod walk;

use understudy_core::wire::apdu::Command;
use understudy_core::wire::digits::{CardNumber, card_numbers};
use understudy_core::wire::tlv::{Reader, Tag};
use zeroize::Zeroizing;

use fields::Meaning;
use guess::Guess;
use marks::Marks;
use numbers::Numbers;
pub(crate) use test_cards::TestCards;

/// The character in place of a hidden digit of a text.
const HIDDEN: char = '*';
/// Digits shown at the front and at the end of a card number of at least 13 digits.
const SHOWN: (usize, usize) = (6, 4);

/// True for instructions whose data is a name or explained by a list: SELECT, GET PROCESSING
/// OPTIONS, GENERATE AC.
pub(super) fn is_known_data(instruction: u8) -> bool {
    matches!(instruction, 0xA4 | 0xA8 | 0xAE)
}

/// The numbers to be hidden, and those that may be shown.
#[derive(Default)]
pub(crate) struct Mask {
    numbers: Numbers,
    test_cards: TestCards,
}

impl Mask {
    pub(super) fn new(test_cards: TestCards) -> Self {
        Self {
            test_cards,
            ..Self::default()
        }
    }

    /// Learns the numbers in octets of any kind: data objects, an answer, a command.
    pub(super) fn learn(&mut self, octets: &[u8]) {
        let is_clean = |octets: &&[u8]| Reader::new(octets).all(|object| object.is_ok());
        let body = octets.split_last_chunk::<2>().map(|(body, _)| body);
        match (body.filter(is_clean), Command::parse(octets)) {
            (Some(body), _) => self.learn_objects(body),
            (None, Ok(_)) if is_clean(&octets) => self.learn_objects(octets),
            (None, Ok(command)) => self.learn_command(&command),
            (None, Err(_)) => self.learn_objects(octets),
        }
    }

    /// Learns the numbers in the data of a command.
    pub(super) fn learn_command(&mut self, command: &Command<'_>) {
        if !is_known_data(command.instruction) {
            self.learn_objects(command.data);
        }
    }

    /// Learns the numbers in data objects.
    pub(super) fn learn_objects(&mut self, octets: &[u8]) {
        let mut found = Vec::new();
        walk::level(octets, self.test_cards, &mut Marks::new(octets), &mut found);
        self.add(&found);
    }

    /// Learns the number in octets that are the value of `tag`.
    pub(super) fn learn_value(&mut self, tag: Tag, octets: &[u8]) {
        let mut found = Vec::new();
        let field = fields::Field::whole(tag, octets);
        field.hide(self.test_cards, &mut Marks::new(octets), &mut found);
        self.add(&found);
    }

    fn add(&mut self, found: &[Zeroizing<Vec<u8>>]) {
        for number in found.iter().filter(|number| !self.test_cards.show(number)) {
            self.numbers.add(number);
        }
    }

    /// The hex of octets that are no number and no track: only learned numbers are hidden.
    pub(super) fn plain(&self, octets: &[u8]) -> String {
        self.marks(octets).hex(octets)
    }

    /// The masked hex of the value of `tag`.
    pub(super) fn value(&self, tag: Tag, octets: &[u8]) -> String {
        let mut marks = self.marks(octets);
        let field = fields::Field::whole(tag, octets);
        let mut found = Vec::new();
        field.hide(self.test_cards, &mut marks, &mut found);
        let mut guess = Guess::new(self.test_cards, &mut marks, &mut found);
        match field.meaning() {
            Meaning::Unknown => guess.all(octets, 0),
            Meaning::Text => guess.characters(octets, 0),
            _ => {}
        }
        marks.hex(octets)
    }

    /// The masked hex of data objects, whole or damaged, with everything inside them.
    pub(super) fn objects(&self, octets: &[u8]) -> String {
        let mut marks = self.marks(octets);
        walk::level(octets, self.test_cards, &mut marks, &mut Vec::new());
        marks.hex(octets)
    }

    /// A masked card number.
    pub(super) fn number(&self, number: &CardNumber) -> String {
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(number.digits().collect());
        if self.test_cards.show(&digits) {
            number.expose().to_owned()
        } else {
            number.to_string()
        }
    }

    /// A masked text, parts of which may come from a card.
    pub(super) fn text(&self, text: &str) -> String {
        let mut shown: Vec<char> = text.chars().collect();
        let ascii: Zeroizing<Vec<u8>> = Zeroizing::new(
            shown
                .iter()
                .map(|character| u8::try_from(*character).unwrap_or_default())
                .collect(),
        );
        for place in card_numbers(&ascii) {
            let places = place.filter(|at| ascii.get(*at).is_some_and(u8::is_ascii_digit));
            self.hide_digits(&ascii, &places.collect::<Vec<_>>(), &mut shown);
        }
        for run in numbers::digit_runs(&ascii) {
            let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
                run.iter()
                    .map(|at| ascii.get(*at).map_or(0xF, |octet| octet & 0x0F))
                    .collect(),
            );
            for place in self.numbers.places(&digits) {
                let places = run.get(place).unwrap_or_default();
                self.hide_digits(&ascii, places, &mut shown);
            }
        }
        shown.into_iter().collect()
    }

    /// Hides the middle digits of the number whose digits are at `places`.
    fn hide_digits(&self, ascii: &[u8], places: &[usize], shown: &mut [char]) {
        let digits = places.iter().filter_map(|at| ascii.get(*at));
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(digits.map(|octet| octet & 0x0F).collect());
        if self.test_cards.show(&digits) {
            return;
        }
        for place in fields::hidden_digits(digits.len(), true) {
            if let Some(slot) = places.get(place).and_then(|at| shown.get_mut(*at)) {
                *slot = HIDDEN;
            }
        }
    }

    /// The marks of the numbers that were learned.
    fn marks(&self, octets: &[u8]) -> Marks {
        let mut marks = Marks::new(octets);
        self.numbers.mark(octets, &mut marks);
        marks
    }
}
