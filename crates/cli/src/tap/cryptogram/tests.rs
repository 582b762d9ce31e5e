//! The octets under the MAC, of every scheme, version and algorithm.

use understudy_core::crypto::{Atc, Cryptogram, CryptogramInput, Key, SessionKey, TransactionData};
use understudy_core::scheme::Iad;
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tags::Kernel;
use understudy_core::wire::tlv::Writer;

use super::*;
use crate::trace::{Annotator, TestCards};

const KEY: [u8; 32] = *b"an example of a key of 32 octets";

const DATA: TransactionData = TransactionData {
    amount_authorised: [0, 0, 0, 0, 0x12, 0x34],
    amount_other: [0, 0, 0, 0, 0x05, 0x00],
    terminal_country: [0x01, 0x56],
    tvr: [0x80, 0, 0, 0, 0x01],
    currency: [0x08, 0x40],
    date: [0x26, 0x11, 0x28],
    transaction_type: 0x20,
    unpredictable_number: [0xCA, 0xFE, 0xBA, 0xBE],
    aip: [0x1A, 0x80],
};

fn key(algorithm: Algorithm) -> Key {
    Key::from_octets(algorithm, &KEY[..algorithm.key_length()]).unwrap()
}

fn iad(scheme: Scheme, cvn: Cvn, algorithm: Algorithm, idd: &[u8]) -> Vec<u8> {
    let iad = Iad {
        dki: 0x01,
        cvn,
        algorithm: Some(algorithm),
        cryptogram: CryptogramType::Arqc,
        user_verified: true,
        discretionary: idd,
    };
    let mut room = [0; 32];
    let mut writer = Writer::new(&mut room);
    scheme.emit_iad(&iad, &mut writer).unwrap();
    writer.finish().to_vec()
}

/// The chip data of a card's cryptogram.
fn de55(cvn: Cvn, algorithm: Algorithm, iad: &[u8]) -> Vec<u8> {
    let input = CryptogramInput::new(cvn, DATA, iad).unwrap();
    let key = SessionKey::new(key(algorithm));
    let Cryptogram(cryptogram) = key.application_cryptogram(&input, Atc::new(0x0102).unwrap());
    let objects: [(Tag, &[u8]); 12] = [
        (tags::APPLICATION_CRYPTOGRAM, &cryptogram),
        (tags::ISSUER_APPLICATION_DATA, iad),
        (tags::ATC, &[0x01, 0x02]),
        (tags::AMOUNT_AUTHORISED, &DATA.amount_authorised),
        (tags::AMOUNT_OTHER, &DATA.amount_other),
        (tags::TERMINAL_COUNTRY_CODE, &DATA.terminal_country),
        (tags::TVR, &DATA.tvr),
        (tags::TRANSACTION_CURRENCY_CODE, &DATA.currency),
        (tags::TRANSACTION_DATE, &DATA.date),
        (tags::TRANSACTION_TYPE, &[DATA.transaction_type]),
        (tags::UNPREDICTABLE_NUMBER, &DATA.unpredictable_number),
        (tags::AIP, &DATA.aip),
    ];
    let mut room = [0; 255];
    let mut writer = Writer::new(&mut room);
    for (tag, value) in objects {
        writer.object(tag, value).unwrap();
    }
    writer.finish().to_vec()
}

fn view(de55: &[u8], of_card: Option<Algorithms>) -> Option<CryptogramView> {
    let annotator = Annotator::new(Kernel::UnionPay, TestCards::default());
    CryptogramView::new(de55, &annotator.objects(de55), of_card)
}

fn octets_of(text: &str) -> Vec<u8> {
    hex::parse(text).unwrap().to_vec()
}

/// The octets under the MAC, as the view shows them, without the padding.
fn shown(view: &CryptogramView) -> Vec<u8> {
    let mut octets = Vec::new();
    for part in &view.parts {
        assert_eq!(part.offset, octets.len());
        octets.extend(octets_of(part.node.value.as_ref().unwrap()));
        assert_eq!(part.offset + part.length, octets.len());
    }
    octets
}

/// A scheme, a version and an algorithm of a card.
fn cards() -> impl Iterator<Item = (Scheme, Cvn, Algorithm)> {
    let versions = Scheme::ALL.iter().flat_map(|scheme| {
        let versions = scheme.versions().iter();
        versions.map(|cvn| (*scheme, *cvn))
    });
    versions.flat_map(|(scheme, cvn)| {
        let algorithms = Algorithm::ALL.iter();
        algorithms.map(move |algorithm| (scheme, cvn, *algorithm))
    })
}

#[test]
fn the_octets_that_are_shown_give_the_cryptogram_of_every_scheme_version_and_algorithm() {
    let mut seen = 0;
    for (scheme, cvn, algorithm) in cards() {
        let longest = vec![0xD1; scheme.longest_discretionary(cvn)];
        for idd in [&[][..], &longest] {
            let de55 = de55(cvn, algorithm, &iad(scheme, cvn, algorithm, idd));
            let view = view(&de55, Some(Algorithms::one(algorithm))).unwrap();
            let octets = shown(&view);
            let made = key(algorithm).mac(cvn.padding(), &[&octets]);
            assert_eq!(view.value, hex::upper(&made), "{cvn} {algorithm}");
            assert_eq!(view.version, cvn.name());
            let padding = octets_of(&view.padding_octets);
            assert_eq!(octets.len() + padding.len(), view.length);
            assert_eq!(padding.len(), view.padding_length);
            let block = if algorithm == Algorithm::Tdes { 8 } else { 16 };
            assert!(view.length.is_multiple_of(block), "{cvn} {algorithm}");
            assert!(view.extent().ends_with(&format!("blocks of {block}")));
            let length = format!("{} octets", algorithm.key_length());
            assert!(view.key.contains(&length), "{}", view.key);
            assert!(view.key.contains("of counter 0102,"), "{}", view.key);
            seen += 1;
        }
    }
    assert_eq!(seen, 6 * 5 * 2);
}

/// Version and algorithm, what the key and the MAC are called.
#[test]
fn key_and_mac_are_named_by_version_and_algorithm() {
    for (cvn, algorithm, named) in [
        (
            Cvn::UnionPay01,
            Algorithm::Tdes,
            ["UnionPay session key", "triple DES", "algorithm 3"],
        ),
        (
            Cvn::UnionPay17,
            Algorithm::Sm4,
            ["of JR/T 0025.17", "SM4", "CBC-MAC"],
        ),
        (
            Cvn::UnionPay01,
            Algorithm::Aes128,
            ["EMV common", "AES", "CMAC"],
        ),
        (
            Cvn::Visa18,
            Algorithm::Tdes,
            ["EMV common", "triple DES", "algorithm 3"],
        ),
        (
            Cvn::Visa22,
            Algorithm::Aes256,
            ["EMV common", "AES with 32 octets", "CMAC"],
        ),
        (
            Cvn::MChip20,
            Algorithm::Tdes,
            ["EMV common", "triple DES", "algorithm 3"],
        ),
        (
            Cvn::MChip21,
            Algorithm::Sm4,
            ["of JR/T 0025.17", "SM4", "CBC-MAC"],
        ),
    ] {
        let (scheme, ..) = cards().find(|(_, version, _)| *version == cvn).unwrap();
        let de55 = de55(cvn, algorithm, &iad(scheme, cvn, algorithm, &[]));
        let view = view(&de55, Some(Algorithms::one(algorithm))).unwrap();
        let said = format!("{} {}", view.key, view.algorithm);
        assert!(
            named.iter().all(|name| said.contains(name)),
            "{cvn}: {said}"
        );
    }
}

#[test]
fn the_results_say_in_every_scheme_that_the_user_was_verified() {
    for (scheme, cvn, algorithm) in cards() {
        let iad = iad(scheme, cvn, algorithm, &[]);
        let annotator = Annotator::new(Kernel::UnionPay, TestCards::default());
        let objects = annotator.objects(&de55(cvn, algorithm, &iad));
        let iad = objects
            .iter()
            .find(|node| node.tag.as_deref() == Some("9F10"))
            .unwrap();
        let results = iad.children.iter().find(|part| part.name.contains("(CVR)"));
        let meaning = results.unwrap().meaning.as_deref().unwrap();
        assert!(meaning.contains("the user verified on the device"), "{cvn}");
    }
}

/// `UnionPay` names the algorithm in `9F10`; of the others it is the card's, if that has one alone.
#[test]
fn an_algorithm_that_nobody_names_is_not_guessed() {
    let both = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4);
    for (scheme, cvn, algorithm) in cards() {
        let de55 = de55(cvn, algorithm, &iad(scheme, cvn, algorithm, &[]));
        for of_card in [None, both] {
            let view = view(&de55, of_card).unwrap();
            let is_named = scheme == Scheme::UnionPay;
            assert_eq!(view.block.is_some(), is_named, "{cvn}");
            assert_eq!(view.extent().contains("without the padding"), !is_named);
            let made = key(algorithm).mac(cvn.padding(), &[&shown(&view)]);
            assert_eq!(view.value, hex::upper(&made), "{cvn} {algorithm}");
        }
    }
}

#[test]
fn the_parts_of_the_issuer_application_data_are_named() {
    for (cvn, name, value) in [
        (
            Cvn::UnionPay01,
            "Card verification results (CVR), length first",
            "03A40000",
        ),
        (
            Cvn::UnionPay17,
            "Card verification results (CVR), octet 1",
            "A4",
        ),
        (
            Cvn::MChip20,
            "Card verification results (CVR)",
            "A50000000000",
        ),
        (Cvn::MChip21, "Counters", "0000000000000000"),
    ] {
        let (scheme, _, algorithm) = cards().find(|(_, version, _)| *version == cvn).unwrap();
        let de55 = de55(cvn, algorithm, &iad(scheme, cvn, algorithm, &[]));
        let view = view(&de55, Some(Algorithms::one(algorithm))).unwrap();
        let last = view.parts.last().unwrap();
        assert_eq!(
            (last.node.name.as_str(), last.node.value.as_deref()),
            (name, Some(value))
        );
    }
}

#[test]
fn issuer_application_data_that_no_stand_in_card_writes_is_not_explained() {
    let whole = de55(
        Cvn::Visa18,
        Algorithm::Tdes,
        &[0x06, 0x01, 0x12, 0x03, 0xA0, 0, 0],
    );
    assert!(view(&whole, Some(Algorithms::TDES)).is_some());
    let other = de55(
        Cvn::Visa18,
        Algorithm::Tdes,
        &[0x06, 0x01, 0x12, 0x03, 0xA0, 0, 1],
    );
    assert!(view(&other, Some(Algorithms::TDES)).is_none());
}
