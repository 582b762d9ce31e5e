//! Requests as fields.

use super::kit::{messages, with, without};
use crate::field::{FieldError, TransactionKind};
use crate::iso8583::{Error, FIELDS, MessageType, Problem, emit_request, field, parse_request};
use crate::message::{CurrencyTotals, Request, Tally, Totals};
use crate::samples;

#[test]
fn every_request_comes_back_from_its_fields() {
    for (name, request) in samples::requests().unwrap() {
        let message = emit_request(&request).unwrap();
        assert_eq!(parse_request(&message), Ok(request), "{name}");
    }
}

#[test]
fn the_types_and_codes_are_those_of_the_table() {
    let types = samples::requests().unwrap().map(|(_, request)| {
        let message = emit_request(&request).unwrap();
        let code = message.get(3).map(|code| [code[0], code[1]]);
        let condition = message.get(25).map(|code| [code[0], code[1]]);
        (message.message_type(), code, condition)
    });
    let financial = (MessageType::FinancialRequest, Some(*b"00"), Some(*b"00"));
    let expected = [
        financial,
        financial,
        financial,
        financial,
        (
            MessageType::AuthorisationRequest,
            Some(*b"03"),
            Some(*b"06"),
        ),
        (MessageType::FinancialRequest, Some(*b"31"), Some(*b"00")),
        (MessageType::FinancialAdvice, Some(*b"20"), Some(*b"00")),
        (MessageType::FinancialRequest, Some(*b"00"), Some(*b"06")),
        (MessageType::FinancialRequest, Some(*b"20"), Some(*b"00")),
        (MessageType::FinancialAdvice, Some(*b"20"), Some(*b"00")),
        (MessageType::ReversalRequest, Some(*b"00"), Some(*b"00")),
        (MessageType::ReversalRequest, Some(*b"00"), Some(*b"06")),
        (MessageType::SettlementRequest, None, None),
    ];
    assert_eq!(types, expected);
}

/// The fields that a request may do without: expiry, sequence number, PIN blocks, totals, the chip data
/// of a reversal, and the approval code of an original.
const OPTIONAL: [u8; 6] = [14, 23, 38, 48, 52, 62];

#[test]
fn a_field_that_is_missing_is_named() {
    for (name, request) in samples::requests().unwrap() {
        let message = emit_request(&request).unwrap();
        for (row, _) in message.fields() {
            let read = parse_request(&without(&message, row.number));
            let with_card = matches!(request, Request::Authorisation(_));
            let optional = OPTIONAL.contains(&row.number) || (row.number == 55 && !with_card);
            let refund = request.kind() == Some(TransactionKind::Refund) && with_card;
            match row.number {
                _ if optional => assert!(read.is_ok(), "{name}: {}", row.number),
                // An original that is not named, and a card that is not there.
                61 if refund => assert_eq!(read, Err(Error::Field(38, Problem::Unexpected))),
                35 if refund => assert_eq!(read, Err(Error::Field(14, Problem::Unexpected))),
                number => assert_eq!(read, Err(Error::Field(number, Problem::Missing)), "{name}"),
            }
        }
    }
}

#[test]
fn a_field_that_has_no_place_is_named() {
    for (name, request) in samples::requests().unwrap() {
        let message = emit_request(&request).unwrap();
        let absent = FIELDS
            .iter()
            .filter(|row| message.get(row.number).is_none());
        for row in absent.filter(|row| ![64, 128].contains(&row.number)) {
            let value = std::vec![b'0'; row.length.most()];
            let read = parse_request(&with(&message, row.number, &value));
            let number = row.number;
            let taken = match &request {
                Request::Authorisation(_) => [14, 23, 35, 52, 62, 61].contains(&number),
                Request::Reversal(_) => number == 55,
                Request::Settlement(_) => number == 48,
                Request::Refund(_) => number == 35,
                _ => false,
            };
            if !taken {
                assert_eq!(
                    read,
                    Err(Error::Field(number, Problem::Unexpected)),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn an_answer_is_no_request() {
    for message in messages() {
        let is_request = message.message_type().answer().is_some();
        assert_eq!(parse_request(&message).is_ok(), is_request);
    }
}

#[test]
fn values_that_are_none_are_named() {
    let [sale, .., settlement] = samples::requests().unwrap().map(|(_, request)| request);
    let sale = emit_request(&sale).unwrap();
    let settlement = emit_request(&settlement).unwrap();
    let cases = [
        (&sale, 3, &b"990000"[..], FieldError::ProcessingCode),
        (&sale, 3, b"030000", FieldError::ProcessingCode),
        (&sale, 25, b"07", FieldError::ConditionCode),
        (&sale, 11, b"000000", FieldError::TraceNumber),
        (&sale, 12, b"240000", FieldError::LocalTime),
        (&sale, 13, b"0230", FieldError::LocalDate),
        (&sale, 14, b"3013", FieldError::Expiry),
        (&sale, 23, b"100", FieldError::SequenceNumber),
        (&sale, 35, b"6228480000000000014", FieldError::Track2),
        (&sale, 49, b"CNY", FieldError::Currency),
        (&settlement, 48, b"156", FieldError::Totals),
        (&settlement, 60, b"00000000201", FieldError::Batch),
        (&settlement, 60, b"00000017203", FieldError::Batch),
        (&settlement, 60, b"01000017201", FieldError::Batch),
        (&settlement, 60, b"17", FieldError::Batch),
    ];
    for (message, number, value, error) in cases {
        let read = parse_request(&with(message, number, value));
        assert_eq!(read, Err(Error::Value(error)), "DE {number}");
        assert_eq!(error.number(), number);
        let text = std::format!("{error}");
        assert!(text.starts_with(&std::format!("DE {number}, ")), "{text}");
        assert!(field(error.number()).is_some());
    }
}

#[test]
fn two_pin_blocks_are_one_too_many() {
    let sale = Request::Authorisation(samples::sale().unwrap());
    let message = emit_request(&sale).unwrap();
    let both = with(&message, 62, &[1; 16]);
    assert_eq!(
        parse_request(&both),
        Err(Error::Field(62, Problem::Unexpected))
    );
    let short = with(&without(&message, 52), 62, &[1; 15]);
    assert_eq!(
        parse_request(&short),
        Err(Error::Value(FieldError::PinBlock4))
    );
}

#[test]
fn a_reversal_that_names_two_originals_is_refused() {
    let requests = samples::requests().unwrap();
    let (_, reversal) = &requests[10];
    let message = emit_request(reversal).unwrap();
    let data = message.get(90).unwrap().to_vec();
    for at in 0..data.len() {
        let mut altered = data.clone();
        altered[at] = b'0' + (altered[at] - b'0' + 1) % 10;
        let read = parse_request(&with(&message, 90, &altered));
        assert_eq!(read, Err(Error::Value(FieldError::OriginalData)), "{at}");
    }
}

#[test]
fn totals_ascend_and_have_each_currency_once() {
    let requests = samples::requests().unwrap();
    let Request::Settlement(settlement) = &requests[12].1 else {
        panic!("the last one is a settlement");
    };
    let groups: std::vec::Vec<CurrencyTotals> = settlement.totals.iter().copied().collect();
    assert!(groups.is_sorted_by_key(|group| group.currency) && groups.len() == 2);
    assert_eq!(Totals::new([groups[0]; 2]), Err(FieldError::Totals));
    let message = emit_request(&requests[12].1).unwrap();
    let value = message.get(48).unwrap();
    let (first, second) = value.split_at(81);
    let swapped = [second, first].concat();
    let twice = [first, first].concat();
    for value in [swapped, twice] {
        let read = parse_request(&with(&message, 48, &value));
        assert_eq!(read, Err(Error::Value(FieldError::Totals)));
    }
    let mut settlement = settlement.clone();
    let beyond = CurrencyTotals {
        sales: Tally {
            count: 1,
            sum: 10_000_000_000_000_000,
        },
        ..groups[0]
    };
    settlement.totals = Totals::new([beyond]).unwrap();
    let written = emit_request(&Request::Settlement(settlement));
    assert_eq!(written, Err(Error::Value(FieldError::Totals)));
}
