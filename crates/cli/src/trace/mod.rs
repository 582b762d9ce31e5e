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
mod masked;
mod node;
mod objects;
mod text;
mod value;

use mask::Mask;

pub(crate) use exchange::{AnswerView, CommandView};
pub(crate) use mask::TestCards;
pub(crate) use node::Node;
pub(crate) use text::{hex_lines, render};

use understudy_core::wire::tags::{self, Entry, Kernel};
use understudy_core::wire::tlv::Tag;

/// The explainer of octets. It remembers card numbers to be hidden, lists that a card sent, and the
/// scheme that was selected, for later octets.
pub(crate) struct Annotator {
    mask: Mask,
    kernel: Kernel,
    pdol: Option<Vec<u8>>,
    cdol1: Option<Vec<u8>>,
    cdol2: Option<Vec<u8>>,
    last: exchange::Last,
}

impl Annotator {
    /// A new explainer. Tags that differ by kernel have the meaning of `kernel` until an
    /// application of another one is selected.
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

    /// Learns the card numbers to be hidden. All octets are learned before any are shown.
    pub(crate) fn learn(&mut self, octets: &[u8]) {
        self.mask.learn(octets);
    }

    /// Learns the secrets in octets that are the value of `tag`.
    pub(crate) fn learn_value(&mut self, tag: Tag, octets: &[u8]) {
        self.mask.learn_value(tag, octets);
    }

    /// The hex of octets that are no data object and no card number; learned numbers are hidden.
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

    /// Text of which parts may come from a card: card numbers are hidden, and control characters
    /// removed.
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

    /// The dictionary's entry for a tag with an unknown value: that of this kernel or the shared
    /// one, else any.
    fn entry(&self, tag: Tag) -> Option<&'static Entry> {
        tags::lookup(tag, self.kernel).or_else(|| tags::meanings(tag).next())
    }

    /// The dictionary's entry for a tag with this value: the meaning that fits its form, else as
    /// without the value.
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
