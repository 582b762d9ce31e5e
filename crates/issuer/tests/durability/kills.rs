//! A process that is killed again and again in the middle of ten thousand authorisations, of one
//! caller and of eight.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;

use understudy_test_process::Worker;

use super::child::CHILD;
use super::world::{World, database, folder};

/// A generator that gives the same numbers each time (Numerical Recipes).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = (self.0.wrapping_mul(1_664_525)).wrapping_add(1_013_904_223) & 0xFFFF_FFFF;
        (self.0 >> 8) % bound
    }
}

#[test]
fn no_acknowledged_authorisation_is_lost_and_no_counter_is_used_twice() {
    kill_again_and_again(1, 10_000, 600);
}

#[test]
fn of_eight_callers_none_loses_an_acknowledged_authorisation() {
    kill_again_and_again(8, 10_000, 600);
}

/// Kills a process after at most so many answers, until all authorisations are acknowledged.
fn kill_again_and_again(callers: u32, authorisations: u32, answers: u64) {
    let folder = folder();
    drop(World::new(folder.path()));
    let mut chance = Chance(1);
    let mut acknowledged = BTreeSet::new();
    let mut kills = 0;
    while let Some(first) = (1..=authorisations).find(|atc| !acknowledged.contains(atc)) {
        let mut worker = Worker::start(CHILD, folder.path());
        worker.order(&format!("all {first} {authorisations} {callers}"));
        let left = authorisations - first + 1;
        for _ in 0..chance.below(answers).min(left.into()) {
            acknowledge(&worker.answer().unwrap(), &mut acknowledged);
        }
        sleep(Duration::from_micros(chance.below(800)));
        for answer in worker.end() {
            acknowledge(&answer, &mut acknowledged);
        }
        kills += 1;
        check(folder.path(), &acknowledged, callers);
    }
    assert!(kills > 10, "killed {kills} times only");
    assert_eq!(
        World::open(folder.path()).spent(),
        i128::from(authorisations)
    );
}

fn acknowledge(answer: &str, acknowledged: &mut BTreeSet<u32>) {
    let (atc, reason) = answer.split_once(' ').unwrap();
    assert_eq!(reason, "approved", "{atc}");
    acknowledged.insert(atc.parse().unwrap());
}

/// Opens the database as it was left, and compares.
fn check(folder: &Path, acknowledged: &BTreeSet<u32>, callers: u32) {
    let spent = World::open(folder).spent();
    let db = Connection::open(database(folder)).unwrap();
    let counters = "SELECT atc FROM authorisation WHERE reason = 'approved' ORDER BY atc";
    let mut statement = db.prepare(counters).unwrap();
    let kept: Vec<u32> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let distinct: BTreeSet<u32> = kept.iter().copied().collect();
    assert_eq!(distinct.len(), kept.len());
    assert!(distinct.is_superset(acknowledged));
    assert_eq!(spent, i128::try_from(kept.len()).unwrap());
    // At most the last authorisation of each caller was not acknowledged.
    assert!(kept.len() <= acknowledged.len() + usize::try_from(callers).unwrap());
}
