//! A tap that asks the user to verify, and the second tap.

use std::time::Duration;

use understudy_tests::GpoData;
use understudy_wallet::{PROMPT_WINDOW, Verification};

use super::bank::name;
use super::operation::Op;
use super::reader::{ask, without_pin};
use super::world::World;

const AMOUNT: u64 = 200_000;

/// A phone with two cards, the first of which was asked for more than its unverified limit.
fn prompted() -> World {
    let mut world = World::new(&[3, 3]);
    let before = world.folder.counts();
    world.play(&Op::Prompted);
    let after = world.folder.counts();
    // The user's act and the refusal are in the journal; no key was used.
    assert_eq!(
        (after.writes - before.writes, after.syncs),
        (2, before.syncs)
    );
    let prompt = world.wallet.prompt().unwrap();
    assert_eq!((prompt.card, prompt.amount.minor()), (name(1), AMOUNT));
    assert_eq!(prompt.merchant.as_ref(), Some(b"CORNER SHOP SHANGHAI"));
    world
}

fn answer_prompt(world: &World) {
    let prompt = world.wallet.prompt().unwrap();
    let proof = Verification::aged(0).for_prompt(&prompt);
    world.wallet.user_verified(proof);
}

/// A tap by a reader without a PIN pad; returns its counter.
fn tap(world: &World, data: &GpoData) -> Option<u16> {
    let atc = ask(&world.wallet, data).atc();
    world.clock.pass(Duration::from_secs(1));
    world.wallet.field_lost();
    atc
}

fn of(world: &World, amount: u64) -> GpoData {
    without_pin(amount, world.now())
}

#[test]
fn the_second_tap_pays_that_amount_or_less_once() {
    for amount in [AMOUNT, AMOUNT - 1, 150_000] {
        let world = prompted();
        answer_prompt(&world);
        assert_eq!(tap(&world, &of(&world, amount)), Some(1));
        assert_eq!(tap(&world, &of(&world, amount)), None);
    }
}

#[test]
fn a_refused_tap_spends_neither_a_key_nor_the_verification() {
    let world = prompted();
    answer_prompt(&world);
    assert_eq!(tap(&world, &of(&world, AMOUNT + 1)), None);
    assert_eq!(world.wallet.cards()[0].ledger.keys, 3);
    assert_eq!(tap(&world, &of(&world, AMOUNT)), Some(1));
}

#[test]
fn the_second_tap_does_not_pay_another_currency() {
    let world = prompted();
    answer_prompt(&world);
    let yen = GpoData {
        currency: 392,
        ..of(&world, 100)
    };
    assert_eq!(tap(&world, &yen), None);
    assert_eq!(tap(&world, &of(&world, AMOUNT)), Some(1));
}

#[test]
fn the_second_tap_does_not_pay_with_another_card() {
    let world = prompted();
    answer_prompt(&world);
    world.wallet.present(name(2), 60).unwrap();
    assert_eq!(tap(&world, &of(&world, AMOUNT)), None);
    world.wallet.present_default();
    assert_eq!(tap(&world, &of(&world, AMOUNT)), Some(1));
}

#[test]
fn the_second_tap_pays_within_the_window_only() {
    let window = u64::from(PROMPT_WINDOW);
    for (seconds, pays) in [(window, true), (window + 1, false)] {
        let world = prompted();
        answer_prompt(&world);
        world.clock.pass(Duration::from_secs(seconds));
        assert_eq!(
            tap(&world, &of(&world, AMOUNT)).is_some(),
            pays,
            "{seconds}"
        );
    }
}

#[test]
fn no_verification_outlives_the_process() {
    let mut world = prompted();
    answer_prompt(&world);
    world.end(super::vault::End::Death, &mut super::dice::Dice::new(5));
    assert_eq!(tap(&world, &of(&world, AMOUNT)), None);
    assert_eq!(world.wallet.cards()[0].ledger.keys, 3);
}
