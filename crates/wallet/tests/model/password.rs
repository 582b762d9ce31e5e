//! An attacker who guesses the payment password, and ends the process or cuts the power after each
//! guess.

use understudy_wallet::store::Fate;
use understudy_wallet::{PasswordError, PasswordStatus, TRIES_MAX, WalletError};

use super::bank::Effect;
use super::dice::Dice;
use super::operation::Op;
use super::vault::End;
use super::world::World;

/// The number of guesses that tell right from wrong, if the process ends in this way after so many
/// operations of a guess.
fn guesses(end: End, operations: u64) -> u8 {
    let mut world = World::new(&[1]);
    let mut dice = Dice::new(operations);
    world.play(&Op::SetPassword);
    let mut told = 0;
    for _ in 0..3 * TRIES_MAX {
        let before = world.wallet.password_status();
        world.folder.die_after(operations);
        match world.wallet.verify_password("111213") {
            Err(WalletError::Password(PasswordError::Wrong { .. })) => told += 1,
            // The password was not compared.
            Err(WalletError::Journal(_) | WalletError::Store(_)) => {}
            // The last try locks the password.
            Err(WalletError::Password(PasswordError::Locked)) => {
                if before == PasswordStatus::Locked {
                    break;
                }
                told += 1;
            }
            other => panic!("{other:?}"),
        }
        reopen(&mut world, end, &mut dice);
        let left = |status: PasswordStatus| match status {
            PasswordStatus::Set { tries_left } => tries_left,
            PasswordStatus::Locked => 0,
            PasswordStatus::Unset => panic!("it is gone"),
        };
        if operations > 1 {
            assert!(left(world.wallet.password_status()) <= left(before));
        }
    }
    told
}

/// Opens the wallet after a death or a power cut, which loses everything unsynced.
fn reopen(world: &mut World, end: End, dice: &mut Dice) {
    let tries = world.wallet.password_status();
    world.folder = match end {
        End::Death => world.folder.die(),
        End::PowerCut => world.folder.cut_power(|| Fate::Lost),
    };
    world.clock.reboot(dice.below(9));
    let opened = understudy_wallet::Wallet::open(
        world.folder.clone(),
        &super::world::key(),
        world.clock.clone(),
    );
    world.wallet = opened.unwrap();
    assert_ne!(tries, PasswordStatus::Unset);
}

#[test]
fn whoever_ends_the_process_or_the_power_after_each_guess_gets_no_more_guesses() {
    for end in [End::Death, End::PowerCut] {
        for operations in [0, 1, 2, 1 << 40] {
            let told = guesses(end, operations);
            assert!(told <= TRIES_MAX, "{end:?} after {operations}: {told}");
            // After both operations of a try, the number of guesses is the same as without an end
            // of the process.
            let most = if operations < 2 { 0 } else { TRIES_MAX };
            assert_eq!(told, most, "{end:?} after {operations}");
        }
    }
}

#[test]
fn a_locked_password_stays_so_through_every_end_until_the_issuer_unlocks_it() {
    let mut world = World::new(&[1]);
    let mut dice = Dice::new(1);
    world.play(&Op::SetPassword);
    (0..TRIES_MAX).for_each(|_| world.play(&Op::Try(false)));
    for end in [End::Death, End::PowerCut] {
        world.end(end, &mut dice);
        assert_eq!(world.wallet.password_status(), PasswordStatus::Locked);
        world.play(&Op::Try(true));
    }
    world.play(&Op::Order(Effect::Unlock));
    world.play(&Op::Fetch);
    world.end(End::PowerCut, &mut dice);
    world.play(&Op::Try(true));
    assert_eq!(world.vault.tries, Some(0));
    world.finish(&mut dice);
}

#[test]
fn right_tries_with_a_journal_that_is_half_full_lock_nothing_when_the_process_dies() {
    let mut world = World::new(&[1]);
    let mut dice = Dice::new(1);
    world.play(&Op::SetPassword);
    while !world.wallet.settle_due() {
        world.wallet.user_acted();
    }
    (0..TRIES_MAX).for_each(|_| world.play(&Op::Try(true)));
    world.end(End::Death, &mut dice);
    assert_eq!(world.vault.tries, Some(0));
}
