//! The schemes as the card and the issuer ask them.

extern crate std;

use std::vec::Vec;

use super::{Iad, Scheme};
use crate::crypto::{Algorithm, Cvn};
use crate::wire::iad::IAD_MAX;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tlv::{Overflow, Writer};

/// Everything that a stand-in card can state, in each version of each scheme.
fn statements() -> impl Iterator<Item = (Scheme, Iad<'static>)> {
    const DISCRETIONARY: [u8; IAD_MAX] = [0x5A; IAD_MAX];
    Scheme::ALL.iter().flat_map(|scheme| {
        versions(*scheme).flat_map(move |cvn| {
            let most = scheme.longest_discretionary(*cvn);
            let lengths = [0, 1.min(most), most];
            lengths.into_iter().flat_map(|length| {
                [
                    (CryptogramType::Arqc, false),
                    (CryptogramType::Arqc, true),
                    (CryptogramType::Aac, false),
                ]
                .map(|(cryptogram, user_verified)| {
                    let iad = Iad {
                        dki: 0x7E,
                        cvn: *cvn,
                        algorithm: named_algorithm(*scheme),
                        cryptogram,
                        user_verified,
                        discretionary: &DISCRETIONARY[..length],
                    };
                    (*scheme, iad)
                })
            })
        })
    })
}

/// Every version of the scheme's stand-in cards.
fn versions(scheme: Scheme) -> impl Iterator<Item = &'static Cvn> {
    let versions = scheme.versions().iter();
    #[cfg(feature = "limited-use")]
    let versions = versions.chain(scheme.limited_use_versions());
    versions
}

/// The algorithm in the issuer application data of a scheme that names it there.
fn named_algorithm(scheme: Scheme) -> Option<Algorithm> {
    (scheme.name() == "UnionPay").then_some(Algorithm::Tdes)
}

fn written(scheme: Scheme, iad: &Iad<'_>) -> Result<Vec<u8>, Overflow> {
    let mut buffer = [0; IAD_MAX];
    let mut writer = Writer::new(&mut buffer);
    scheme.emit_iad(iad, &mut writer)?;
    Ok(writer.finish().to_vec())
}

#[test]
fn a_scheme_reads_every_statement_that_its_cards_write() {
    for (scheme, iad) in statements() {
        let octets = written(scheme, &iad).unwrap();
        assert_eq!(scheme.parse_iad(&octets), Some(iad), "{octets:02X?}");
        for other in Scheme::ALL.iter().filter(|other| **other != scheme) {
            assert_eq!(other.parse_iad(&octets), None, "{other:?}: {octets:02X?}");
        }
    }
}

#[test]
fn no_two_statements_are_written_alike() {
    let all: Vec<_> = statements()
        .map(|(scheme, iad)| (written(scheme, &iad).unwrap(), iad))
        .collect();
    for (octets, iad) in &all {
        let alike = all.iter().filter(|(other, _)| other == octets);
        assert!(alike.into_iter().all(|(_, other)| other == iad));
    }
}

#[test]
fn a_statement_that_lost_an_octet_or_has_one_bit_more_is_another_or_none() {
    for (scheme, iad) in statements() {
        let octets = written(scheme, &iad).unwrap();
        for length in 0..octets.len() {
            assert_ne!(scheme.parse_iad(&octets[..length]), Some(iad), "{length}");
        }
        for bit in 0..octets.len() * 8 {
            let mut other = octets.clone();
            other[bit / 8] ^= 0x80 >> (bit % 8);
            assert_ne!(scheme.parse_iad(&other), Some(iad), "bit {bit}");
        }
    }
}

#[test]
fn more_discretionary_data_than_a_version_holds_is_not_written() {
    for (scheme, iad) in statements() {
        let most = scheme.longest_discretionary(iad.cvn);
        let discretionary = &[0; IAD_MAX + 1][..=most];
        let longer = Iad {
            discretionary,
            ..iad
        };
        assert_eq!(written(scheme, &longer), Err(Overflow), "{iad:?}");
    }
}

#[test]
fn a_scheme_is_found_by_its_octet_and_its_name_alone() {
    for scheme in Scheme::ALL.iter().copied() {
        assert_eq!(Scheme::from_octet(scheme.octet()), Some(scheme));
        assert_eq!(Scheme::from_name(scheme.name()), Some(scheme));
    }
    assert_eq!(Scheme::from_octet(0x00), None);
    assert_eq!(Scheme::from_octet(0xFF), None);
    assert_eq!(Scheme::from_name("bank"), None);
}

#[test]
fn every_version_of_a_stand_in_card_belongs_to_one_scheme_under_one_octet() {
    for cvn in Cvn::ALL {
        let schemes = Scheme::ALL
            .iter()
            .filter(|scheme| versions(**scheme).any(|one| *one == cvn));
        assert!(schemes.clone().count() <= 1, "{cvn}");
        for scheme in schemes {
            assert_eq!(scheme.version(cvn.byte()), Some(cvn));
            assert_eq!(scheme.accepts(cvn.byte()), Some(cvn));
        }
    }
    for scheme in Scheme::ALL {
        let known = (0..=u8::MAX).filter_map(|octet| scheme.version(octet));
        assert_eq!(known.count(), versions(*scheme).count(), "{scheme:?}");
    }
}

#[test]
fn a_product_of_a_scheme_has_a_name_of_its_own_and_fits_into_a_profile() {
    for scheme in Scheme::ALL {
        for product in scheme.products() {
            let alike = scheme.products().iter().filter(|p| p.name == product.name);
            assert_eq!(alike.count(), 1, "{product:?}");
            assert!((5..=16).contains(&product.aid.len()), "{product:?}");
            assert!((1..=16).contains(&product.label.len()), "{product:?}");
        }
    }
}

#[test]
fn the_issuer_takes_unionpay_17_under_its_decimal_octet_too() {
    for byte in 0..=u8::MAX {
        let expected = match byte {
            0x01 => Some(Cvn::UnionPay01),
            0x17 | 0x11 => Some(Cvn::UnionPay17),
            _ => None,
        };
        assert_eq!(Scheme::UnionPay.accepts(byte), expected, "{byte:02X}");
    }
}

#[cfg(feature = "issuer")]
#[test]
fn the_usual_product_and_version_of_a_scheme_are_the_first() {
    for scheme in Scheme::ALL {
        assert_eq!(
            scheme.products().first(),
            Some(&scheme.usual_product()),
            "{scheme:?}"
        );
        assert_eq!(scheme.versions().first(), Some(&scheme.usual_version()));
        let named = scheme.product(scheme.usual_product().name);
        assert_eq!(named, Some(scheme.usual_product()));
    }
}

#[cfg(all(feature = "issuer", feature = "aes", feature = "sm4"))]
#[test]
fn a_card_has_one_algorithm_or_a_pair_that_its_readers_choose_between() {
    use std::string::ToString as _;
    let listed = |scheme: Scheme| {
        let permitted = scheme.permitted_algorithms();
        permitted.map(|one| one.to_string()).collect::<Vec<_>>()
    };
    let ones = ["tdes", "sm4", "aes-128", "aes-192", "aes-256"];
    assert_eq!(listed(Scheme::Visa), ones);
    assert_eq!(listed(Scheme::Mastercard), ones);
    assert_eq!(
        listed(Scheme::UnionPay),
        [&ones[..], &["tdes+sm4"]].concat()
    );
}
