//! A child process: this test program, which obeys its parent through a pipe.

use std::path::Path;

use understudy_test_process::{argument, orders, say};

use super::bad_disk;
use super::kit::{Repeating, key, record};
use crate::store::{Disk, Store};

/// The test that a child runs.
pub(super) const CHILD: &str = "store::tests::child::a_child_does_as_it_is_told";

/// A test that does nothing unless a parent started it.
#[test]
fn a_child_does_as_it_is_told() {
    let Some(folder) = argument() else {
        return;
    };
    let folder = Path::new(&folder);
    let mut held = None;
    for order in orders() {
        match order.as_str() {
            "disk" => bad_disk::in_a_small_disk(folder),
            "hold" => held = Some(hold(folder)),
            order => panic!("an order that nobody gives: {order}"),
        }
    }
    drop(held);
}

/// Opens the store, appends two records and keeps it.
fn hold(folder: &Path) -> Store<Disk> {
    let rng = &mut Repeating(5);
    let opened = Store::open(Disk::open(folder).unwrap(), &key(), rng).unwrap();
    let mut store = opened.store;
    let mut tail = store.commit(b"the child's", 0, rng).unwrap();
    tail.append(&record(1)).unwrap();
    tail.append(&record(2)).unwrap();
    say("held");
    store
}
