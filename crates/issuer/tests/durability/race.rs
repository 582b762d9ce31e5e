//! The same counter at the same moment, from two threads and from two processes.

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread::scope;

use understudy_issuer::Issuer;
use understudy_test_process::Worker;

use super::child::CHILD;
use super::world::{World, database, folder, sale};

const COUNTERS: u16 = 10_000;

/// The trace numbers of the second contender start here.
const OTHER: u32 = 100_000;

#[test]
fn of_two_threads_exactly_one_wins_each_counter() {
    of_many_threads_one_wins(2, COUNTERS);
}

#[test]
fn of_8_and_of_32_threads_exactly_one_wins_each_counter() {
    of_many_threads_one_wins(8, 1_000);
    of_many_threads_one_wins(32, 200);
}

fn of_many_threads_one_wins(contenders: u32, counters: u16) {
    let folder = folder();
    let world = World::new(folder.path());
    let start = Barrier::new(contenders.try_into().unwrap());
    let contend = |contender: u32| {
        (1..=counters)
            .map(|atc| {
                let trace = u32::from(atc) + contender * u32::from(COUNTERS);
                let sale = sale(&world.card, atc, trace);
                start.wait();
                world.authorise(&sale).reason.name()
            })
            .collect::<Vec<_>>()
    };
    let contend = &contend;
    let answers: Vec<Vec<_>> = scope(|threads| {
        let all = (0..contenders).map(|contender| threads.spawn(move || contend(contender)));
        let all: Vec<_> = all.collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for atc in 0..usize::from(counters) {
        let mut of_counter: Vec<_> = answers.iter().map(|of_one| of_one[atc]).collect();
        of_counter.sort_unstable();
        assert_eq!(of_counter[0], "approved", "{atc}");
        assert!(
            of_counter[1..].iter().all(|answer| *answer == "replay"),
            "{atc}"
        );
    }
    assert_eq!(world.spent(), i128::from(counters));
}

#[test]
fn of_two_processes_exactly_one_wins_each_counter() {
    let folder = folder();
    let world = World::new(folder.path());
    let (mut one, mut other) = (
        Worker::start(CHILD, folder.path()),
        Worker::start(CHILD, folder.path()),
    );
    for atc in 1..=COUNTERS {
        one.order(&format!("authorise {atc} {atc}"));
        other.order(&format!("authorise {atc} {}", u32::from(atc) + OTHER));
        let answers = (one.answer().unwrap(), other.answer().unwrap());
        let reason = |answer: &str| answer.split(' ').next().unwrap().to_owned();
        assert_one_won(atc, &reason(&answers.0), &reason(&answers.1));
    }
    assert_eq!(world.spent(), i128::from(COUNTERS));
}

#[test]
fn two_busy_processes_both_get_through() {
    const EACH: u32 = 3_000;
    let folder = folder();
    let world = World::new(folder.path());
    let (mut one, mut other) = (
        Worker::start(CHILD, folder.path()),
        Worker::start(CHILD, folder.path()),
    );
    one.order(&format!("all 1 {EACH}"));
    other.order(&format!("all {} {}", EACH + 1, 2 * EACH));
    for _ in 0..EACH {
        for worker in [&mut one, &mut other] {
            assert!(worker.answer().unwrap().ends_with(" approved"));
        }
    }
    assert_eq!(world.spent(), i128::from(2 * EACH));
}

#[test]
fn those_who_make_a_database_at_the_same_moment_share_it() {
    for round in 0..150 {
        open_at_once(folder().path(), round);
    }
}

#[test]
fn those_who_open_an_old_database_at_the_same_moment_share_it() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/v1.sqlite");
    for round in 0..50 {
        let folder = folder();
        fs::copy(&old, database(folder.path())).unwrap();
        open_at_once(folder.path(), round);
    }
}

fn open_at_once(folder: &Path, round: u32) {
    const OPENERS: usize = 4;
    let start = Barrier::new(OPENERS);
    let open = || {
        start.wait();
        let custody = understudy_issuer::demonstration::custody();
        let config = understudy_issuer::demonstration::config();
        Issuer::open(&database(folder), custody, config).err()
    };
    let failed: Vec<_> = scope(|threads| {
        let openers: Vec<_> = (0..OPENERS).map(|_| threads.spawn(open)).collect();
        let opened = openers.into_iter().map(|opener| opener.join().unwrap());
        opened.flatten().collect()
    });
    assert_eq!(failed, [], "round {round}");
}

fn assert_one_won(atc: u16, one: &str, other: &str) {
    let mut answers = [one, other];
    answers.sort_unstable();
    assert_eq!(answers, ["approved", "replay"], "{atc}");
}
