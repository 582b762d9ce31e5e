//! The profile of a new token, as its card reads it.

use understudy_core::card::Profile;
use understudy_core::crypto::Cvn;
use understudy_core::wire::track2::Track2;
use understudy_provisioning::Package;

use crate::testkit::{NOW, bench, cny, expiry, issuer, pan};
use crate::{
    CvmOptions, CvmOrder, IssueOptions, Issuer, IssuerConfig, Personalised, Product,
    TokenRequestor, demonstration,
};

fn issue(issuer: &Issuer, options: &IssueOptions) -> Personalised {
    issuer
        .personalise(&bench(), &pan(), expiry(), options, cny(0), NOW)
        .unwrap()
}

fn profile(package: &[u8]) -> Vec<u8> {
    let package = Package::parse(package).unwrap();
    package.profile().unwrap().to_vec()
}

/// The value of an object of a package's profile, found by a walk over one level.
fn value_of(package: &[u8], tag: &[u8]) -> Vec<u8> {
    let profile = profile(package);
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

fn every_kind() -> Vec<IssueOptions> {
    let mut all = Vec::new();
    for product in [Product::Debit, Product::Credit] {
        for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
            for order in [
                CvmOrder::AlwaysOnDevice,
                CvmOrder::Flexible,
                CvmOrder::PinFirst,
            ] {
                for bits in 0..64_u8 {
                    let bit = |n: u8| bits >> n & 1 == 1;
                    let (online_pin, signature, second_tap) = (bit(0), bit(1), bit(2));
                    all.push(IssueOptions {
                        product,
                        cvn,
                        cvm: CvmOptions {
                            order,
                            online_pin,
                            signature,
                            second_tap,
                        },
                        verified_in_iad: bit(3),
                        decline_with_aac: bit(4),
                        domestic_only: bit(5) || cvn == Cvn::UnionPay17,
                        psn: bit(0).then_some(bits % 10),
                        discretionary: vec![bits; usize::from(bits % 24)],
                        keys: 1,
                        ..IssueOptions::default()
                    });
                }
            }
        }
    }
    all
}

#[test]
fn the_card_takes_every_profile_that_can_be_issued() {
    let issuer = requested();
    for options in every_kind() {
        let given = issue(&issuer, &options);
        let profile = Profile::parse(profile(&given.package)).unwrap();
        assert_eq!(profile.limits(), &options.limits);
        assert_eq!(profile.last_four(), Some([0x12, 0x30]));
        assert_eq!(profile.expiry(), [0x28, 0x12, 0x31]);
        let aids: Vec<_> = profile.applications().map(|a| a.aid.to_vec()).collect();
        assert_eq!(aids, [options.product.aid()]);
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
    assert_eq!(hex::encode_upper(profile(&given.package)), expected);
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
