//! An enrolled wallet frees no memory with one of its own keys in it. It draws them itself, so the
//! blocks are kept until the keys are known.

use std::hint::black_box;

use understudy_memory_tests::{Left, blocks_left_by};
use understudy_provisioning::letter::{Body, Command};
use understudy_test_phone::{CARD, HandClock, Issuer, Phone};

/// 2026-11-22T00:00:00Z.
const NOW: u64 = 1_795_305_600;

/// The blocks that each step freed, and every key that the device has had.
#[derive(Default)]
struct Scene {
    left: Vec<(&'static str, Left)>,
    keys: Vec<Vec<u8>>,
}

impl Scene {
    fn step<R>(&mut self, what: &'static str, phone: &Phone, work: impl FnOnce() -> R) -> R {
        let (result, left) = blocks_left_by(work);
        self.left.push((what, left));
        if phone.wallet.device().is_some() {
            self.keys.extend(phone.state().secret_keys());
        }
        result
    }
}

#[test]
fn no_block_is_given_back_with_a_key_of_the_device_in_it() {
    let phone = Phone::new(&HandClock::at(NOW));
    let mut scene = Scene::default();
    let request = scene.step("enrolling", &phone, || phone.enrol().unwrap());
    let mut issuer = Issuer::of(&request, NOW);
    let card = issuer.card(CARD, &[1, 2, 3]);
    scene.step("a card", &phone, || phone.takes(&card));
    scene.step("a tap", &phone, || assert_eq!(phone.tap(), 0x9000));
    for first in [4, 6] {
        let report = scene.step("a report", &phone, || phone.report());
        issuer.take(&report).unwrap();
        let accepted = issuer.acknowledge();
        scene.step("its acceptance", &phone, || phone.takes(&accepted));
        let keys = issuer.keys(CARD, &[first, first + 1]);
        scene.step("keys to the fresh key", &phone, || phone.takes(&keys));
    }
    let refused = scene.step("a refusal", &phone, || phone.wallet.receive(&card));
    assert!(refused.is_err());
    let folder = phone.folder.die();
    let clock = phone.clock.clone();
    let ((), left) = blocks_left_by(|| drop(phone));
    scene.left.push(("the wallet's end", left));
    let (opened, left) = blocks_left_by(|| Phone::open(folder, &clock));
    scene.left.push(("opening", left));
    let phone = opened.unwrap();
    let wipe = issuer.write(None, Body::Command(Command::Wipe));
    scene.step("the issuer's wipe", &phone, || phone.takes(&wipe));
    let ((), left) = blocks_left_by(|| drop(phone));
    scene.left.push(("the end", left));

    let Scene { left, mut keys } = scene;
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4, "one to sign, and three to receive in turn");
    assert!(left.iter().any(|(_, left)| left.count() > 10));
    for (what, left) in left {
        assert_eq!(left.copies_of(&keys), 0, "after {what}");
    }

    let (copy, text) = (keys[1].clone(), hex::encode(&keys[2]));
    let ((), left) = blocks_left_by(|| drop(black_box((copy, text))));
    assert_eq!(left.copies_of(&keys), 2, "the scanner sees octets and hex");
}
