//! The profile that a token is issued with, as its card reads it.

use understudy_core::card::Profile;
use understudy_core::crypto::Cvn;
use understudy_core::wire::track2::{Expiry, Track2};
use understudy_provisioning::Package;

use super::kit::{EXPIRY, NOW, pan, value_of};
use crate::{
    CvmOptions, CvmOrder, IssueError, IssueOptions, Issued, Issuer, IssuerConfig, Product,
    TokenRequestor, demonstration,
};

fn expiry() -> Expiry {
    Expiry::parse(EXPIRY).unwrap()
}

fn issue(options: &IssueOptions) -> Result<Issued, IssueError> {
    demonstration::issuer().issue(&pan(), expiry(), options, NOW)
}

fn profile(issued: &Issued) -> Vec<u8> {
    Package::parse(&issued.package)
        .unwrap()
        .profile()
        .unwrap()
        .to_vec()
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
    for options in every_kind() {
        let issued = issue(&options).unwrap();
        let profile = Profile::parse(profile(&issued)).unwrap();
        assert_eq!(profile.limits(), &options.limits);
        assert_eq!(profile.last_four(), Some([0x12, 0x30]));
        assert_eq!(profile.expiry(), [0x28, 0x12, 0x31]);
        let aids: Vec<_> = profile.applications().map(|a| a.aid.to_vec()).collect();
        assert_eq!(aids, [options.product.aid()]);
    }
}

#[test]
fn a_profile_is_laid_out_as_documented() {
    let issued = issue(&IssueOptions::default()).unwrap();
    let track2 = hex::encode_upper(value_of(&issued.package, &[0x57]));
    let expected = [
        "E08197",
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
        "9F25021230",
        "C103010101",
        "C30190",
        "C4020280",
        "C515000000100000320000010000000000050000 00003C",
    ];
    let expected = expected.concat().replace(' ', "");
    assert_eq!(hex::encode_upper(profile(&issued)), expected);
}

#[test]
fn track_2_carries_the_token_and_nothing_of_the_card_behind_it() {
    let issued = issue(&IssueOptions::default()).unwrap();
    let track2 = Track2::parse(&value_of(&issued.package, &[0x57])).unwrap();
    assert_eq!(track2.number(), &issued.number);
    assert_eq!(track2.expiry(), expiry());
    assert_eq!(track2.service_code(), [2, 0, 1]);
    assert_eq!(track2.discretionary().len(), 8);
    assert!(!hex::encode(&*issued.package).contains(pan().expose()));
}

#[test]
fn the_token_requestor_stands_in_the_profile_if_there_is_one() {
    let config = IssuerConfig {
        token_requestor: TokenRequestor::new(12_345_678_901),
        ..demonstration::config()
    };
    let issued = Issuer::new(config).issue(&pan(), expiry(), &IssueOptions::default(), NOW);
    let requestor = value_of(&issued.unwrap().package, &[0x9F, 0x19]);
    assert_eq!(requestor, [0x01, 0x23, 0x45, 0x67, 0x89, 0x01]);
    assert_eq!(TokenRequestor::new(100_000_000_000), None);
}
