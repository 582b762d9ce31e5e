//! Keys and their schedules are erased at the place of their drop.

use std::collections::HashSet;
use std::hint::black_box;

use aes::{Aes128, Aes192, Aes256};
use cbc_mac::CbcMac;
use des::cipher::KeyInit as _;
use des::{Des, TdesEde2};
use retail_mac::{Mac as _, RetailMac};
use sm4::Sm4;
use understudy_core::crypto::{AesKey, Key, SessionKey, Sm4Key, TdesKey};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};
use understudy_issuer::{AesTerminalPinKey, Pin, Secret, TerminalPinKey};
use understudy_memory_tests::{Dropped, hold_part_of};
use understudy_provisioning::keys::{ReceiveKey, SigningKey};
use zeroize::Zeroizing;

/// A key, and the same with every parity bit inverted.
const KEY: [u8; 32] = [
    0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86, 0xAD, 0x29,
    0x62, 0x5D, 0xC4, 0x37, 0x1A, 0xE8, 0x70, 0x94, 0x51, 0xBC, 0x0E, 0xFB, 0xA7, 0x3C, 0x68, 0xD2,
];

fn keys() -> [[u8; 32]; 2] {
    [KEY, KEY.map(|octet| octet ^ 0x01)]
}

fn half(key: &[u8; 32]) -> [u8; 16] {
    *key.first_chunk().unwrap()
}

fn assert_wiped(name: &str, key: &[u8], dropped: &Dropped) {
    assert!(hold_part_of(&dropped.before, key), "{name} holds its key");
    assert!(!hold_part_of(&dropped.after, key), "{name} keeps its key");
}

#[test]
fn no_part_of_a_key_is_left_where_it_was_dropped() {
    for key in keys() {
        let short = half(&key);
        let master = || IssuerMasterKey::from_octets(short);
        let card = master()
            .card_master_key(MasterKeyMethod::OptionA, "6250947000000014", None)
            .unwrap();
        let derived = card.expose().to_vec();
        let cases = [
            ("TdesKey", Dropped::in_place(TdesKey::from_octets(short))),
            (
                "SessionKey",
                Dropped::in_place(SessionKey::from_octets(short)),
            ),
            ("Sm4Key", Dropped::in_place(Sm4Key::from_octets(short))),
            (
                "AesKey",
                Dropped::in_place(AesKey::from_octets(&short).unwrap()),
            ),
            (
                "Key",
                Dropped::in_place(Key::from(Sm4Key::from_octets(short))),
            ),
            ("IssuerMasterKey", Dropped::in_place(master())),
            ("Secret", Dropped::in_place(Secret::new(short))),
            (
                "TerminalPinKey",
                Dropped::in_place(TerminalPinKey::new(Secret::new(short))),
            ),
            (
                "AesTerminalPinKey",
                Dropped::in_place(AesTerminalPinKey::new(Secret::new(short))),
            ),
        ];
        for (name, dropped) in cases {
            assert_wiped(name, &short, &dropped);
        }
        assert_wiped("CardMasterKey", &derived, &Dropped::in_place(card));
        for length in [24, 32] {
            let key = &key[..length];
            let session = || SessionKey::new(AesKey::from_octets(key).unwrap());
            assert_wiped("SessionKey", key, &Dropped::in_place(session()));
        }
        let octets = Zeroizing::new(key);
        let sign = SigningKey::from_octets(&octets);
        assert_wiped("SigningKey", &key, &Dropped::in_place(sign));
        let receive = ReceiveKey::from_octets(octets);
        assert_wiped("ReceiveKey", &key, &Dropped::in_place(receive));
    }
}

#[test]
fn no_digit_of_a_pin_is_left_where_it_was_dropped() {
    let dropped = Dropped::in_place(Pin::parse("246813579135").unwrap());
    let digits = [2, 4, 6, 8, 1, 3, 5, 7, 9, 1, 3, 5];
    assert!(dropped.before.windows(12).any(|octets| octets == digits));
    let nonzero = dropped.after.iter().filter(|octet| **octet != 0);
    assert_eq!(nonzero.count(), 0);
}

/// The sixteen round keys of both halves, eight octets each, in the layout of the `des` crate.
fn schedule(key: &[u8; 32]) -> Vec<[u8; 8]> {
    let schedule = Dropped::in_place(TdesEde2::new(&half(key).into())).before;
    let (rounds, []) = schedule.as_chunks() else {
        panic!("a schedule is whole round keys");
    };
    rounds.to_vec()
}

fn round_keys(memory: &[u8], schedule: &[[u8; 8]]) -> usize {
    let found = |round: &&[u8; 8]| memory.windows(8).any(|octets| octets == *round);
    schedule.iter().filter(found).count()
}

#[test]
fn no_round_key_of_a_schedule_is_left_where_it_was_dropped_in_either_parity() {
    let [given, turned] = keys();
    let rounds = schedule(&given);
    assert_eq!(rounds.len(), 32);
    assert_eq!(rounds, schedule(&turned), "a schedule knows no parity");
    assert!(rounds.iter().all(|round| *round != [0; 8]));
    for key in [given, turned] {
        let left: [u8; 8] = *key.first_chunk().unwrap();
        let mac = || {
            let mut mac = RetailMac::<Des>::new(&half(&key).into());
            mac.update(b"a message of more than one block");
            mac
        };
        let cases = [
            (
                "TdesEde2",
                32,
                Dropped::in_place(TdesEde2::new(&half(&key).into())),
            ),
            ("Des", 16, Dropped::in_place(Des::new(&left.into()))),
            ("RetailMac", 32, Dropped::in_place(mac())),
        ];
        for (name, held, Dropped { before, after }) in cases {
            assert_eq!(round_keys(&before, &rounds), held, "{name} before");
            assert_eq!(round_keys(&after, &rounds), 0, "{name} after");
            assert!(!hold_part_of(&after, &half(&key)), "{name} keeps the key");
        }
    }
}

/// The number of parts of a schedule, four octets without a zero, that memory holds.
fn parts(memory: &[u8], schedule: &[u8]) -> usize {
    let held: HashSet<&[u8]> = memory.windows(4).collect();
    let parts = schedule.windows(4).filter(|part| !part.contains(&0));
    parts.filter(|part| held.contains(part)).count()
}

#[test]
fn no_part_of_a_schedule_of_sm4_or_aes_is_left_where_it_was_dropped() {
    let short = half(&KEY).into();
    let middle: [u8; 24] = *KEY.first_chunk().unwrap();
    let mut mac = CbcMac::<Sm4>::new(&short);
    mac.update(b"a message of more than one block");
    let sm4 = Dropped::in_place(Sm4::new(&short));
    let schedule = sm4.before.clone();
    let mut cases = vec![
        ("SM4", schedule.clone(), sm4),
        ("CBC-MAC", schedule, Dropped::in_place(mac)),
    ];
    for (name, dropped) in [
        ("AES-128", Dropped::in_place(Aes128::new(&short))),
        ("AES-192", Dropped::in_place(Aes192::new(&middle.into()))),
        ("AES-256", Dropped::in_place(Aes256::new(&KEY.into()))),
    ] {
        cases.push((name, dropped.before.clone(), dropped));
    }
    for (name, schedule, dropped) in cases {
        assert!(parts(&dropped.before, &schedule) > 100, "{name} holds it");
        assert_eq!(parts(&dropped.after, &schedule), 0, "{name} keeps some");
    }
}

#[test]
fn what_is_not_wiped_is_seen() {
    for key in keys() {
        let left = Dropped::in_place(black_box(key));
        assert!(hold_part_of(&left.after, &KEY), "in either parity");
        let schedule = Dropped::in_place(TdesEde2::new(&half(&key).into())).before;
        let kept = Dropped::in_place(<[u8; 256]>::try_from(schedule.clone()).unwrap());
        let (rounds, _) = schedule.as_chunks();
        assert_eq!(round_keys(&kept.after, rounds), 32);
    }
}
