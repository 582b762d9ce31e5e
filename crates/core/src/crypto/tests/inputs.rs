//! The data under the MAC, version by version.

extern crate std;

use std::vec::Vec;

use crate::crypto::{Atc, Cryptogram, CryptogramInput, Cvn, SessionKey, TransactionData};

const KEY: [u8; 16] = [
    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10,
];

const DATA: TransactionData = TransactionData {
    amount_authorised: [0x00, 0x00, 0x00, 0x00, 0x12, 0x34],
    amount_other: [0x00, 0x00, 0x00, 0x00, 0x00, 0x56],
    terminal_country: [0x01, 0x56],
    tvr: [0x80, 0x00, 0x04, 0x80, 0x00],
    currency: [0x03, 0x44],
    date: [0x26, 0x11, 0x22],
    transaction_type: 0x01,
    unpredictable_number: [0xA1, 0xB2, 0xC3, 0xD4],
    aip: [0x18, 0x00],
};

/// A version: its octet, the part of the terminal's data under the MAC, the shortest `9F10` it
/// takes, and the ranges (from, up to) of a longest `9F10` under the MAC.
struct Row(Cvn, u8, Terminal, usize, &'static [(usize, usize)]);

#[rustfmt::skip]
const UNDER_MAC: [Row; 10] = [
    Row(Cvn::UnionPay01, 0x01, Terminal::All,              8, &[(3, 7)]),
    Row(Cvn::UnionPay17, 0x17, Terminal::AmountAndNumber,  8, &[(4, 5)]),
    Row(Cvn::Visa10,     0x0A, Terminal::All,              7, &[(3, 7)]),
    Row(Cvn::Visa18,     0x12, Terminal::All,              7, &[(0, 32)]),
    Row(Cvn::Visa22,     0x22, Terminal::All,              7, &[(0, 32)]),
    Row(Cvn::Visa43,     0x43, Terminal::All,              7, &[(3, 7)]),
    Row(Cvn::MChip16,    0x10, Terminal::All,             18, &[(2, 8)]),
    Row(Cvn::MChip17,    0x11, Terminal::All,             18, &[(2, 8), (10, 18)]),
    Row(Cvn::MChip20,    0x14, Terminal::All,             18, &[(2, 8)]),
    Row(Cvn::MChip21,    0x15, Terminal::All,             18, &[(2, 8), (10, 18)]),
];

#[derive(Clone, Copy, PartialEq)]
enum Terminal {
    All,
    AmountAndNumber,
}

type Change = fn(&mut TransactionData);

/// A change to each data element, and true if it changes the cryptogram of `UnionPay` 17.
const CHANGES: [(&str, bool, Change); 9] = [
    ("9F02", true, |data| data.amount_authorised[5] ^= 0x01),
    ("9F03", false, |data| data.amount_other[5] ^= 0x01),
    ("9F1A", false, |data| data.terminal_country[1] ^= 0x01),
    ("95", false, |data| data.tvr[4] ^= 0x01),
    ("5F2A", false, |data| data.currency[1] ^= 0x01),
    ("9A", false, |data| data.date[2] ^= 0x01),
    ("9C", false, |data| data.transaction_type ^= 0x01),
    ("9F37", true, |data| data.unpredictable_number[3] ^= 0x01),
    ("82", false, |data| data.aip[1] ^= 0x01),
];

fn longest_iad() -> [u8; 32] {
    core::array::from_fn(|i| u8::try_from(i).unwrap() * 7 + 1)
}

fn cryptogram(cvn: Cvn, data: TransactionData, iad: &[u8], atc: Atc) -> Cryptogram {
    let input = CryptogramInput::new(cvn, data, iad).unwrap();
    SessionKey::from_octets(KEY).application_cryptogram(&input, atc)
}

#[test]
fn every_version_stands_in_the_table_under_its_own_octet() {
    let listed: Vec<Cvn> = UNDER_MAC.iter().map(|row| row.0).collect();
    assert_eq!(listed, Cvn::ALL);
    for Row(cvn, byte, ..) in UNDER_MAC {
        assert_eq!(cvn.byte(), byte, "{cvn}");
    }
}

#[test]
fn the_octets_of_a_version_named_in_hex_and_one_named_in_decimal_are_not_confused() {
    assert_eq!(Cvn::UnionPay17.byte(), 0x17);
    assert_eq!(Cvn::Visa10.byte(), 10);
    assert_eq!(Cvn::Visa18.byte(), 18);
    assert_eq!(Cvn::Visa22.byte(), 0x22);
    assert_eq!(Cvn::Visa43.byte(), 0x43);
}

#[test]
fn every_data_element_of_the_version_is_under_the_mac_and_no_other() {
    let iad = longest_iad();
    for Row(cvn, _, terminal, ..) in UNDER_MAC {
        let before = cryptogram(cvn, DATA, &iad, Atc::FIRST);
        assert_ne!(
            cryptogram(cvn, DATA, &iad, Atc::LAST),
            before,
            "{cvn}, 9F36"
        );
        for (tag, seen_by_17, change) in CHANGES {
            let mut data = DATA;
            change(&mut data);
            let expected = terminal == Terminal::All || seen_by_17;
            let changed = cryptogram(cvn, data, &iad, Atc::FIRST) != before;
            assert_eq!(changed, expected, "{cvn}, {tag}");
        }
    }
}

#[test]
fn every_octet_of_the_issuer_data_that_the_version_names_is_under_the_mac_and_no_other() {
    let iad = longest_iad();
    for Row(cvn, _, _, _, places) in UNDER_MAC {
        let before = cryptogram(cvn, DATA, &iad, Atc::FIRST);
        for place in 0..iad.len() {
            let mut other = iad;
            other[place] ^= 0x01;
            let expected = places
                .iter()
                .any(|(from, to)| (*from..*to).contains(&place));
            let changed = cryptogram(cvn, DATA, &other, Atc::FIRST) != before;
            assert_eq!(changed, expected, "{cvn}, octet {} of 9F10", place + 1);
        }
    }
}

#[test]
fn issuer_data_of_every_length_is_either_taken_or_refused() {
    let octets = [0; 70];
    for Row(cvn, _, _, shortest, _) in UNDER_MAC {
        for length in 0..=octets.len() {
            let taken = CryptogramInput::new(cvn, DATA, &octets[..length]);
            assert_eq!(
                taken.is_ok(),
                (shortest..=32).contains(&length),
                "{cvn}, {length}"
            );
        }
    }
}

#[test]
fn a_refused_length_says_what_the_version_needs() {
    let refused = CryptogramInput::new(Cvn::UnionPay01, DATA, &[0; 7]).unwrap_err();
    assert_eq!(
        std::format!("{refused}"),
        "7 octets of issuer application data, UnionPay 01 needs 8 to 32"
    );
}
