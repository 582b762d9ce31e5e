//! Erased data cannot be decrypted, whatever remains of the files.

use super::kit::{self, Repeating, key, record};
use crate::store::generation::Generation;
use crate::store::header::{HEADER_LEN, Header};
use crate::store::slot::Content;
use crate::store::{Folder as _, Simulated};

const CARD: &[u8] = b"the key of a card";
const RECORD: u64 = 77;

/// True twice if the storage key decrypts a state with the card, or the record, in anything on the
/// disk, removed files included: every remaining header is tried with the rest of every file.
fn found(folder: &Simulated) -> (bool, bool) {
    let remains = folder.remains();
    let (mut states, mut records) = (false, false);
    for header in remains
        .iter()
        .filter_map(|octets| octets.first_chunk::<HEADER_LEN>())
    {
        let Ok(Header { generation, .. }) = Header::parse(header) else {
            continue;
        };
        for body in remains.iter().filter_map(|octets| octets.get(HEADER_LEN..)) {
            let octets = [header, body].concat();
            let file = Generation::parse(octets, generation, &key()).unwrap();
            let state = file.state().unwrap_or_default();
            states |= state.windows(CARD.len()).any(|window| window == CARD);
            let slots = file.slots();
            let is_record =
                |slot: &Content| matches!(slot, Content::Record(it) if **it == record(RECORD));
            records |= slots.iter().any(is_record);
        }
    }
    (states, records)
}

#[test]
fn after_a_delete_nothing_on_the_disk_decrypts_to_what_was_deleted() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let with_card = [b"two cards, and ", CARD].concat();
    let mut tail = store.commit(&with_card, 0, rng).unwrap();
    tail.append(&record(RECORD)).unwrap();
    store.commit(&with_card, 0, rng).unwrap();
    store.commit(&with_card, 0, rng).unwrap();
    assert_eq!(found(&folder), (true, false), "the third erased the first");
    let mut tail = store.commit(&with_card, 0, rng).unwrap();
    tail.append(&record(RECORD)).unwrap();
    assert_eq!(found(&folder), (true, true));

    store.commit(b"one card", 1, rng).unwrap();
    assert_eq!(
        found(&folder),
        (true, true),
        "the one to fall back to has it yet"
    );
    store.commit(b"one card", 0, rng).unwrap();
    store.forget().unwrap();
    assert_eq!(found(&folder), (false, false));
    let opened = kit::open(&folder.die()).unwrap();
    assert_eq!(opened.state.unwrap().as_slice(), b"one card");
}

#[test]
fn a_delete_that_was_interrupted_is_finished_by_the_next_opening() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    store.commit(CARD, 0, rng).unwrap();
    store.commit(b"one card", 0, rng).unwrap();
    // Two syncs of the commit, and the creation, the write and the renaming between them.
    folder.die_after(5);
    store.commit(b"one card", 0, rng).unwrap();
    assert!(store.forget().is_err());
    let folder = folder.die();
    assert_eq!(found(&folder), (true, false));
    let opened = kit::open(&folder).unwrap();
    assert_eq!(found(&folder), (false, false));
    assert_eq!(opened.state.unwrap().as_slice(), b"one card");
}

#[test]
fn a_wipe_leaves_no_file_and_nothing_that_decrypts() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(CARD, 0, rng).unwrap();
    tail.append(&record(RECORD)).unwrap();
    folder.fail_after(1, std::io::ErrorKind::StorageFull);
    assert!(store.commit(CARD, 1, rng).is_err());
    assert_eq!(found(&folder), (true, true));
    store.wipe().unwrap();
    assert_eq!(folder.names().unwrap(), Vec::<String>::new());
    assert_eq!(found(&folder), (false, false));
    assert!(kit::open(&folder.die()).unwrap().state.is_none());
}

#[test]
fn a_file_that_cannot_be_erased_is_an_error_and_is_tried_again() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    for _ in 0..2 {
        store.commit(CARD, 0, rng).unwrap();
    }
    // The write over the header of `state.1`.
    folder.fail_after(5, std::io::ErrorKind::PermissionDenied);
    store.commit(CARD, 0, rng).unwrap();
    assert_eq!(folder.names().unwrap().len(), 3);
    folder.fail_after(0, std::io::ErrorKind::PermissionDenied);
    let refused = store.forget().err().unwrap();
    assert_eq!(
        refused.to_string(),
        "cannot erase state.1: permission denied"
    );
    store.forget().unwrap();
    assert_eq!(folder.names().unwrap(), ["state.2", "state.3"]);
}
