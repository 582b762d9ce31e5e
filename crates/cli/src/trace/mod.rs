//! Octets explained: commands, answers, data objects and lists with names and meanings.
//!
//! `tap` and `decode` share it. Card numbers never leave it in full.

mod codes;
mod command;
mod diagnose;
mod exchange;
mod iad;
mod lengths;
mod lists;
mod mask;
mod node;
mod objects;
mod value;

use mask::Mask;

pub(crate) use exchange::{AnswerView, CommandView};
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
    pub(crate) fn new(kernel: Kernel) -> Self {
        Self {
            mask: Mask::default(),
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

    /// The octets in hex with card numbers hidden.
    pub(crate) fn hex(&self, octets: &[u8]) -> String {
        self.mask.hex(octets)
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

    /// The dictionary's entry: this kernel's or the shared one, else any there is.
    fn entry(&self, tag: Tag) -> Option<&'static Entry> {
        tags::lookup(tag, self.kernel).or_else(|| tags::meanings(tag).next())
    }
}
