//! The armed key, and the losses from a death of the process or of the phone.

use understudy_core::card::KeyError;
use understudy_core::card::{Event, Refusal};
use understudy_tests::{AcData, MASTERCARD, ProfileSpec, gpo, select};

use crate::history::RecordOutcome;
use crate::kit::{Answer, Phone, card};
use crate::{Filter, WalletEvent};

#[test]
fn a_tap_uses_the_armed_key_with_one_write_and_no_sync() {
    let phone = Phone::with_keys(3);
    assert_eq!(phone.armed(), Some((1, 1)));
    let before = phone.folder.counts();
    assert_eq!(phone.tap().atc(), Some(1));
    let after = phone.folder.counts();
    assert_eq!(after.syncs, before.syncs);
    assert_eq!(after.writes, before.writes + 1);
    assert_eq!(phone.armed(), None);
    assert!(phone.wallet.settle_due());
}

#[test]
fn settling_arms_the_next_key_with_one_write_and_one_sync() {
    let phone = Phone::with_keys(3);
    phone.tap();
    let before = phone.folder.counts();
    phone.wallet.settle().unwrap();
    let after = phone.folder.counts();
    assert_eq!(after.syncs, before.syncs + 1);
    assert_eq!(after.writes, before.writes + 1);
    assert_eq!(phone.armed(), Some((1, 2)));
    assert!(!phone.wallet.settle_due());
}

#[test]
fn a_tap_with_nothing_armed_waits_once_and_says_so() {
    let phone = Phone::with_keys(3);
    phone.tap();
    phone.wallet.events();
    assert_eq!(phone.tap().atc(), Some(2));
    assert_eq!(phone.wallet.storage().unwrap().waited, 1);
    let waited = phone.wallet.events();
    assert!(waited.contains(&WalletEvent::Waited(card(1))));
}

#[test]
fn generate_ac_with_nothing_armed_waits_once_and_says_so() {
    let mut phone = Phone::empty();
    let spec = ProfileSpec::mastercard();
    let letter = phone.issuer.profile(card(1), &spec, &[1, 2]);
    phone.receive(&letter);
    phone.install(2, &[7]);
    phone.wallet.settle().unwrap();
    phone.verify();
    phone.send(&select(MASTERCARD));
    assert!(phone.send(&gpo(&[])).ends_with(&[0x90, 0x00]));
    assert_eq!(phone.wallet.storage().unwrap().waited, 0);
    // The armed key goes to a code of another card in the midst of the tap.
    phone.wallet.present_code(card(2)).unwrap();
    assert_eq!(phone.armed(), None);
    phone.wallet.events();
    phone.verify();
    let answer = phone.send(&AcData::default().command(0x80));
    assert!(answer.ends_with(&[0x90, 0x00]), "{answer:02X?}");
    assert_eq!(phone.wallet.storage().unwrap().waited, 1);
    let waited = phone.wallet.events();
    assert!(waited.contains(&WalletEvent::Waited(card(1))));
}

#[test]
fn a_refused_tap_leaves_the_key_armed() {
    let phone = Phone::with_keys(1);
    let ttq_without_path = understudy_tests::GpoData {
        ttq: [0x00; 4],
        ..understudy_tests::GpoData::default()
    };
    assert_eq!(phone.tap_for(&ttq_without_path), Answer::Refused(0x6985));
    assert_eq!(phone.armed(), Some((1, 1)));
    assert_eq!(phone.tap().atc(), Some(1));
    assert_eq!(phone.wallet.storage().unwrap().waited, 0);
}

#[test]
fn the_death_of_the_process_costs_neither_the_armed_key_nor_the_tap_before() {
    let mut phone = Phone::with_keys(3);
    phone.pay();
    phone.die();
    assert_eq!(phone.keys_left(), 2);
    assert_eq!(phone.history().len(), 1);
    // No key may be used before it is armed again, durably.
    assert_eq!(phone.armed(), None);
    assert_eq!(phone.pay().atc(), Some(2));
    phone.die();
    assert_eq!(phone.tap().atc(), Some(3));
}

#[test]
fn a_key_that_left_is_not_armed_again_after_the_death_of_the_process() {
    let mut phone = Phone::with_keys(2);
    assert_eq!(phone.tap().atc(), Some(1));
    phone.die();
    assert_eq!(phone.keys_left(), 1);
    let [tap] = phone.history()[..] else {
        panic!("one tap")
    };
    assert_eq!(tap.atc.unwrap().get(), 1);
    assert!(matches!(tap.outcome, RecordOutcome::Sent(_)));
    assert_eq!(tap.merchant.as_ref(), Some(b"CORNER SHOP SHANGHAI"));
    assert_eq!(phone.tap().atc(), Some(2));
}

#[test]
fn a_power_cut_costs_the_armed_key_and_says_so() {
    let mut phone = Phone::with_keys(3);
    phone.lose_power();
    assert_eq!(phone.keys_left(), 2);
    let [lost] = phone.history()[..] else {
        panic!("one record")
    };
    assert_eq!(lost.outcome, RecordOutcome::PowerLost);
    assert_eq!(lost.atc.unwrap().get(), 1);
    assert_eq!(phone.pay().atc(), Some(2));
    let marks = phone.report().marks;
    assert_eq!(marks.len(), 2);
    assert_eq!(marks[0].payment, None);
    assert!(marks[1].payment.is_some());
}

#[test]
fn a_second_power_cut_before_anything_is_armed_costs_nothing_more() {
    let mut phone = Phone::with_keys(3);
    phone.lose_power();
    phone.lose_power();
    assert_eq!(phone.keys_left(), 2);
    assert_eq!(phone.history().len(), 1);
}

#[test]
fn a_boot_without_a_name_is_no_boot_to_go_on_in() {
    let mut phone = Phone::empty();
    phone.clock.forget_boot();
    let folder = phone.folder.die();
    phone.reopen(folder).unwrap();
    phone.install(1, &[1, 2]);
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((1, 1)));
    phone.die();
    assert_eq!(phone.keys_left(), 1);
    assert_eq!(phone.history()[0].outcome, RecordOutcome::PowerLost);
}

#[test]
fn presenting_another_card_never_leaves_two_keys_armed_and_loses_none() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7, 8]);
    phone.wallet.present(card(2), 60).unwrap();
    assert!(phone.wallet.settle_due());
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((2, 7)));
    phone.wallet.present_default();
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((1, 1)));
    assert_eq!(phone.keys_left(), 4);
    phone.lose_power();
    assert_eq!(phone.keys_left(), 3);
}

#[test]
fn one_call_settles_an_erasure_that_was_cut_off_and_arms_another_card() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7, 8]);
    // The deletion is stored, and not yet erased from the generation before: the next operation is
    // the last.
    phone.folder.die_after(6);
    assert!(phone.wallet.clear_history(None).is_err());
    phone.die();
    phone.wallet.present(card(2), 60).unwrap();
    assert!(phone.wallet.live().book.forgetting);
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((2, 7)));
    assert!(!phone.wallet.settle_due());
}

#[test]
fn a_card_that_another_process_armed_gives_way_to_another_card_whole() {
    let mut phone = Phone::with_keys(2);
    phone.install(2, &[7, 8]);
    phone.die();
    phone.wallet.present(card(2), 60).unwrap();
    phone.wallet.settle().unwrap();
    assert_eq!(phone.armed(), Some((2, 7)));
    phone.lose_power();
    // Only the armed key is lost.
    assert_eq!(phone.keys_left(), 3);
    let filter = Filter {
        card: Some(card(2)),
        ..Filter::default()
    };
    assert_eq!(
        phone.wallet.history(&filter)[0].outcome,
        RecordOutcome::PowerLost
    );
}

#[test]
fn keys_that_come_while_one_is_armed_leave_it_armed() {
    let mut phone = Phone::with_keys(2);
    let letter = phone.issuer.keys(card(1), &[3, 4]);
    phone.receive(&letter);
    assert_eq!(phone.armed(), Some((1, 1)));
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_full_journal_is_folded_and_no_tap_is_lost() {
    let mut phone = Phone::with_keys(200);
    for atc in 1..=150 {
        assert_eq!(phone.pay().atc(), Some(atc));
    }
    assert!(phone.wallet.storage().unwrap().generation > 3);
    phone.die();
    assert_eq!(phone.keys_left(), 50);
    assert_eq!(phone.report().marks.len(), 150);
    assert_eq!(phone.history().len(), 100);
}

#[test]
fn taps_that_are_never_settled_fill_the_journal_and_lose_nothing() {
    let mut phone = Phone::with_keys(200);
    for atc in 1..=150 {
        phone.verify();
        assert_eq!(phone.tap().atc(), Some(atc));
    }
    phone.die();
    assert_eq!(phone.report().marks.len(), 150);
}

#[test]
fn a_card_without_keys_refuses_without_waiting() {
    let phone = Phone::with_keys(1);
    phone.pay();
    let before = phone.folder.counts();
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    assert_eq!(phone.folder.counts().syncs, before.syncs);
    let exhausted = Refusal::Key(KeyError::Exhausted);
    let events = phone.wallet.events();
    let refused = |event: &WalletEvent| matches!(event, WalletEvent::Tap(Event::Refused { refusal, .. }) if *refusal == exhausted);
    assert!(events.iter().any(refused));
    assert_eq!(
        phone.history()[0].outcome,
        RecordOutcome::Refused(exhausted)
    );
}
