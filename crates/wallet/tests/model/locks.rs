//! Taps while other work waits for the disk: every sync is held until the tap is answered.

use std::thread::scope;

use understudy_wallet::{Verification, WalletError};

use super::bank::{Effect, Post};
use super::operation::Op;
use super::reader::{Answer, ask, purchase};
use super::world::{Phone, World};

/// The number of taps of each kind.
const TAPS: u64 = 1_000;

/// Holds every sync, begins the work, taps while it waits, and releases the syncs.
fn tap_amid(world: &mut World, work: impl FnOnce(&Phone) -> Result<(), WalletError> + Send) {
    let (wallet, folder) = (&world.wallet, &world.folder);
    wallet.user_verified(Verification::aged(0));
    assert!(wallet.storage().unwrap().armed.is_some());
    let card = wallet.presented().unwrap();
    let data = purchase(100, world.clock.now());
    folder.hold_syncs();
    let answer = scope(|threads| {
        let working = threads.spawn(|| work(wallet));
        folder.wait_for_held_sync();
        let before = folder.counts().syncs;
        let answer = ask(wallet, &data);
        // The tap synced nothing, and the other work still waits.
        assert_eq!(folder.counts().syncs, before);
        assert!(!working.is_finished());
        folder.release_syncs();
        working.join().unwrap().unwrap();
        answer
    });
    let Answer::Cryptogram(tap) = answer else {
        panic!("{answer:?}");
    };
    world.clock.pass(std::time::Duration::from_secs(1));
    world.wallet.field_lost();
    world.left(card.0, tap);
}

fn only_letter(world: &World) -> Post {
    let letters = world.bank.letters(world.now()).into_iter();
    let mut new = letters.filter(|post| post.number > world.vault.letter);
    let post = new.next().unwrap();
    assert!(new.next().is_none());
    post
}

/// Taps while the wallet takes the letter that `write` makes the issuer send.
fn tap_amid_letters(world: &mut World, mut write: impl FnMut(&mut World)) {
    for _ in 0..TAPS {
        // New keys need a report first.
        world.play(&Op::Report);
        world.play(&Op::Fetch);
        world.play(&Op::Settle);
        write(world);
        let post = only_letter(world);
        tap_amid(world, |wallet| wallet.receive(&post.octets).map(drop));
        world.vault.make(&super::vault::Change::Letter(
            post.number,
            post.effect,
            post.signed,
        ));
        world.play(&Op::Settle);
    }
}

#[test]
fn a_thousand_taps_are_answered_while_keys_that_come_wait_for_the_disk() {
    let mut world = World::new(&[2]);
    tap_amid_letters(&mut world, |world| world.play(&Op::Replenish(0, 1)));
    world.finish(&mut super::dice::Dice::new(1));
}

#[test]
fn a_thousand_taps_are_answered_while_a_deletion_waits_for_the_disk() {
    let mut world = World::new(&[1000]);
    world.bank.replenish(1, 10, world.now());
    let mut others = 1;
    tap_amid_letters(&mut world, |world| {
        world.play(&Op::Issue(1));
        world.play(&Op::Fetch);
        world.play(&Op::Delete(others));
        others += 1;
        let letters = world.bank.letters(world.now());
        assert!(matches!(letters.last().unwrap().effect, Effect::Delete(_)));
    });
}

#[test]
fn a_thousand_taps_are_answered_while_settling_waits_for_the_disk() {
    let mut world = World::new(&[1000]);
    for tap in 0..TAPS - 1 {
        // Fills half of the journal, so that it is folded.
        while !world.wallet.settle_due() {
            world.wallet.user_acted();
        }
        tap_amid(&mut world, Phone::settle);
        world.play(&Op::Settle);
        if tap % 100 == 0 {
            world.play(&Op::Report);
        }
    }
}
