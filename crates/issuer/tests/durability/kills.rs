//! A process that is killed again and again during ten thousand authorisations.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;

use super::child::Worker;
use super::world::{World, database, folder};

const AUTHORISATIONS: u32 = 10_000;

/// A generator that repeats its numbers (Numerical Recipes).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = (self.0.wrapping_mul(1_664_525)).wrapping_add(1_013_904_223) & 0xFFFF_FFFF;
        (self.0 >> 8) % bound
    }
}

#[test]
fn no_acknowledged_authorisation_is_lost_and_no_counter_is_used_twice() {
    let folder = folder();
    drop(World::new(folder.path()));
    let mut chance = Chance(1);
    let mut acknowledged = BTreeSet::new();
    let mut kills = 0;
    while acknowledged.len() < usize::try_from(AUTHORISATIONS).unwrap() {
        let first = acknowledged.last().map_or(1, |last| last + 1);
        let mut worker = Worker::start(folder.path());
        worker.order(&format!("all {first} {AUTHORISATIONS}"));
        for _ in 0..chance.below(600) {
            if acknowledged.last() == Some(&AUTHORISATIONS) {
                break;
            }
            acknowledge(&worker.answer().unwrap(), &mut acknowledged);
        }
        sleep(Duration::from_micros(chance.below(800)));
        for answer in worker.kill() {
            acknowledge(&answer, &mut acknowledged);
        }
        kills += 1;
        check(folder.path(), &acknowledged);
    }
    assert!(kills > 10, "killed {kills} times only");
    assert_eq!(
        World::open(folder.path()).spent(),
        i128::from(AUTHORISATIONS)
    );
}

fn acknowledge(answer: &str, acknowledged: &mut BTreeSet<u32>) {
    let (atc, reason) = answer.split_once(' ').unwrap();
    assert_eq!(reason, "approved", "{atc}");
    acknowledged.insert(atc.parse().unwrap());
}

/// Opens the remaining database, and compares.
fn check(folder: &Path, acknowledged: &BTreeSet<u32>) {
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
    // At most the last one was not acknowledged.
    assert!(kept.len() <= acknowledged.len() + 1);
}
