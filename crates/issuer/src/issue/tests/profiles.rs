//! The profile of a new token, as its card reads it.

use understudy_core::card::{Profile, Scheme};
use understudy_core::crypto::{Algorithm, Algorithms, Cvn};
use understudy_core::wire::track2::Track2;
use understudy_provisioning::Package;

use crate::par::Par;
use crate::profile::{self, Cardholder};
use crate::testkit::{NOW, bench, cny, expiry, issuer, pan};
use crate::{
    CvmOptions, CvmOrder, IssueOptions, Issuer, IssuerConfig, Personalised, SingleUse,
    TokenRequestor, demonstration,
};

fn issue(issuer: &Issuer, options: &IssueOptions) -> Personalised {
    issuer
        .personalise(&bench(), &pan(), expiry(), options, cny(0), NOW)
        .unwrap()
}

fn profile_of(package: &[u8]) -> Vec<u8> {
    let package = Package::parse(package).unwrap();
    package.profile().unwrap().to_vec()
}

/// The value of an object of a package's profile, found by a walk over one level.
fn value_of(package: &[u8], tag: &[u8]) -> Vec<u8> {
    let profile = profile_of(package);
    let header = match profile[1] {
        0x81 => 3,
        0x82 => 4,
        _ => 2,
    };
    let mut rest = &profile[header..];
    while !rest.is_empty() {
        let tag_len = if rest[0] & 0x1F == 0x1F { 2 } else { 1 };
        let (length, value) = (usize::from(rest[tag_len]), &rest[tag_len + 1..]);
        if &rest[..tag_len] == tag {
            return value[..length].to_vec();
        }
        rest = &value[length..];
    }
    panic!("no such object")
}

fn requested() -> Issuer {
    let config = IssuerConfig {
        token_requestor: TokenRequestor::new(12_345_678_901),
        ..demonstration::config()
    };
    Issuer::in_memory(demonstration::custody(), config).unwrap()
}

/// Every product, version and set of algorithms of every scheme.
fn every_card() -> impl Iterator<Item = IssueOptions> {
    Scheme::ALL.iter().flat_map(|scheme| {
        let products = scheme.products().iter();
        products.flat_map(move |product| {
            scheme.versions().iter().flat_map(move |cvn| {
                scheme
                    .permitted_algorithms()
                    .map(move |algorithms| IssueOptions {
                        product: *product,
                        cvn: *cvn,
                        algorithms,
                        domestic_only: !scheme.authenticates_currency(*cvn),
                        keys: 1,
                        ..IssueOptions::of(*scheme)
                    })
            })
        })
    })
}

/// A card with every choice of cardholder verification, switches and optional data.
fn every_kind(card: &IssueOptions) -> Vec<IssueOptions> {
    let mut all = Vec::new();
    for order in [
        CvmOrder::AlwaysOnDevice,
        CvmOrder::Flexible,
        CvmOrder::PinFirst,
    ] {
        for bits in 0..128_u8 {
            let bit = |n: u8| bits >> n & 1 == 1;
            let (online_pin, signature, second_tap) = (bit(0), bit(1), bit(2));
            let longest = card.scheme.longest_discretionary(card.cvn);
            let discretionary = usize::from(bits % 25).min(longest);
            all.push(IssueOptions {
                cvm: CvmOptions {
                    order,
                    online_pin,
                    signature,
                    second_tap,
                },
                verified_in_iad: bit(3),
                decline_with_aac: bit(4),
                domestic_only: bit(5) || card.domestic_only,
                with_record: bit(6),
                psn: bit(0).then_some(bits % 10),
                discretionary: vec![bits; discretionary],
                ..card.clone()
            });
        }
    }
    all
}

/// The profile of a card with a number of its scheme's demonstration range, and all that is optional.
fn written(options: &IssueOptions) -> Vec<u8> {
    let pan = demonstration::pan(options.scheme).unwrap();
    let track2 = Track2::new(pan.clone(), expiry(), [2, 0, 1], &[1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
    let holder = Cardholder {
        track2: &track2,
        pan: &pan,
        par: &Par::draw().unwrap(),
        token_requestor: TokenRequestor::new(12_345_678_901),
        on_phone: true,
    };
    let terms = options.terms(0x01);
    profile::emit(&holder, &terms).unwrap().to_vec()
}

#[test]
fn the_card_takes_every_profile_that_can_be_issued() {
    let mut cards = 0;
    for card in every_card() {
        cards += 1;
        for options in every_kind(&card) {
            assert!(options.check().is_ok());
            let profile = Profile::parse(written(&options)).unwrap();
            assert_eq!(profile.limits(), &options.limits);
            assert_eq!(profile.expiry(), [0x28, 0x12, 0x31]);
            assert_eq!(profile.algorithms(), options.algorithms);
            let aids: Vec<_> = profile.applications().map(|a| a.aid.to_vec()).collect();
            assert_eq!(aids, [options.product.aid]);
        }
    }
    // UnionPay, Visa, Mastercard: products, versions, algorithms.
    assert_eq!(cards, 2 * 2 * 6 + 2 * 2 * 5 + 3 * 2 * 5);
}

#[test]
fn every_version_of_a_stand_in_card_has_single_use_keys() {
    for cvn in Cvn::ALL {
        let of_stand_in = Scheme::ALL.iter().any(|one| one.versions().contains(&cvn));
        assert_eq!(SingleUse::new(cvn).is_some(), of_stand_in, "{cvn}");
    }
}

#[test]
fn a_record_is_in_the_profile_where_the_scheme_needs_it_or_it_is_wanted() {
    let record = |options: &IssueOptions| {
        let profile = written(options);
        profile
            .windows(3)
            .any(|octets| octets == [0x01, 0x01, 0x57])
            || profile
                .windows(3)
                .any(|octets| octets == [0x01, 0x01, 0x5A])
    };
    for (scheme, needed) in [
        (Scheme::UnionPay, false),
        (Scheme::Visa, false),
        (Scheme::Mastercard, true),
    ] {
        for with_record in [false, true] {
            let options = IssueOptions {
                with_record,
                ..IssueOptions::of(scheme)
            };
            assert_eq!(record(&options), needed || with_record, "{scheme:?}");
        }
    }
}

#[test]
fn the_form_factor_of_a_phone_is_stated_where_the_scheme_has_one() {
    let indicator = [0x9F, 0x6E, 0x04, 0x23, 0x84, 0x00, 0x00];
    for scheme in Scheme::ALL {
        let profile = written(&IssueOptions::of(*scheme));
        let stated = profile.windows(7).any(|octets| octets == indicator);
        assert_eq!(stated, *scheme == Scheme::Visa, "{scheme:?}");
    }
}

#[test]
fn a_reader_is_asked_for_the_sm_algorithms_if_the_card_has_sm4() {
    let algorithms = [
        (Algorithms::TDES, false),
        (Algorithms::one(Algorithm::Aes128), false),
        (Algorithms::one(Algorithm::Sm4), true),
        (
            Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap(),
            true,
        ),
    ];
    for (algorithms, asked) in algorithms {
        let options = IssueOptions {
            algorithms,
            ..IssueOptions::default()
        };
        let profile = written(&options);
        let asks = profile
            .windows(3)
            .any(|octets| octets == [0xDF, 0x69, 0x01]);
        assert_eq!(asks, asked, "{algorithms}");
    }
}

#[test]
fn a_profile_is_laid_out_as_documented() {
    let issuer = issuer();
    let given = issue(&issuer, &IssueOptions::default());
    let track2 = hex::encode_upper(value_of(&given.package, &[0x57]));
    let par = issuer.tokens(None).unwrap()[0].par.clone();
    let expected = [
        "E081B7",
        "C00101",
        "E11D4F08A000000333010101",
        "500E556E696F6E506179204465626974",
        "870101",
        "5F2D047A68656E",
        "9F381E9F66049F02069F03069F1A0295055F2A029A039C019F37049F21039F4E14",
        "82020000",
        &format!("5710{track2}"),
        "5F2403281231",
        "5F340101",
        "9F51020156",
        &format!("9F241D{}", hex::encode_upper(par.text())),
        "9F25021230",
        "C103010101",
        "C30190",
        "C4020280",
        "C515000000100000320000010000000000050000 00003C",
    ];
    let expected = expected.concat().replace(' ', "");
    assert_eq!(hex::encode_upper(profile_of(&given.package)), expected);
}

#[test]
fn track_2_carries_the_token_and_nothing_of_the_card_behind_it() {
    let given = issue(&issuer(), &IssueOptions::default());
    let track2 = Track2::parse(&value_of(&given.package, &[0x57])).unwrap();
    assert_eq!(track2.number(), &given.number);
    assert_eq!(track2.expiry(), expiry());
    assert_eq!(track2.service_code(), [2, 0, 1]);
    assert_eq!(track2.discretionary().len(), 8);
    assert!(!hex::encode(&*given.package).contains(pan().expose()));
}

#[test]
fn the_token_requestor_stands_in_the_profile_if_there_is_one() {
    let given = issue(&requested(), &IssueOptions::default());
    let requestor = value_of(&given.package, &[0x9F, 0x19]);
    assert_eq!(requestor, [0x01, 0x23, 0x45, 0x67, 0x89, 0x01]);
    assert_eq!(TokenRequestor::new(100_000_000_000), None);
}
