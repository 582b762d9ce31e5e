//! Records and the file locator: those that are personalised, and those that are refused.

use understudy_core::card::{Profile, ProfileError, StateKind, tags};
use understudy_core::wire::tlv::{Tag, find};
use understudy_tests::{GpoData, ProfileSpec, TestCard, gpo, read_record};

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

fn refused(spec: &ProfileSpec) -> Option<ProfileError> {
    Profile::parse(spec.octets()).err()
}

/// `UnionPay` and Visa cards, with these records.
fn with_records(records: &[([u8; 2], &str)]) -> [ProfileSpec; 2] {
    [ProfileSpec::default(), ProfileSpec::visa()].map(|mut spec| {
        let records = records.iter().map(|(name, text)| (*name, octets(text)));
        spec.records = records.collect();
        spec
    })
}

fn afl(spec: &ProfileSpec) -> Option<String> {
    let answer = TestCard::new(spec).pay(&GpoData::default());
    let body = find(&answer[..answer.len() - 2], Tag::new(0x77));
    let afl = find(body.unwrap().unwrap(), Tag::new(0x94)).unwrap();
    afl.map(hex::encode_upper)
}

#[test]
fn a_card_without_records_answers_without_a_file_locator() {
    for spec in with_records(&[]) {
        assert_eq!(afl(&spec), None);
        let mut card = TestCard::new(&spec);
        card.pay(&GpoData::default());
        assert_eq!(card.status(&read_record(1, 1)), 0x6A83);
    }
}

#[test]
fn the_file_locator_names_each_record_once() {
    let records = [
        ([1, 1], "5F24 03 301231"),
        ([1, 2], "9F07 02 FF80"),
        ([1, 4], "5F28 02 0156"),
        ([2, 1], "9F08 02 0020"),
        ([30, 255], "9F0E 05 0000000000"),
    ];
    for spec in with_records(&records) {
        let expected = "08010100 08020200 08040400 10010100 F0FFFF00".replace(' ', "");
        assert_eq!(afl(&spec), Some(expected));
        let mut card = TestCard::new(&spec);
        card.pay(&GpoData::default());
        for ([file, number], content) in records {
            let answer = card.answer(&read_record(number, file));
            let record = find(&answer[..answer.len() - 2], Tag::new(0x70));
            assert_eq!(record.unwrap().unwrap(), octets(content));
        }
        for (file, number) in [(1, 3), (1, 5), (2, 2), (3, 1), (30, 254), (0, 1)] {
            assert_eq!(card.status(&read_record(number, file)), 0x6A83);
        }
        assert_eq!(card.env.payments.len(), 1);
    }
}

#[test]
fn records_stand_in_ascending_order_under_names_that_exist() {
    let bad = Some(ProfileError::Value(tags::RECORD));
    let (a, b) = ("9F07 02 FF80", "9F08 02 0020");
    for names in [[[1, 2], [1, 1]], [[2, 1], [1, 1]], [[1, 1], [1, 1]]] {
        for spec in with_records(&[(names[0], a), (names[1], b)]) {
            assert_eq!(refused(&spec), bad, "{names:?}");
        }
    }
    for name in [[0, 1], [31, 1], [1, 0], [255, 1]] {
        for spec in with_records(&[(name, a)]) {
            assert_eq!(refused(&spec), bad, "{name:?}");
        }
    }
}

#[test]
fn a_ninth_record_and_one_that_fits_into_no_answer_are_refused() {
    let objects: Vec<String> = (0..9).map(|n| format!("9F0{} 01 00", n % 10)).collect();
    let records: Vec<_> = (1..).zip(&objects).map(|(n, o)| ([1, n], &**o)).collect();
    for spec in with_records(&records[..8]) {
        assert_eq!(refused(&spec), None);
    }
    for spec in with_records(&records) {
        assert_eq!(refused(&spec), Some(ProfileError::TooManyRecords));
    }
    for (length, fits) in [(249, true), (250, false)] {
        let long = format!("5F50 81 {length:02X} {}", "2E".repeat(length));
        for spec in with_records(&[([1, 1], &long)]) {
            let expected = (!fits).then_some(ProfileError::Length(tags::RECORD));
            assert_eq!(refused(&spec), expected);
            if fits {
                let mut card = TestCard::new(&spec);
                card.pay(&GpoData::default());
                assert_eq!(card.answer(&read_record(1, 1)).len(), 258);
            }
        }
    }
}

#[test]
fn no_object_is_stated_twice_and_none_differs_from_the_profile() {
    let duplicate = |tag| ProfileError::Duplicate(Tag::new(tag));
    let value = |tag| ProfileError::Value(Tag::new(tag));
    #[rustfmt::skip]
    let cases = [
        ("9F07 02 FF80 9F07 02 FF80", duplicate(0x9F07)),
        ("57 10 6250947000000014D30122010000000F", duplicate(0x57)),
        ("5F34 01 00", duplicate(0x5F34)),
        ("82 02 0000", duplicate(0x82)),
        ("94 04 08010100", duplicate(0x94)),
        ("9F26 08 0000000000000000", duplicate(0x9F26)),
        ("9F36 02 0001", duplicate(0x9F36)),
        ("5A 08 6250947000000022", value(0x5A)),
        ("5A 08 625094700000001F", value(0x5A)),
        ("5F24 03 301230", value(0x5F24)),
        ("9F42 02 0840", value(0x9F42)),
    ];
    for (record, expected) in cases {
        for spec in with_records(&[([1, 1], record)]) {
            assert_eq!(refused(&spec), Some(expected), "{record}");
        }
    }
    for spec in with_records(&[([1, 1], "9F07 02 FF80"), ([2, 1], "9F07 02 FF00")]) {
        assert_eq!(refused(&spec), Some(duplicate(0x9F07)));
    }
    for spec in with_records(&[([1, 1], "9F0702")]) {
        assert!(matches!(refused(&spec), Some(ProfileError::Tlv(_))));
    }
    let mut other_card = ProfileSpec::mastercard();
    other_card.track2 = octets("5413330089010491 D3012201 0000000F");
    assert_eq!(refused(&other_card), Some(value(0x57)));
}

#[test]
fn a_mastercard_record_without_an_object_that_kernel_2_needs_is_refused() {
    let whole = ProfileSpec::mastercard_record();
    for (tag, object) in [
        (0x57, "57 10 5413330089010483D30122010000000F"),
        (0x5A, "5A 08 5413330089010483"),
        (0x5F24, "5F24 03 301231"),
        (0x8E, "8E 0E 00000000 00000000 4203 5E03 1F03"),
    ] {
        let object = octets(object);
        let at = whole.windows(object.len()).position(|part| part == object);
        let at = at.unwrap();
        let mut record = whole.clone();
        record.drain(at..at + object.len());
        let mut spec = ProfileSpec::mastercard();
        spec.records = vec![([1, 1], record)];
        assert_eq!(refused(&spec), Some(ProfileError::Missing(Tag::new(tag))));
    }
    let mut spec = ProfileSpec::mastercard();
    spec.records.clear();
    assert_eq!(refused(&spec), Some(ProfileError::Missing(Tag::new(0x8C))));
}

#[test]
fn a_cdol1_that_lacks_what_the_cryptogram_needs_is_refused() {
    let list = Tag::new(0x8C);
    let text = hex::encode_upper(ProfileSpec::mastercard_record());
    for (entry, tag) in [
        ("9F0206", 0x9F02),
        ("9F0306", 0x9F03),
        ("9F1A02", 0x9F1A),
        ("9505", 0x95),
        ("5F2A02", 0x5F2A),
        ("9A03", 0x9A),
        ("9C01", 0x9C),
        ("9F3704", 0x9F37),
        ("9F3403", 0x9F34),
        ("9F3501", 0x9F35),
    ] {
        // Another object of the same length takes its place.
        let other = match entry.len() {
            4 => format!("88{}", &entry[2..]),
            _ => format!("9F7E{}", &entry[4..]),
        };
        let mut spec = ProfileSpec::mastercard();
        spec.records = vec![([1, 1], octets(&text.replacen(entry, &other, 1)))];
        let lacking = Tag::new(tag);
        let expected = Some(ProfileError::ListLacks { list, lacking });
        assert_eq!(refused(&spec), expected, "{entry}");
    }
    let mut spec = ProfileSpec::mastercard();
    spec.records = vec![([1, 1], octets(&text.replacen("9F0206", "9F02FF", 1)))];
    assert_eq!(
        refused(&spec),
        Some(ProfileError::Value(list)),
        "over 255 octets"
    );
}

#[test]
fn records_are_read_behind_gpo_alone() {
    let mut card = TestCard::mastercard_in(StateKind::Selected);
    assert_eq!(card.status(&read_record(1, 1)), 0x6A83);
    assert_eq!(card.status(&gpo(&[])), 0x9000);
    assert_eq!(card.status(&read_record(1, 1)), 0x9000);
    card.presented = None;
    assert_eq!(card.status(&read_record(1, 1)), 0x6985);
}
