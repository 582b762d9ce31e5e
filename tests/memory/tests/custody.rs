//! The issuer frees no memory with one of its keys in it when it makes, opens and uses its key
//! file.

use std::hint::black_box;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, TdesKey};
use understudy_issuer::{
    Component, IssuerKeys, KeyCustody as _, KeyFamily, KeyFile, MasterKeys, Person, SoftwareCustody,
};
use understudy_memory_tests::{copies_left_by, look_for};

/// Two versions of the issuer master key.
const MASTER: [[u8; 16]; 2] = [
    [
        0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86, 0xAD,
        0x29,
    ],
    [
        0x62, 0x5D, 0xC4, 0x37, 0x1A, 0xE9, 0x70, 0x94, 0x51, 0xBC, 0x0E, 0xFB, 0xA7, 0x3D, 0x68,
        0xD3,
    ],
];

#[test]
fn no_block_is_given_back_with_a_key_of_the_issuer_or_its_passphrase_in_it() {
    let passphrase = "glass orbit pencil nine".to_owned();
    let [first, later] = MASTER;
    let mut keys = IssuerKeys {
        application_cryptogram: MasterKeys::first(TdesKey::from_octets(first)),
        ..IssuerKeys::generate().unwrap()
    };
    let later_key = TdesKey::from_octets(later).into();
    (keys.application_cryptogram.add(Scheme::UnionPay, later_key)).unwrap();
    let longest = KeyFamily {
        scheme: Scheme::Visa,
        algorithm: Algorithm::Aes256,
    };
    keys.rotate(longest).unwrap();
    let drawn = Component::draw(Algorithm::Aes192).unwrap();
    let ann = Person::parse("Ann").unwrap();
    keys.enter(Scheme::Mastercard, &drawn, ann, None).unwrap();
    let secrets = vec![
        keys.host.expose().to_vec(),
        keys.sign.expose().to_vec(),
        keys.receive.expose().to_vec(),
        first.to_vec(),
        later.to_vec(),
        drawn.expose().to_vec(),
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
