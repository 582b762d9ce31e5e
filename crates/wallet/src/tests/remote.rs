//! Deletion, wipe and rotation by the issuer, and what the reports after them say.

use understudy_provisioning::letter::Command;

use crate::kit::{Phone, card};
use crate::store::Fate;
use crate::{Taken, WalletError};

#[test]
fn after_a_deletion_no_file_holds_the_card_and_its_marks_are_reported() {
    let mut phone = Phone::with_keys(5);
    phone.install(2, &[7]);
    phone.pay();
    let letter = phone.issuer.command(Some(card(1)), Command::Delete);
    assert_eq!(phone.receive(&letter), Taken::Deleted(card(1)));
    assert_eq!(phone.wallet.cards().len(), 1);
    assert_eq!(phone.wallet.presented(), Some(card(2)));
    assert!(phone.history().is_empty());
    // Both remaining generations are without it.
    for folder in [phone.folder.die(), phone.folder.cut_power(|| Fate::Lost)] {
        phone.reopen(folder).unwrap();
        assert_eq!(phone.wallet.cards().len(), 1);
    }
    assert_eq!(phone.wallet.storage().unwrap().files, 2);
    assert_eq!(phone.receive(&letter), Taken::Done);
    assert_eq!(phone.report().marks.len(), 1);
}

#[test]
fn a_wiped_device_is_as_new_and_its_last_report_acknowledges_the_letter() {
    let mut phone = Phone::with_keys(3);
    phone.wallet.set_password("274911").unwrap();
    phone.pay();
    let letter = phone.issuer.command(None, Command::Wipe);
    assert_eq!(phone.receive(&letter), Taken::Wiped);
    phone.die();
    assert!(phone.wallet.cards().is_empty());
    assert_eq!(phone.wallet.device(), None);
    assert_eq!(phone.wallet.password_status(), crate::PasswordStatus::Unset);
    let [report] = &phone.wallet.parting_reports()[..] else {
        panic!("one report")
    };
    let heard = phone.issuer.take(report).unwrap().unwrap();
    assert_eq!(heard.accepted, 2);
    assert_eq!(heard.marks.len(), 1);
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::NotEnrolled)
    ));
}

#[test]
fn a_wiped_device_sends_the_report_in_flight_before_its_last() {
    for arrived in [false, true] {
        let mut phone = Phone::with_keys(3);
        phone.pay();
        let first = phone.wallet.report().unwrap();
        if arrived {
            phone.issuer.take(&first).unwrap().unwrap();
        }
        phone.pay();
        let letter = phone.issuer.command(None, Command::Wipe);
        assert_eq!(phone.receive(&letter), Taken::Wiped);
        let reports = phone.wallet.parting_reports();
        assert_eq!(reports.len(), 2);
        assert_eq!(phone.issuer.take(&reports[0]).unwrap().is_none(), arrived);
        let last = phone.issuer.take(&reports[1]).unwrap().unwrap();
        assert_eq!((last.accepted, last.marks.len()), (2, 1));
    }
}

#[test]
fn a_rotation_leaves_nothing_that_was_sealed_before() {
    let mut phone = Phone::with_keys(3);
    let before = phone.wallet.storage().unwrap().generation;
    let letter = phone.issuer.command(None, Command::RotateStorage);
    assert_eq!(phone.receive(&letter), Taken::Rotated);
    assert_eq!(phone.armed(), None);
    let after = phone.wallet.storage().unwrap();
    assert_eq!((after.generation, after.files), (before + 2, 2));
    phone.lose_power();
    assert_eq!(phone.keys_left(), 3);
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_report_says_a_generation_that_never_falls() {
    let mut phone = Phone::with_keys(9);
    let mut last = 0;
    for _ in 0..4 {
        phone.pay();
        let heard = phone.report();
        assert!(heard.generation > last);
        last = heard.generation;
        phone.lose_power();
    }
}
