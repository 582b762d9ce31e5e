//! The issuer frees no memory with one of its keys in it when it makes, opens and uses its key
//! file.

use std::hint::black_box;

use understudy_issuer::{IssuerKeys, KeyCustody as _, KeyFile, SoftwareCustody};
use understudy_memory_tests::{copies_left_by, look_for};

#[test]
fn no_block_is_given_back_with_a_key_of_the_issuer_or_its_passphrase_in_it() {
    let passphrase = "glass orbit pencil nine".to_owned();
    let keys = IssuerKeys::generate().unwrap();
    let secrets = vec![
        keys.application_cryptogram.expose().to_vec(),
        keys.host.expose().to_vec(),
        keys.sign.expose().to_vec(),
        keys.receive.expose().to_vec(),
        passphrase.clone().into_bytes(),
    ];
    let copy = secrets[0].clone();
    look_for(secrets);

    let (file, copies) = copies_left_by(|| KeyFile::seal(&keys, &passphrase).unwrap());
    assert_eq!(copies, 0, "after sealing");
    let (opened, copies) = copies_left_by(|| KeyFile::open(&file, &passphrase).unwrap());
    assert_eq!(copies, 0, "after opening");
    let (_, copies) = copies_left_by(|| KeyFile::open(&file, "another").unwrap_err());
    assert_eq!(copies, 0, "after another passphrase");
    let (_, copies) = copies_left_by(|| SoftwareCustody::new(opened).public_keys());
    assert_eq!(copies, 0, "after the end of the custody");
    let ((), copies) = copies_left_by(|| drop(Box::new(keys)));
    assert_eq!(copies, 0, "after the end of the keys");

    let ((), copies) = copies_left_by(|| drop(black_box(copy)));
    assert_eq!(copies, 1, "the scanner sees a key");
    let ((), copies) = copies_left_by(|| drop(black_box(passphrase)));
    assert_eq!(copies, 1, "the scanner sees a passphrase");
}
