//! Versions named in hex and in decimal: `UnionPay` 17 is octet 17, Visa 10 is octet 0A.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Cryptogram, CryptogramInput, Cvn, Field, Padding, SessionKey};
use understudy_core::kd::SessionKeyMethod;

use crate::cases::{CryptogramCase, cryptograms};

/// The octet of `9F10` that names the version.
fn named_in_iad(case: &CryptogramCase) -> u8 {
    let place = if case.version.starts_with("M/Chip") {
        1
    } else {
        2
    };
    case.iad.0[place]
}

fn number(case: &CryptogramCase) -> &str {
    case.version.split(' ').next_back().unwrap()
}

/// The method by which a version's cryptogram is made; Visa 18 and Visa 22 share it.
fn recipe(cvn: Cvn) -> (Option<SessionKeyMethod>, Padding, &'static [Field]) {
    (cvn.session_key_method(), cvn.padding(), cvn.fields())
}

#[test]
fn every_version_stands_in_the_issuer_data_under_its_octet() {
    for case in cryptograms() {
        let [octet] = case.octet.array();
        assert_eq!(case.cvn().byte(), octet, "{}", case.version);
        assert_eq!(named_in_iad(&case), octet, "{}", case.version);
    }
}

#[test]
fn unionpay_is_named_in_hex_and_the_others_of_the_vectors_in_decimal() {
    for case in cryptograms() {
        let hex = u8::from_str_radix(number(&case), 16).unwrap();
        let decimal: u8 = number(&case).parse().unwrap();
        let (right, confused) = if case.version.starts_with("UnionPay") {
            (hex, decimal)
        } else {
            (decimal, hex)
        };
        assert_eq!(case.cvn().byte(), right, "{}", case.version);
        assert_eq!(
            case.cvn().byte() == confused,
            hex == decimal,
            "{}",
            case.version
        );
    }
}

#[test]
fn a_unionpay_17_written_as_octet_11_is_verified_as_17() {
    for case in cryptograms()
        .iter()
        .filter(|case| case.cvn() == Cvn::UnionPay17)
    {
        assert_eq!(Scheme::UnionPay.version(0x11), None);
        let accepted = Scheme::UnionPay.accepts(0x11).unwrap();
        let mut iad = case.iad.0.clone();
        iad[2] = 0x11;
        let input = CryptogramInput::new(accepted, case.data.transaction_data(), &iad).unwrap();
        let key = SessionKey::from_octets(case.session_key(accepted.session_key_method().unwrap()));
        assert!(key.verify(&input, case.atc(), &Cryptogram(case.cryptogram.array())));
    }
}

#[test]
fn a_version_taken_for_another_gives_another_cryptogram() {
    for case in cryptograms() {
        let fits = |cvn: &Cvn| cvn.shortest_iad() <= case.iad.0.len();
        for cvn in Cvn::ALL.into_iter().filter(fits) {
            let Some(method) = cvn.session_key_method() else {
                continue; // its key has an index, which the case does not
            };
            let key = SessionKey::from_octets(case.session_key(method));
            let cryptogram = Cryptogram(case.cryptogram.array());
            let verified = key.verify(&case.input(cvn), case.atc(), &cryptogram);
            assert_eq!(
                verified,
                recipe(cvn) == recipe(case.cvn()),
                "{} as {cvn}",
                case.version
            );
        }
    }
}
