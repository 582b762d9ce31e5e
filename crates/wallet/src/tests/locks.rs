//! Taps during background work.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use understudy_provisioning::letter::{Command, SuspendReason};

use crate::history::RecordOutcome;
use crate::kit::{Answer, HandClock, Phone, card};
use crate::{Simulated, Wallet};

/// Releases the syncs also if the test fails: its other threads wait for that.
struct Released<'f>(&'f Simulated);

impl Drop for Released<'_> {
    fn drop(&mut self) {
        self.0.release_syncs();
    }
}

#[test]
fn a_wallet_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Wallet<Simulated, HandClock>>();
    shared::<Wallet>();
}

/// A phone with keys 1 to 3, which tapped while a letter with keys 4 and 5 waited for the disk.
fn tapped_amid_a_letter() -> Phone {
    let mut phone = Phone::with_keys(3);
    let letter = phone.issuer.keys(card(1), &[4, 5]);
    phone.folder.hold_syncs();
    thread::scope(|scope| {
        let taken = scope.spawn(|| phone.wallet.receive(&letter));
        phone.folder.wait_for_held_sync();
        let _released = Released(&phone.folder);
        assert_eq!(phone.tap().atc(), Some(1));
        assert!(!taken.is_finished());
        phone.folder.release_syncs();
        taken.join().unwrap().unwrap();
    });
    phone
}

#[test]
fn a_tap_is_answered_while_a_letter_waits_for_the_disk_and_both_last() {
    let mut phone = tapped_amid_a_letter();
    assert_eq!(phone.keys_left(), 4);
    assert_eq!(phone.history().len(), 1);
    phone.die();
    assert_eq!(phone.keys_left(), 4);
    assert_eq!(phone.history().len(), 1);
    assert_eq!(phone.report().marks.len(), 1);
}

#[test]
fn a_tap_during_a_change_is_not_undone_by_a_power_cut_after_it() {
    let mut phone = tapped_amid_a_letter();
    phone.lose_power();
    // The tap's mark was never synced, but the arming of its key is in the new generation.
    assert_eq!(phone.pay().atc(), Some(2));
}

#[test]
fn a_tap_amid_the_making_of_a_change_is_in_what_is_stored() {
    for power_cut in [false, true] {
        let mut phone = Phone::with_keys(3);
        let tapped = phone.wallet.change(|_, _| Ok(phone.tap().atc())).unwrap();
        assert_eq!(tapped, Some(1));
        if power_cut {
            phone.lose_power();
        } else {
            phone.die();
        }
        assert_eq!(phone.keys_left(), 2);
        let [tap] = phone.history()[..] else {
            panic!("one record")
        };
        assert!(matches!(tap.outcome, RecordOutcome::Sent(_)));
        assert_eq!(phone.report().marks.len(), 1);
    }
}

#[test]
fn a_suspension_that_waits_for_the_disk_lets_no_key_out_that_it_does_not_know_of() {
    let mut phone = Phone::with_keys(3);
    let reason = SuspendReason::Issuer;
    let letter = phone
        .issuer
        .command(Some(card(1)), Command::Suspend(reason));
    phone.folder.hold_syncs();
    thread::scope(|scope| {
        let taken = scope.spawn(|| phone.wallet.receive(&letter));
        phone.folder.wait_for_held_sync();
        let _released = Released(&phone.folder);
        // The one tap that waits, until the card is suspended.
        let may_leave = phone.wallet.live().ready;
        let tap = scope.spawn(|| phone.begin(&understudy_tests::GpoData::default()));
        phone.folder.release_syncs();
        taken.join().unwrap().unwrap();
        let answer = tap.join().unwrap();
        assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
        assert!(!may_leave);
    });
    assert_eq!(phone.keys_left(), 3);
}

#[test]
fn a_tap_is_answered_while_settling_waits_for_the_disk() {
    let mut phone = Phone::with_keys(3);
    phone.install(2, &[7, 8]);
    phone.folder.hold_syncs();
    phone.wallet.present(card(2), 60).unwrap();
    thread::scope(|scope| {
        let settled = scope.spawn(|| phone.wallet.settle());
        phone.folder.wait_for_held_sync();
        let _released = Released(&phone.folder);
        let select = phone.send(&understudy_tests::select(understudy_tests::UNIONPAY_DEBIT));
        assert_eq!(select[..1], [0x6F]);
        phone.wallet.events();
        phone.wallet.cards();
        phone.wallet.user_acted();
        assert!(!settled.is_finished());
        phone.folder.release_syncs();
        settled.join().unwrap().unwrap();
    });
    assert_eq!(phone.armed(), Some((2, 7)));
}

#[test]
fn a_panic_behind_a_lock_ends_the_tap_and_nothing_else() {
    let phone = Phone::with_keys(3);
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _store = phone.wallet.store();
        let _live = phone.wallet.live();
        panic!("amid a change");
    }));
    assert!(caught.is_err());
    phone.wallet.reset();
    assert_eq!(phone.pay().atc(), Some(1));
    phone.wallet.set_default(card(1)).unwrap();
    assert_eq!(phone.pay().atc(), Some(2));
}

#[test]
fn many_threads_use_no_key_twice() {
    let mut phone = Phone::with_keys(60);
    let letter = phone.issuer.keys(card(1), &(61..=80).collect::<Vec<_>>());
    let shared = Arc::new(phone);
    let workers: Vec<_> = (0..3)
        .map(|worker| {
            let (phone, letter) = (Arc::clone(&shared), letter.clone());
            thread::spawn(move || match worker {
                0 => {
                    phone.wallet.receive(&letter).unwrap();
                    for _ in 0..20 {
                        phone.wallet.set_default(card(1)).unwrap();
                    }
                }
                1 => (0..50).for_each(|_| phone.wallet.settle().unwrap()),
                _ => (0..50).for_each(|_| {
                    phone.verify();
                    phone.tap();
                }),
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    let mut atcs: Vec<u16> = shared
        .history()
        .iter()
        .filter_map(|record| record.atc)
        .map(understudy_core::crypto::Atc::get)
        .collect();
    atcs.reverse();
    assert_eq!(atcs, (1..=50).collect::<Vec<_>>());
    assert_eq!(shared.keys_left(), 30);
}
