//! The tap, and the request that follows from it.

use crate::document::{block, line, octets};
use crate::scene::{Phone, request_of};
use understudy_core::wire::tlv::Reader;

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
fn the_request_of_the_document_has_its_objects_in_the_documented_order() {
    let documented = "9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 \
                      9F1E 84 9F09 9F41";
    let de55 = octets("de55");
    let tags: Vec<String> = Reader::new(&de55)
        .map(|object| object.unwrap().tag.to_string())
        .collect();
    assert_eq!(tags.join(" "), documented);
}
