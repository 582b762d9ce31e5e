//! Payment codes: who presents them, and who is paid what.

use iso_currency::Currency;
use understudy_core::card::code::{MARKER, display_time};
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Object, Reader, Tag};
use understudy_qr::consumer::{
    APPLICATION_TRANSPARENT, COMMON, COMMON_TRANSPARENT, ConsumerCode, OCTETS_MAX, PAYLOAD_FORMAT,
    octets_of,
};
use understudy_qr::merchant::{Field, Fields, MerchantCode, id};
use zeroize::Zeroizing;

use super::kind::Kind;
use crate::hex;
use crate::qr::{self, MERCHANT};
use crate::shop::utc;
use crate::trace::{Annotator, Node};

/// The text of every consumer's code begins so: Base64 of `85 05 "CPV01"`.
const CONSUMER: &str = "hQVDUFYwMW";
/// The start of the octets of a consumer's code.
const CONSUMER_OCTETS: &[u8] = b"\x85\x05CPV01";

/// Levels of templates in a consumer's code: an application, and its transparent template.
const DEPTH: u8 = 2;

/// Names of fields, by identifier (EMV QR Code Specification, Merchant-Presented Mode, Table 3.2).
const NAMES: &[(u8, &str)] = &[
    (id::PAYLOAD_FORMAT, "Payload Format Indicator"),
    (id::INITIATION, "Point of Initiation Method"),
    (id::CATEGORY, "Merchant Category Code"),
    (id::CURRENCY, "Transaction Currency"),
    (id::AMOUNT, "Transaction Amount"),
    (55, "Tip or Convenience Indicator"),
    (56, "Value of Convenience Fee Fixed"),
    (57, "Value of Convenience Fee Percentage"),
    (id::COUNTRY, "Country Code"),
    (id::NAME, "Merchant Name"),
    (id::CITY, "Merchant City"),
    (id::POSTAL_CODE, "Postal Code"),
    (id::ADDITIONAL, "Additional Data Field Template"),
    (id::CRC, "CRC"),
    (
        id::OTHER_LANGUAGE,
        "Merchant Information, Language Template",
    ),
];

/// Names of fields in the template of additional data.
const ADDITIONAL: &[(u8, &str)] = &[
    (1, "Bill Number"),
    (2, "Mobile Number"),
    (3, "Store Label"),
    (4, "Loyalty Number"),
    (5, "Reference Label"),
    (6, "Customer Label"),
    (7, "Terminal Label"),
    (8, "Purpose of Transaction"),
    (9, "Additional Consumer Data Request"),
];

/// Names of fields in the template of another language.
const LANGUAGE: &[(u8, &str)] = &[
    (0, "Language Preference"),
    (1, "Merchant Name"),
    (2, "Merchant City"),
];

/// The octets of a payment code, in hex, if the text is one or is said to be one.
pub(super) fn octets(text: &str, kind: Option<Kind>) -> Option<Zeroizing<String>> {
    if !matches!(kind, None | Some(Kind::Code)) {
        return None;
    }
    let text = qr::joined(text);
    let text = text.as_str();
    if text.starts_with(CONSUMER) {
        let mut buffer = Zeroizing::new([0; OCTETS_MAX]);
        let octets = octets_of(text, &mut buffer).ok()?;
        return Some(Zeroizing::new(hex::upper(octets)));
    }
    let is_merchant = text.starts_with(MERCHANT) && Fields::new(text).all(|field| field.is_ok());
    let is_meant = is_merchant || kind.is_some() && hex::parse(text).is_err();
    is_meant.then(|| Zeroizing::new(hex::upper(text.as_bytes())))
}

/// True if octets are a payment code: objects behind `CPV01`, or such a text as of a merchant.
pub(super) fn is_code(octets: &[u8]) -> bool {
    octets.starts_with(CONSUMER_OCTETS) || octets.starts_with(MERCHANT.as_bytes())
}

/// A line of its own about a code, and its objects or fields.
pub(super) fn explained(annotator: &Annotator, octets: &[u8]) -> (String, Vec<Node>) {
    match std::str::from_utf8(octets) {
        Ok(text) if !octets.starts_with(CONSUMER_OCTETS) => merchant(annotator, text),
        _ => consumer(annotator, octets),
    }
}

fn consumer(annotator: &Annotator, octets: &[u8]) -> (String, Vec<Node>) {
    let mut nodes = objects(annotator, octets, DEPTH);
    let head = match ConsumerCode::parse(octets) {
        Ok(code) => match code.applications().count() {
            1 => "a code that a consumer presents, with one card".to_owned(),
            many => format!("a code that a consumer presents, with {many} cards"),
        },
        Err(error) => {
            if !nodes.iter().any(|node| node.first_problem().is_some()) {
                nodes.push(Node::broken(error.to_string(), String::new()));
            }
            "a code that a consumer presents".to_owned()
        }
    };
    (head, nodes)
}

/// The objects of a code, whose templates mean something in codes alone, `depth` of them deep.
fn objects(annotator: &Annotator, octets: &[u8], depth: u8) -> Vec<Node> {
    let is_ours = Reader::new(octets).flatten().any(|object| {
        object.tag == tags::AIP
            && object
                .value
                .get(1)
                .is_some_and(|second| second & MARKER != 0)
    });
    let nodes = Reader::new(octets).map(|object| match object {
        Ok(Object { tag, value }) => match (template(tag), depth.checked_sub(1)) {
            (Some(name), Some(depth)) => Node {
                tag: Some(tag.to_string()),
                name: name.to_owned(),
                children: objects(annotator, value, depth),
                ..Node::default()
            },
            _ if tag == PAYLOAD_FORMAT => Node {
                tag: Some(tag.to_string()),
                name: "Payload Format Indicator".to_owned(),
                meaning: Some(annotator.text(&String::from_utf8_lossy(value))),
                ..Node::default()
            },
            _ if is_ours => of_own_code(annotator.value(tag, value), tag, value),
            _ => annotator.value(tag, value),
        },
        Err(error) => Node::broken(error.to_string(), String::new()),
    });
    nodes.collect()
}

/// The node of an object in a code of this project's cards, where two objects mean more.
fn of_own_code(node: Node, tag: Tag, value: &[u8]) -> Node {
    let meaning = match (tag, value) {
        (tags::AIP, _) => "b2.2 marks a code, not a tap".to_owned(),
        (tags::UNPREDICTABLE_NUMBER, [a, b, c, d]) => {
            let at = utc(display_time([*a, *b, *c, *d]));
            format!("the time of display, {at} UTC")
        }
        _ => return node,
    };
    Node {
        meaning: Some(meaning),
        ..node
    }
}

/// The name of a template of codes.
fn template(tag: Tag) -> Option<&'static str> {
    match tag {
        tags::APPLICATION_TEMPLATE => Some("Application Template"),
        COMMON => Some("Common Data Template"),
        APPLICATION_TRANSPARENT => Some("Application Specific Transparent Template"),
        COMMON_TRANSPARENT => Some("Common Data Transparent Template"),
        _ => None,
    }
}

fn merchant(annotator: &Annotator, text: &str) -> (String, Vec<Node>) {
    let mut nodes = fields(annotator, text, Level::Code);
    let head = match MerchantCode::parse(text) {
        Ok(code) => annotator.text(&order(code)),
        Err(error) => {
            if !nodes.iter().any(|node| node.first_problem().is_some()) {
                nodes.push(Node::broken(error.to_string(), String::new()));
            }
            "a code that a merchant presents".to_owned()
        }
    };
    (head, nodes)
}

/// Who is paid what.
fn order(code: MerchantCode<'_>) -> String {
    let value = |id| code.value(id).unwrap_or_default();
    let currency = currency(value(id::CURRENCY)).unwrap_or_else(|| value(id::CURRENCY).to_owned());
    let amount = match code.value(id::AMOUNT) {
        Some(amount) => format!("{amount} {currency}"),
        None => format!("an amount in {currency} that the payer enters"),
    };
    format!(
        "a code that a merchant presents: {amount} to {} in {}, {}",
        value(id::NAME),
        value(id::CITY),
        value(id::COUNTRY)
    )
}

/// The template that fields stand in, which gives their identifiers a meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Code,
    Additional,
    Language,
    /// An account or data of a network, which names itself first.
    Network,
}

impl Level {
    fn names(self) -> &'static [(u8, &'static str)] {
        match self {
            Self::Code => NAMES,
            Self::Additional => ADDITIONAL,
            Self::Language => LANGUAGE,
            Self::Network => &[(0, "Globally Unique Identifier")],
        }
    }

    fn name(self, id: u8) -> &'static str {
        let known = self.names().iter().find(|(known, _)| *known == id);
        match (known, id) {
            (Some((_, name)), _) => name,
            (None, 2..=51) if self == Self::Code => "Merchant Account Information",
            (None, 80..=99) if self == Self::Code => "Unreserved Template",
            (None, 50..=99) if self == Self::Additional => "Payment System Specific Template",
            _ => "Field",
        }
    }

    /// The level of the fields inside a field, if it is a template.
    fn inside(self, id: u8) -> Option<Self> {
        match (self, id) {
            (Self::Code, 26..=51 | 80..=99) | (Self::Additional, 50..=99) => Some(Self::Network),
            (Self::Code, id::ADDITIONAL) => Some(Self::Additional),
            (Self::Code, id::OTHER_LANGUAGE) => Some(Self::Language),
            _ => None,
        }
    }
}

fn fields(annotator: &Annotator, text: &str, level: Level) -> Vec<Node> {
    let nodes = Fields::new(text).map(|field| match field {
        Ok(field) => node(annotator, field, level),
        Err(error) => Node::broken(error.to_string(), String::new()),
    });
    nodes.collect()
}

fn node(annotator: &Annotator, field: Field<'_>, level: Level) -> Node {
    let inside = level.inside(field.id);
    let children = inside.map(|inside| fields(annotator, field.value, inside));
    Node {
        tag: Some(format!("{:02}", field.id)),
        name: level.name(field.id).to_owned(),
        meaning: inside
            .is_none()
            .then(|| annotator.text(&meaning(field, level))),
        children: children.unwrap_or_default(),
        ..Node::default()
    }
}

/// The value, and its name where it is a code.
fn meaning(field: Field<'_>, level: Level) -> String {
    let name = match (field.id, field.value) {
        _ if level != Level::Code => None,
        (id::CURRENCY, value) => currency(value),
        (id::INITIATION, "11") => Some("static".to_owned()),
        (id::INITIATION, "12") => Some("dynamic".to_owned()),
        _ => None,
    };
    match name {
        Some(name) => format!("{}, {name}", field.value),
        None => field.value.to_owned(),
    }
}

fn currency(digits: &str) -> Option<String> {
    let currency = Currency::from_numeric(digits.parse().ok()?)?;
    Some(currency.code().to_owned())
}
