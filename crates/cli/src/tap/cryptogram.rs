//! The application cryptogram of a tap: the octets under its MAC, and its result at the issuer.

use serde::Serialize;
use understudy_core::crypto::{Algorithm, Field, Padding};
use understudy_core::scheme::Scheme;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, find};
use understudy_issuer::Reason;

use super::checks::place;
use crate::hex;
use crate::trace::Node;

/// The octets of a block of triple DES.
const BLOCK: usize = 8;

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
    /// The octets of the padding in hex.
    pub(super) padding_octets: String,
    /// The number of octets under the MAC, with the padding.
    pub(super) length: usize,
    /// The number of octets of the padding.
    #[serde(skip)]
    pub(super) padding_length: usize,
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
    /// `None` if the issuer application data is of no known form, or does not name triple DES.
    pub(super) fn new(de55: &[u8], objects: &[Node]) -> Option<Self> {
        let value = |tag| find(de55, tag).ok().flatten();
        let iad = value(tags::ISSUER_APPLICATION_DATA)?;
        let mut schemes = Scheme::ALL.iter();
        let (scheme, cvn) = schemes.find_map(|scheme| {
            let iad = scheme.parse_iad(iad)?;
            (iad.algorithm == Some(Algorithm::Tdes)).then_some((scheme, iad.cvn))
        })?;
        let mut parts = Vec::new();
        let mut offset = 0;
        for field in cvn.fields() {
            let part = PartView::new(*field, offset, objects)?;
            offset += part.length;
            parts.push(part);
        }
        let (padding, padding_octets) = padding(cvn.padding(), offset);
        let counter = hex::upper(value(tags::ATC)?);
        Some(Self {
            value: hex::upper(value(tags::APPLICATION_CRYPTOGRAM)?),
            version: cvn.name(),
            algorithm: "ISO/IEC 9797-1 MAC algorithm 3, DES",
            key: format!(
                "{} session key of counter {counter}, triple DES with 16 octets: it is good for \
                 this counter alone, and the issuer derives it again from its master key",
                scheme.name()
            ),
            parts,
            padding,
            padding_length: padding_octets.len(),
            length: offset + padding_octets.len(),
            padding_octets: hex::upper(&padding_octets),
            result: CryptogramResult::NotSent,
        })
    }

    /// The number of blocks under the MAC.
    pub(super) const fn blocks(&self) -> usize {
        self.length / BLOCK
    }
}

impl PartView {
    fn new(field: Field, offset: usize, objects: &[Node]) -> Option<Self> {
        let place = Place::of(field);
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
    /// The place of its first octet, from 0.
    first: usize,
    /// The number of its octets.
    length: usize,
    name: &'static str,
    /// The beginning of the bits in it, of those of the card verification results.
    bits: &'static str,
}

impl Place {
    fn of(field: Field) -> Self {
        let whole = |tag, is_card| Self {
            tag,
            part: None,
            is_card,
        };
        let part = |first, length, name, bits| Self {
            tag: tags::ISSUER_APPLICATION_DATA,
            part: Some(Part {
                first,
                length,
                name,
                bits,
            }),
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
            Field::Cvr => part(3, 4, "Card verification results (CVR), length first", "b"),
            Field::CvrFirstOctet => part(4, 1, "Card verification results (CVR), octet 1", "b1."),
            Field::Counters => part(10, 8, "Counters", "none"),
        }
    }
}

impl Part {
    /// The part, cut out of the object that holds it.
    fn node(&self, whole: &Node) -> Option<Node> {
        let digits = 2 * self.first..2 * (self.first + self.length);
        let bits = whole.children.iter().flat_map(|part| &part.bits);
        Some(Node {
            tag: whole.tag.clone(),
            coding: whole.coding,
            name: self.name.to_owned(),
            value: Some(whole.value.as_deref()?.get(digits)?.to_owned()),
            bits: bits
                .filter(|bit| bit.starts_with(self.bits))
                .cloned()
                .collect(),
            ..Node::default()
        })
    }
}

/// The rule of a padding, and its octets behind `length` octets.
fn padding(padding: Padding, length: usize) -> (&'static str, Vec<u8>) {
    match padding {
        Padding::Method1 => {
            let octets = vec![0; length.next_multiple_of(BLOCK) - length];
            ("method 1: zeros up to a whole block", octets)
        }
        Padding::Method2 => {
            let mut octets = vec![0; (length + 1).next_multiple_of(BLOCK) - length];
            octets.splice(..1, [0x80]);
            ("method 2: 80, then zeros up to a whole block", octets)
        }
    }
}
