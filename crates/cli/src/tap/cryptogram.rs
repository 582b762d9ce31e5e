//! The application cryptogram of a tap: the octets under its MAC, and its result at the issuer.

use std::ops::Range;

use serde::Serialize;
use understudy_core::crypto::{Algorithm, Algorithms, Cvn, Field};
use understudy_core::scheme::Scheme;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, find};
use understudy_issuer::Reason;

use super::checks::place;
use super::mac::{Mac, key};
use crate::hex;
use crate::trace::Node;

/// A cryptogram that the card sent to its issuer.
#[derive(Serialize)]
pub(super) struct CryptogramView {
    /// `9F26`, 8 octets in hex.
    pub(super) value: String,
    /// The name of its version, such as `UnionPay 01`.
    pub(super) version: &'static str,
    /// The algorithm of the MAC.
    pub(super) algorithm: &'static str,
    /// The kind of key, and the counter that it is for.
    pub(super) key: String,
    /// The octets under the MAC, in order, without the padding.
    pub(super) parts: Vec<PartView>,
    /// The rule of the padding.
    pub(super) padding: &'static str,
    /// The octets of the padding in hex; empty if there are none, or the cipher is not known.
    pub(super) padding_octets: String,
    /// The number of octets under the MAC, with the padding.
    pub(super) length: usize,
    /// The number of octets of the padding.
    #[serde(skip)]
    pub(super) padding_length: usize,
    /// The octets of a block; `None` if the cipher is not known.
    #[serde(skip)]
    block: Option<usize>,
    /// Its result at the issuer.
    pub(super) result: CryptogramResult,
}

/// A data element under the MAC.
#[derive(Serialize)]
pub(super) struct PartView {
    /// The place of its first octet, from 0.
    pub(super) offset: usize,
    /// The number of its octets.
    pub(super) length: usize,
    /// The side that stated it: `terminal` or `card`.
    pub(super) source: &'static str,
    #[serde(flatten)]
    pub(super) node: Node,
}

/// The result of a cryptogram at the issuer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CryptogramResult {
    /// The issuer calculated the same octets, for the first time.
    Right,
    /// The issuer calculated other octets.
    Wrong,
    /// The issuer calculated the same octets, and had seen the counter before.
    Used,
    /// The issuer declined before it calculated anything.
    NotChecked,
    /// The issuer gave no answer, or was not asked.
    NotSent,
}

impl CryptogramResult {
    /// The result, by the reason of the issuer's answer.
    pub(super) fn of(reason: Reason) -> Self {
        let order = place(reason).cmp(&place(Reason::CryptogramWrong));
        match (order, reason) {
            (std::cmp::Ordering::Less, _) => Self::NotChecked,
            (std::cmp::Ordering::Equal, _) => Self::Wrong,
            (std::cmp::Ordering::Greater, Reason::Replay) => Self::Used,
            (std::cmp::Ordering::Greater, _) => Self::Right,
        }
    }

    /// The result in one sentence.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Right => {
                "The issuer made the same key, calculated the same cryptogram over these octets, \
                 and had not seen the counter before: the card is genuine, and nobody has changed \
                 what stands here."
            }
            Self::Wrong => {
                "The issuer calculated another cryptogram over these octets: they were changed on \
                 the way, or another key made it."
            }
            Self::Used => {
                "The issuer calculated the same cryptogram, but the counter had paid before: a \
                 recorded answer proves nothing."
            }
            Self::NotChecked => {
                "The issuer declined for an earlier reason, and calculated nothing."
            }
            Self::NotSent => "No issuer has answered, so nobody has calculated it again.",
        }
    }
}

impl CryptogramView {
    /// The cryptogram in the chip data of a request, whose objects are explained in `objects`;
    /// `None` if the issuer application data is of no form that a stand-in card writes. Where it does
    /// not name the algorithm, that is the card's only one, if its algorithms are known.
    pub(super) fn new(de55: &[u8], objects: &[Node], of_card: Option<Algorithms>) -> Option<Self> {
        let value = |tag| find(de55, tag).ok().flatten();
        let iad = value(tags::ISSUER_APPLICATION_DATA)?;
        let iad = Scheme::ALL
            .iter()
            .find_map(|scheme| scheme.parse_iad(iad))?;
        let (cvn, algorithm) = (iad.cvn, iad.algorithm.or(of_card.and_then(only)));
        let mut parts = Vec::new();
        let mut offset = 0;
        for field in cvn.fields() {
            let part = PartView::new(cvn, *field, offset, objects)?;
            offset += part.length;
            parts.push(part);
        }
        let mac = Mac::new(cvn, algorithm, offset);
        Some(Self {
            value: hex::upper(value(tags::APPLICATION_CRYPTOGRAM)?),
            version: cvn.name(),
            algorithm: mac.name,
            key: key(cvn, algorithm, &hex::upper(value(tags::ATC)?)),
            parts,
            padding: mac.rule,
            padding_length: mac.padding.len(),
            length: offset + mac.padding.len(),
            padding_octets: hex::upper(&mac.padding),
            block: mac.block,
            result: CryptogramResult::NotSent,
        })
    }

    /// The size of the data under the MAC, with the padding.
    pub(super) fn extent(&self) -> String {
        let Self { length, block, .. } = self;
        match block {
            Some(block) => format!("{length} octets, {} blocks of {block}", length / block),
            None => format!("{length} octets without the padding"),
        }
    }
}

/// The algorithm of a card that has one alone.
fn only(algorithms: Algorithms) -> Option<Algorithm> {
    let mut algorithms = algorithms.iter();
    algorithms.next().filter(|_| algorithms.next().is_none())
}

impl PartView {
    fn new(cvn: Cvn, field: Field, offset: usize, objects: &[Node]) -> Option<Self> {
        let place = Place::of(cvn, field);
        let tag = place.tag.to_string();
        let whole = objects
            .iter()
            .find(|node| node.tag.as_deref() == Some(&tag))?;
        let node = match place.part {
            None => whole.clone(),
            Some(part) => part.node(whole)?,
        };
        Some(Self {
            offset,
            length: node.value.as_deref()?.len() / 2,
            source: if place.is_card { "card" } else { "terminal" },
            node,
        })
    }
}

/// The place of a data element in the chip data.
struct Place {
    tag: Tag,
    /// The part of the value; `None`: all of it.
    part: Option<Part>,
    /// True if the card states it.
    is_card: bool,
}

/// A part of the issuer application data.
struct Part {
    /// The places of its octets, from 0.
    place: Range<usize>,
    name: &'static str,
    /// The beginning of the bits in it, of those of the card verification results.
    bits: &'static str,
}

impl Place {
    fn of(cvn: Cvn, field: Field) -> Self {
        let whole = |tag, is_card| Self {
            tag,
            part: None,
            is_card,
        };
        let part = |name, bits| Self {
            tag: tags::ISSUER_APPLICATION_DATA,
            part: cvn
                .part_of_iad(field)
                .map(|place| Part { place, name, bits }),
            is_card: true,
        };
        match field {
            Field::AmountAuthorised => whole(tags::AMOUNT_AUTHORISED, false),
            Field::AmountOther => whole(tags::AMOUNT_OTHER, false),
            Field::TerminalCountry => whole(tags::TERMINAL_COUNTRY_CODE, false),
            Field::Tvr => whole(tags::TVR, false),
            Field::Currency => whole(tags::TRANSACTION_CURRENCY_CODE, false),
            Field::Date => whole(tags::TRANSACTION_DATE, false),
            Field::TransactionType => whole(tags::TRANSACTION_TYPE, false),
            Field::UnpredictableNumber => whole(tags::UNPREDICTABLE_NUMBER, false),
            Field::Aip => whole(tags::AIP, true),
            Field::Atc => whole(tags::ATC, true),
            Field::Iad => whole(tags::ISSUER_APPLICATION_DATA, true),
            Field::Cvr => part("Card verification results (CVR)", "b"),
            Field::CvrFirstOctet => part("Card verification results (CVR), octet 1", "b1."),
            Field::Counters => part("Counters", "none"),
        }
    }
}

impl Part {
    /// The part, cut out of the object that holds it.
    fn node(&self, whole: &Node) -> Option<Node> {
        let digits = 2 * self.place.start..2 * self.place.end;
        let value = whole.value.as_deref()?.get(digits)?;
        let with_length = whole.children.iter().any(|part| {
            let octets = part.value.as_deref().unwrap_or_default();
            part.name == self.name && value.len() == octets.len() + 2
        });
        let length = if with_length { ", length first" } else { "" };
        let bits = whole.children.iter().flat_map(|part| &part.bits);
        Some(Node {
            tag: whole.tag.clone(),
            coding: whole.coding,
            name: format!("{}{length}", self.name),
            value: Some(value.to_owned()),
            bits: bits
                .filter(|bit| bit.starts_with(self.bits))
                .cloned()
                .collect(),
            ..Node::default()
        })
    }
}

#[cfg(test)]
mod tests;
