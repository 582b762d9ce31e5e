//! The work that an app is asked to do.

use understudy_provisioning::letter::Command;

use crate::kit::{DAY, Phone, START, card};
use crate::{Needs, Thresholds, Wallet};

fn needs(phone: &Phone) -> Needs {
    phone.wallet.needs(&Thresholds::default())
}

fn with(keys: u16, not_after: Option<u64>) -> Phone {
    let mut phone = Phone::empty();
    phone.issuer.not_after = not_after;
    phone.install(1, &(1..=keys).collect::<Vec<_>>());
    phone.issuer.not_after = None;
    phone.wallet.settle().unwrap();
    phone
}

#[test]
fn a_well_provided_wallet_needs_nothing() {
    let phone = with(10, Some(START + 3 * DAY));
    let needs = needs(&phone);
    assert!(!needs.cards[0].keys && !needs.letters && !needs.report && !needs.settle);
    assert_eq!(needs.cards[0].keys_left, 10);
}

#[test]
fn few_keys_are_needed_before_they_are_none() {
    let phone = with(10, None);
    phone.tap();
    let needs = needs(&phone);
    assert!(needs.cards[0].keys && needs.letters && needs.report && needs.settle);
}

#[test]
fn keys_are_needed_two_days_before_their_batch_ends() {
    let phone = with(50, Some(START + 3 * DAY));
    phone.clock.pass(DAY);
    assert!(!needs(&phone).cards[0].keys);
    phone.clock.pass(1);
    assert!(needs(&phone).cards[0].keys);
}

#[test]
fn what_the_issuer_asks_for_is_needed_until_it_has_it() {
    let mut phone = with(50, None);
    let letter = phone.issuer.command(None, Command::Report);
    phone.receive(&letter);
    assert!(needs(&phone).report);
    phone.wallet.report().unwrap();
    let sent = needs(&phone);
    assert!(sent.report && sent.letters);
    phone.die();
    assert!(needs(&phone).report);
    phone.report();
    assert!(!needs(&phone).report);
    let letter = phone.issuer.command(Some(card(1)), Command::Replenish);
    phone.receive(&letter);
    assert!(needs(&phone).cards[0].keys);
    let letter = phone.issuer.keys(card(1), &[51]);
    phone.receive(&letter);
    assert!(!needs(&phone).cards[0].keys);
}

#[test]
fn many_used_keys_are_to_be_reported() {
    let phone = with(100, None);
    for _ in 0..49 {
        phone.pay();
    }
    assert!(!needs(&phone).report);
    phone.pay();
    assert!(needs(&phone).report);
}

#[test]
fn an_issuer_that_is_silent_for_a_day_is_asked_for_letters() {
    let phone = with(50, None);
    phone.clock.pass(DAY - 1);
    assert!(!needs(&phone).letters);
    phone.clock.pass(1);
    assert!(needs(&phone).letters);
}

#[test]
fn thresholds_are_the_apps_own() {
    let phone = with(10, None);
    let many = Thresholds {
        keys: 11,
        ..Thresholds::default()
    };
    assert!(phone.wallet.needs(&many).cards[0].keys);
}

#[test]
fn a_wallet_that_is_not_enrolled_needs_no_issuer() {
    let wallet = Wallet::open(
        crate::Simulated::new(),
        &crate::kit::key(),
        crate::kit::HandClock::new(),
    );
    assert_eq!(
        wallet.unwrap().needs(&Thresholds::default()),
        Needs::default()
    );
}
