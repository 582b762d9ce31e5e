//! A Visa card: its answers in both formats of issuer application data, and the reader that it
//! refuses.

use understudy_core::card::{Cvm, Profile, ProfileError, Refusal, Scheme};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_tests::{GpoData, ProfileSpec, TestCard, get_data};

use crate::refused_with;

/// The values of an answer's template, by their tags, in order.
fn objects(answer: &[u8]) -> Vec<(u32, String)> {
    let body = &answer[..answer.len() - 2];
    let template = Reader::new(body).next().unwrap().unwrap();
    assert_eq!(template.tag, Tag::new(0x77));
    let objects = Reader::new(template.value).map(Result::unwrap);
    objects
        .map(|object| (object.tag.number(), hex::encode_upper(object.value)))
        .collect()
}

fn value(answer: &[u8], tag: u32) -> Option<String> {
    let mut objects = objects(answer).into_iter();
    objects
        .find(|(other, _)| *other == tag)
        .map(|(_, value)| value)
}

fn cvn_22() -> ProfileSpec {
    ProfileSpec {
        cvn: 0x22,
        ..ProfileSpec::visa()
    }
}

#[test]
fn the_answer_holds_what_kernel_3_reads_and_each_object_once() {
    let mut spec = ProfileSpec::visa();
    spec.more = vec![
        (Tag::new(0x9F6E), vec![0x20, 0x70, 0x00, 0x00]),
        (Tag::new(0x9F19), vec![0x01, 0x23, 0x45, 0x67, 0x89, 0x01]),
        (Tag::new(0x9F24), vec![b'V'; 29]),
    ];
    let answer = TestCard::new(&spec).pay(&GpoData::default());
    let tags: Vec<_> = objects(&answer).into_iter().map(|(tag, _)| tag).collect();
    let expected = [
        0x82, 0x9F36, 0x57, 0x9F27, 0x9F10, 0x9F26, 0x5F34, 0x9F6C, 0x9F6E, 0x9F19, 0x9F24,
    ];
    assert_eq!(tags, expected);
    assert_eq!(value(&answer, 0x9F27).as_deref(), Some("80"));
    assert_eq!(value(&answer, 0x9F6E).as_deref(), Some("20700000"));
}

#[test]
fn the_verified_bit_stands_in_octet_5_of_both_formats() {
    let zeros = "00".repeat(23);
    for (spec, format) in [
        (ProfileSpec::visa(), "06011203xx0000".to_owned()),
        (cvn_22(), format!("1F220100xx00000000{zeros}")),
    ] {
        for (verified, octet, ctq) in [(None, "A0", "0000"), (Some(0), "A4", "0080")] {
            let mut card = TestCard::new(&spec);
            card.env.verified = verified;
            let answer = card.pay(&GpoData::default());
            let iad = format.replace("xx", octet);
            assert_eq!(value(&answer, 0x9F10), Some(iad.clone()));
            assert_eq!(value(&answer, 0x9F6C).as_deref(), Some(ctq));
            let octets = hex::decode(iad).unwrap();
            let stated = Scheme::Visa.parse_iad(&octets).unwrap();
            assert_eq!(stated.user_verified, verified.is_some());
            assert_eq!(stated.cryptogram, CryptogramType::Arqc);
        }
    }
}

#[test]
fn discretionary_data_follows_in_both_formats() {
    for (mut spec, longest, format) in [
        (ProfileSpec::visa(), 24, "06011203A0000002BEEF".to_owned()),
        (
            cvn_22(),
            23,
            format!("1F220100A000000002BEEF{}", "00".repeat(21)),
        ),
    ] {
        spec.idd = vec![0xBE, 0xEF];
        let answer = TestCard::new(&spec).pay(&GpoData::default());
        assert_eq!(value(&answer, 0x9F10), Some(format));
        spec.idd = vec![0; longest];
        assert_eq!(Profile::parse(spec.octets()).err(), None);
        spec.idd = vec![0; longest + 1];
        let too_long = Some(ProfileError::Length(Tag::new(0xC2)));
        assert_eq!(Profile::parse(spec.octets()).err(), too_long);
    }
}

#[test]
fn the_cardholder_is_verified_as_by_a_unionpay_card() {
    let above = |ttq: [u8; 4]| GpoData {
        ttq,
        amount: 200_000,
        ..GpoData::default()
    };
    let pin = above([0x36, 0x00, 0xC0, 0x80]);
    let mut card = TestCard::new(&ProfileSpec::visa());
    let answer = card.pay(&pin);
    assert_eq!(value(&answer, 0x9F6C).as_deref(), Some("8000"));
    assert_eq!(card.env.payments[0].1.cvm, Cvm::OnlinePin);

    let mut card = TestCard::new(&ProfileSpec::visa());
    assert_eq!(card.pay(&above([0x32, 0x40, 0xC0, 0x80])), [0x69, 0x86]);
    assert_eq!(refused_with(&card), Refusal::UserMustAct);
    assert!(card.env.payments.is_empty());
}

#[test]
fn a_reader_without_qvsdc_is_refused() {
    for ttq in [
        [0x80, 0x00, 0xC0, 0x00],
        [0x00; 4],
        [0xDF, 0xFF, 0xFF, 0xFF],
    ] {
        let mut card = TestCard::new(&ProfileSpec::visa());
        let data = GpoData {
            ttq,
            ..GpoData::default()
        };
        assert_eq!(card.pay(&data), [0x69, 0x85]);
        assert_eq!(refused_with(&card), Refusal::NoCommonPath);
        assert!(card.env.payments.is_empty());
    }
}

#[test]
fn a_version_under_the_card_master_key_is_no_stand_in_card_s() {
    let limited_use = (!cfg!(feature = "limited-use")).then_some(0x43);
    for cvn in [0x0A, 0x01, 0x17, 0x14].into_iter().chain(limited_use) {
        let spec = ProfileSpec {
            cvn,
            ..ProfileSpec::visa()
        };
        let refused = Some(ProfileError::Value(Tag::new(0xC1)));
        assert_eq!(Profile::parse(spec.octets()).err(), refused, "{cvn:02X}");
    }
}

#[test]
fn the_currency_is_read_under_9f51_alone() {
    let mut card = TestCard::new(&ProfileSpec::visa());
    card.pay(&GpoData::default());
    assert_eq!(
        card.answer(&get_data([0x9F, 0x51]))[..3],
        [0x9F, 0x51, 0x02]
    );
    assert_eq!(card.status(&get_data([0xDF, 0x71])), 0x6A88);
}
