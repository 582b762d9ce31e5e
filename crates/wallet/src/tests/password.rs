//! The payment password: counted before it is compared, locked, unlocked and reset.

use understudy_provisioning::letter::Command;
use understudy_tests::GpoData;

use crate::kit::Phone;
use crate::store::{Fate, Health};
use crate::{PasswordError, PasswordStatus, TRIES_MAX, Taken, WalletError};

const RIGHT: &str = "274911";
const WRONG: &str = "274912";

fn with_password() -> Phone {
    let phone = Phone::with_keys(5);
    phone.wallet.set_password(RIGHT).unwrap();
    phone
}

fn refused<T>(result: Result<T, WalletError>) -> PasswordError {
    match result {
        Err(WalletError::Password(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("not refused"),
    }
}

fn lock(phone: &mut Phone) {
    for left in (1..TRIES_MAX).rev() {
        let wrong = refused(phone.wallet.verify_password(WRONG));
        assert_eq!(wrong, PasswordError::Wrong { tries_left: left });
        // Neither a new process nor a new boot gives tries back.
        if left % 2 == 0 {
            phone.die();
        } else {
            phone.lose_power();
        }
    }
    assert_eq!(
        refused(phone.wallet.verify_password(WRONG)),
        PasswordError::Locked
    );
}

#[test]
fn the_right_password_verifies_and_pays() {
    let phone = with_password();
    let verification = phone.wallet.verify_password(RIGHT).unwrap();
    phone.wallet.user_verified(verification);
    let above_the_limit = GpoData {
        amount: 200_000,
        ..GpoData::default()
    };
    assert_eq!(phone.tap_for(&above_the_limit).atc(), Some(1));
}

#[test]
fn five_wrong_tries_lock_it_across_deaths_and_power_cuts_and_the_right_one_opens_it_no_more() {
    let mut phone = with_password();
    lock(&mut phone);
    assert_eq!(phone.wallet.password_status(), PasswordStatus::Locked);
    assert_eq!(
        refused(phone.wallet.verify_password(RIGHT)),
        PasswordError::Locked
    );
    phone.die();
    assert_eq!(
        refused(phone.wallet.change_password(RIGHT, "274913")),
        PasswordError::Locked
    );
    assert_eq!(
        refused(phone.wallet.set_password("274913")),
        PasswordError::AlreadySet
    );
}

#[test]
fn the_issuer_unlocks_it_or_resets_it() {
    let mut phone = with_password();
    lock(&mut phone);
    let letter = phone.issuer.command(None, Command::UnlockPassword);
    assert_eq!(phone.receive(&letter), Taken::PasswordUnlocked);
    phone.die();
    phone.wallet.verify_password(RIGHT).unwrap();
    lock(&mut phone);
    let letter = phone.issuer.command(None, Command::ResetPassword);
    assert_eq!(phone.receive(&letter), Taken::PasswordReset);
    phone.die();
    assert_eq!(phone.wallet.password_status(), PasswordStatus::Unset);
    phone.wallet.set_password("830265").unwrap();
    phone.wallet.verify_password("830265").unwrap();
}

#[test]
fn the_right_password_starts_the_count_anew() {
    let mut phone = with_password();
    refused(phone.wallet.verify_password(WRONG));
    phone.wallet.verify_password(RIGHT).unwrap();
    phone.die();
    let full = PasswordStatus::Set {
        tries_left: TRIES_MAX,
    };
    assert_eq!(phone.wallet.password_status(), full);
}

#[test]
fn a_try_counts_when_the_phone_dies_before_the_answer() {
    let mut phone = with_password();
    // The entry is written and synced, and then everything stops.
    phone.folder.die_after(2);
    refused(phone.wallet.verify_password(WRONG));
    let folder = phone.folder.cut_power(|| Fate::Lost);
    phone.clock.reboot();
    phone.reopen(folder).unwrap();
    let counted = PasswordStatus::Set {
        tries_left: TRIES_MAX - 1,
    };
    assert_eq!(phone.wallet.password_status(), counted);
}

#[test]
fn a_try_that_cannot_be_counted_is_not_made() {
    for operations in [0, 1] {
        let phone = with_password();
        phone.folder.die_after(operations);
        let untried = phone.wallet.verify_password(RIGHT);
        assert!(
            matches!(untried, Err(WalletError::Journal(_))),
            "{operations}"
        );
    }
}

#[test]
fn a_full_disk_keeps_nobody_from_trying() {
    let phone = with_password();
    phone.folder.set_health(Health::Full);
    phone.wallet.verify_password(RIGHT).unwrap();
    phone.folder.set_health(Health::ReadOnly);
    assert!(matches!(
        phone.wallet.verify_password(RIGHT),
        Err(WalletError::Journal(_))
    ));
}

#[test]
fn it_is_changed_with_the_old_one_only() {
    let mut phone = with_password();
    let wrong = refused(phone.wallet.change_password(WRONG, "830265"));
    assert!(matches!(wrong, PasswordError::Wrong { .. }));
    assert_eq!(
        refused(phone.wallet.change_password(RIGHT, "111111")),
        PasswordError::Weak
    );
    phone.wallet.change_password(RIGHT, "830265").unwrap();
    phone.die();
    assert!(phone.wallet.verify_password(RIGHT).is_err());
    phone.wallet.verify_password("830265").unwrap();
}

#[test]
fn without_one_there_is_nothing_to_try() {
    let phone = Phone::with_keys(1);
    assert_eq!(phone.wallet.password_status(), PasswordStatus::Unset);
    assert_eq!(
        refused(phone.wallet.verify_password(RIGHT)),
        PasswordError::Unset
    );
}

#[test]
fn trying_it_leaves_the_armed_key_armed_and_room_in_the_journal() {
    let phone = with_password();
    for _ in 0..40 {
        phone.wallet.verify_password(RIGHT).unwrap();
    }
    assert_eq!(phone.tap().atc(), Some(1));
}
