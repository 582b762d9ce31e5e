//! Random lives of a phone, each under its own seed.

use std::time::Instant;

use super::bank::Effect;
use super::clock::DAY;
use super::dice::Dice;
use super::full;
use super::operation::Op;
use super::vault::End;
use super::world::World;

/// Prints the seed of a life that fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("again with: UNDERSTUDY_SEED={} UNDERSTUDY_RUNS=1", self.0);
        }
    }
}

fn number(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap())
}

#[test]
fn no_end_of_the_process_or_of_the_power_costs_more_than_the_armed_key() {
    let first = number("UNDERSTUDY_SEED").unwrap_or(1);
    let runs = number("UNDERSTUDY_RUNS").unwrap_or(if full() { 100_000 } else { 200 });
    let start = Instant::now();
    let mut ends = [0; 2];
    for (seed, run) in (first..).zip(1..=runs) {
        let named = Seed(seed);
        let lived = live(seed);
        ends[0] += lived[0];
        ends[1] += lived[1];
        drop(named);
        if run % 1000 == 0 || run == runs {
            let spent = start.elapsed().as_secs();
            eprintln!("{run} lives passed, from seed {first}: {ends:?} ends, {spent} s");
        }
    }
    assert!(
        runs < 100 || (ends[0] > runs && ends[1] > runs / 2),
        "{ends:?}"
    );
}

/// One life; returns the number of its process deaths and power cuts.
fn live(seed: u64) -> [u64; 2] {
    let mut dice = Dice::new(seed);
    let keys = |dice: &mut Dice| u16::try_from(1 + dice.below(6)).unwrap();
    let cards: Vec<u16> = (0..=dice.below(3)).map(|_| keys(&mut dice)).collect();
    let mut world = World::new(&cards);
    let mut ends = [0, 0];
    for _ in 0..12 + dice.below(20) {
        if dice.once_in(3) {
            world.doom(dice.below(10));
        }
        let op = draw(&mut dice);
        world.play(&op);
        if world.is_dead() || dice.once_in(9) {
            let kind = if dice.once_in(3) {
                End::PowerCut
            } else {
                End::Death
            };
            ends[usize::from(kind == End::PowerCut)] += 1;
            world.end(kind, &mut dice);
        }
    }
    if dice.once_in(20) {
        world.play(&Op::Wipe);
        world.doom(dice.below(20));
        world.play(&Op::Fetch);
        if world.is_dead() {
            world.end(End::PowerCut, &mut dice);
        }
    }
    world.finish(&mut dice);
    ends
}

/// A random operation, frequent ones more often.
fn draw(dice: &mut Dice) -> Op {
    let place = dice.index(4);
    let amount = 1 + dice.below(5_000);
    match dice.below(100) {
        12..=15 => Op::Code(place),
        16..=23 => Op::Tap(amount),
        24..=26 => Op::Torn(amount),
        27..=28 => Op::Refused,
        29..=30 => Op::Prompted,
        31..=46 => Op::Settle,
        47..=50 => Op::Present(place),
        51..=53 => Op::Default(place),
        54..=56 => Op::Pass([1, 70, 4_000, 3 * DAY, 31 * DAY][dice.index(5)]),
        57..=58 => Op::Wrong(wrong(dice)),
        59..=60 => Op::Issue(1 + u16::try_from(dice.below(4)).unwrap()),
        61..=66 => Op::Replenish(place, 1 + u16::try_from(dice.below(5)).unwrap()),
        67 => Op::Suspend(place),
        68..=69 => Op::Resume(place),
        70 => Op::Delete(place),
        71 => Op::Limit(place, 50_000 + dice.below(50_000)),
        72 => Op::Profile(place),
        73 => Op::Order(Effect::Rotate),
        74..=82 => Op::Fetch,
        83 => Op::FetchSome(dice.index(3)),
        84..=87 => Op::Authorise,
        88..=92 => Op::Report,
        93 => Op::ReportLost,
        94..=95 => Op::Stand(place, dice.once_in(2)),
        96 => Op::Clear(place),
        97 if dice.once_in(2) => Op::Remove(place),
        98 if dice.once_in(4) => password(dice),
        // The most frequent operation, also in place of the rarer ones.
        _ => Op::Pay(amount),
    }
}

fn wrong(dice: &mut Dice) -> i64 {
    const YEAR: i64 = 365 * 86_400;
    [0, -YEAR, 30 * YEAR, 50_000, -3_600, 90_000][dice.index(6)]
}

/// A random operation of the password; rare, because trying takes long.
fn password(dice: &mut Dice) -> Op {
    match dice.below(8) {
        0..=2 => Op::SetPassword,
        3..=4 => Op::Try(false),
        5 => Op::Try(true),
        6 => Op::Order(Effect::Unlock),
        _ => Op::Order(Effect::ResetPassword),
    }
}
