//! The wallet frees no memory with a key in it, neither as octets nor as hex.

use std::hint::black_box;

use understudy_core::card::CardId;
use understudy_memory_tests::{copies_left_by, look_for};
use understudy_provisioning::letter::{Body, Command};
use understudy_test_phone::{CARD, HandClock, Phone, session_key};

/// 2026-11-22T00:00:00Z.
const NOW: u64 = 1_795_305_600;

#[test]
fn no_block_is_given_back_with_a_key_in_it() {
    let atcs: Vec<u16> = (1..=70).collect();
    let keys: Vec<_> = atcs.iter().map(|atc| session_key(*atc).to_vec()).collect();
    let (octets, text) = (keys[7].clone(), hex::encode(&keys[7]));
    look_for(keys);

    let (phone, mut issuer) = Phone::enrolled(&HandClock::at(NOW));
    let letters = [
        (issuer.card(CARD, &atcs[..40]), "installing"),
        (issuer.keys(CARD, &atcs[40..]), "replenishing"),
    ];
    for (letter, what) in &letters {
        let (taken, copies) = copies_left_by(|| phone.wallet.receive(letter));
        assert_eq!((taken.is_ok(), copies), (true, 0), "after {what}");
    }
    let (settled, copies) = copies_left_by(|| phone.wallet.settle());
    assert_eq!((settled.is_ok(), copies), (true, 0), "after arming");
    for _ in 0..2 {
        let (status, copies) = copies_left_by(|| phone.tap());
        assert_eq!((status, copies), (0x9000, 0), "after a tap");
    }
    let folder = phone.folder.die();
    let ((), copies) = copies_left_by(|| drop(phone));
    assert_eq!(copies, 0, "after the wallet's end");
    let clock = HandClock::at(NOW);
    let (phone, copies) = copies_left_by(|| Phone::open(folder, &clock).unwrap());
    assert_eq!(copies, 0, "after opening");
    assert_eq!(phone.counts(CARD), (68, 2));
    let rotate = issuer.write(None, Body::Command(Command::RotateStorage));
    let (taken, copies) = copies_left_by(|| phone.wallet.receive(&rotate));
    assert_eq!((taken.is_ok(), copies), (true, 0), "after a rotation");
    let (removed, copies) = copies_left_by(|| phone.wallet.remove(CARD));
    assert_eq!(
        (removed.is_ok(), copies),
        (true, 0),
        "after removing the card"
    );
    let other = issuer.card(CardId(2), &[1, 2, 3]);
    let (taken, copies) = copies_left_by(|| phone.wallet.receive(&other));
    assert_eq!((taken.is_ok(), copies), (true, 0), "after another card");
    let (wiped, copies) = copies_left_by(|| phone.wallet.wipe());
    assert_eq!((wiped.is_ok(), copies), (true, 0), "after a wipe");

    let ((), copies) = copies_left_by(|| drop(black_box(octets)));
    assert_eq!(copies, 1, "the scanner sees octets");
    let ((), copies) = copies_left_by(|| drop(black_box(text)));
    assert_eq!(copies, 1, "the scanner sees hex");
}
