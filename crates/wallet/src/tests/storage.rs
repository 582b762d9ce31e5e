//! The data on disk, with disks that fail or are tampered with.

use std::io::ErrorKind;

use crate::history::RecordOutcome;
use crate::kit::{Answer, HandClock, Phone, card, key};
use crate::store::{self, Health};
use crate::{OpenError, PasswordStatus, Simulated, StorageKey, Wallet, WalletError};

#[test]
fn a_new_wallet_is_empty_and_stays_so() {
    let folder = Simulated::new();
    let wallet = Wallet::open(folder.clone(), &key(), HandClock::new()).unwrap();
    assert!(wallet.cards().is_empty());
    assert_eq!(wallet.presented(), None);
    assert!(!wallet.settle_due());
    let storage = wallet.storage().unwrap();
    assert_eq!(
        (storage.generation, storage.files, storage.armed),
        (1, 1, None)
    );
    drop(wallet);
    let wallet = Wallet::open(folder, &key(), HandClock::new()).unwrap();
    assert_eq!(wallet.storage().unwrap().generation, 1);
}

#[test]
fn one_opener_at_a_time() {
    let phone = Phone::with_keys(1);
    let second = Wallet::open(phone.folder.clone(), &key(), phone.clock.clone());
    assert!(matches!(
        second,
        Err(OpenError::Store(store::OpenError::Busy))
    ));
}

#[test]
fn a_wrong_key_is_an_error_and_destroys_nothing() {
    let mut phone = Phone::with_keys(2);
    let folder = phone.folder.die();
    let other = StorageKey::new(zeroize::Zeroizing::new([0x78; 32]));
    let wrong = Wallet::open(folder.clone(), &other, phone.clock.clone());
    assert!(matches!(
        wrong,
        Err(OpenError::Store(store::OpenError::WrongKey))
    ));
    phone.reopen(folder).unwrap();
    assert_eq!(phone.keys_left(), 2);
}

#[test]
fn a_damaged_generation_costs_every_key_and_no_card_and_no_key_twice() {
    let mut phone = Phone::with_keys(4);
    phone.wallet.set_default(card(1)).unwrap();
    assert_eq!(phone.pay().atc(), Some(1));
    let generation = phone.wallet.storage().unwrap().generation;
    let folder = phone.folder.die();
    folder.put(&format!("state.{generation}"), b"nothing of the kind");
    phone.reopen(folder).unwrap();
    let lost = phone.wallet.lost().unwrap();
    assert_eq!(lost.generations, 1);
    assert_eq!(phone.wallet.cards().len(), 1);
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    assert_eq!(phone.wallet.storage().unwrap().lost, Some(lost));
    // The damage is repaired: the next opening finds none.
    phone.die();
    assert_eq!(phone.wallet.lost(), None);
    let marks = phone.report().marks;
    let atcs: Vec<u16> = marks.iter().map(|mark| mark.atc.get()).collect();
    assert_eq!(atcs, [1, 2, 3, 4]);
    let letter = phone.issuer.keys(card(1), &[5]);
    phone.receive(&letter);
    assert_eq!(phone.tap().atc(), Some(5));
}

#[test]
fn on_a_full_disk_taps_go_on_with_armed_keys_and_changes_fail_without_effect() {
    let mut phone = Phone::with_keys(5);
    phone.folder.set_health(Health::Full);
    assert_eq!(phone.pay().atc(), Some(1));
    assert_eq!(phone.pay().atc(), Some(2));
    let letter = phone.issuer.keys(card(1), &[6]);
    let full = phone.wallet.receive(&letter).err().unwrap();
    assert!(full.to_string().contains("no storage space"), "{full}");
    assert_eq!(phone.keys_left(), 3);
    assert_eq!(phone.tap().atc(), Some(3));
    phone.folder.set_health(Health::Good);
    phone.receive(&letter);
    phone.die();
    assert_eq!(phone.keys_left(), 3);
}

#[test]
fn on_a_read_only_disk_no_key_leaves() {
    let phone = Phone::with_keys(5);
    phone.folder.set_health(Health::ReadOnly);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    assert!(phone.wallet.set_default(card(1)).is_err());
    phone.folder.set_health(Health::Good);
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_sync_that_fails_arms_nothing_until_a_whole_generation_is_written() {
    let mut phone = Phone::with_keys(3);
    phone.tap();
    phone.folder.fail_after(1, ErrorKind::Other);
    assert!(matches!(
        phone.wallet.settle(),
        Err(WalletError::Journal(_))
    ));
    assert_eq!(phone.armed(), None);
    let generation = phone.wallet.storage().unwrap().generation;
    phone.wallet.settle().unwrap();
    assert_eq!(phone.wallet.storage().unwrap().generation, generation + 1);
    assert_eq!(phone.armed(), Some((1, 2)));
    let history = phone.history();
    phone.die();
    assert_eq!(phone.history(), history, "nothing of the old journal twice");
}

#[test]
fn a_try_whose_sync_fails_is_counted_once_whatever_the_next_generation_finds_in_the_journal() {
    let mut phone = Phone::with_keys(3);
    phone.set_cheap_password("274911").unwrap();
    phone.tap();
    phone.folder.fail_after(1, ErrorKind::Other);
    assert!(phone.wallet.verify_password("274912").is_err());
    phone.wallet.settle().unwrap();
    let history = phone.history();
    phone.die();
    assert_eq!(phone.history(), history);
    let left = PasswordStatus::Set { tries_left: 4 };
    assert_eq!(phone.wallet.password_status(), left);
}

#[test]
fn what_stands_in_slots_whose_sync_failed_is_not_done_twice() {
    let mut phone = Phone::with_keys(4);
    assert_eq!(phone.pay().atc(), Some(1));
    phone.verify();
    assert_eq!(phone.tap().atc(), Some(2));
    phone.folder.fail_after(1, ErrorKind::Other);
    assert!(phone.wallet.settle().is_err());
    phone.wallet.settle().unwrap();
    phone.die();
    assert_eq!(phone.history().len(), 2);
    assert_eq!(phone.keys_left(), 2);
}

#[test]
fn a_suspension_that_fails_withdraws_the_key_and_loses_it_not() {
    use understudy_core::card::Standing;
    let phone = Phone::with_keys(2);
    phone.folder.set_health(Health::Full);
    assert!(
        phone
            .wallet
            .set_standing(card(1), Standing::Suspended)
            .is_err()
    );
    // The suspension may or may not be on disk: the key is armed again before it is used.
    assert_eq!(phone.armed(), None);
    assert_eq!(phone.tap().atc(), Some(1));
    assert_eq!(phone.wallet.storage().unwrap().waited, 1);
}

#[test]
fn a_wiped_wallet_leaves_no_file_and_does_nothing_more() {
    let phone = Phone::with_keys(2);
    phone.wallet.wipe().unwrap();
    assert!(phone.wallet.cards().is_empty());
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    assert!(matches!(phone.wallet.settle(), Err(WalletError::Wiped)));
    assert!(matches!(phone.wallet.wipe(), Err(WalletError::Wiped)));
    assert!(matches!(phone.wallet.storage(), Err(WalletError::Wiped)));
    let fresh = Wallet::open(phone.folder.die(), &key(), HandClock::new()).unwrap();
    assert_eq!(fresh.storage().unwrap().generation, 1);
}

#[test]
fn the_files_hold_nothing_in_the_clear() {
    let phone = Phone::with_keys(3);
    phone.wallet.set_password("274911").unwrap();
    phone.pay();
    phone.wallet.settle().unwrap();
    let token = understudy_test_letters::number(card(1));
    let packed = hex::decode(token.expose()).unwrap();
    let markers: [&[u8]; 5] = [
        token.expose().as_bytes(),
        &packed[..7],
        b"CORNER SHOP",
        &[0x5A, 0x01, 0x5A, 0xA5, 0x5A, 0x01, 0x5A, 0xA5],
        b"274911",
    ];
    for file in phone.folder.remains() {
        for marker in markers {
            assert!(!file.windows(marker.len()).any(|window| window == marker));
        }
    }
}

#[test]
fn files_of_yesterday_are_found_out_by_the_next_report() {
    let mut phone = Phone::with_keys(5);
    let yesterday = phone.folder.die();
    phone.reopen(phone.folder.die()).unwrap();
    phone.wallet.settle().unwrap();
    phone.pay();
    phone.report();
    phone.reopen(yesterday).unwrap();
    phone.pay();
    let report = phone.wallet.report().unwrap();
    assert!(phone.issuer.take(&report).is_err());
}

#[test]
fn what_the_issuer_said_of_a_lost_key_is_remembered() {
    let mut phone = Phone::with_keys(2);
    phone.lose_power();
    let letter = phone
        .issuer
        .notice(understudy_provisioning::letter::Notice::Approved, 1, *b"00");
    phone.receive(&letter);
    assert!(matches!(
        phone.history()[0].outcome,
        RecordOutcome::Approved { .. }
    ));
}

#[test]
fn keys_of_a_letter_that_a_damaged_generation_took_are_not_taken_from_it_again() {
    let mut phone = Phone::with_keys(2);
    let letter = phone.issuer.keys(card(1), &[3, 4]);
    phone.receive(&letter);
    let used: Vec<_> = (0..3).map(|_| phone.pay().atc().unwrap()).collect();
    let generation = phone.wallet.storage().unwrap().generation;
    let folder = phone.folder.die();
    folder.put(&format!("state.{generation}"), b"nothing of the kind");
    phone.reopen(folder).unwrap();
    // The letter is unknown to this generation and may be taken, but its keys may have been used.
    phone.receive(&letter);
    assert_eq!(phone.keys_left(), 0);
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    let unknown = phone.report().marks;
    assert_eq!(unknown.len(), 4);
    let letter = phone.issuer.keys(card(1), &[5, 6]);
    phone.receive(&letter);
    let next = phone.pay().atc().unwrap();
    assert!(!used.contains(&next));
    assert_eq!(phone.keys_left(), 1);
}
