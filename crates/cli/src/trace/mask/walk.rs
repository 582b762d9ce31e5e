//! Data objects at every depth, each with the meaning of its tag.

use std::ops::Range;

use understudy_core::wire::tags::{self, Format};
use understudy_core::wire::tlv::{Reader, Tag};
use zeroize::Zeroizing;

use super::fields::{Field, Meaning};
use super::guess::Guess;
use super::marks::Marks;
use super::test_cards::TestCards;
use crate::trace::diagnose::split_tag;

/// Octets that are searched for data objects.
struct Level {
    range: Range<usize>,
    /// True if they were searched for numbers without a known meaning.
    guessed: bool,
}

/// Hides the secrets in the data objects of `octets`. Lengths are read in any form, also in those
/// that the terminal's reader refuses; octets after the last object have no meaning.
pub(super) fn level(
    octets: &[u8],
    test_cards: TestCards,
    marks: &mut Marks,
    found: &mut Vec<Zeroizing<Vec<u8>>>,
) {
    let mut open = vec![Level {
        range: 0..octets.len(),
        guessed: false,
    }];
    while let Some(Level { range, guessed }) = open.pop() {
        let mut at = range.start;
        while at < range.end {
            let rest = octets.get(at..range.end).unwrap_or_default();
            if rest.first() == Some(&0) {
                at += 1;
                continue;
            }
            let Some(head) = Head::read(rest) else {
                if !guessed {
                    Guess::new(test_cards, marks, found).all(rest, 2 * at);
                }
                break;
            };
            let start = at + head.header;
            let value = head.value(rest);
            let end = start + value.len();
            let field = Field::new(head.tag, head.length, value);
            field.hide_at(2 * start, test_cards, marks, found);
            let inside = Inside::of(&field, head.tag, value);
            let mut guess = Guess::new(test_cards, marks, found);
            if inside.is_text {
                guess.characters(value, 2 * start);
            }
            if inside.is_unknown {
                guess.alone(value, 2 * start);
            }
            let is_cut = head.length > value.len() && !is_known_template(head.tag);
            match (is_cut, inside.is_unknown) {
                _ if guessed => {}
                // There may be no object here at all.
                (true, _) => guess.all(rest, 2 * at),
                (false, true) => guess.inside(value, 2 * start),
                (false, false) => {}
            }
            if inside.is_level {
                open.push(Level {
                    range: start..end,
                    guessed: guessed || inside.is_unknown || is_cut,
                });
            }
            at = end;
        }
    }
}

/// The content of a value.
struct Inside {
    /// True for data objects.
    is_level: bool,
    /// True for free text.
    is_text: bool,
    /// True if neither a tag nor the octets themselves give it a meaning.
    is_unknown: bool,
}

impl Inside {
    fn of(field: &Field<'_>, tag: Tag, value: &[u8]) -> Self {
        let is_template = is_known_template(tag);
        let meaning = field.meaning();
        let is_unknown = meaning == Meaning::Unknown && !is_template;
        let holds_objects = is_unknown && Reader::new(value).all(|object| object.is_ok());
        Self {
            is_level: is_template || is_unknown && (tag.is_constructed() || holds_objects),
            is_text: meaning == Meaning::Text,
            is_unknown: is_unknown && !(tag.is_constructed() && holds_objects),
        }
    }
}

fn is_known_template(tag: Tag) -> bool {
    let entry = tags::meanings(tag).next();
    entry.is_some_and(|entry| entry.format == Format::Template)
}

/// Tag and length of a data object.
pub(super) struct Head {
    pub(super) tag: Tag,
    /// The length in the length field, or that of all following octets if there is none.
    pub(super) length: usize,
    /// The number of octets of tag and length.
    pub(super) header: usize,
}

impl Head {
    /// The head of the object at the front of `octets`; `None` if there is none.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let (tag, rest) = split_tag(octets)?;
        let (&first, rest) = rest.split_first()?;
        let tag_length = octets.len() - rest.len() - 1;
        let more = match first {
            ..=0x7F => {
                return Some(Self {
                    tag,
                    length: usize::from(first),
                    header: tag_length + 1,
                });
            }
            0x81..=0x84 => usize::from(first & 0x7F),
            _ if is_number(tag) => {
                // Whatever the octet is, a number was meant.
                return Some(Self {
                    tag,
                    length: usize::MAX,
                    header: tag_length + 1,
                });
            }
            _ => return None,
        };
        let (length, _) = rest.split_at_checked(more)?;
        let length = length
            .iter()
            .fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
        Some(Self {
            tag,
            length,
            header: tag_length + 1 + more,
        })
    }

    /// The value, as far as present.
    pub(super) fn value<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        let rest = octets.get(self.header..).unwrap_or_default();
        rest.get(..self.length).unwrap_or(rest)
    }
}

/// True for tags whose values are card numbers or tracks.
pub(super) fn is_number(tag: Tag) -> bool {
    matches!(
        tag,
        tags::TRACK_2_EQUIVALENT_DATA | tags::TRACK_2_DATA | tags::APPLICATION_PAN
    )
}
