//! Death of the process, a failing disk or a lost line at every step of a working day, and at every
//! pair of steps.

mod world;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use understudy_pos::batch::{Entry, EntryId, EntryKind, Record, Standing};
use understudy_pos::pin_pad::PinProblem;
use understudy_pos::till::{OnMismatch, Till, TillError, TillRules, TillState};
use understudy_pos::{
    CardEntry, Config, Cvm, LocalTime, OnlineRequest, Transaction, TransactionType,
};

use crate::support::{Pad, cny, minute, request};
use world::{Key, Mischief, Plan, TOO_MUCH, World};

/// An act of the merchant during a day.
#[derive(Clone, Copy, Debug)]
enum Act {
    Sale(u64),
    Hold(u64),
    /// Of the last entry of this kind in the standing Approved.
    Void(EntryKind),
    Refund(u64),
    Complete(u64),
    Reverse,
    Settle,
}

const DAY: [Act; 12] = [
    Act::Sale(1000),
    Act::Sale(TOO_MUCH),
    Act::Sale(2000),
    Act::Void(EntryKind::Sale),
    Act::Refund(300),
    Act::Hold(5000),
    Act::Complete(5500),
    Act::Sale(3000),
    Act::Reverse,
    Act::Settle,
    Act::Refund(400),
    Act::Settle,
];

fn open(world: &World) -> Till<World> {
    let config = Config::default();
    Till::open(&config, TillRules::default(), world.clone()).unwrap()
}

fn tapped(kind: TransactionType, minor: u64, now: LocalTime) -> OnlineRequest {
    let transaction = Transaction::new(kind, cny(minor), now, 1).unwrap();
    OnlineRequest {
        entry: CardEntry::Contactless,
        transaction,
        ..request(kind, cny(minor), Cvm::None)
    }
}

/// The last entry of a kind in the standing Approved, unless a part of it was refunded.
fn last(state: &TillState, kind: EntryKind) -> Option<EntryId> {
    let refunded: HashSet<_> = state.entries().filter_map(|e| e.record.original).collect();
    let fit = |entry: &&Entry| {
        let record = &entry.record;
        record.kind == kind
            && entry.standing == Standing::Approved
            && !refunded.contains(&record.id)
    };
    state
        .entries()
        .filter(fit)
        .last()
        .map(|entry| entry.record.id)
}

/// Performs the act, if there is an entry for it. Errors are ignored: the disk and the bank's book
/// are what is checked.
fn act(till: &mut Till<World>, world: &World, act: Act, now: LocalTime) -> Result<(), TillError> {
    let host = &mut world.clone();
    let mut pad = Pad::failing(PinProblem::Unavailable);
    let sold = last(till.state(), EntryKind::Sale);
    let ended = match act {
        Act::Sale(minor) => {
            let request = tapped(TransactionType::Purchase, minor, now);
            till.complete_online(&request, host, &mut pad).map(Some)
        }
        Act::Hold(minor) => {
            let request = tapped(TransactionType::PreAuthorisation, minor, now);
            till.complete_online(&request, host, &mut pad).map(Some)
        }
        Act::Void(kind) => last(till.state(), kind)
            .map(|id| till.void(id, now, host))
            .transpose(),
        Act::Refund(minor) => sold
            .map(|id| till.refund(id, cny(minor), now, host))
            .transpose(),
        Act::Complete(minor) => last(till.state(), EntryKind::PreAuthorisation)
            .map(|id| till.complete(id, cny(minor), now, host))
            .transpose(),
        Act::Reverse => sold.map(|id| till.reverse(id, host)).transpose(),
        Act::Settle => {
            till.send_reversal(host)?;
            let in_doubt = !unreversed(till.state()).is_empty();
            let on_mismatch = if in_doubt {
                OnMismatch::Close
            } else {
                OnMismatch::StayOpen
            };
            let report = till.settle(now, on_mismatch, host)?;
            assert!(report.agreed || in_doubt, "{report}");
            assert!(report.closed, "{report}");
            return Ok(());
        }
    };
    ended.map(drop)
}

/// A whole day, checked after each act; at its end everything is concluded.
fn day(plan: Plan) -> World {
    run(&DAY, plan)
}

fn run(acts: &[Act], plan: Plan) -> World {
    let world = World::new(plan);
    let mut till = open(&world);
    for (minutes, what) in (0..).zip(acts) {
        let ended = World::live(|| act(&mut till, &world, *what, minute(minutes)));
        if ended.is_none() {
            till = open(&world);
        }
        nothing_is_lost_and_nothing_twice(&world);
    }
    world.calm();
    till.send_reversal(&mut world.clone()).unwrap();
    both_sides_are_equal(&world, &till);
    drop(till);
    let mut till = open(&world);
    till.send_reversal(&mut world.clone()).unwrap();
    both_sides_are_equal(&world, &till);
    act(&mut till, &world, Act::Settle, minute(600)).unwrap();
    world
}

fn record_key(record: &Record) -> Key {
    (record.id.trace.get(), record.moment.local_time())
}

/// The entries that count, by their identity; fails if one occurs twice.
fn counting(state: &TillState) -> BTreeMap<Key, (EntryKind, u64)> {
    let mut entries = BTreeMap::new();
    for entry in state.entries().filter(|entry| entry.standing.counts()) {
        let line = (entry.record.kind, entry.record.amount.minor());
        assert_eq!(
            entries.insert(record_key(&entry.record), line),
            None,
            "two entries"
        );
    }
    entries
}

/// The requests that the bank refused to reverse, and of which the till has no entry or a doubtful
/// one: they may be booked or not.
fn unreversed(state: &TillState) -> BTreeSet<Key> {
    let refused = state.refused_reversals().map(|refused| &refused.record);
    let doubtful = |record: &&Record| {
        let entry = state.entry(record.id);
        entry.is_none_or(|entry| entry.standing == Standing::Doubtful)
    };
    refused.filter(doubtful).map(record_key).collect()
}

/// Checks that everything the bank has booked is on the disk as an entry, as owed or as not
/// reversed; and that every entry is booked. This holds at every moment at which the process may
/// die.
fn nothing_is_lost_and_nothing_twice(world: &World) {
    let booked = world.booked();
    let Some(state) = world.disk() else {
        assert!(booked.is_empty(), "money without a state");
        return;
    };
    let entries = counting(&state);
    let outstanding = state.outstanding();
    let owed = outstanding.map(|outstanding| record_key(outstanding.record()));
    let unreversed = unreversed(&state);
    for (key, line) in &booked {
        let places = [
            entries.get(key) == Some(line),
            owed == Some(*key),
            unreversed.contains(key),
        ];
        let found = places.into_iter().filter(|place| *place).count();
        assert_eq!(found, 1, "{key:?} {line:?}");
    }
    for (key, line) in &entries {
        assert_eq!(booked.get(key), Some(line), "an entry without money");
    }
}

fn both_sides_are_equal(world: &World, till: &Till<World>) {
    assert_eq!(till.owed(), None);
    let mut booked = world.booked();
    for doubtful in unreversed(till.state()) {
        booked.remove(&doubtful);
    }
    assert_eq!(counting(till.state()), booked);
    assert_eq!(
        &world.disk().unwrap_or_else(|| till.state().clone()),
        till.state()
    );
}

const MISCHIEFS: [Mischief; 3] = [Mischief::Death, Mischief::Failure, Mischief::Refusal];

#[test]
fn a_quiet_day_books_what_the_merchant_did() {
    let world = day(Plan::new());
    let lines: Vec<_> = world.booked().into_values().collect();
    assert_eq!(
        lines,
        [
            (EntryKind::Sale, 1000),
            (EntryKind::Sale, 2000),
            (EntryKind::Void, 2000),
            (EntryKind::Refund, 300),
            (EntryKind::PreAuthorisation, 5000),
            (EntryKind::Completion, 5500),
        ]
    );
}

#[test]
fn a_death_or_a_failure_at_any_step_loses_nothing_and_books_nothing_twice() {
    for first in 0..day(Plan::new()).steps() {
        for mischief in MISCHIEFS {
            day(Plan::from([(first, mischief)]));
        }
    }
}

#[test]
fn two_deaths_or_failures_at_any_steps_lose_nothing_and_book_nothing_twice() {
    let steps = day(Plan::new()).steps();
    for first in 0..steps {
        for second in first + 1..steps {
            for one in [Mischief::Death, Mischief::Failure] {
                for other in MISCHIEFS {
                    day(Plan::from([(first, one), (second, other)]));
                }
            }
        }
    }
}

#[test]
fn three_in_a_row_from_any_step_lose_nothing_and_book_nothing_twice() {
    for first in 0..day(Plan::new()).steps() {
        for kinds in 0..27 {
            let kinds = [kinds % 3, kinds / 3 % 3, kinds / 9];
            let plan = (first..).zip(kinds.map(|kind| MISCHIEFS[kind]));
            day(plan.collect());
        }
    }
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (1..9000_u64).prop_map(Act::Sale),
        2 => (1..9000_u64).prop_map(Act::Hold),
        2 => prop_oneof![
            Just(EntryKind::Sale),
            Just(EntryKind::PreAuthorisation),
            Just(EntryKind::Completion)
        ]
        .prop_map(Act::Void),
        1 => (1..9000_u64).prop_map(Act::Refund),
        2 => (1..9000_u64).prop_map(Act::Complete),
        1 => Just(Act::Reverse),
        1 => Just(Act::Settle),
    ]
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let mischief = prop::sample::select(&MISCHIEFS);
    prop::collection::btree_map(0..150_usize, mischief, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_day_with_any_mischief_loses_nothing_and_books_nothing_twice(
        acts in prop::collection::vec(any_act(), 1..25),
        plan in any_plan(),
    ) {
        run(&acts, plan);
    }
}
