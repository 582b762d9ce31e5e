//! Messages of ISO 8583, field by field.

use understudy_acquiring::iso8583::{Class, Field, Masked, Message, Variant, frame, parse};
use understudy_acquiring::{ProcessingCode, ResponseCode};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::money;

use crate::trace::{Annotator, Node};

/// True if octets are a message of either variant, with or without their length in front.
pub(super) fn is_message(octets: &[u8]) -> bool {
    read(octets).is_ok()
}

/// A line of its own about a message, and its fields. What is secret is masked; chip data is explained
/// object by object.
pub(super) fn explained(annotator: &Annotator, octets: &[u8]) -> (String, Vec<Node>) {
    match read(octets) {
        Ok((message, variant)) => {
            let kind = message.message_type();
            let digits = kind.digits().map(char::from);
            let digits: String = digits.iter().collect();
            let written = match variant {
                Variant::Bcd => "BCD",
                Variant::Ascii => "ASCII",
            };
            let head = format!("{digits} {}, ISO 8583 in {written}", kind.name());
            let fields = message.fields();
            let nodes = fields.map(|(row, value)| node(annotator, &message, row, value));
            (head, nodes.collect())
        }
        Err(problem) => {
            let head = "a message of ISO 8583".to_owned();
            let rest = format!("({} octets)", octets.len());
            (head, vec![Node::broken(problem, rest)])
        }
    }
}

/// A message and how it is written; of what is neither, what is wrong with it in the variant that its
/// first octets are of.
fn read(octets: &[u8]) -> Result<(Message, Variant), String> {
    let whole = frame::split(octets).filter(|(_, rest)| rest.is_empty());
    let candidates = [Some(octets), whole.map(|(message, _)| message)];
    let mut readings = candidates.into_iter().flatten().flat_map(|octets| {
        Variant::ALL.map(|variant| parse(octets, variant).map(|message| (message, variant)))
    });
    if let Some(reading) = readings.find_map(Result::ok) {
        return Ok(reading);
    }
    let octets = whole.map_or(octets, |(message, _)| message);
    let is_text = octets.iter().take(4).all(u8::is_ascii_digit);
    let variant = if is_text {
        Variant::Ascii
    } else {
        Variant::Bcd
    };
    let read = parse(octets, variant).map(|message| (message, variant));
    read.map_err(|error| error.to_string())
}

fn node(annotator: &Annotator, message: &Message, row: &Field, value: &[u8]) -> Node {
    let children = match row.number {
        55 => annotator.objects(value),
        _ => Vec::new(),
    };
    let shown = Masked::new(row, value).to_string();
    Node {
        tag: Some(format!("DE {}", row.number)),
        coding: Some(coding(row.class)),
        name: row.name.to_owned(),
        value: children.is_empty().then_some(shown),
        meaning: meaning(message, row.number, value),
        children,
        ..Node::default()
    }
}

const fn coding(class: Class) -> &'static str {
    match class {
        Class::N => "n",
        Class::An => "an",
        Class::Ans => "ans",
        Class::Z => "z",
        Class::B => "b",
    }
}

fn meaning(message: &Message, number: u8, value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    match number {
        3 => {
            let code = ProcessingCode::parse(text).ok()?;
            Some(code.kind().name().to_owned())
        }
        4 => {
            let currency = std::str::from_utf8(message.get(49)?).ok()?;
            let currency = Currency::new(currency.parse().ok()?)?;
            let amount = Amount::new(text.parse().ok()?, currency)?;
            Some(money::format_amount(amount))
        }
        39 => Some(ResponseCode::parse(text).ok()?.meaning().to_owned()),
        _ => None,
    }
}
