//! A whole process: after its wallet was wiped and dropped, no key of a card is found in any memory
//! that it can write to, stacks included, in any parity, nor any part of a key's schedule.

use des::TdesEde2;
use des::cipher::KeyInit as _;
use understudy_memory_tests::{Dropped, Masked, found_in_this_process};
use understudy_test_phone::{CARD, HandClock, Issuer, Phone, ProfileSpec, session_key};
use understudy_test_process::{Worker, argument, orders, say};

/// 2026-11-22T00:00:00Z.
const NOW: u64 = 1_795_305_600;

/// The patterns of a key, and of both ends of the schedule of each half.
fn patterns(key: [u8; 16]) -> Vec<Masked> {
    let schedule = Dropped::in_place(TdesEde2::new(&key.into())).before;
    assert_eq!(schedule.len(), 256);
    let ends = [0, 112, 128, 240].map(|at| Masked::exactly(&schedule[at..at + 16]));
    ends.into_iter().chain([Masked::key(&key)]).collect()
}

#[test]
fn after_a_wipe_no_key_and_no_schedule_is_left_in_the_process() {
    let mut child = Worker::start("a_child_does_as_it_is_told", "");
    let request = hex::decode(child.answer().unwrap()).unwrap();
    let mut issuer = Issuer::of(&request, NOW);
    // Even counters only: their keys differ in more than their parity bits.
    let keys = (1..=8).map(|number| session_key(2 * number));
    let patterns: Vec<_> = keys.flat_map(patterns).collect();
    for pattern in &patterns {
        child.order(&format!("pattern {}", pattern.to_hex()));
    }
    let card = issuer.card(CARD, &[2, 4, 6, 8, 10]);
    child.order(&format!("letter {}", hex::encode(card)));
    child.order("scan");
    assert_eq!(child.answer().unwrap(), "5", "each key that waits, once");
    child.order("pay");
    child.order("pay");
    let more = issuer.keys(CARD, &[12, 14, 16]);
    child.order(&format!("letter {}", hex::encode(more)));
    child.order("pay");
    child.order("scan");
    assert_eq!(
        child.answer().unwrap(),
        "5",
        "the keys that wait, and nothing else"
    );
    child.order("wipe");
    assert_eq!(child.answer().unwrap(), "wiped");
    child.order("scan");
    assert_eq!(child.answer().unwrap(), "0");
    child.order("spill");
    let found: usize = child.answer().unwrap().parse().unwrap();
    assert!(found > 0, "a key that is not wiped is seen");
}

#[test]
fn after_a_tap_with_generate_ac_nothing_of_its_key_is_left_in_the_process() {
    let mut child = Worker::start("a_child_does_as_it_is_told", "");
    let request = hex::decode(child.answer().unwrap()).unwrap();
    let mut issuer = Issuer::of(&request, NOW);
    for pattern in [2, 4].map(session_key).into_iter().flat_map(patterns) {
        child.order(&format!("pattern {}", pattern.to_hex()));
    }
    let card = issuer.profile(CARD, &ProfileSpec::mastercard(), &[2, 4]);
    child.order(&format!("letter {}", hex::encode(card)));
    child.order("settle");
    child.order("scan");
    assert_eq!(child.answer().unwrap(), "2", "each key that waits, once");
    child.order("generate-ac");
    child.order("scan");
    assert_eq!(
        child.answer().unwrap(),
        "1",
        "the key that waits, and nothing of the one that paid"
    );
}

/// The child process; does nothing unless a parent started it.
#[test]
fn a_child_does_as_it_is_told() {
    if argument().is_some() {
        obey();
    }
}

fn obey() {
    let phone = Phone::new(&HandClock::at(NOW));
    say(hex::encode(phone.enrol().unwrap()));
    let mut phone = Some(phone);
    let mut patterns = Vec::new();
    for order in orders() {
        let (verb, rest) = order.split_once(' ').unwrap_or((&order, ""));
        match (verb, &phone) {
            ("pattern", _) => patterns.push(Masked::of_hex(rest).unwrap()),
            ("letter", Some(phone)) => {
                phone.takes(&hex::decode(rest).unwrap());
            }
            ("pay", Some(phone)) => {
                assert_eq!(phone.tap(), 0x9000);
                phone.wallet.settle().unwrap();
            }
            ("settle", Some(phone)) => phone.wallet.settle().unwrap(),
            // Nothing else that overwrites the stack follows the tap.
            ("generate-ac", Some(phone)) => assert_eq!(phone.tap_mastercard(), 0x9000),
            ("scan", _) => answer(&patterns),
            ("wipe", Some(held)) => {
                held.wallet.wipe().unwrap();
                phone = None;
                say("wiped");
            }
            ("spill", _) => {
                let spilt = session_key(2).to_vec();
                answer(&patterns);
                drop(spilt);
            }
            (verb, _) => panic!("no order: {verb}"),
        }
    }
}

fn answer(patterns: &[Masked]) {
    let found = found_in_this_process(patterns).unwrap();
    for (pattern, mapping) in &found {
        eprintln!("pattern {pattern} in {mapping}");
    }
    say(found.len());
}
