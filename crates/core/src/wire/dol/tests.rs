use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

/// The PDOL of a `UnionPay` card with CVN 01, with time and merchant for a wallet's history.
const PDOL: &str = "9F6604 9F0206 9F0306 9F1A02 9505 5F2A02 9A03 9C01 9F3704 9F2103 9F4E14";

#[test]
fn a_list_is_read_entry_by_entry() {
    let list = octets(PDOL);
    let dol = Dol::parse(&list).unwrap();
    let entries: Vec<_> = dol
        .entries()
        .map(|entry| (entry.tag.number(), entry.length))
        .collect();
    let expected = [
        (0x9F66, 4),
        (0x9F02, 6),
        (0x9F03, 6),
        (0x9F1A, 2),
        (0x95, 5),
        (0x5F2A, 2),
        (0x9A, 3),
        (0x9C, 1),
        (0x9F37, 4),
        (0x9F21, 3),
        (0x9F4E, 20),
    ];
    assert_eq!(entries, expected);
    assert_eq!(dol.data_length(), 56);
    assert!(dol.contains(tags::TTQ));
    assert!(!dol.contains(tags::CTQ));
}

#[test]
fn an_empty_list_asks_for_nothing() {
    let dol = Dol::parse(&[]).unwrap();
    assert_eq!(dol.entries().count(), 0);
    assert_eq!(dol.emit_data(&mut [], |_| None), Ok(&[][..]));
    assert_eq!(dol.split(&[]).unwrap().get(tags::TTQ), None);
    assert_eq!(dol.split(&[0]), Err(DolError::DataLength));
}

#[test]
fn malformed_lists_are_refused() {
    for (text, error) in [
        ("9F", DolError::Truncated),
        ("9F66", DolError::Truncated),
        ("9F6604 95", DolError::Truncated),
        ("9F6604 9F", DolError::Truncated),
        ("DF81", DolError::Truncated),
        ("00", DolError::Tag),
        ("0004", DolError::Tag),
        ("9F6604 0000", DolError::Tag),
        ("9F82828201", DolError::Tag),
    ] {
        assert_eq!(Dol::parse(&octets(text)), Err(error), "{text}");
    }
}

#[test]
fn a_truncated_list_is_refused_unless_it_ends_between_entries() {
    let list = octets(PDOL);
    let mut ends = vec![0];
    for entry in Dol::parse(&list).unwrap().entries() {
        ends.push(ends[ends.len() - 1] + entry.tag.octets().len() + 1);
    }
    for length in 0..list.len() {
        let parsed = Dol::parse(&list[..length]);
        if ends.contains(&length) {
            assert!(parsed.is_ok(), "{length}");
        } else {
            assert_eq!(parsed, Err(DolError::Truncated), "{length}");
        }
    }
}

#[test]
fn data_of_another_length_is_refused() {
    let list = octets("9F6604 9505");
    let dol = Dol::parse(&list).unwrap();
    for length in 0..20 {
        let split = dol.split(&[0; 20][..length]);
        assert_eq!(split.is_ok(), length == 9, "{length}");
    }
}

#[test]
fn data_is_split_by_the_list() {
    let list = octets("9F6604 9A03 9F3700 9A02");
    let data = octets("3600C080 261122 AABB");
    let values = Dol::parse(&list).unwrap().split(&data).unwrap();
    assert_eq!(values.get(tags::TTQ), Some(&data[..4]));
    assert_eq!(values.get_array(tags::TTQ), Some([0x36, 0x00, 0xC0, 0x80]));
    assert_eq!(values.get_array::<3>(tags::TTQ), None);
    assert_eq!(values.get_array::<5>(tags::TTQ), None);
    // The first of two; a length of zero is there and empty.
    assert_eq!(values.get(tags::TRANSACTION_DATE), Some(&data[4..7]));
    assert_eq!(values.get(tags::UNPREDICTABLE_NUMBER), Some(&[][..]));
    assert_eq!(values.get(tags::TVR), None);
    assert_eq!(values.values().count(), 4);
    // In one pass, and in any order, the same.
    let tags = [
        tags::TVR,
        tags::UNPREDICTABLE_NUMBER,
        tags::TRANSACTION_DATE,
        tags::TTQ,
    ];
    assert_eq!(values.get_each(tags), tags.map(|tag| values.get(tag)));
}

/// EMV Book 3 §5.4, rules 2a–2d: the field that a terminal fills, by the format of the tag.
#[test]
fn values_are_cut_and_padded_by_their_format() {
    // Entry, value, field.
    let cases = [
        // n: leading zeros, the right end stays.
        ("9F0206", Some("000000001234"), "000000001234"),
        ("9F0208", Some("000000001234"), "0000000000001234"),
        ("9F0202", Some("000000001234"), "1234"),
        ("9F1A03", Some("0156"), "000156"),
        ("9F1A01", Some("0156"), "56"),
        ("9F0202", Some(""), "0000"),
        // cn: trailing FF, the left end stays.
        ("5A08", Some("6250947000000014"), "6250947000000014"),
        ("5A0A", Some("6250947000000014"), "6250947000000014FFFF"),
        ("5A04", Some("6250947000000014"), "62509470"),
        ("5A02", Some(""), "FFFF"),
        // b: trailing zeros, the left end stays.
        ("9505", Some("0102030405"), "0102030405"),
        ("9506", Some("0102030405"), "010203040500"),
        ("9503", Some("0102030405"), "010203"),
        ("9F6605", Some("3600C080"), "3600C08000"),
        // an and ans: the same.
        ("9F1C08", Some("3132333435363738"), "3132333435363738"),
        ("9F1C0A", Some("3132333435363738"), "31323334353637380000"),
        ("9F1C02", Some("3132333435363738"), "3132"),
        ("9F4E04", Some("414243"), "41424300"),
        ("9F4E02", Some("414243"), "4142"),
        // A tag that no dictionary knows is binary.
        ("DF7F03", Some("0102"), "010200"),
        ("DF7F01", Some("0102"), "01"),
        // No value: zeros, whatever the format.
        ("9F0206", None, "000000000000"),
        ("5A04", None, "00000000"),
        ("9505", None, "0000000000"),
        ("9F4E02", None, "0000"),
        ("DF7F03", None, "000000"),
        // A template: zeros, even if the terminal has one.
        ("6F03", Some("010203"), "000000"),
        ("BF0C02", Some("0102"), "0000"),
        // Length 0: nothing.
        ("9F0200", Some("000000001234"), ""),
        ("DF7F00", None, ""),
    ];
    for (entry, value, field) in cases {
        let list = octets(entry);
        let value = value.map(octets);
        let mut buffer = [0xEE; 16];
        let filled = Dol::parse(&list)
            .unwrap()
            .emit_data(&mut buffer, |_| value.as_deref());
        assert_eq!(filled, Ok(&octets(field)[..]), "{entry} {value:?}");
    }
}

#[test]
fn fields_stand_in_the_order_of_the_list() {
    let list = octets("9F6604 9F3704 9F6601");
    let mut buffer = [0xEE; 9];
    let ttq = octets("3600C080");
    let filled = Dol::parse(&list)
        .unwrap()
        .emit_data(&mut buffer, |tag| (tag == tags::TTQ).then_some(&ttq[..]))
        .unwrap();
    assert_eq!(filled, octets("3600C080 00000000 36"));
}

#[test]
fn a_buffer_shorter_than_the_data_is_an_overflow() {
    let list = octets(PDOL);
    let dol = Dol::parse(&list).unwrap();
    for length in 0..56 {
        let mut buffer = vec![0; length];
        assert_eq!(dol.emit_data(&mut buffer, |_| None), Err(Overflow));
    }
    assert!(dol.emit_data(&mut [0; 56], |_| None).is_ok());
}

proptest! {
    #[test]
    fn a_list_filled_with_the_values_of_its_data_gives_the_data(
        entries in prop::collection::btree_map(
            prop::sample::select(tags::entries().map(|entry| entry.tag).collect::<Vec<_>>()),
            0..30_u8,
            0..12,
        ),
        octets in prop::collection::vec(any::<u8>(), 400),
    ) {
        let list: Vec<u8> = entries
            .iter()
            .filter(|(tag, _)| !tag.is_constructed())
            .flat_map(|(tag, &length)| [tag.octets(), &[length]].concat())
            .collect();
        let dol = Dol::parse(&list).unwrap();
        let data = &octets[..dol.data_length()];
        let values = dol.split(data).unwrap();
        let mut buffer = [0; 400];
        prop_assert_eq!(dol.emit_data(&mut buffer, |tag| values.get(tag)), Ok(data));
    }

    #[test]
    fn any_octets_that_are_a_list_are_the_list_of_their_entries(
        octets in prop::collection::vec(prop_oneof![Just(0x9F_u8), any::<u8>()], 0..40)
    ) {
        if let Ok(dol) = Dol::parse(&octets) {
            let again: Vec<u8> = dol
                .entries()
                .flat_map(|entry| {
                    let length = u8::try_from(entry.length).unwrap();
                    [entry.tag.octets(), &[length]].concat()
                })
                .collect();
            prop_assert_eq!(again, octets);
        }
    }
}
