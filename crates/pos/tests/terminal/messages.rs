//! The messages shown, and the parameters of an outcome.

use std::time::Duration;

use understudy_core::wire::amount::Amount;
use understudy_pos::{
    Config, Cvm, HostAnswer, OnlineResponseData, Presence, Start, Status, Terminal,
};

use super::support::*;

#[test]
fn every_message_has_its_status_its_hold_time_and_the_amount_where_it_belongs() {
    let mut card = Card {
        field: vec![Presence::SeveralCards],
        ..Card::good()
    };
    let report = tap(&mut card);
    let found: Vec<_> = report
        .ui_requests()
        .map(|request| {
            let tenths = request.hold_time.as_millis() / 100;
            let value = request.value.map(Amount::minor);
            (
                request.message.identifier(),
                request.status.identifier(),
                tenths,
                value,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (0x15, 0x02, 0, Some(1234)),
            (0x19, 0x05, 13, None),
            (0x16, 0x03, 0, None),
            (0x17, 0x04, 0, None),
            (0x1B, 0x04, 0, None),
        ]
    );
}

#[test]
fn messages_are_in_the_language_of_the_card_once_it_is_known() {
    for (preference, expected) in [
        ("7A68", Some("zh")),
        ("7A68656E", Some("zhen")),
        ("5A48454E", Some("zhen")),
        ("7A6865", None),
        ("3131", None),
        ("", None),
        ("656E656E656E656E656E", None),
    ] {
        let inside = tlv("5F2D", preference) + &tlv("9F38", PDOL);
        let body = tlv("6F", &(tlv("84", DEBIT) + &tlv("A5", &inside)));
        let mut card = Card {
            select: vec![ok(&body)],
            ..Card::good()
        };
        let report = tap(&mut card);
        let languages: Vec<_> = report
            .ui_requests()
            .map(|request| request.language.as_deref())
            .collect();
        assert_eq!(languages, [None, None, expected, expected], "{preference}");
    }
}

#[test]
fn an_outcome_comes_with_its_parameters() {
    let hold = Duration::from_millis(1_300);
    let see_phone = tap(&mut Card {
        gpo: vec![hex("6986")],
        ..Card::good()
    });
    let parameters = &see_phone.parameters;
    assert_eq!(parameters.start, Some(Start::B));
    assert_eq!(parameters.field_off, Some(hold));
    assert_eq!(parameters.ui_on_outcome.message.identifier(), 0x20);
    assert_eq!(parameters.ui_on_outcome.status, Status::ProcessingError);
    assert_eq!(parameters.ui_on_outcome.hold_time, hold);
    let restart = parameters.ui_on_restart.as_ref().unwrap();
    assert_eq!(restart.message.identifier(), 0x21);
    assert_eq!(restart.status, Status::ReadyToRead);
    assert_eq!((parameters.cvm, parameters.data_record), (None, false));

    let signature = tap(&mut Card::with_ctq(Some("4000")));
    let parameters = &signature.parameters;
    assert_eq!((parameters.start, parameters.field_off), (None, None));
    assert_eq!(parameters.cvm, Some(Cvm::Signature));
    assert_eq!(parameters.ui_on_restart, None);
    assert!(parameters.data_record && !parameters.receipt);
    assert_eq!(
        parameters.online_response_data,
        OnlineResponseData::NotApplicable
    );
    assert_eq!(parameters.removal_timeout, Duration::ZERO);

    let request = online(&signature.outcome);
    let terminal = Terminal::new(Config::from_toml("tap.hold_time = 20").unwrap());
    let approved = request.complete(HostAnswer::ResponseCode(*b"00"));
    let parameters = terminal.parameters(&approved, Some("zh"));
    assert!(parameters.receipt);
    assert_eq!(parameters.ui_on_outcome.language.as_deref(), Some("zh"));
    assert_eq!(parameters.ui_on_outcome.message.identifier(), 0x1A);
    assert_eq!(
        parameters.ui_on_outcome.status,
        Status::CardReadSuccessfully
    );
    let declined = request.complete(HostAnswer::ResponseCode(*b"05"));
    let parameters = terminal.parameters(&declined, None);
    assert_eq!(parameters.ui_on_outcome.message.identifier(), 0x07);
    assert!(!parameters.receipt);
}

#[test]
fn a_pin_is_asked_for_with_message_09() {
    let report = tap(&mut Card::with_ctq(Some("8000")));
    let ui = &report.parameters.ui_on_outcome;
    assert_eq!(ui.message.identifier(), 0x09);
    assert_eq!(ui.status, Status::Processing);
}

#[test]
fn the_hold_time_is_the_configurations() {
    for (tenths, expected) in [(0, 0), (13, 1_300), (255, 25_500)] {
        let mut card = Card {
            gpo: vec![hex("6D00")],
            ..Card::good()
        };
        let toml = format!("tap.hold_time = {tenths}");
        let report = tap_at(&toml, &purchase(1234), &mut card);
        let ui = &report.parameters.ui_on_outcome;
        assert_eq!(ui.hold_time, Duration::from_millis(expected));
    }
}
