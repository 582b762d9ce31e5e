//! Damage to the octets of a file, or a missing file.

use super::kit::{self, Repeating, numbers, record};
use crate::store::header::HEADER_LEN;
use crate::store::slot::SLOT_LEN;
use crate::store::{Folder as _, OpenError, Opened, SLOTS, Simulated, Slot};

/// A store of two generations, `state.1` and `state.2`. The first one's slots hold 1, which the
/// second state contains, and 2 and 3, which it does not; the second one's hold 4 and 5.
struct Scene {
    files: [(&'static str, Vec<u8>); 2],
}

const OLDER: &[u8] = b"the older state";
const NEWER: &[u8] = b"the newer state";
/// Where the snapshot begins.
const SNAPSHOT_AT: usize = HEADER_LEN + SLOTS * SLOT_LEN;

impl Scene {
    fn new() -> Self {
        let folder = Simulated::new();
        let rng = &mut Repeating(3);
        let mut store = kit::open(&folder).unwrap().store;
        let mut tail = store.commit(OLDER, 0, rng).unwrap();
        for number in 1..=3 {
            tail.append(&record(number)).unwrap();
        }
        let mut tail = store.commit(NEWER, 1, rng).unwrap();
        for number in 4..=5 {
            tail.append(&record(number)).unwrap();
        }
        let files = ["state.1", "state.2"];
        Self {
            files: files.map(|name| (name, folder.read(name, u64::MAX).unwrap())),
        }
    }

    /// Opens the store with one file's content replaced.
    fn open_with(&self, which: usize, octets: &[u8]) -> Result<Opened<Simulated>, OpenError> {
        let folder = Simulated::new();
        for (index, (name, whole)) in self.files.iter().enumerate() {
            folder.put(name, if index == which { octets } else { whole });
        }
        kit::open(&folder)
    }

    /// Opens the store with a damaged file, and checks that it returns no altered data.
    fn check(&self, which: usize, octets: &[u8]) -> Reopened {
        let opened = match self.open_with(which, octets) {
            Ok(opened) => opened,
            Err(OpenError::Newer(_)) => return Reopened::Refused,
            Err(other) => panic!("{other}"),
        };
        let found = numbers(&opened.records);
        let readable: Vec<_> = found.iter().flatten().copied().collect();
        assert!(readable.is_sorted_by(|a, b| a < b), "{found:?}");
        if opened.loss.is_some() {
            assert_eq!((which, opened.state.unwrap().as_slice()), (1, OLDER));
            assert!(readable.starts_with(&[1, 2, 3]) && opened.tail.is_none());
            return Reopened::Older;
        }
        assert_eq!(opened.state.unwrap().as_slice(), NEWER);
        let whole = found == [2, 3, 4, 5].map(Some);
        assert!(whole || found.contains(&None), "{found:?}");
        if whole {
            Reopened::Whole
        } else {
            Reopened::Unreadable
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reopened {
    /// A clear error.
    Refused,
    /// The generation before, with a loss.
    Older,
    /// The newest state, with a record that cannot be read.
    Unreadable,
    /// The whole content.
    Whole,
}

/// The indices of every octet outside the slots.
fn outside_the_slots(whole: &[u8]) -> impl Iterator<Item = usize> {
    (0..HEADER_LEN).chain(SNAPSHOT_AT..whole.len())
}

/// A file with one octet of every slot altered.
fn with_slots_altered(whole: &[u8], octet: usize) -> Vec<u8> {
    let mut octets = whole.to_vec();
    for slot in octets[HEADER_LEN..SNAPSHOT_AT].chunks_mut(SLOT_LEN) {
        slot[octet] ^= 1 << (octet % 8);
    }
    octets
}

/// The lengths to which a file is cut: all outside the slots, the beginning of every slot, and
/// every length within one slot.
fn cuts(whole: &[u8]) -> impl Iterator<Item = usize> {
    let in_slots = (0..SLOTS).flat_map(|slot| {
        let begin = HEADER_LEN + slot * SLOT_LEN;
        [begin, begin + 1, begin + slot]
    });
    outside_the_slots(whole).chain(in_slots)
}

#[test]
fn an_altered_octet_of_the_newest_file_costs_what_it_is_in_and_alters_nothing() {
    let scene = Scene::new();
    let (_, whole) = &scene.files[1];
    assert_eq!(scene.check(1, whole), Reopened::Whole);
    for at in outside_the_slots(whole) {
        let mut octets = whole.clone();
        octets[at] ^= 2 << (at % 7);
        let expected = match at {
            // The altered version is a later one.
            8 => Reopened::Refused,
            _ => Reopened::Older,
        };
        assert_eq!(scene.check(1, &octets), expected, "octet {at}");
    }
    for octet in 0..SLOT_LEN {
        let opened = scene
            .open_with(1, &with_slots_altered(whole, octet))
            .unwrap();
        assert_eq!(opened.state.unwrap().as_slice(), NEWER);
        let (late, own) = opened.records.split_at(2);
        assert_eq!(numbers(late), [Some(2), Some(3)]);
        assert_eq!(own, vec![Slot::Unreadable; SLOTS], "octet {octet}");
        assert_eq!(opened.tail.unwrap().room(), 0);
    }
}

#[test]
fn an_altered_octet_of_the_file_before_it_costs_records_at_most() {
    let scene = Scene::new();
    let (_, whole) = &scene.files[0];
    for at in outside_the_slots(whole) {
        let mut octets = whole.clone();
        octets[at] ^= 2 << (at % 7);
        let expected = match at {
            8 => Reopened::Refused,
            SNAPSHOT_AT.. => Reopened::Whole,
            _ => Reopened::Unreadable,
        };
        assert_eq!(scene.check(0, &octets), expected, "octet {at}");
    }
    for octet in 0..SLOT_LEN {
        let opened = scene
            .open_with(0, &with_slots_altered(whole, octet))
            .unwrap();
        assert_eq!(opened.state.unwrap().as_slice(), NEWER);
        // The first slot is contained in the newer state.
        let (late, own) = opened.records.split_at(SLOTS - 1);
        assert_eq!(late, vec![Slot::Unreadable; SLOTS - 1], "octet {octet}");
        assert_eq!(numbers(own), [Some(4), Some(5)]);
    }
}

#[test]
fn a_file_of_another_length_is_damaged() {
    let scene = Scene::new();
    let (_, whole) = &scene.files[1];
    for length in cuts(whole) {
        assert_eq!(
            scene.check(1, &whole[..length]),
            Reopened::Older,
            "{length} octets"
        );
    }
    let longer = [whole.as_slice(), &[0]].concat();
    assert_eq!(scene.check(1, &longer), Reopened::Older);
}

#[test]
fn a_file_before_the_newest_of_another_length_costs_records_at_most() {
    let scene = Scene::new();
    let (_, whole) = &scene.files[0];
    for length in cuts(whole) {
        let expected = match length {
            SNAPSHOT_AT.. => Reopened::Whole,
            _ => Reopened::Unreadable,
        };
        assert_eq!(
            scene.check(0, &whole[..length]),
            expected,
            "{length} octets"
        );
    }
}

#[test]
fn a_slot_with_anything_else_in_it_is_unreadable() {
    let scene = Scene::new();
    let slot = |index: usize| HEADER_LEN + index * SLOT_LEN..HEADER_LEN + (index + 1) * SLOT_LEN;
    let (_, older) = &scene.files[0];
    let (_, newer) = &scene.files[1];
    let others = [
        ("zeros", &[0; SLOT_LEN][..]),
        ("the other record's", &newer[slot(1)]),
        ("an empty one's", &newer[slot(7)]),
        ("the same place in the other file", &older[slot(0)]),
    ];
    for (what, other) in others {
        let mut octets = newer.clone();
        octets[slot(0)].copy_from_slice(other);
        let found = numbers(&scene.open_with(1, &octets).unwrap().records);
        assert_eq!(found, [Some(2), Some(3), None, Some(5)], "{what}");
    }
}

#[test]
fn a_record_that_was_lost_before_one_that_was_not_is_unreadable() {
    let scene = Scene::new();
    let folder = Simulated::new();
    let (name, octets) = &scene.files[1];
    folder.put(name, octets);
    let mut tail = kit::open(&folder).unwrap().tail.unwrap();
    tail.append(&record(6)).unwrap();
    tail.append(&record(7)).unwrap();
    let mut writes = 0;
    let cut = folder.cut_power(|| {
        writes += 1;
        if writes == 1 {
            crate::store::Fate::Lost
        } else {
            crate::store::Fate::Kept
        }
    });
    let found = numbers(&kit::open(&cut).unwrap().records);
    // The first entry stands for the generation before, which is missing.
    assert_eq!(found, [None, Some(4), Some(5), None, Some(7)]);
}

#[test]
fn after_a_loss_the_store_goes_on_above_every_number_and_what_is_damaged_is_erased() {
    let scene = Scene::new();
    let mut octets = scene.files[1].1.clone();
    octets[SNAPSHOT_AT] ^= 1;
    let folder = Simulated::new();
    folder.put("state.1", &scene.files[0].1);
    folder.put("state.2", &octets);
    folder.put("state.9", b"no generation");
    let mut opened = kit::open(&folder).unwrap();
    let loss = opened.loss.unwrap();
    assert_eq!(
        loss.to_string(),
        "generation 9, 2 of the wallet is damaged; generation 1 was read"
    );
    assert_eq!(numbers(&opened.records), [1, 2, 3, 4, 5].map(Some));
    opened
        .store
        .commit(b"after the loss", 0, &mut Repeating(4))
        .unwrap();
    assert_eq!(opened.store.generation(), 10);
    assert_eq!(folder.names().unwrap(), ["state.1", "state.10"]);
    let again = kit::open(&folder.die()).unwrap();
    assert_eq!(again.state.unwrap().as_slice(), b"after the loss");
    assert!(again.loss.is_none() && again.records.is_empty());
}

#[test]
fn nothing_whole_is_an_error_and_changes_nothing() {
    let scene = Scene::new();
    let folder = Simulated::new();
    for (name, octets) in &scene.files {
        folder.put(name, &octets[..octets.len() - 1]);
    }
    folder.put("state.3.new", b"half written");
    let before = folder.counts();
    assert!(matches!(kit::open(&folder), Err(OpenError::Damaged)));
    assert_eq!(folder.counts(), before);
    assert_eq!(folder.names().unwrap().len(), 3);
}
