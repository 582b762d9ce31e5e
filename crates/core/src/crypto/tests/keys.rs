//! Key types: no octet of a key is printed or left behind.

use crate::crypto::secrecy::{assert_debug_hides, assert_does_not_implement, assert_wiped};
use crate::crypto::{Key, SessionKey, TdesKey};

const SECRET: [u8; 16] = [
    0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86, 0xAD, 0x29,
];

#[test]
fn keys_implement_zeroize_on_drop() {
    assert_wiped::<TdesKey>();
    assert_wiped::<Key>();
    assert_wiped::<SessionKey>();
}

#[test]
fn the_key_schedules_behind_them_implement_zeroize_on_drop() {
    assert_wiped::<des::TdesEde2>();
    assert_wiped::<retail_mac::block_api::RetailMacCore<des::Des>>();
}

#[test]
fn keys_cannot_be_cloned_or_compared_or_displayed() {
    use core::fmt::Display;
    assert_does_not_implement!(TdesKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    assert_does_not_implement!(Key: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
    assert_does_not_implement!(SessionKey: Clone, Copy, PartialEq, AsRef<[u8]>, Display, Default);
}

#[test]
fn keys_show_no_octet_when_debugged() {
    assert_debug_hides(&TdesKey::from_octets(SECRET), &SECRET);
    assert_debug_hides(&SessionKey::from_octets(SECRET), &SECRET);
    assert_debug_hides(&Key::from(TdesKey::from_octets(SECRET)), &SECRET);
}
