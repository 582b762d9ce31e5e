//! The wallet's store, read and written by the peer.

use std::fs;
use std::path::Path;

use getrandom::SysRng;
use understudy_wallet::store::{Disk, RECORD_LEN, StorageKey, Store};
use zeroize::Zeroizing;

use crate::python::run;

#[test]
fn the_store_that_is_checked_in_is_what_the_peer_makes() {
    let made = tempfile::tempdir().unwrap();
    run("store.py", &["make", made.path().to_str().unwrap()], "");
    let kept =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/wallet/src/store/tests/version-1");
    for name in ["state.6", "state.7"] {
        let octets = [made.path(), &kept].map(|folder| fs::read(folder.join(name)).unwrap());
        assert!(octets[0] == octets[1], "{name}");
    }
}

#[test]
fn the_peer_reads_our_store() {
    let home = tempfile::tempdir().unwrap();
    let key = StorageKey::new(Zeroizing::new(core::array::from_fn(|index| {
        u8::try_from(index).unwrap()
    })));
    let opened = Store::open(Disk::open(home.path()).unwrap(), &key, &mut SysRng).unwrap();
    let mut store = opened.store;
    let mut tail = store.commit(b"older", 0, &mut SysRng).unwrap();
    tail.append(&[0x11; RECORD_LEN]).unwrap();
    let mut tail = store.commit(b"newer", 1, &mut SysRng).unwrap();
    for octet in [0x22, 0x33] {
        tail.append(&[octet; RECORD_LEN]).unwrap();
    }
    let said = |name: &str| {
        let path = home.path().join(name);
        run("store.py", &["read", path.to_str().unwrap()], "")
    };
    let record = |octet: &str| octet.repeat(RECORD_LEN);
    let older = format!(
        "generation 1, after 0, of which it contains 0 slots\nslot 0 {}\nstate {}\n",
        record("11"),
        hex::encode("older"),
    );
    let newer = format!(
        "generation 2, after 1, of which it contains 1 slots\nslot 0 {}\nslot 1 {}\nstate {}\n",
        record("22"),
        record("33"),
        hex::encode("newer"),
    );
    assert_eq!((said("state.1"), said("state.2")), (older, newer));
}
