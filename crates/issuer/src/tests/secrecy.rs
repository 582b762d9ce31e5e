//! No key, card number or PIN in anything that is shown.

use understudy_core::wire::digits::CardNumber;

use super::kit::{World, cny, pan};
use crate::demonstration::{
    TEST_HOST_KEY, TEST_ISSUER_MASTER_KEY, TEST_PIN, TEST_TERMINAL_PIN_KEY,
};
use crate::{Pin, Secret, TerminalPinKey, demonstration};

fn secrets(world: &World) -> Vec<String> {
    let pan = pan().expose().to_owned();
    let number = world.card.number.expose().to_owned();
    let mut secrets = vec![
        pan[6..15].to_owned(),
        number[6..12].to_owned(),
        TEST_PIN.to_owned(),
        hex::encode(TEST_ISSUER_MASTER_KEY),
        hex::encode(TEST_TERMINAL_PIN_KEY),
        hex::encode(TEST_HOST_KEY),
        hex::encode(&world.card.track2),
        format!("{TEST_ISSUER_MASTER_KEY:?}"),
        format!("{:?}", world.card.track2),
    ];
    secrets.extend(secrets.clone().iter().map(|secret| secret.to_uppercase()));
    secrets
}

#[test]
fn nothing_that_is_debugged_or_displayed_shows_a_secret() {
    let mut world = World::new();
    let options = crate::IssueOptions::default();
    let expiry = understudy_core::wire::track2::Expiry::parse("2812").unwrap();
    let issued = world
        .issuer
        .issue(&pan(), expiry, &options, super::kit::NOW)
        .unwrap();
    let sale = world
        .card
        .sale(1, cny(1))
        .with_pin(world.card.pin_block(TEST_PIN));
    let verdict = world.authorise(&sale);
    let shown = [
        format!("{:?}", world.issuer),
        format!("{:?}", world.issuer.snapshot()),
        format!("{:?}", world.issuer.tokens().collect::<Vec<_>>()),
        format!("{issued:?} {}", issued.number),
        format!("{:?}", sale.request()),
        format!(
            "{verdict:?} {} {}",
            verdict.reason,
            verdict.reason.explanation()
        ),
        format!("{:?}", demonstration::config()),
        format!("{:?}", demonstration::keys()),
        format!("{:?}", Pin::parse(TEST_PIN).unwrap()),
        format!(
            "{:?}",
            TerminalPinKey::new(Secret::new(TEST_TERMINAL_PIN_KEY))
        ),
        format!("{:?}", Secret::new(TEST_HOST_KEY)),
    ];
    for text in &shown {
        for secret in secrets(&world) {
            assert!(!text.contains(&secret), "{text}");
        }
    }
}

#[test]
fn no_error_shows_a_card_number() {
    let mut world = World::new();
    let numbers = ["6222020000000001231", "6250947000000014", "622202000000"];
    let expiry = understudy_core::wire::track2::Expiry::parse("2812").unwrap();
    for number in numbers {
        let pan = CardNumber::parse(number).unwrap();
        let options = crate::IssueOptions::default();
        let error = world
            .issuer
            .issue(&pan, expiry, &options, super::kit::NOW)
            .unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            !text
                .chars()
                .any(|c| c.is_ascii_digit() && !"1369".contains(c)),
            "{text}"
        );
    }
}

#[test]
fn the_request_shows_amount_and_trace_number_only() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1_234)).with_pin([0xAB; 8]);
    assert_eq!(
        format!("{:?}", sale.request()),
        "AuthorisationRequest { amount: Amount { minor: 1234, currency: Currency(156) }, \
         trace_number: 1, .. }"
    );
}
