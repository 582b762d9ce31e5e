use std::time::Duration;

use understudy_core::card::{CardId, UserVerified};
use understudy_core::wire::amount::{Amount, Currency};

use super::{Held, Prompt, Verification};

const CARD: CardId = CardId(1);
const TOLD: Duration = Duration::from_secs(100);

fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

fn prompt() -> Prompt {
    Prompt {
        card: CARD,
        amount: cny(1000),
        merchant: None,
        at: TOLD,
    }
}

fn held(verification: Verification) -> Held {
    let mut held = Held::default();
    held.take(verification, TOLD);
    held
}

fn age(held: &Held, card: CardId, amount: Amount, seconds: u64) -> Option<u32> {
    let elapsed = TOLD + Duration::from_secs(seconds);
    held.find(card, amount, 60, elapsed).map(UserVerified::age)
}

#[test]
fn an_age_grows_from_what_it_was_when_the_wallet_was_told() {
    let held = held(Verification::aged(7));
    assert_eq!(age(&held, CARD, cny(1), 0), Some(7));
    assert_eq!(age(&held, CardId(2), cny(999_999), 5), Some(12));
}

#[test]
fn a_clock_that_goes_back_ends_it() {
    let held = held(Verification::aged(0));
    let earlier = TOLD.checked_sub(Duration::from_secs(1)).unwrap();
    assert!(held.find(CARD, cny(1), 60, earlier).is_none());
}

#[test]
fn one_for_an_amount_is_used_up_by_the_payment_that_relied_on_it() {
    let mut held = held(Verification::aged(0).for_prompt(&prompt()));
    assert_eq!(age(&held, CARD, cny(1000), 1), Some(1));
    held.spend(CARD, 60, TOLD);
    assert_eq!(age(&held, CARD, cny(1000), 1), None);
}

#[test]
fn a_general_one_that_is_too_old_gives_way_to_one_for_the_amount() {
    let mut held = held(Verification::aged(100));
    assert_eq!(age(&held, CARD, cny(1000), 0), Some(100));
    held.take(Verification::aged(0).for_prompt(&prompt()), TOLD);
    assert_eq!(age(&held, CARD, cny(1000), 1), Some(1));
    assert_eq!(age(&held, CARD, cny(1001), 1), Some(101));
}

#[test]
fn ages_at_the_end_of_the_numbers_do_not_wrap() {
    let held = held(Verification::aged(u32::MAX));
    assert_eq!(age(&held, CARD, cny(1), 10), Some(u32::MAX));
}
