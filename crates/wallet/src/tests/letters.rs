//! Every letter is one durable change, and is reported back.

use understudy_core::card::{CardId, Limits, Refusal, Standing, StateKind};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_provisioning::message;
use understudy_tests::{GpoData, ProfileSpec};

use crate::history::RecordOutcome;
use crate::kit::{Answer, Phone, START, card, spec};
use crate::{Taken, WalletError};

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
fn a_suspended_card_is_not_there_until_it_is_resumed_and_its_key_is_not_lost() {
    let mut phone = Phone::with_keys(2);
    let reason = SuspendReason::CloneOrRollback;
    let letter = phone
        .issuer
        .command(Some(card(1)), Command::Suspend(reason));
    assert_eq!(phone.receive(&letter), Taken::Suspended(card(1), reason));
    assert_eq!(phone.armed(), None);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    let resumed = phone.wallet.set_standing(card(1), Standing::Active);
    assert!(matches!(resumed, Err(WalletError::SuspendedByIssuer)));
    let letter = phone.issuer.command(Some(card(1)), Command::Resume);
    assert_eq!(phone.receive(&letter), Taken::Resumed(card(1)));
    assert_eq!(phone.keys_left(), 2);
    assert_eq!(phone.tap().atc(), Some(1));
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
fn a_profile_of_another_token_is_refused_and_counted() {
    let mut phone = Phone::with_keys(1);
    let other = spec(card(2)).octets();
    let letter = phone.issuer.write(Some(card(1)), Body::Profile(&other));
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::OtherCard)
    ));
    assert_eq!(phone.report().refusals, 1);
}

#[test]
fn a_notice_settles_a_payment_with_the_issuers_time() {
    let mut phone = Phone::with_keys(3);
    phone.pay();
    let letter = phone.issuer.notice(card(1), Notice::Approved, 1);
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

#[test]
fn letters_again_older_and_altered_change_nothing() {
    let mut phone = Phone::with_keys(2);
    let old = phone.issuer.more(card(1), &[3], None);
    let new = phone.issuer.more(card(1), &[4], None);
    phone.receive(&new);
    assert_eq!(phone.receive(&new), Taken::Done);
    let stale = phone.wallet.receive(&old);
    assert!(matches!(
        stale,
        Err(WalletError::Refused(message::Refusal::Stale))
    ));
    for place in 0..new.len() {
        let mut altered = new.clone();
        altered[place] ^= 0x01;
        assert!(phone.wallet.receive(&altered).is_err(), "octet {place}");
    }
    assert_eq!(phone.keys_left(), 3);
}

#[test]
fn ten_cards_are_held_and_an_eleventh_is_refused() {
    let mut phone = Phone::empty();
    for name in 1..=10 {
        phone.install(name, &[1]);
    }
    let letter = phone.issuer.card(CardId(11), &[1], None);
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::Full)
    ));
    phone.die();
    assert_eq!(phone.wallet.cards().len(), 10);
}
