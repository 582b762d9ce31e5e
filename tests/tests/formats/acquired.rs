//! Messages between terminal and issuer.

use understudy_acquiring::iso8583::{
    Class, Encoding, FIELDS, Field, Length, MESSAGE_MAX, Secrecy, Variant, emit, parse,
    parse_request,
};
use understudy_acquiring::{Request, samples};

use crate::document::{octets, read};

#[test]
fn the_field_table_of_the_document_is_that_of_the_code() {
    let text = read("docs/formats.md");
    let (_, rest) = text.split_once("<!-- field table -->\n").unwrap();
    let (table, _) = rest.split_once("<!-- end of field table -->").unwrap();
    let documented: Vec<&str> = table.lines().skip(2).collect();
    let expected: Vec<String> = FIELDS.iter().map(row).collect();
    assert_eq!(documented, expected);
}

fn row(field: &Field) -> String {
    let class = match field.class {
        Class::N => "n",
        Class::An => "an",
        Class::Ans => "ans",
        Class::Z => "z",
        Class::B => "b",
    };
    let length = match field.length {
        Length::Fixed(length) => length.to_string(),
        Length::Ll(most) => format!("LL, 1–{most}"),
        Length::Lll(most) => format!("LLL, 1–{most}"),
    };
    let even = matches!(field.length, Length::Fixed(length) if length % 2 == 0);
    let bcd = match field.bcd {
        Encoding::PackedLeft | Encoding::PackedRight if even => "digits",
        Encoding::PackedLeft => "left",
        Encoding::PackedRight => "right",
        Encoding::Characters => "characters",
        Encoding::Octets | Encoding::Hex => "octets",
    };
    let shown = match field.secrecy {
        Secrecy::Open => "whole",
        Secrecy::CardNumber => "first six, last four",
        Secrecy::Track2 => "first six, last four of the number",
        Secrecy::Hidden => "its length",
    };
    let (number, name) = (field.number, field.name);
    format!("| {number} | {name} | {class} | {length} | {bcd} | {shown} |")
}

#[test]
fn the_sale_of_the_document_is_read_and_written() {
    let documented = octets("sale");
    let message = parse(&documented, Variant::Bcd).unwrap();
    let mut room = [0; MESSAGE_MAX];
    let packed = emit(&message, Variant::Bcd, &mut room).unwrap();
    assert_eq!(*packed, documented);
    let [_, (_, request), ..] = samples::requests().unwrap();
    assert!(matches!(request, Request::Authorisation(_)));
    assert_eq!(parse_request(&message), Ok(request));
}
