//! Every letter is one durable change, and is reported back.

use understudy_core::card::{Limits, Refusal, Standing, StateKind};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_tests::{GpoData, ProfileSpec};

use crate::Taken;
use crate::history::RecordOutcome;
use crate::kit::{Answer, Phone, START, card, spec};

const LIMITS: Limits = Limits {
    currency: Currency::CNY,
    unverified_tap: 1000,
    unverified_taps: 2,
    unverified_sum: 1500,
    verified_tap: 5000,
    validity: 30,
};

fn standing(phone: &Phone) -> Standing {
    phone.wallet.cards()[0].standing
}

#[test]
fn a_user_suspends_and_resumes_a_card_of_his_own() {
    let mut phone = Phone::with_keys(2);
    phone
        .wallet
        .set_standing(card(1), Standing::Suspended)
        .unwrap();
    phone.die();
    assert_eq!(standing(&phone), Standing::Suspended);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    phone
        .wallet
        .set_standing(card(1), Standing::Active)
        .unwrap();
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn other_limits_hold_at_once_and_after_a_restart_until_a_profile_comes() {
    let mut phone = Phone::with_keys(9);
    let letter = phone.issuer.command(Some(card(1)), Command::Limits(LIMITS));
    assert_eq!(phone.receive(&letter), Taken::Limited(card(1)));
    assert_eq!(phone.tap(), Answer::Refused(0x6986));
    phone.die();
    assert_eq!(phone.tap(), Answer::Refused(0x6986));
    let profile = spec(card(1)).octets();
    let letter = phone.issuer.write(Some(card(1)), Body::Profile(&profile));
    assert_eq!(phone.receive(&letter), Taken::ProfileChanged(card(1)));
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_profile_of_the_same_derivation_keeps_the_keys_and_another_one_drops_them() {
    let mut phone = Phone::with_keys(3);
    let renamed = ProfileSpec {
        unverified_tap: 99,
        ..spec(card(1))
    };
    let octets = renamed.octets();
    let letter = phone.issuer.write(Some(card(1)), Body::Profile(&octets));
    assert_eq!(phone.receive(&letter), Taken::ProfileChanged(card(1)));
    assert_eq!(phone.keys_left(), 3);
    assert_eq!(phone.tap(), Answer::Refused(0x6986));
    let other_psn = ProfileSpec {
        psn: Some(1),
        ..spec(card(1))
    };
    let octets = other_psn.octets();
    let letter = phone.issuer.write(Some(card(1)), Body::Profile(&octets));
    phone.receive(&letter);
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(phone.armed(), None);
}

#[test]
fn a_notice_settles_a_payment_with_the_issuers_time() {
    let mut phone = Phone::with_keys(3);
    phone.pay();
    let letter = phone.issuer.notice(Notice::Approved, 1, *b"00");
    let atc = phone.history()[0].atc.unwrap();
    assert_eq!(phone.receive(&letter), Taken::Settled(card(1), atc));
    let amount = Amount::new(1234, Currency::CNY).unwrap();
    let at = Some(understudy_core::card::UnixTime(START));
    let approved = RecordOutcome::Approved { amount, at };
    assert_eq!(phone.history()[0].outcome, approved);
    phone.die();
    assert_eq!(phone.history()[0].outcome, approved);
}

#[test]
fn a_letter_taken_during_a_tap_takes_the_card_from_the_reader() {
    let mut phone = Phone::with_keys(2);
    phone.send(&understudy_tests::select(understudy_tests::UNIONPAY_DEBIT));
    assert_eq!(phone.wallet.live().tap.state(), StateKind::Selected);
    let reason = SuspendReason::Issuer;
    let letter = phone
        .issuer
        .command(Some(card(1)), Command::Suspend(reason));
    phone.receive(&letter);
    let answer = phone.send(&GpoData::default().command());
    assert_eq!(answer, [0x69, 0x85]);
    assert_eq!(
        phone.history()[0].outcome,
        RecordOutcome::Refused(Refusal::CardGone)
    );
}
