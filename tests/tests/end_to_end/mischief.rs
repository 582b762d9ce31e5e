//! Random days: the merchant's acts, the line's losses and the till's deaths.

use understudy_core::wire::amount::Currency;
use understudy_issuer::demonstration::TEST_PIN;
use understudy_pos::TransactionType;
use understudy_pos::batch::EntryId;
use understudy_pos::till::{OnMismatch, Till};

use crate::dice::Dice;
use crate::line::{Fate, Pad};
use crate::phone::Phone;
use crate::stage::{FUNDS, cny};
use crate::town::{Drawer, Town};

/// The fates of the next messages.
fn fates(dice: &mut Dice) -> Vec<Fate> {
    let fates = [Fate::Answered, Fate::Delayed, Fate::AnswerLost];
    let mut draw = || {
        let drawn = dice.below(4).saturating_sub(1);
        fates[usize::try_from(drawn).expect("small")]
    };
    vec![draw(), draw()]
}

/// One of the till's entries.
fn drawn_entry(dice: &mut Dice, till: &Till<Drawer>) -> Option<EntryId> {
    let entries: Vec<_> = till
        .state()
        .entries()
        .map(|entry| entry.record.id)
        .collect();
    let count = u64::try_from(entries.len()).expect("few");
    let place = dice.below(count.max(1));
    entries.get(usize::try_from(place).expect("few")).copied()
}

/// One act of the merchant, which may fail. Delayed messages arrive after it.
fn act(town: &Town, till: &mut Till<Drawer>, phone: &mut Phone, dice: &mut Dice) {
    let (now, minor) = (town.clock.local(), 1 + dice.below(5000));
    let mut line = town.line(fates(dice));
    match (dice.below(6), drawn_entry(dice, till)) {
        (0, Some(entry)) => drop(till.void(entry, now, &mut line)),
        (1, Some(entry)) => drop(till.refund(entry, cny(minor), now, &mut line)),
        (2, Some(entry)) => {
            let request = town.request_of(phone, TransactionType::Refund, minor);
            let mut pad = Pad(Some(TEST_PIN));
            drop(till.refund_online(&request, entry, &mut line, &mut pad));
        }
        _ => {
            let request = town.request(phone, minor);
            drop(till.complete_online(&request, &mut line, &mut Pad(None)));
        }
    }
    line.deliver();
}

#[test]
fn at_the_end_of_any_day_the_till_and_the_issuer_have_the_same_money() {
    let mut sold = 0;
    for seed in 1..=40 {
        let mut dice = Dice::new(seed << 32 | 0x9E37_79B9);
        let (town, mut phone, token, _) = Town::with_card(30);
        let (mut till, drawer) = town.till();
        for _ in 0..25 {
            act(&town, &mut till, &mut phone, &mut dice);
            if dice.below(5) == 0 {
                till = town.reopened(&drawer);
            }
        }
        till.send_reversal(&mut town.line([]))
            .expect("acknowledged");
        let spent = i128::from(FUNDS) - town.available(token);
        let totals = till.state().batch().totals().of_currency(Currency::CNY);
        assert_eq!(spent, totals.net(), "seed {seed}");
        let now = town.clock.local();
        let day = till.settle(now, OnMismatch::StayOpen, &mut town.line([]));
        assert!(day.expect("answered").agreed, "seed {seed}");
        sold += totals.sales.count;
    }
    assert!(sold > 100, "{sold} sales");
}
