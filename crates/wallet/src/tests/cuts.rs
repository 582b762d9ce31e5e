//! Short scenes, ended after every operation: the process dies, or the phone loses power with any
//! subset of the unsynced writes. Then the wallet is opened again and every key is used up.

use std::collections::BTreeSet;

use understudy_core::card::Standing;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};

use crate::history::RecordOutcome;
use crate::kit::{Phone, card, spec};
use crate::store::Fate;

/// A scene on a phone with cards 1 (keys 1 to 4, 1 used and 2 armed) and 2 (keys 7, 8).
type Scene = fn(&mut Phone, &mut Vec<(u16, u16)>);

/// All counters, as (card, counter).
fn all_keys() -> BTreeSet<(u16, u16)> {
    [(1, 2), (1, 3), (1, 4), (2, 7), (2, 8)].into()
}

fn stage() -> (Phone, Vec<(u16, u16)>) {
    let mut phone = Phone::with_keys(4);
    phone.install(2, &[7, 8]);
    let mut out = Vec::new();
    pay(&phone, 1, &mut out);
    phone.wallet.settle().unwrap();
    (phone, out)
}

/// A tap with a card, whose counter is noted in `out`.
fn pay(phone: &Phone, name: u16, out: &mut Vec<(u16, u16)>) {
    phone.verify();
    // After the death of the process nothing is presented; the result is ignored.
    let _ = phone.wallet.present(card(name), 60);
    if let Some(atc) = phone.tap().atc() {
        out.push((name, atc));
    }
}

fn take(phone: &mut Phone, card_name: Option<u16>, body: Body<'_>) {
    let letter = phone.issuer.write(card_name.map(card), body);
    // It fails after the death of the process.
    let _ = phone.wallet.receive(&letter);
}

const SCENES: [(&str, Scene); 16] = [
    ("settle", |phone, _| {
        let _ = phone.wallet.settle();
    }),
    ("tap and settle", |phone, out| {
        pay(phone, 1, out);
        let _ = phone.wallet.settle();
    }),
    ("taps without settling", |phone, out| {
        pay(phone, 1, out);
        pay(phone, 1, out);
    }),
    ("taps with another card", |phone, out| {
        pay(phone, 2, out);
        pay(phone, 1, out);
    }),
    ("replenish", |phone, _| {
        let letter = phone.issuer.more(card(1), &[5], None);
        let _ = phone.wallet.receive(&letter);
    }),
    ("suspend and resume", |phone, _| {
        let suspend = Command::Suspend(SuspendReason::Issuer);
        take(phone, Some(1), Body::Command(suspend));
        take(phone, Some(1), Body::Command(Command::Resume));
    }),
    ("limits", |phone, out| {
        let limits = crate::kit::limits(card(1));
        take(phone, Some(1), Body::Command(Command::Limits(limits)));
        pay(phone, 1, out);
    }),
    ("profile", |phone, _| {
        let profile = spec(card(1)).octets();
        take(phone, Some(1), Body::Profile(&profile));
    }),
    ("rotate", |phone, _| {
        take(phone, None, Body::Command(Command::RotateStorage));
    }),
    ("notice", |phone, _| {
        let letter = phone.issuer.notice(card(1), Notice::Approved, 1);
        let _ = phone.wallet.receive(&letter);
    }),
    ("report", |phone, _| {
        let _ = phone.wallet.report();
    }),
    ("report and its acknowledgement", |phone, out| {
        if let Ok(report) = phone.wallet.report() {
            pay(phone, 1, out);
            let heard = phone.issuer.take(&report).unwrap().unwrap();
            phone.reported.extend(heard.marks);
            let letter = phone.issuer.acknowledge();
            let _ = phone.wallet.receive(&letter);
        }
    }),
    ("install", |phone, _| {
        let letter = phone.issuer.card(card(3), &[1], None);
        let _ = phone.wallet.receive(&letter);
    }),
    ("password", |phone, _| {
        let _ = phone.set_cheap_password("274911");
        let _ = phone.wallet.verify_password("274912");
        let _ = phone.wallet.verify_password("274911");
    }),
    ("standing", |phone, _| {
        let _ = phone.wallet.set_standing(card(1), Standing::Suspended);
        let _ = phone.wallet.set_standing(card(1), Standing::Active);
    }),
    ("fold amid taps", |phone, out| {
        pay(phone, 1, out);
        let _ = phone.wallet.set_default(card(2));
        pay(phone, 2, out);
    }),
];

/// Opens the remaining folder, checks it, and uses every key up.
fn check(mut phone: Phone, mut out: Vec<(u16, u16)>, most_lost: usize, name: &str) {
    let was_resumed = phone.wallet.set_standing(card(1), Standing::Active);
    if was_resumed.is_err() {
        let letter = phone.issuer.command(Some(card(1)), Command::Resume);
        phone.receive(&letter);
    }
    let history = phone.history();
    let lost = |(_, outcome): &(_, RecordOutcome)| *outcome == RecordOutcome::PowerLost;
    let known: Vec<_> = history
        .iter()
        .filter_map(|record| Some(((record.card.0, record.atc?.get()), record.outcome)))
        .collect();
    let lost: BTreeSet<_> = known
        .iter()
        .filter(|record| lost(record))
        .map(|(key, _)| *key)
        .collect();
    let unused = lost.iter().filter(|key| !out.contains(key)).count();
    assert!(unused <= most_lost, "{name}: {unused} keys are lost");
    // There is a record of each tap, at least of a lost key.
    for key in &out {
        assert!(
            known.iter().any(|(known, _)| known == key),
            "{name}: {key:?}"
        );
    }
    for name in [1, 1, 1, 1, 2, 2, 2] {
        pay(&phone, name, &mut out);
    }
    let used: BTreeSet<_> = out.iter().copied().collect();
    assert_eq!(used.len(), out.len(), "{name}: a key left twice: {out:?}");
    for key in all_keys() {
        assert!(
            used.contains(&key) || lost.contains(&key),
            "{name}: {key:?} is gone"
        );
    }
    // The issuer receives every used key in the report, and flags nothing.
    let report = phone.wallet.report().unwrap();
    let mut marks = phone.reported.clone();
    let heard = phone.issuer.take(&report).unwrap();
    marks.extend(heard.into_iter().flat_map(|heard| heard.marks));
    let letter = phone.issuer.acknowledge();
    phone.receive(&letter);
    marks.extend(phone.report().marks);
    let marked: BTreeSet<_> = marks
        .iter()
        .map(|mark| (mark.card.0, mark.atc.get()))
        .collect();
    assert_eq!(marked, &used | &lost, "{name}");
}

/// Plays a scene until the process dies after `operations` operations; true if it died.
fn play(scene: Scene, operations: u64) -> (Phone, Vec<(u16, u16)>, bool) {
    let (mut phone, mut out) = stage();
    let before = phone.folder.counts().operations;
    phone.folder.die_after(operations);
    scene(&mut phone, &mut out);
    let died = phone.folder.counts().operations - before >= operations;
    (phone, out, died)
}

/// Plays each scene to each of its operations.
fn each_cut(check_cut: impl Fn(&str, Scene, u64) -> bool) {
    for (name, scene) in SCENES {
        let cuts = (0..500)
            .take_while(|cut| check_cut(name, scene, *cut))
            .count();
        assert!((1..499).contains(&cuts), "{name}: {cuts}");
    }
}

#[test]
fn the_death_of_the_process_after_any_operation_loses_nothing() {
    each_cut(|name, scene, cut| {
        let (mut phone, out, died) = play(scene, cut);
        let folder = phone.folder.die();
        phone.reopen(folder).unwrap();
        assert_eq!(phone.wallet.lost(), None);
        check(phone, out, 0, &format!("{name}, {cut}"));
        died
    });
}

#[test]
fn a_power_cut_after_any_operation_costs_at_most_the_armed_key() {
    each_cut(|name, scene, cut| {
        let mut died = false;
        for fates in FATES {
            let (mut phone, out, reached) = play(scene, cut);
            let mut fates = fates.iter().cycle().copied();
            let folder = phone
                .folder
                .cut_power(|| fates.next().unwrap_or(Fate::Lost));
            phone.clock.reboot();
            phone.reopen(folder).unwrap();
            check(phone, out, 1, &format!("{name}, {cut}"));
            died = reached;
        }
        died
    });
}

/// The fates of unsynced writes and renamings, in turn.
const FATES: [&[Fate]; 5] = [
    &[Fate::Lost],
    &[Fate::Kept],
    &[Fate::Torn(40)],
    &[Fate::Lost, Fate::Kept],
    &[Fate::Kept, Fate::Lost],
];

#[test]
fn what_was_erased_is_gone_from_every_file_once_the_wallet_settled_wherever_the_process_died() {
    let marker: Vec<u8> = [0x5A, 0x03, 0x5A, 0xA5].repeat(4);
    let mut cut = 0;
    loop {
        let (mut phone, _) = stage();
        let letter = phone.issuer.command(Some(card(1)), Command::Delete);
        phone.folder.die_after(cut);
        let taken = phone.wallet.receive(&letter);
        let folder = phone.folder.die();
        phone.reopen(folder).unwrap();
        // The letter was taken, or not begun, and then it is given again.
        phone.receive(&letter);
        if phone.wallet.settle_due() {
            phone.wallet.settle().unwrap();
        }
        for (name, octets) in crate::kit::states(&phone.folder.die()) {
            let found = octets.windows(16).any(|window| window == marker);
            assert!(!found, "cut {cut}: {name}");
        }
        if taken.is_ok() {
            break;
        }
        cut += 1;
    }
    assert!(cut > 5);
}

#[test]
fn a_wipe_that_ends_after_any_operation_is_done_or_can_be_given_again() {
    let mut cut = 0;
    loop {
        let (mut phone, _) = stage();
        let letter = phone.issuer.command(None, Command::Wipe);
        phone.folder.die_after(cut);
        let taken = phone.wallet.receive(&letter);
        let folder = phone.folder.die();
        phone.reopen(folder).unwrap();
        if phone.wallet.device().is_some() {
            assert_eq!(phone.wallet.cards().len(), 2);
            phone.receive(&letter);
        }
        if phone.wallet.settle_due() {
            phone.wallet.settle().unwrap();
        }
        assert!(phone.wallet.cards().is_empty());
        for report in phone.wallet.parting_reports() {
            let heard = phone.issuer.take(&report).unwrap().unwrap();
            assert_eq!(heard.accepted, 3);
        }
        let marker: Vec<u8> = [0x5A, 0x03, 0x5A, 0xA5].repeat(4);
        for (name, octets) in crate::kit::states(&phone.folder.die()) {
            let found = octets.windows(16).any(|window| window == marker);
            assert!(!found, "cut {cut}: {name}");
        }
        if taken.is_ok() {
            break;
        }
        cut += 1;
    }
    assert!(cut > 5);
}
