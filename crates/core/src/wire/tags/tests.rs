use std::collections::BTreeSet;
use std::vec::Vec;

use super::*;

/// The tags of a contactless tap, from the directory to DE 55, for each scheme.
const NEEDED: [u32; 83] = [
    0x4F, 0x50, 0x57, 0x5A, 0x61, 0x6F, 0x70, 0x77, 0x80, 0x82, 0x83, 0x84, 0x87, 0x8A, 0x8C, 0x8D,
    0x8E, 0x91, 0x94, 0x95, 0x9A, 0x9B, 0x9C, 0xA5, 0x5F20, 0x5F24, 0x5F28, 0x5F2A, 0x5F2D, 0x5F34,
    0x9F02, 0x9F03, 0x9F06, 0x9F07, 0x9F08, 0x9F09, 0x9F0D, 0x9F0E, 0x9F0F, 0x9F10, 0x9F11, 0x9F12,
    0x9F13, 0x9F19, 0x9F1A, 0x9F1D, 0x9F1E, 0x9F21, 0x9F24, 0x9F25, 0x9F26, 0x9F27, 0x9F2A, 0x9F33,
    0x9F34, 0x9F35, 0x9F36, 0x9F37, 0x9F38, 0x9F41, 0x9F42, 0x9F45, 0x9F4C, 0x9F4D, 0x9F4E, 0x9F51,
    0x9F5D, 0x9F63, 0x9F66, 0x9F69, 0x9F6C, 0x9F6D, 0x9F6E, 0x9F7C, 0xBF0C, 0xDF69, 0xDF71, 0x9F17,
    0x9F61, 0x9F62, 0x9F7F, 0xDF4D, 0xDF4F,
];

#[test]
fn every_tag_the_card_speaks_of_is_in_the_dictionary() {
    for number in NEEDED {
        assert!(meanings(Tag::new(number)).next().is_some(), "{number:X}");
    }
}

#[test]
fn every_entry_is_one_well_formed_tag_with_a_name() {
    for entry in entries() {
        let tag = entry.tag;
        assert_eq!(Tag::from_number(tag.number()), Some(tag), "{tag}");
        assert!(!entry.name.is_empty(), "{tag}");
        assert!(!entry.name.ends_with('.'), "{tag}");
    }
}

#[test]
fn a_tag_has_one_meaning_by_kernel() {
    let mut seen = BTreeSet::new();
    for entry in entries() {
        let kernel = entry.kernel as u8;
        assert!(seen.insert((entry.tag, kernel)), "{} twice", entry.tag);
    }
    assert!(seen.len() > 150);
}

#[test]
fn the_shared_meaning_of_a_tag_comes_first() {
    for entry in entries().filter(|entry| entry.kernel == Kernel::Any) {
        assert_eq!(meanings(entry.tag).next(), Some(entry), "{}", entry.tag);
    }
}

#[test]
fn constructed_tags_are_templates_and_no_others_are() {
    for entry in entries() {
        let template = entry.format == Format::Template;
        assert_eq!(template, entry.tag.is_constructed(), "{}", entry.tag);
    }
}

#[test]
fn some_numbers_mean_different_things_by_kernel() {
    let name = |number, kernel| lookup(Tag::new(number), kernel).map(|entry| entry.name);
    for (number, any, unionpay, visa, mastercard) in [
        (
            0x9F63,
            None,
            Some("Product Identification Information"),
            None,
            Some("PUNATC (Track1)"),
        ),
        (
            0x9F66,
            Some("Terminal Transaction Qualifiers (TTQ)"),
            Some("Terminal Transaction Qualifiers (TTQ)"),
            Some("Terminal Transaction Qualifiers (TTQ)"),
            Some("PUNATC (Track2)"),
        ),
        (
            0x9F69,
            Some("Card Authentication Related Data"),
            Some("Card Authentication Related Data"),
            Some("Card Authentication Related Data"),
            Some("Unpredictable Number Data Object List (UDOL)"),
        ),
        (
            0x9F6D,
            None,
            Some("Electronic Cash Reset Threshold"),
            None,
            Some("Mag-stripe Application Version Number, reader"),
        ),
        (
            0x9F6E,
            Some("Form Factor Indicator"),
            Some("Form Factor Indicator"),
            Some("Form Factor Indicator"),
            Some("Third Party Data"),
        ),
        (
            0x9F02,
            Some("Amount, Authorised (Numeric)"),
            Some("Amount, Authorised (Numeric)"),
            Some("Amount, Authorised (Numeric)"),
            Some("Amount, Authorised (Numeric)"),
        ),
        (
            0x9F61,
            None,
            Some("Cardholder ID Number"),
            None,
            Some("CVC3 (Track2)"),
        ),
        (
            0x9F62,
            None,
            Some("Cardholder ID Type"),
            None,
            Some("PCVC3 (Track1)"),
        ),
        (
            0x9F7F,
            Some("Card Production Life Cycle Data (CPLC)"),
            Some("Card Production Life Cycle Data (CPLC)"),
            Some("Card Production Life Cycle Data (CPLC)"),
            Some("DS Unpredictable Number"),
        ),
        (0xDF4D, None, Some("Load Log Entry"), None, None),
        (0xDF4F, None, Some("Load Log Format"), None, None),
        (0xDF7F, None, None, None, None),
    ] {
        assert_eq!(name(number, Kernel::Any), any, "{number:X}");
        assert_eq!(name(number, Kernel::UnionPay), unionpay, "{number:X}");
        assert_eq!(name(number, Kernel::Visa), visa, "{number:X}");
        assert_eq!(name(number, Kernel::Mastercard), mastercard, "{number:X}");
    }
    let kernels: Vec<_> = meanings(Tag::new(0x9F63))
        .map(|entry| entry.kernel)
        .collect();
    assert_eq!(kernels, [Kernel::UnionPay, Kernel::Mastercard]);
}

#[test]
fn bits_are_named_once_and_lie_under_their_mask() {
    for table in entries().map(|entry| entry.bits).chain([bits::CVR]) {
        let mut seen = BTreeSet::new();
        for bit in table {
            assert!(bit.octet >= 1 && bit.mask != 0, "{}", bit.name);
            assert_eq!(bit.value & !bit.mask, 0, "{}", bit.name);
            assert!(
                seen.insert((bit.octet, bit.mask, bit.value)),
                "{}",
                bit.name
            );
        }
    }
}

#[test]
fn groups_of_bits_hold_by_their_value() {
    let said = |table, octets: &[u8]| bits::names(table, octets).collect::<Vec<_>>();
    assert_eq!(said(bits::CRYPTOGRAM_INFORMATION, &[0x00]), ["AAC"]);
    assert_eq!(said(bits::CRYPTOGRAM_INFORMATION, &[0x40]), ["TC"]);
    assert_eq!(said(bits::CRYPTOGRAM_INFORMATION, &[0x80]), ["ARQC"]);
    assert_eq!(
        said(bits::CRYPTOGRAM_INFORMATION, &[0x02]),
        ["AAC", "PIN try limit exceeded"]
    );
    assert_eq!(
        said(bits::CVR, &[0xA0, 0x40, 0x00]),
        [
            "Second cryptogram not requested",
            "First cryptogram: ARQC",
            "PIN try limit exceeded"
        ]
    );
    assert_eq!(
        said(bits::TTQ, &[0x36, 0x00, 0xC0, 0x80]),
        [
            "EMV mode supported",
            "EMV contact chip supported",
            "Online PIN supported",
            "Signature supported",
            "Issuer update processing supported",
            "Consumer device CVM supported",
            "fDDA version 1 supported"
        ]
    );
}

#[test]
fn bits_that_only_some_kernels_name_have_names() {
    let said = |table, octets: &[u8]| bits::names(table, octets).collect::<Vec<_>>();
    assert_eq!(
        said(bits::CTQ, &[0x01, 0x00]),
        ["Not valid for contactless ATM transactions"]
    );
    assert_eq!(
        said(bits::TTQ, &[0x00, 0x04, 0x28, 0x00]),
        [
            "Offline data authentication independent of completion (CPACE)",
            "Recovery of torn transactions supported (CPACE)",
            "Consumer device CVM required (Discover)"
        ]
    );
    assert_eq!(
        said(bits::AIP, &[0x02, 0x80]),
        [
            "On-device cardholder verification is supported (kernel 2)",
            "EMV mode is supported (kernel 2), magnetic stripe data is supported (kernel 3)"
        ]
    );
    assert_eq!(
        said(bits::APPLICATION_CAPABILITIES, &[0x02, 0x07, 0x00]),
        [
            "Data storage version 2",
            "Field off detection is supported",
            "Balance reading is supported",
            "CDA is supported over TC, ARQC and AAC"
        ]
    );
}

#[test]
fn a_value_too_short_for_a_bit_says_nothing_about_it() {
    assert_eq!(bits::names(bits::TVR, &[]).count(), 0);
    assert_eq!(bits::names(bits::TVR, &[0xFF]).count(), 7);
}
