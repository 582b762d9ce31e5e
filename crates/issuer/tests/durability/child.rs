//! A child process: this test program, which obeys its parent through a pipe.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::scope;

use understudy_test_process::{argument, orders, say};

use super::bad_disk;
use super::world::{World, sale};

/// The test that a child runs.
pub(crate) const CHILD: &str = "child::a_child_does_as_it_is_told";

/// A test that does nothing unless a parent started it.
#[test]
fn a_child_does_as_it_is_told() {
    let Some(folder) = argument() else {
        return;
    };
    let folder = Path::new(&folder);
    let mut world = None;
    for order in orders() {
        let (verb, rest) = order.split_once(' ').unwrap_or((&order, ""));
        let numbers: Vec<u32> = rest
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect();
        if verb == "disk" {
            bad_disk::in_a_small_disk(folder);
            continue;
        }
        let world = world.get_or_insert_with(|| World::open(folder));
        obey(world, verb, &numbers);
    }
}

fn obey(world: &World, verb: &str, numbers: &[u32]) {
    let request = |atc: u32, trace| sale(&world.card, u16::try_from(atc).unwrap(), trace);
    match (verb, numbers) {
        ("authorise", &[atc, trace]) => {
            let verdict = world.authorise(&request(atc, trace));
            say(format_args!("{} {}", verdict.reason, verdict.repeat));
        }
        ("reverse", &[atc, trace]) => {
            let verdict = world.reverse(&request(atc, trace));
            say(format_args!("{} {}", verdict.reason, verdict.repeat));
        }
        ("all", &[first, last]) => authorise_all(world, first, last, 1),
        ("all", &[first, last, callers]) => authorise_all(world, first, last, callers),
        _ => panic!("an order that nobody gives: {verb} {numbers:?}"),
    }
}

/// Each caller is a thread, which says what its authorisation came to before it asks for the next.
fn authorise_all(world: &World, first: u32, last: u32, callers: u32) {
    let next = AtomicU32::new(first);
    let call = || {
        loop {
            let atc = next.fetch_add(1, Ordering::Relaxed);
            if atc > last {
                return;
            }
            let sale = sale(&world.card, u16::try_from(atc).unwrap(), atc);
            say(format_args!("{atc} {}", world.authorise(&sale).reason));
        }
    };
    scope(|threads| {
        for _ in 0..callers {
            threads.spawn(call);
        }
    });
}
