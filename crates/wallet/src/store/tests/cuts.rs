//! Deaths of the process and power cuts after every operation.

use super::kit::Repeating;
use super::model::{Beside, End, Seen, Step};
use crate::store::Simulated;

const SCRIPT: [Step; 14] = [
    Step::Commit { meanwhile: 0 },
    Step::Append,
    Step::Sync,
    Step::Append,
    Step::Commit { meanwhile: 1 },
    Step::Append,
    Step::Sync,
    Step::Append,
    Step::Append,
    Step::Commit { meanwhile: 2 },
    Step::Append,
    Step::Sync,
    Step::Append,
    Step::Forget,
];
const AFTERWARDS: [Step; 5] = [
    Step::Append,
    Step::Commit { meanwhile: 2 },
    Step::Append,
    Step::Sync,
    Step::Append,
];
/// Seeds of the fates of unsynced writes: none kept, all kept, and some subsets.
const SUBSETS: u64 = 10;

fn ends() -> impl Iterator<Item = End> {
    let cuts = (0..SUBSETS).map(|seed| End::PowerCut { seed });
    [End::Death].into_iter().chain(cuts)
}

fn add(total: &mut Seen, seen: Seen) {
    total.lost += seen.lost;
    total.unreadable += seen.unreadable;
    total.died += seen.died;
    total.unfinished += seen.unfinished;
}

/// The number of operations that the steps take.
fn length(steps: &[Step]) -> u64 {
    let folder = Simulated::new();
    let mut beside = Beside::new(folder.clone(), 1);
    beside.run(steps, End::Death);
    folder.counts().operations
}

#[test]
fn a_store_that_ends_after_any_operation_keeps_what_it_promised() {
    let mut total = Seen::default();
    for last in 0..=length(&SCRIPT) {
        for end in ends() {
            let folder = Simulated::new();
            folder.die_after(last);
            let mut beside = Beside::new(folder, last);
            beside.run(&SCRIPT, end);
            beside.run(&AFTERWARDS, end);
            add(&mut total, beside.seen);
        }
    }
    assert!(total.lost > 50 && total.unreadable > 50, "{total:?}");
    assert!(total.died > 300 && total.unfinished > 10, "{total:?}");
}

#[test]
fn a_store_that_ends_twice_keeps_what_it_promised() {
    let script = &SCRIPT[..10];
    for first in 0..=length(script) {
        for second in 0..=length(&AFTERWARDS) {
            for end in [
                End::Death,
                End::PowerCut {
                    seed: first * 100 + second,
                },
            ] {
                let folder = Simulated::new();
                folder.die_after(first);
                let mut beside = Beside::new(folder, first);
                beside.run(script, end);
                beside.folder.die_after(second);
                beside.run(&AFTERWARDS, end);
                beside.run(&[Step::Commit { meanwhile: 1 }], End::Death);
            }
        }
    }
}

#[test]
fn random_sequences_with_random_ends_keep_what_they_promised() {
    let mut total = Seen::default();
    for seed in 0..500 {
        let rng = &mut Repeating(seed);
        let mut beside = Beside::new(Simulated::new(), seed);
        for _ in 0..4 {
            let steps: Vec<_> = (0..rng.below(12)).map(|_| step(rng)).collect();
            beside.folder.die_after(rng.below(60));
            let end = match rng.below(3) {
                0 => End::Death,
                _ => End::PowerCut {
                    seed: rng.below(u64::MAX),
                },
            };
            beside.run(&steps, end);
        }
        add(&mut total, beside.seen);
    }
    assert!(total.lost > 50 && total.unreadable > 50, "{total:?}");
    assert!(total.died > 100 && total.unfinished > 10, "{total:?}");
}

fn step(rng: &mut Repeating) -> Step {
    match rng.below(10) {
        0..5 => Step::Append,
        5 | 6 => Step::Sync,
        7 | 8 => Step::Commit {
            meanwhile: usize::try_from(rng.below(3)).unwrap(),
        },
        _ => Step::Forget,
    }
}
