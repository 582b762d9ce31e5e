//! Responses as fields.

use super::kit::{with, without};
use crate::field::{FieldError, ResponseCode};
use crate::iso8583::{
    Error, FIELDS, Message, MessageType, Problem, emit_request, emit_response, parse_response,
};
use crate::message::Response;
use crate::samples;

/// Each request and an answer to it, as fields and as types.
fn exchanges() -> [(Message, Message, Response); 13] {
    samples::requests().unwrap().map(|(_, request)| {
        let response = samples::answer(&request).unwrap();
        let request = emit_request(&request).unwrap();
        let answer = emit_response(&request, &response).unwrap();
        (request, answer, response)
    })
}

#[test]
fn every_response_comes_back_from_its_fields() {
    for (request, answer, response) in exchanges() {
        assert_eq!(parse_response(&answer, &request), Ok(response));
        assert_eq!(Some(answer.message_type()), request.message_type().answer());
    }
}

#[test]
fn an_answer_to_another_request_is_refused() {
    for (request, answer, _) in exchanges() {
        for (other, ..) in exchanges() {
            let read = parse_response(&answer, &other);
            let same = [3, 4, 11, 12, 13, 25, 37, 41, 42, 49, 60];
            let same = same
                .iter()
                .all(|&number| request.get(number) == other.get(number));
            let expected = same && request.message_type() == other.message_type();
            assert_eq!(read.is_ok(), expected, "{read:?}");
        }
        for number in [3, 4, 11, 12, 13, 25, 37, 41, 42, 49, 60] {
            let Some(value) = answer.get(number) else {
                continue;
            };
            let mut altered = value.to_vec();
            altered[0] = if altered[0] == b'0' { b'1' } else { b'0' };
            let altered = with(&answer, number, &altered);
            let without = without(&answer, number);
            for answer in [altered, without] {
                let read = parse_response(&answer, &request);
                assert_eq!(read, Err(Error::OtherRequest(number)));
            }
        }
    }
}

#[test]
fn an_answer_has_a_code_and_nothing_that_is_not_its_own() {
    for (request, answer, response) in exchanges() {
        let read = parse_response(&without(&answer, 39), &request);
        assert_eq!(read, Err(Error::Field(39, Problem::Missing)));
        for number in [2, 14, 22, 23, 35, 52, 61, 62, 90] {
            let row = FIELDS.iter().find(|row| row.number == number).unwrap();
            let value = std::vec![b'0'; row.length.most()];
            let read = parse_response(&with(&answer, number, &value), &request);
            assert_eq!(read, Err(Error::Field(number, Problem::Unexpected)));
        }
        // Fields that other hosts add.
        let answer = with(&with(&answer, 15, b"1123"), 44, b"HOST 1");
        assert_eq!(parse_response(&answer, &request), Ok(response));
    }
}

#[test]
fn values_that_are_none_are_named() {
    let (request, answer, _) = &exchanges()[4];
    let cases = [
        (54, &b"0001156C000000001234"[..], FieldError::Balance),
        (54, b"0002156X000000001234", FieldError::Balance),
        (54, b"0002156C00000000123", FieldError::Balance),
        (54, b"0002ABCC000000001234", FieldError::Balance),
        (
            55,
            b"\x91\x0A\x01\x02\x03\x04\x05\x06\x07\x0805",
            FieldError::IssuerAuthentication,
        ),
        (
            55,
            b"\x91\x08\x01\x02\x03\x04\x05\x06\x07\x08",
            FieldError::IssuerAuthentication,
        ),
        (55, b"\x8A", FieldError::IssuerAuthentication),
    ];
    for (number, value, error) in cases {
        let read = parse_response(&with(answer, number, value), request);
        assert_eq!(read, Err(Error::Value(error)), "DE {number}");
    }
}

#[test]
fn whatever_is_a_request_can_be_answered_without_being_understood() {
    let mut request = Message::new(MessageType::FinancialRequest);
    request.set(11, b"000000").unwrap();
    let response = Response::new(ResponseCode::FORMAT_ERROR);
    let answer = emit_response(&request, &response).unwrap();
    assert_eq!(parse_response(&answer, &request), Ok(response.clone()));
    assert_eq!(emit_response(&answer, &response), Err(Error::MessageType));
}
