//! Cards that their device had not taken when it was suspended.

use std::collections::BTreeSet;

use understudy_core::card::CardId;
use understudy_provisioning::letter::SuspendReason;
use understudy_provisioning::message::Kind;

use super::rollback::report;
use crate::testkit::{
    Got, Mailbox, NOT_AFTER, NOW, Phone, Used, bind, dump, execute, issuer, ready, world,
};
use crate::{Issued, Issuer, TokenStatus};

/// An issuer, a device, and a card of ten keys that the device has not taken.
fn bound() -> (Issuer, Phone, Mailbox, Issued) {
    let (issuer, mailbox) = (issuer(), Mailbox::default());
    let phone = Phone::enrolled(&issuer, 0xD1);
    let first = bind(&issuer, &phone, &mailbox);
    (issuer, phone, mailbox, first)
}

fn suspend(issuer: &Issuer, phone: &Phone) {
    let reason = SuspendReason::Cardholder;
    issuer.suspend_device(phone.id, reason, NOW).unwrap();
}

fn resume(issuer: &Issuer, phone: &Phone) {
    issuer.resume_device(phone.id, NOW).unwrap();
}

fn card(counters: std::ops::RangeInclusive<u16>) -> Got {
    Got::Package {
        card: CardId(1),
        profile: true,
        counters: counters.collect(),
        not_after: NOT_AFTER,
    }
}

fn packages(got: Vec<Got>) -> Vec<Got> {
    let is_package = |got: &Got| matches!(got, Got::Package { .. });
    got.into_iter().filter(is_package).collect()
}

#[test]
fn a_card_that_was_not_taken_is_sent_again_when_its_device_is_resumed() {
    let (issuer, mut phone, mailbox, first) = bound();
    suspend(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
    resume(&issuer, &phone);
    assert_eq!(packages(phone.fetch(&issuer, NOW)), [card(11..=20)]);
    // It is the same token, which its cardholder verifies, and which gets keys as any other.
    let code = mailbox.code(first.token);
    issuer.verify_identity(first.token, &code, NOW).unwrap();
    phone.renew(&issuer);
    issuer.replenish(first.token, 2, NOW).unwrap();
    assert_eq!(packages(phone.fetch(&issuer, NOW)), [card(21..=22)]);
}

#[test]
fn however_often_its_device_is_suspended_one_package_waits_and_no_key_is_sealed_twice() {
    let (issuer, mut phone, _, first) = bound();
    // Somebody keeps what goes over the line, and plays all of it to the device in the end.
    let mut line = vec![first.letter];
    for _ in 0..3 {
        suspend(&issuer, &phone);
        line.extend(issuer.letters(phone.id, NOW).unwrap());
        resume(&issuer, &phone);
        line.extend(issuer.letters(phone.id, NOW).unwrap());
    }
    let waiting = issuer.letters(phone.id, NOW).unwrap();
    let mut other = Phone::enrolled(&issuer, 0xD2);
    assert!(packages(other.fetch(&issuer, NOW)).is_empty());
    let mut seen = BTreeSet::new();
    let mut taken = 0;
    for letter in &line {
        if let Ok(Some(Got::Package { counters, .. })) = phone.take(&issuer, letter) {
            taken += 1;
            assert!(counters.iter().all(|counter| seen.insert(*counter)));
        }
    }
    assert_eq!((taken, seen), (4, (1..=40).collect()));
    let sealed = waiting
        .iter()
        .filter(|letter| letter[2] == Kind::Package.octet())
        .count();
    assert_eq!(sealed, 1, "of {} letters", waiting.len());
}

#[test]
fn a_card_that_was_taken_is_not_sent_again() {
    let (issuer, mut phone, token) = ready();
    issuer.replenish(token, 5, NOW).unwrap();
    suspend(&issuer, &phone);
    resume(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
}

#[test]
fn a_card_whose_keys_a_report_marks_was_taken_though_its_package_was_withdrawn() {
    let (issuer, mut phone, token) = world();
    suspend(&issuer, &phone);
    let used = Used {
        cards: &[(1, 1)],
        marks: &[(1, 1)],
    };
    assert_eq!(report(&issuer, &mut phone, &used, 1), None);
    resume(&issuer, &phone);
    let summary = issuer.token(token).unwrap().unwrap();
    assert_eq!(summary.keys_issued, 10, "the withdrawn ones");
}

#[test]
fn a_card_whose_token_is_suspended_itself_is_sent_again_when_that_is_resumed() {
    let (issuer, mut phone, _, first) = bound();
    let token = first.token;
    issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
    suspend(&issuer, &phone);
    resume(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
    issuer.resume(token, NOW).unwrap();
    assert_eq!(packages(phone.fetch(&issuer, NOW)), [card(11..=20)]);
    let before = dump(&issuer);
    issuer.resume(token, NOW).unwrap();
    assert_eq!(dump(&issuer), before);
}

#[test]
fn a_deleted_card_and_one_without_counters_are_not_sent_again() {
    let (issuer, mut phone, _, first) = bound();
    suspend(&issuer, &phone);
    let id = first.token;
    execute(&issuer, "UPDATE token SET last_key = 65534");
    resume(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
    suspend(&issuer, &phone);
    execute(&issuer, "UPDATE token SET last_key = 65530");
    resume(&issuer, &phone);
    assert_eq!(packages(phone.fetch(&issuer, NOW)), [card(65_531..=65_534)]);
    issuer.delete(id, NOW).unwrap();
    suspend(&issuer, &phone);
    resume(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
}

#[test]
fn a_card_that_was_taken_and_not_acknowledged_gets_other_keys_and_stays_active() {
    let (issuer, phone, token) = world();
    suspend(&issuer, &phone);
    resume(&issuer, &phone);
    let summary = issuer.token(token).unwrap().unwrap();
    assert_eq!(summary.status, TokenStatus::Active);
    assert_eq!(summary.keys_issued, 20, "ten withdrawn and ten new ones");
}

#[cfg(feature = "limited-use")]
#[test]
fn a_card_with_a_hundred_limited_use_keys_of_an_hour_is_sent_again_in_the_next() {
    use crate::testkit::{cny, expiry, pan};
    use understudy_core::card::{Scheme, UnixTime};
    let (issuer, mailbox) = (issuer(), Mailbox::default());
    let mut phone = Phone::enrolled(&issuer, 0xD1);
    let request = crate::Request {
        pan: &pan(),
        expiry: expiry(),
        device: phone.id,
        options: &crate::IssueOptions {
            cvn: understudy_core::crypto::Cvn::Visa43,
            domestic_only: true,
            ..crate::IssueOptions::of(Scheme::Visa)
        },
        funds: cny(1_000_000),
        restrictions: &crate::Restrictions::default(),
    };
    issuer.issue(&request, &mailbox, NOW).unwrap();
    // The last index of the hour.
    execute(&issuer, "UPDATE key_batch SET key_index = x'06780199'");
    suspend(&issuer, &phone);
    resume(&issuer, &phone);
    assert!(packages(phone.fetch(&issuer, NOW)).is_empty());
    suspend(&issuer, &phone);
    let later = UnixTime(NOW.0 + 3_600);
    issuer.resume_device(phone.id, later).unwrap();
    assert_eq!(packages(phone.fetch(&issuer, later)).len(), 1);
}
