//! The documented keys and octets.

use zeroize::Zeroizing;

use super::kit::{self, Repeating, numbers};
use crate::store::generation::Generation;
use crate::store::header::{HEADER_LEN, Header, StoreId};
use crate::store::slot::SLOT_LEN;
use crate::store::{Folder as _, KEY_LEN, PassphraseError, Simulated, StorageKey, Store};

/// The files of a store of version 1, made by `tests/python/store.py`.
const VERSION_1: [(&str, &[u8]); 2] = [
    ("state.6", include_bytes!("version-1/state.6")),
    ("state.7", include_bytes!("version-1/state.7")),
];

#[test]
fn a_store_of_version_1_opens() {
    let folder = Simulated::new();
    for (name, octets) in VERSION_1 {
        folder.put(name, octets);
    }
    let octets = core::array::from_fn(|index| u8::try_from(index).unwrap());
    let key = StorageKey::new(Zeroizing::new(octets));
    let opened = Store::open(folder.clone(), &key, &mut Repeating(1)).unwrap();
    assert_eq!(
        opened.state.unwrap().as_slice(),
        b"the state of generation 7"
    );
    assert_eq!(numbers(&opened.records), [12, 13, 14].map(Some));
    assert_eq!((opened.store.generation(), opened.loss), (7, None));
    assert_eq!(opened.tail.unwrap().len(), 1);
    folder.put("state.7", b"");
    drop(opened.store);
    let opened = Store::open(folder, &key, &mut Repeating(1)).unwrap();
    assert_eq!(
        opened.state.unwrap().as_slice(),
        b"the state of generation 6"
    );
    assert_eq!(numbers(&opened.records), [11, 12, 13].map(Some));
}

#[test]
fn no_nonce_and_no_salt_is_used_twice() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut seen = std::collections::BTreeSet::new();
    let mut slots = 0;
    for (round, name) in ["state.1", "state.2"].into_iter().enumerate() {
        let mut tail = store.commit(b"state", 0, rng).unwrap();
        let written = |index: usize| {
            let octets = folder.read(name, u64::MAX).unwrap();
            let salt = Header::parse(&octets).unwrap().salt;
            let nonce = octets[HEADER_LEN + index * SLOT_LEN..][..12].to_vec();
            (salt, nonce)
        };
        let mut take = |index| {
            slots += 1;
            seen.insert(written(index));
        };
        (0..128).for_each(&mut take);
        for index in 0..5 {
            tail.append(&kit::record(1)).unwrap();
            take(index);
        }
        assert_eq!(tail.len(), 5, "{round}");
    }
    assert_eq!((slots, seen.len()), (2 * 133, 2 * 133));
}

#[test]
fn a_slot_that_lost_its_record_takes_the_next_one_under_another_nonce() {
    let folder = Simulated::new();
    let rng = &mut Repeating(1);
    let mut store = kit::open(&folder).unwrap().store;
    let mut tail = store.commit(b"state", 0, rng).unwrap();
    let nonce = |folder: &Simulated| {
        let octets = folder.read("state.1", u64::MAX).unwrap();
        octets[HEADER_LEN..][..12].to_vec()
    };
    let empty = nonce(&folder);
    tail.append(&kit::record(1)).unwrap();
    let lost = nonce(&folder);
    let folder = folder.cut_power(|| crate::store::Fate::Lost);
    let opened = Store::open(folder.clone(), &kit::key(), rng).unwrap();
    opened.tail.unwrap().append(&kit::record(2)).unwrap();
    let next = nonce(&folder);
    assert!(empty != lost && lost != next && empty != next);
}

#[test]
fn neither_state_nor_record_nor_key_stands_in_a_file() {
    let folder = Simulated::new();
    let mut store = kit::open(&folder).unwrap().store;
    let state = [b"6250947000000014 and more".as_slice(), &[7; 32]].concat();
    let mut tail = store.commit(&state, 0, &mut Repeating(1)).unwrap();
    tail.append(&kit::record(0x0102_0304_0506_0708)).unwrap();
    let octets = folder.read("state.1", u64::MAX).unwrap();
    for clear in [&state[..8], &[7; 8], &[0xA5; 8], &[1, 2, 3, 4, 5, 6, 7, 8]] {
        assert!(
            !octets.windows(8).any(|window| window == clear),
            "{clear:?}"
        );
    }
}

#[test]
fn a_generation_is_read_in_pieces_that_say_what_is_wrong() {
    let folder = Simulated::new();
    let mut store = kit::open(&folder).unwrap().store;
    store.commit(b"", 0, &mut Repeating(1)).unwrap();
    let octets = folder.read("state.1", u64::MAX).unwrap();
    assert_eq!(
        octets.len(),
        HEADER_LEN + 128 * SLOT_LEN + 16,
        "an empty state has a tag"
    );
    let file = Generation::parse(octets, 1, &kit::key()).ok().unwrap();
    assert_eq!(file.state().unwrap().as_slice(), b"");
}

#[test]
fn a_storage_key_shows_nothing_and_comes_from_a_passphrase_as_rfc_9106_says() {
    assert_eq!(format!("{:?}", kit::key()), "StorageKey(..)");
    assert_eq!(
        StorageKey::from_passphrase("", &[1; 16]).unwrap_err(),
        PassphraseError::Empty
    );
    // Made with Argon2id of the Python package cryptography 48: 2 iterations, 1 lane, 19456 KiB.
    let octets = "814eaae124a49f221c6b800f6758b752d3f4fee1fee1cbdf75263e17930347f4";
    let mut expected = Zeroizing::new([0; KEY_LEN]);
    hex::decode_to_slice(octets, &mut *expected).unwrap();
    let expected = StorageKey::new(expected);
    let key = StorageKey::from_passphrase("correct horse", &[1; 16]).unwrap();
    let id = StoreId([9; 16]);
    assert_eq!(key.check_value(&id), expected.check_value(&id));
}
