//! Reader and writer against `iso7816-tlv`, an independent implementation.
//!
//! It differs from EMV's rules in five places, which the tests name: it reads lengths `80`, `83`
//! and `84`, refuses `00` padding, wants the inside of a template well-formed, writes a length of 127
//! as `81 7F` (and then the length of the template around it wrong), and measures the inside of a
//! template as if every length in it had its shortest form, so that it reads on behind the template's
//! end by as many octets as the lengths in it are too long.

use std::slice;
use std::vec;
use std::vec::Vec;

use iso7816_tlv::ber;
use proptest::prelude::*;

use super::*;

/// A data object as the tests see it.
#[derive(Clone, PartialEq, Debug)]
enum Node {
    Primitive(u32, Vec<u8>),
    Template(u32, Vec<Node>),
}

/// Tags that EMV uses, and others of every shape.
fn tag(constructed: bool) -> impl Strategy<Value = u32> {
    let bit = u8::from(constructed) << 5;
    let first = any::<u8>().prop_map(move |octet| octet & !0x20 | bit);
    (first, any::<u8>(), any::<u8>()).prop_filter_map("00 is padding", |(first, second, third)| {
        let (first, second, third) = (u32::from(first), u32::from(second), u32::from(third));
        match (first & 0x1F, second & 0x80) {
            _ if first == 0 => None,
            (0x1F, 0) => Some(first << 8 | second),
            (0x1F, _) => Some(first << 16 | second << 8 | third & 0x7F),
            _ => Some(first),
        }
    })
}

fn node() -> impl Strategy<Value = Node> {
    let length = prop_oneof![0..20_usize, 120..135_usize, 250..260_usize];
    let value = length.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
    let leaf = (tag(false), value).prop_map(|(tag, value)| Node::Primitive(tag, value));
    leaf.prop_recursive(3, 12, 4, |inner| {
        (tag(true), prop::collection::vec(inner, 0..4))
            .prop_map(|(tag, nodes)| Node::Template(tag, nodes))
    })
}

fn emit(writer: &mut Writer<'_>, node: &Node) -> Result<(), Overflow> {
    match node {
        Node::Primitive(tag, value) => writer.object(Tag::new(*tag), value),
        Node::Template(tag, nodes) => writer.template(Tag::new(*tag), |body| {
            nodes.iter().try_for_each(|node| emit(body, node))
        }),
    }
}

fn encoded(nodes: &[Node]) -> Vec<u8> {
    let mut buffer = vec![0; 20_000];
    let mut writer = Writer::new(&mut buffer);
    nodes
        .iter()
        .try_for_each(|node| emit(&mut writer, node))
        .unwrap();
    writer.written().to_vec()
}

fn has_a_length_of_127(node: &Node) -> bool {
    match node {
        Node::Primitive(_, value) => value.len() == 127,
        Node::Template(_, nodes) => {
            encoded(nodes).len() == 127 || nodes.iter().any(has_a_length_of_127)
        }
    }
}

fn read(octets: &[u8]) -> Result<Vec<Node>, TlvError> {
    Reader::new(octets)
        .map(|object| {
            let object = object?;
            let number = object.tag.number();
            if object.tag.is_constructed() {
                Ok(Node::Template(number, read(object.value)?))
            } else {
                Ok(Node::Primitive(number, object.value.to_vec()))
            }
        })
        .collect()
}

fn oracle(node: &Node) -> ber::Tlv {
    let (tag, value) = match node {
        Node::Primitive(tag, value) => (*tag, ber::Value::Primitive(value.clone())),
        Node::Template(tag, nodes) => {
            let nodes = nodes.iter().map(oracle).collect();
            (*tag, ber::Value::Constructed(nodes))
        }
    };
    ber::Tlv::new(ber::Tag::try_from(tag).unwrap(), value).unwrap()
}

proptest! {
    #[test]
    fn what_we_write_the_oracle_reads(node in node()) {
        let octets = encoded(slice::from_ref(&node));
        prop_assert_eq!(ber::Tlv::from_bytes(&octets).unwrap(), oracle(&node));
        prop_assert_eq!(read(&octets).unwrap(), vec![node]);
    }

    #[test]
    fn we_write_the_octets_that_the_oracle_writes(node in node()) {
        if !has_a_length_of_127(&node) {
            prop_assert_eq!(encoded(slice::from_ref(&node)), oracle(&node).to_vec());
        }
    }

    #[test]
    fn any_octets_start_with_the_same_object_for_both(
        first in 1..=u8::MAX,
        behind in prop::collection::vec(prop_oneof![
            Just(0x9F_u8), Just(0x81), Just(0x82), Just(0x83), 0..8_u8, any::<u8>()
        ], 0..40)
    ) {
        compare(&[&[first], &behind[..]].concat());
    }
}

#[test]
fn where_the_oracle_reads_another_object_it_is_the_oracle_that_is_wrong() {
    let cases: [(&str, Compared); 10] = [
        ("A0058181039F9F9F", Compared::Same { overrun: 1 }),
        ("A005818200039F9F9F", Compared::Same { overrun: 2 }),
        ("A007A0058181039F9F9F", Compared::Same { overrun: 1 }),
        ("A006A0810481029F9F", Compared::Same { overrun: 1 }),
        ("A00481029F9F", Compared::Same { overrun: 0 }),
        ("A00481820001FF0500", Compared::TheirsRefusesTheInside),
        ("A003008100", Compared::TheirsRefusesTheInside),
        ("8180", Compared::OursRefusesTheLength),
        ("8183000001FF", Compared::OursRefusesTheLength),
        ("8102FF", Compared::BothRefuse),
    ];
    for (octets, expected) in cases {
        assert_eq!(compare(&hex::decode(octets).unwrap()), expected, "{octets}");
    }
}

#[derive(Debug, PartialEq)]
enum Compared {
    /// Both read the same, apart from the octets that the oracle took behind a template's end.
    Same {
        overrun: usize,
    },
    /// The oracle refuses the inside of a template, where padding and lengths differ.
    TheirsRefusesTheInside,
    /// The oracle accepts a length of 80, 83 or 84, which we refuse.
    OursRefusesTheLength,
    BothRefuse,
}

/// Compares the object at the start of the octets, as we read it, with the oracle's.
fn compare(octets: &[u8]) -> Compared {
    let ours = Reader::new(octets).next().unwrap();
    let (theirs, rest) = ber::Tlv::parse(octets);
    match (ours, theirs) {
        (Ok(object), Ok(theirs)) => {
            let tag: u64 = theirs.tag().clone().into();
            assert_eq!(u64::from(object.tag.number()), tag);
            let took = Took::of(&theirs, octets);
            assert_eq!(took.head + took.value, octets.len() - rest.len());
            let length = took.value - took.overrun;
            assert_eq!(object.value, &octets[took.head..took.head + length]);
            if let ber::Value::Primitive(value) = theirs.value() {
                assert_eq!(object.value, &value[..]);
            }
            let overrun = took.overrun;
            Compared::Same { overrun }
        }
        (Ok(object), Err(_)) => {
            assert!(object.tag.is_constructed());
            Compared::TheirsRefusesTheInside
        }
        (Err(error), Ok(_)) => {
            assert_eq!(error, TlvError::Length);
            Compared::OursRefusesTheLength
        }
        (Err(_), Err(_)) => Compared::BothRefuse,
    }
}

/// The octets that the oracle took for an object.
struct Took {
    /// Tag and length.
    head: usize,
    value: usize,
    /// Octets by which lengths in the value are longer than their shortest forms.
    overrun: usize,
}

impl Took {
    fn of(object: &ber::Tlv, octets: &[u8]) -> Self {
        let tag = object.tag().len_as_bytes();
        let head = match octets[tag] {
            ..0x80 => tag + 1,
            long => tag + 1 + usize::from(long & 0x7F),
        };
        let (mut value, mut overrun) = (0, 0);
        match object.value() {
            ber::Value::Primitive(octets) => value = octets.len(),
            ber::Value::Constructed(objects) => {
                for object in objects {
                    let took = Self::of(object, &octets[head + value..]);
                    let shortest = match took.value - took.overrun {
                        ..0x80 => 1,
                        0x80..0x100 => 2,
                        _ => 3,
                    };
                    let length = took.head - object.tag().len_as_bytes();
                    overrun += took.overrun + length - shortest;
                    value += took.head + took.value;
                }
            }
        }
        Self {
            head,
            value,
            overrun,
        }
    }
}
