//! The properties of the table.

use crate::iso8583::{Class, Encoding, FIELDS, Secrecy, Variant, field};

#[test]
fn the_rows_ascend_and_each_is_found_by_its_number() {
    assert!(FIELDS.is_sorted_by(|one, other| one.number < other.number));
    for row in &FIELDS {
        assert_eq!(field(row.number), Some(row));
        assert!((2..=128).contains(&row.number) && row.number != 65);
    }
}

#[test]
fn an_encoding_suits_its_class() {
    for row in &FIELDS {
        for variant in Variant::ALL {
            let suits = match (row.class, variant) {
                (Class::N | Class::Z, Variant::Bcd) => matches!(
                    row.encoding(variant),
                    Encoding::PackedLeft | Encoding::PackedRight
                ),
                (Class::B, Variant::Bcd) => row.encoding(variant) == Encoding::Octets,
                (Class::B, Variant::Ascii) => row.encoding(variant) == Encoding::Hex,
                _ => row.encoding(variant) == Encoding::Characters,
            };
            assert!(suits, "DE {}", row.number);
        }
    }
}

#[test]
fn what_is_secret_is_not_open() {
    for number in [2, 14, 35, 52, 55, 62] {
        assert_ne!(field(number).unwrap().secrecy, Secrecy::Open, "DE {number}");
    }
}
