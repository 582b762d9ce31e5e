//! Data objects, template by template.

use understudy_core::wire::amount::Currency;
use understudy_core::wire::tags::{self, Entry, Format};
use understudy_core::wire::tlv::{Object, Reader, Tag, find};

use super::{Annotator, Node, diagnose, lengths, value};

/// The most nested templates that are opened; deeper ones are shown as octets.
const DEPTH_MAX: usize = 12;

/// One template level during its explanation.
#[derive(Clone, Copy)]
pub(super) struct Level<'a> {
    /// The whole octets, for positions.
    pub(super) whole: &'a [u8],
    /// The currency of amounts on this level, if an object on it states one.
    pub(super) currency: Option<Currency>,
    /// The number of templates around it.
    pub(super) depth: usize,
}

impl<'a> Level<'a> {
    /// The outermost level of `whole`.
    pub(super) fn outermost(whole: &'a [u8]) -> Self {
        Self {
            whole,
            currency: None,
            depth: 0,
        }
    }
}

impl Annotator {
    /// The data objects in `octets`; a defect is the last node.
    pub(crate) fn objects(&self, octets: &[u8]) -> Vec<Node> {
        self.level(octets, Level::outermost(octets))
    }

    /// One value under a tag.
    pub(crate) fn value(&self, tag: Tag, value: &[u8]) -> Node {
        self.checked(&Object { tag, value }, Level::outermost(value))
    }

    /// An object with its own length field, whose length is checked; values of a list have none.
    fn checked<'a>(&self, object: &Object<'a>, level: Level<'a>) -> Node {
        let mut node = self.object(object, level);
        let problem = || lengths::problem(object.tag, object.value.len(), self.kernel);
        node.problem = node.problem.or_else(problem);
        node
    }

    pub(super) fn level<'a>(&self, octets: &'a [u8], above: Level<'a>) -> Vec<Node> {
        let currency = find(octets, tags::TRANSACTION_CURRENCY_CODE).ok().flatten();
        let currency = currency.and_then(value::currency).or(above.currency);
        let level = Level {
            currency,
            depth: above.depth + 1,
            ..above
        };
        let mut nodes = Vec::new();
        let mut rest = octets;
        for object in Reader::new(octets) {
            let Ok(object) = object else {
                nodes.push(self.broken_object(rest, level));
                break;
            };
            nodes.push(self.checked(&object, level));
            let end = diagnose::position(octets, object.value) - 1 + object.value.len();
            rest = octets.get(end..).unwrap_or_default();
        }
        nodes
    }

    /// One object with everything inside it.
    pub(super) fn object<'a>(&self, object: &Object<'a>, level: Level<'a>) -> Node {
        let Object { tag, value } = *object;
        let entry = self.entry_of(tag, value);
        let node = Node {
            tag: Some(tag.to_string()),
            coding: entry.and_then(coding),
            name: entry.map_or("unknown tag", |entry| entry.name).to_owned(),
            ..Node::default()
        };
        let is_template = entry.map_or(tag.is_constructed(), |e| e.format == Format::Template);
        if is_template {
            return self.template(value, level, node);
        }
        if tag == tags::RESPONSE_TEMPLATE_1 || tag == tags::COMMAND_TEMPLATE {
            return self.untagged_template(tag, value, level, node);
        }
        let explained = self.explain(tag, value, level);
        Node {
            value: Some(self.value_hex(tag, value)),
            meaning: explained.meaning,
            bits: entry.map_or_else(Vec::new, |entry| value::all_bits(entry, value)),
            children: explained.parts,
            problem: explained.problem,
            ..node
        }
    }

    /// A template with its content; below the greatest depth, its octets.
    fn template<'a>(&self, value: &'a [u8], level: Level<'a>, node: Node) -> Node {
        if level.depth < DEPTH_MAX {
            Node {
                children: self.level(value, level),
                ..node
            }
        } else {
            Node {
                value: Some(self.objects_hex(value)),
                ..node
            }
        }
    }

    /// The values of `83` and `80`, which have no tags of their own.
    fn untagged_template<'a>(
        &self,
        tag: Tag,
        value: &'a [u8],
        level: Level<'a>,
        node: Node,
    ) -> Node {
        let children = if tag == tags::COMMAND_TEMPLATE {
            self.pdol_values(value, level)
        } else {
            self.format_1(value, level)
        };
        match children {
            Some(children) if !children.is_empty() => Node { children, ..node },
            _ => Node {
                value: Some(self.hex(value)),
                ..node
            },
        }
    }

    fn broken_object<'a>(&self, rest: &'a [u8], level: Level<'a>) -> Node {
        let padding = rest.iter().take_while(|octet| **octet == 0).count();
        let rest = rest.get(padding..).unwrap_or_default();
        let broken = diagnose::object(rest);
        let at = diagnose::position(level.whole, rest);
        let problem = format!("octet {at} of {}: {}", level.whole.len(), broken.problem);
        let Some((tag, value)) = broken.cut else {
            return Node::broken(problem, self.objects_hex(rest));
        };
        let entry = self.entry(tag);
        let is_template = entry.map_or(tag.is_constructed(), |e| e.format == Format::Template);
        let node = Node {
            tag: Some(tag.to_string()),
            coding: entry.and_then(coding),
            name: entry.map_or("unknown tag", |entry| entry.name).to_owned(),
            problem: Some(problem),
            ..Node::default()
        };
        if is_template {
            self.template(value, level, node)
        } else {
            // The hex of the whole object without tag and length, because the value is cut off.
            let hex = self.objects_hex(rest);
            let header = 2 * (rest.len() - value.len());
            Node {
                value: hex.get(header..).map(str::to_owned),
                ..node
            }
        }
    }
}

/// The coding of a value, in the letters of EMV Book 3 §4.3.
pub(super) fn coding(entry: &Entry) -> Option<&'static str> {
    match entry.format {
        Format::N => Some("n"),
        Format::Cn => Some("cn"),
        Format::B => Some("b"),
        Format::An => Some("an"),
        Format::Ans => Some("ans"),
        Format::Template => None,
    }
}
