//! The tap, and the request that results from it.

use crate::document::{block, line, octets};
use crate::scene::{Phone, request_of};
use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Atc, Cryptogram, CryptogramInput, Cvn, TransactionData};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::Reader;
use understudy_issuer::{CardIdentity, CryptogramCheck, KeyCustody as _, demonstration};

#[test]
fn terminal_and_card_talk_as_in_the_log_of_the_document() {
    let report = Phone::provisioned().tap();
    let said: Vec<String> = report
        .exchanges()
        .flat_map(|exchange| {
            let answer = exchange.answer.as_ref().unwrap();
            [(">>", &exchange.command), ("<<", answer)]
        })
        .map(|(side, octets)| format!("{side} {}", hex::encode_upper(octets)))
        .collect();
    let documented: Vec<String> = block("log tap")
        .lines()
        .map(|text| text.split_at(2))
        .map(|(side, octets)| format!("{side} {}", hex::encode_upper(line(octets))))
        .collect();
    assert_eq!(said, documented);
}

#[test]
fn the_request_of_the_document_is_what_the_terminal_sends() {
    let request = request_of(Phone::provisioned().tap());
    assert_eq!(
        hex::encode_upper(&request.de55),
        hex::encode_upper(octets("de55"))
    );
}

#[test]
fn the_cryptogram_of_the_document_is_the_card_s_under_the_test_key() {
    let de55 = octets("de55");
    let value = |tag: u32| {
        let mut objects = Reader::new(&de55).map(Result::unwrap);
        objects
            .find(|object| object.tag.number() == tag)
            .unwrap()
            .value
    };
    let data = TransactionData {
        amount_authorised: value(0x9F02).try_into().unwrap(),
        amount_other: value(0x9F03).try_into().unwrap(),
        terminal_country: value(0x9F1A).try_into().unwrap(),
        tvr: value(0x95).try_into().unwrap(),
        currency: value(0x5F2A).try_into().unwrap(),
        date: value(0x9A).try_into().unwrap(),
        transaction_type: value(0x9C)[0],
        unpredictable_number: value(0x9F37).try_into().unwrap(),
        aip: value(0x82).try_into().unwrap(),
    };
    let input = CryptogramInput::new(Cvn::UnionPay01, data, value(0x9F10)).unwrap();
    let counter = u16::from_be_bytes(value(0x9F36).try_into().unwrap());
    let made = |atc: u16| {
        let number = CardNumber::parse("6250947000000014").unwrap();
        let check = CryptogramCheck {
            card: CardIdentity {
                number: &number,
                psn: Some(0x01),
                scheme: Scheme::UnionPay,
                dki: 0x01,
            },
            algorithm: Algorithm::Tdes,
            input: &input,
            atc: Atc::new(atc).unwrap(),
            unpredictable_number: data.unpredictable_number,
            cryptogram: Cryptogram(value(0x9F26).try_into().unwrap()),
        };
        demonstration::custody().verify(&check).unwrap()
    };
    assert_eq!((made(counter), made(counter + 1)), (true, false));
}

#[test]
fn the_request_of_the_document_has_its_objects_in_the_documented_order() {
    let documented = "9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 \
                      9F1E 84 9F09 9F41";
    let de55 = octets("de55");
    let tags: Vec<String> = Reader::new(&de55)
        .map(|object| object.unwrap().tag.to_string())
        .collect();
    assert_eq!(tags.join(" "), documented);
}
