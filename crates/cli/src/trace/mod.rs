//! Octets explained: commands, answers, data objects and lists with names and meanings.
//!
//! `tap` and `decode` share it. Card numbers never leave it in full.

mod codes;
mod command;
mod diagnose;
mod exchange;
mod iad;
mod lengths;
mod life_cycle;
mod lists;
mod mask;
mod node;
mod objects;
mod value;

use mask::Mask;

pub(crate) use exchange::{AnswerView, CommandView};
pub(crate) use mask::TestCards;
pub(crate) use node::{Node, render};

use understudy_core::wire::tags::{self, Entry, Kernel};
use understudy_core::wire::tlv::Tag;

/// Explains octets, and remembers what later ones need: card numbers to hide, the lists that a
/// card sent, the scheme that was selected.
pub(crate) struct Annotator {
    mask: Mask,
    kernel: Kernel,
    pdol: Option<Vec<u8>>,
    cdol1: Option<Vec<u8>>,
    cdol2: Option<Vec<u8>>,
    last: exchange::Last,
}

impl Annotator {
    /// Knows nothing yet; tags that mean different things by kernel mean what they do to `kernel`
    /// until an application of another one is selected.
    pub(crate) fn new(kernel: Kernel, test_cards: TestCards) -> Self {
        Self {
            mask: Mask::new(test_cards),
            kernel,
            pdol: None,
            cdol1: None,
            cdol2: None,
            last: exchange::Last::Other,
        }
    }

    /// Looks for card numbers to hide. Octets are learned before any of them are shown.
    pub(crate) fn learn(&mut self, octets: &[u8]) {
        self.mask.learn(octets);
    }

    /// Looks for what to hide in octets that are said to be the value of `tag`.
    pub(crate) fn learn_value(&mut self, tag: Tag, octets: &[u8]) {
        self.mask.learn_value(tag, octets);
    }

    /// Octets that are no data object and no card number, in hex; numbers that were learned hidden.
    pub(crate) fn hex(&self, octets: &[u8]) -> String {
        self.mask.plain(octets)
    }

    /// Data objects in hex, with card numbers hidden.
    pub(crate) fn objects_hex(&self, octets: &[u8]) -> String {
        self.mask.objects(octets)
    }

    /// The value of `tag` in hex, with card numbers hidden.
    pub(crate) fn value_hex(&self, tag: Tag, octets: &[u8]) -> String {
        self.mask.value(tag, octets)
    }

    /// Text that a card may have a part in: card numbers hidden, and nothing that a terminal would
    /// act on.
    pub(crate) fn text(&self, text: &str) -> String {
        let plain = |c: char| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        };
        self.mask.text(&text.chars().map(plain).collect::<String>())
    }

    /// The dictionary's entry for a tag whose value is not known: this kernel's or the shared one,
    /// else any there is.
    fn entry(&self, tag: Tag) -> Option<&'static Entry> {
        tags::lookup(tag, self.kernel).or_else(|| tags::meanings(tag).next())
    }

    /// The dictionary's entry for a tag with this value: the meaning that its form gives away, else
    /// as without it.
    fn entry_of(&self, tag: Tag, value: &[u8]) -> Option<&'static Entry> {
        let kernel = match (tag, value.len()) {
            (tags::CARD_PRODUCTION_LIFE_CYCLE, life_cycle::LENGTH)
            | (tags::AVAILABLE_OFFLINE_AMOUNT, 6) => Some(Kernel::Any),
            (tags::DS_UNPREDICTABLE_NUMBER, 4)
            | (tags::APPLICATION_CAPABILITIES_INFORMATION, 3) => Some(Kernel::Mastercard),
            (tags::TRACK_2_DATA, _) if self.is_track2(value) => Some(Kernel::Mastercard),
            _ => None,
        };
        kernel
            .and_then(|kernel| tags::lookup(tag, kernel))
            .or_else(|| self.entry(tag))
    }
}
