//! Card production life cycle data (CPLC), `9F7F` of 42 octets (`GlobalPlatform` Card Specification).

use super::{Annotator, Node};

/// The length of the life cycle data in octets.
pub(super) const LENGTH: usize = 42;

/// The fields in order, each with its length in octets.
const FIELDS: &[(&str, usize)] = &[
    ("IC fabricator", 2),
    ("IC type", 2),
    ("Operating system identifier", 2),
    ("Operating system release date", 2),
    ("Operating system release level", 2),
    ("IC fabrication date", 2),
    ("IC serial number", 4),
    ("IC batch identifier", 2),
    ("IC module fabricator", 2),
    ("IC module packaging date", 2),
    ("ICC manufacturer", 2),
    ("IC embedding date", 2),
    ("IC pre-personaliser", 2),
    ("IC pre-personalisation date", 2),
    ("IC pre-personalisation equipment identifier", 4),
    ("IC personaliser", 2),
    ("IC personalisation date", 2),
    ("IC personalisation equipment identifier", 4),
];

impl Annotator {
    /// The fields of the life cycle data; none for another length.
    pub(super) fn life_cycle(&self, value: &[u8]) -> Vec<Node> {
        if value.len() != LENGTH {
            return Vec::new();
        }
        let mut rest = value;
        let mut nodes = Vec::with_capacity(FIELDS.len());
        for (name, length) in FIELDS {
            let (field, tail) = rest.split_at_checked(*length).unwrap_or((rest, &[]));
            nodes.push(Node::part(name, self.hex(field), None));
            rest = tail;
        }
        nodes
    }
}
