//! Data object lists, and their values.

use understudy_core::wire::dol::{Dol, DolEntry};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Object;

use super::objects::Level;
use super::{Annotator, Node, diagnose, objects, value};

impl Annotator {
    /// The entries of the list in `octets`; a defect is the last node.
    pub(crate) fn list(&self, octets: &[u8]) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut rest = octets;
        while !rest.is_empty() {
            let Some((tag, [length, tail @ ..])) = diagnose::split_tag(rest) else {
                let at = diagnose::position(octets, rest);
                let problem = format!(
                    "octet {at} of the list's {}: {}",
                    octets.len(),
                    diagnose::entry(rest)
                );
                nodes.push(Node::broken(problem, self.hex(rest)));
                break;
            };
            let entry = self.entry(tag);
            nodes.push(Node {
                tag: Some(tag.to_string()),
                coding: entry.and_then(objects::coding),
                name: entry.map_or("unknown tag", |entry| entry.name).to_owned(),
                meaning: Some(value::octets(usize::from(*length))),
                ..Node::default()
            });
            rest = tail;
        }
        nodes
    }

    /// The values of the card's PDOL; `None` if the PDOL is unknown or does not fit.
    pub(super) fn pdol_values(&self, data: &[u8], level: Level<'_>) -> Option<Vec<Node>> {
        self.values(self.pdol.as_deref()?, data, level)
    }

    /// The data of a list in hex, each value masked by its tag; `None` if the data does not fit the
    /// list.
    pub(super) fn listed_hex(&self, list: &[u8], data: &[u8]) -> Option<String> {
        let values = Dol::parse(list).ok()?.split(data).ok()?;
        let hex = |(entry, value): (DolEntry, &[u8])| self.value_hex(entry.tag, value);
        Some(values.values().map(hex).collect())
    }

    /// The values of a list; `None` if the data does not fit it.
    pub(super) fn values(&self, list: &[u8], data: &[u8], level: Level<'_>) -> Option<Vec<Node>> {
        let values = Dol::parse(list).ok()?.split(data).ok()?;
        let currency = values
            .get(tags::TRANSACTION_CURRENCY_CODE)
            .and_then(value::currency);
        let level = Level {
            currency: currency.or(level.currency),
            ..level
        };
        let node = |(DolEntry { tag, .. }, value)| {
            let level = Level {
                whole: value,
                ..level
            };
            self.object(&Object { tag, value }, level)
        };
        Some(values.values().map(node).collect())
    }
}
