use std::format;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use super::*;
use crate::wire::tags;

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

fn read(text: &str) -> Result<Vec<(u32, Vec<u8>)>, TlvError> {
    Reader::new(&octets(text))
        .map(|object| object.map(|object| (object.tag.number(), object.value.to_vec())))
        .collect()
}

#[test]
fn tags_of_one_to_three_octets_are_kept_raw() {
    let cases = [
        ("57 00", 0x57),
        ("9F02 00", 0x9F02),
        ("9F10 00", 0x9F10),
        ("BF0C 00", 0xBF0C),
        ("9F7F 00", 0x9F7F),
        ("DF8129 00", 0xDF_8129),
        ("5F8000 00", 0x5F_8000),
        ("FF01 00", 0xFF01),
    ];
    for (text, number) in cases {
        assert_eq!(read(text), Ok(vec![(number, vec![])]), "{text}");
        let tag = Tag::from_number(number).expect(text);
        assert_eq!(tag, Tag::new(number));
        assert_eq!(tag.octets(), &octets(text)[..octets(text).len() - 1]);
        assert_eq!(tag.to_string(), format!("{number:02X}"));
    }
}

#[test]
fn numbers_that_are_no_tag_are_refused() {
    for number in [0, 0x9F, 0x5702, 0x9F82, 0x009F_0201, 0xDF81_8129, 0x1F] {
        assert_eq!(Tag::from_number(number), None, "{number:X}");
    }
}

#[test]
fn a_tag_knows_whether_it_is_constructed() {
    for (tag, constructed) in [
        (tags::FCI_TEMPLATE, true),
        (tags::FCI_ISSUER_DISCRETIONARY_DATA, true),
        (tags::RESPONSE_TEMPLATE_2, true),
        (tags::RESPONSE_TEMPLATE_1, false),
        (tags::COMMAND_TEMPLATE, false),
        (tags::AMOUNT_AUTHORISED, false),
        (tags::ERROR_INDICATION, false),
    ] {
        assert_eq!(tag.is_constructed(), constructed, "{tag}");
    }
}

#[test]
fn tags_are_ordered_by_their_number() {
    assert!(Tag::new(0x57) < Tag::new(0x9F02));
    assert!(Tag::new(0x9F02) < Tag::new(0x9F03));
    assert!(Tag::new(0xBF0C) < Tag::new(0xDF_8129));
    assert_eq!(format!("{:?}", Tag::new(0x9F02)), "Tag(9F02)");
}

#[test]
fn lengths_of_one_to_three_octets_are_read_and_the_shortest_is_written() {
    for (length, field) in [
        (0, "00"),
        (0x7F, "7F"),
        (0x80, "8180"),
        (0xFF, "81FF"),
        (0x100, "820100"),
        (0xFFFF, "82FFFF"),
    ] {
        let value = vec![0xAB; length];
        let expected = [octets("57"), octets(field), value.clone()].concat();
        let mut buffer = vec![0; expected.len()];
        let mut writer = Writer::new(&mut buffer);
        writer.object(Tag::new(0x57), &value).unwrap();
        assert_eq!(writer.finish(), expected);
        let object = Reader::new(&expected).next().unwrap().unwrap();
        assert_eq!(object.value, value);
    }
}

#[test]
fn a_length_in_more_octets_than_it_needs_is_read() {
    for text in ["57 01 AA", "57 8101 AA", "57 820001 AA"] {
        assert_eq!(read(text), Ok(vec![(0x57, vec![0xAA])]), "{text}");
    }
}

#[test]
fn padding_between_objects_is_skipped() {
    let expected = vec![(0x50, vec![1]), (0x87, vec![2])];
    for text in [
        "500101 870102",
        "00 500101 870102",
        "500101 0000 870102",
        "500101 870102 000000",
    ] {
        assert_eq!(read(text), Ok(expected.clone()), "{text}");
    }
    assert_eq!(read(""), Ok(vec![]));
    assert_eq!(read("000000"), Ok(vec![]));
}

#[test]
fn malformed_objects_are_refused_by_what_is_wrong_with_them() {
    for (text, error) in [
        ("9F", TlvError::Truncated),
        ("9F82", TlvError::Truncated),
        ("57", TlvError::Truncated),
        ("57 81", TlvError::Truncated),
        ("57 8200", TlvError::Truncated),
        ("57 02 AA", TlvError::Truncated),
        ("57 820100 AA", TlvError::Truncated),
        ("57 80 AA 0000", TlvError::Length),
        ("57 83000001 AA", TlvError::Length),
        ("57 84 00000001 AA", TlvError::Length),
        ("57 FF", TlvError::Length),
        ("9F828182 01 AA", TlvError::Tag),
        ("DFFFFF 01 AA", TlvError::Tag),
        ("500101 57 02 AA", TlvError::Truncated),
    ] {
        assert_eq!(read(text), Err(error), "{text}");
    }
}

#[test]
fn a_reader_ends_after_the_first_error() {
    let octets = octets("500101 5780 500101");
    let mut reader = Reader::new(&octets);
    assert!(reader.next().unwrap().is_ok());
    assert_eq!(reader.next(), Some(Err(TlvError::Length)));
    assert_eq!(reader.next(), None);
    assert_eq!(reader.next(), None);
}

#[test]
fn every_truncation_of_an_object_is_refused() {
    let value = vec![0xAB; 0x100];
    for text in ["57", "9F4E", "DF8129"] {
        let whole = [octets(text), octets("820100"), value.clone()].concat();
        for length in 1..whole.len() {
            let mut reader = Reader::new(&whole[..length]);
            assert_eq!(reader.next(), Some(Err(TlvError::Truncated)), "{length}");
        }
    }
}

#[test]
fn find_gives_the_first_of_several_and_checks_what_follows() {
    let tag = tags::APPLICATION_LABEL;
    assert_eq!(find(&octets("500101 500102"), tag), Ok(Some(&[1][..])));
    assert_eq!(find(&octets("870101"), tag), Ok(None));
    assert_eq!(find(&octets("500101 5780"), tag), Err(TlvError::Length));
    // This level's reader does not look inside a template.
    assert_eq!(find(&octets("610180 500102"), tag), Ok(Some(&[2][..])));
}

#[test]
fn templates_of_every_length_are_written_around_their_content() {
    for length in [0, 1, 0x7D, 0x7E, 0x7F, 0x80, 0xFE, 0xFF, 0x100, 0x1000] {
        let value = vec![0xCD; length];
        let mut flat = vec![0; length + 20];
        let mut inner = Writer::new(&mut flat);
        inner.object(Tag::new(0x50), &value).unwrap();
        let mut expected = vec![0; length + 30];
        let mut outer = Writer::new(&mut expected);
        outer.object(Tag::new(0xBF0C), inner.written()).unwrap();
        let expected = outer.finish();

        let mut buffer = vec![0xEE; expected.len()];
        let write = |writer: &mut Writer<'_>| {
            writer.template(Tag::new(0xBF0C), |body| body.object(Tag::new(0x50), &value))
        };
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(write(&mut writer), Ok(()), "{length}");
        assert_eq!(writer.len(), expected.len());
        assert_eq!(writer.finish(), expected, "{length}");

        let mut writer = Writer::new(&mut buffer[1..]);
        assert_eq!(write(&mut writer), Err(Overflow), "{length}");
        assert!(writer.is_empty());
    }
}

#[test]
fn what_fails_appends_nothing() {
    let mut buffer = [0xEE; 12];
    let mut writer = Writer::new(&mut buffer);
    writer.object(Tag::new(0x87), &[1]).unwrap();
    let before = writer.written().to_vec();
    assert_eq!(writer.object(Tag::new(0x9F02), &[0; 7]), Err(Overflow));
    assert_eq!(writer.octets(&[0; 10]), Err(Overflow));
    assert_eq!(
        writer.template(Tag::new(0x61), |body| {
            body.object(Tag::new(0x50), b"label")?;
            Err(Overflow)
        }),
        Err(Overflow)
    );
    assert_eq!(writer.written(), before);
    writer.object(Tag::new(0x9F02), &[0; 6]).unwrap();
    assert_eq!(writer.finish(), octets("870101 9F0206000000000000"));
}

#[test]
fn a_value_longer_than_a_length_can_say_is_refused() {
    let mut buffer = vec![0; 70_000];
    let mut writer = Writer::new(&mut buffer);
    let value = vec![0; 65_536];
    assert_eq!(writer.object(Tag::new(0x57), &value), Err(Overflow));
    assert_eq!(
        writer.template(Tag::new(0x61), |body| body.octets(&value)),
        Err(Overflow)
    );
    assert!(writer.is_empty());
}

#[test]
fn an_object_and_a_writer_print_no_value() {
    let octets = octets("5703AABBCC");
    let object = Reader::new(&octets).next().unwrap().unwrap();
    assert_eq!(format!("{object:?}"), "Object(57, 3 octets)");
    assert_eq!(format!("{:?}", Reader::new(&octets)), "Reader(5 octets)");
    let mut buffer = [0; 8];
    let mut writer = Writer::new(&mut buffer);
    writer.octets(&octets).unwrap();
    assert_eq!(format!("{writer:?}"), "Writer(5 of 8 octets)");
}
