//! The hidden digits of a value, by its tag.

use std::ops::Range;

use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use zeroize::Zeroizing;

use super::SHOWN;
use super::marks::{Marks, nibbles};
use super::numbers::LEARNED_MIN;
use super::test_cards::TestCards;
use crate::trace::command::carries_pin;

/// Separator between card number and expiry.
const SEPARATOR: u8 = 0xD;
/// Padding after digits.
const PADDING: u8 = 0xF;
/// The digits after the separator that are not secret: expiry and service code.
pub(super) const PLAIN_AFTER_SEPARATOR: usize = 7;
/// The longest card CVM limit, the other meaning of `9F6B`, in octets.
const CVM_LIMIT_MAX: usize = 6;
/// The shortest data storage identifier in octets; other meanings of `9F5E` are shorter.
const STORAGE_ID_MIN: usize = 8;
/// The octets of the key field of a provisioning package: a counter (2), a session key (16).
const KEY_FIELD: usize = 18;

/// Track 1 and track 2 data that kernel 2 fills in itself (`DD Card`).
const TRACK_1_OF_CARD: Tag = Tag::new(0xDF_812A);
const TRACK_2_OF_CARD: Tag = Tag::new(0xDF_812B);
/// The key field of a provisioning package.
const PACKAGE_KEY: Tag = Tag::new(0xC8);

/// The meaning of a value, as far as it may hold a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Card number, separator, expiry, service code, discretionary data, padding.
    Track2,
    /// Card number, padding.
    Number,
    /// Padding with zeros, card number, its sequence number in two digits.
    StorageId,
    /// A PIN block, or digits that verify a track; all of it is hidden.
    Digits,
    /// Characters of a track; all of them are hidden.
    Characters,
    /// A counter, then a key.
    Key,
    /// A command to the card.
    Command,
    /// Free text.
    Text,
    /// Another meaning, by its tag.
    Other,
    /// Without a known meaning.
    Unknown,
}

/// A value, as far as it is present.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    tag: Tag,
    /// The length in its length field; that of `octets` unless they are cut off.
    length: usize,
    octets: &'a [u8],
}

impl<'a> Field<'a> {
    pub(super) fn new(tag: Tag, length: usize, octets: &'a [u8]) -> Self {
        Self {
            tag,
            length,
            octets,
        }
    }

    pub(super) fn whole(tag: Tag, octets: &'a [u8]) -> Self {
        Self::new(tag, octets.len(), octets)
    }

    pub(super) fn meaning(&self) -> Meaning {
        let is_track = || self.length > CVM_LIMIT_MAX || nibbles(self.octets).contains(&SEPARATOR);
        match self.tag {
            tags::TRACK_2_EQUIVALENT_DATA => Meaning::Track2,
            tags::TRACK_2_DATA if is_track() => Meaning::Track2,
            tags::APPLICATION_PAN => Meaning::Number,
            tags::DS_ID if self.length >= STORAGE_ID_MIN => Meaning::StorageId,
            tags::TRACK_2_DISCRETIONARY_DATA | tags::TRANSACTION_PIN_DATA | TRACK_2_OF_CARD => {
                Meaning::Digits
            }
            tags::TRACK_1_DATA | tags::TRACK_1_DISCRETIONARY_DATA | TRACK_1_OF_CARD => {
                Meaning::Characters
            }
            PACKAGE_KEY if self.length == KEY_FIELD => Meaning::Key,
            tags::ISSUER_SCRIPT_COMMAND => Meaning::Command,
            tags::APPLICATION_LABEL
            | tags::APPLICATION_PREFERRED_NAME
            | tags::CARDHOLDER_NAME
            | tags::CARDHOLDER_NAME_EXTENDED
            | tags::ISSUER_URL => Meaning::Text,
            tag if tags::meanings(tag).next().is_some() => Meaning::Other,
            _ => Meaning::Unknown,
        }
    }

    /// Hides the secrets in the value; `marks` are those of the value alone. Numbers are added to
    /// `found`.
    pub(super) fn hide(
        &self,
        test_cards: TestCards,
        marks: &mut Marks,
        found: &mut Vec<Zeroizing<Vec<u8>>>,
    ) {
        self.hide_at(0, test_cards, marks, found);
    }

    /// As [`hide`](Self::hide), in the marks of octets in which the value begins at the hex digit
    /// `start`.
    pub(super) fn hide_at(
        &self,
        start: usize,
        test_cards: TestCards,
        marks: &mut Marks,
        found: &mut Vec<Zeroizing<Vec<u8>>>,
    ) {
        let digits = nibbles(self.octets);
        let whole = self.length <= self.octets.len();
        let hidden = match self.meaning() {
            Meaning::Track2 => track2(&digits, whole, test_cards, found),
            Meaning::Number => number(&digits, whole, test_cards, found),
            Meaning::StorageId => storage_id(&digits, whole, test_cards, found),
            Meaning::Digits => std::iter::once(0..digits.len()).collect(),
            Meaning::Key => std::iter::once(4.min(digits.len())..digits.len()).collect(),
            Meaning::Command => pin(self.octets),
            Meaning::Characters => {
                marks.hide_characters(start, self.octets.len());
                Vec::new()
            }
            Meaning::Text | Meaning::Other | Meaning::Unknown => Vec::new(),
        };
        for range in hidden {
            marks.hide(start + range.start..start + range.end);
        }
    }
}

/// The hidden digits of a card number; for a number that is cut off or too long, all except the
/// first six.
pub(super) fn hidden_digits(number: usize, whole: bool) -> Range<usize> {
    match (number, whole) {
        (13..=19, true) => SHOWN.0..number - SHOWN.1,
        (..13, true) => 0..number.saturating_sub(SHOWN.1),
        _ => SHOWN.0.min(number)..number,
    }
}

/// The hidden digits of a track 2.
pub(super) fn track2(
    digits: &[u8],
    whole: bool,
    test_cards: TestCards,
    found: &mut Vec<Zeroizing<Vec<u8>>>,
) -> Vec<Range<usize>> {
    let end = unpadded(digits);
    let separator = digits.iter().position(|digit| *digit == SEPARATOR);
    let number = separator.unwrap_or(end).min(end);
    let (own, _) = digits.split_at_checked(number).unwrap_or((digits, &[]));
    learn(own, found);
    if test_cards.show(own) {
        return Vec::new();
    }
    let mut hidden = vec![hidden_digits(number, whole || separator.is_some())];
    let discretionary = number + 1 + PLAIN_AFTER_SEPARATOR;
    if discretionary < end {
        hidden.push(discretionary..end);
    }
    hidden
}

fn number(
    digits: &[u8],
    whole: bool,
    test_cards: TestCards,
    found: &mut Vec<Zeroizing<Vec<u8>>>,
) -> Vec<Range<usize>> {
    let end = unpadded(digits);
    let (own, _) = digits.split_at_checked(end).unwrap_or((digits, &[]));
    if whole {
        learn(own, found);
    }
    if test_cards.show(own) {
        return Vec::new();
    }
    std::iter::once(hidden_digits(end, whole)).collect()
}

fn storage_id(
    digits: &[u8],
    whole: bool,
    test_cards: TestCards,
    found: &mut Vec<Zeroizing<Vec<u8>>>,
) -> Vec<Range<usize>> {
    let start = digits.iter().take_while(|digit| **digit == 0).count();
    let end = if whole {
        digits.len().saturating_sub(2).max(start)
    } else {
        digits.len()
    };
    let own = digits.get(start..end).unwrap_or_default();
    if whole {
        learn(own, found);
    }
    if test_cards.show(own) {
        return Vec::new();
    }
    let hidden = hidden_digits(own.len(), whole);
    std::iter::once(start + hidden.start..start + hidden.end).collect()
}

/// The hidden range of a command that carries a PIN: its data, without the header.
fn pin(octets: &[u8]) -> Vec<Range<usize>> {
    match octets {
        [_, instruction, _, _, _, data @ ..] if carries_pin(*instruction) => {
            std::iter::once(10..10 + 2 * data.len()).collect()
        }
        _ => Vec::new(),
    }
}

fn learn(digits: &[u8], found: &mut Vec<Zeroizing<Vec<u8>>>) {
    if digits.len() >= LEARNED_MIN && digits.iter().all(|digit| *digit <= 9) {
        found.push(Zeroizing::new(digits.to_vec()));
    }
}

/// The number of digits before the padding. Digits that were hidden before count.
fn unpadded(digits: &[u8]) -> usize {
    let padding = digits.iter().rev().take_while(|digit| **digit == PADDING);
    digits.len() - padding.count()
}
