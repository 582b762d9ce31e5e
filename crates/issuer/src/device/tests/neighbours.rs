//! Acts on one device, or on one card on it, leave the others unchanged.

use understudy_core::card::CardId;
use understudy_provisioning::letter::{Command, SuspendReason};

use super::bounds::{IDLE, notify};
use crate::device::outbox::NOTICES_MAX;
use crate::testkit::{
    Got, Mailbox, NOT_AFTER, NOW, OTHER_PAN, Phone, number, ready, try_bind, world,
};
use crate::{Issuer, TokenId};

/// An active token for the other card on a device.
fn bind_other(issuer: &Issuer, phone: &Phone) -> TokenId {
    let mailbox = Mailbox::default();
    let bound = try_bind(issuer, phone, &mailbox, &number(OTHER_PAN)).unwrap();
    let code = mailbox.code(bound.token);
    issuer.verify_identity(bound.token, &code, NOW).unwrap();
    bound.token
}

#[test]
fn reports_notices_and_suspensions_of_a_device_leave_the_letters_of_another_one() {
    let (issuer, mut phone, token) = ready();
    let mut other = Phone::enrolled(&issuer, 2);
    let elsewhere = bind_other(&issuer, &other);
    notify(&issuer, &other, 1);
    let theirs = issuer.letters(other.id, NOW).unwrap();
    assert_eq!(theirs.len(), 2);
    issuer.replenish(token, 2, NOW).unwrap();
    phone.fetch(&issuer, NOW);
    let report = phone.report(&issuer, &IDLE);
    issuer.receive_report(&report, NOW).unwrap();
    assert_eq!(issuer.letters(other.id, NOW).unwrap(), theirs);
    for number in 0..=u64::from(NOTICES_MAX) {
        notify(&issuer, &phone, number + 1);
    }
    assert_eq!(issuer.letters(other.id, NOW).unwrap(), theirs);
    issuer.replenish(token, 2, NOW).unwrap();
    issuer
        .suspend_device(phone.id, SuspendReason::Issuer, NOW)
        .unwrap();
    assert_eq!(issuer.letters(other.id, NOW).unwrap(), theirs);
    other.fetch(&issuer, NOW);
    other.renew(&issuer);
    issuer.replenish(elsewhere, 2, NOW).unwrap();
    let package = Got::Package {
        card: CardId(1),
        profile: false,
        counters: vec![11, 12],
        not_after: NOT_AFTER,
    };
    assert_eq!(other.fetch(&issuer, NOW), [package]);
}

#[test]
fn a_deleted_card_takes_no_package_of_its_neighbour_with_it() {
    let (issuer, mut phone, token) = world();
    bind_other(&issuer, &phone);
    phone.offer_key(&issuer);
    issuer.replenish(token, 2, NOW).unwrap();
    issuer.delete(token, NOW).unwrap();
    let got = phone.fetch(&issuer, NOW);
    let packages: Vec<_> = got
        .iter()
        .filter_map(|got| match got {
            Got::Package { card, .. } => Some(*card),
            _ => None,
        })
        .collect();
    assert_eq!(packages, [CardId(2)]);
}

#[test]
fn commands_to_one_card_push_out_none_to_its_neighbour() {
    let (issuer, mut phone, token) = world();
    let second = bind_other(&issuer, &phone);
    issuer.suspend(second, SuspendReason::Issuer, NOW).unwrap();
    for _ in 0..10 {
        issuer.suspend(token, SuspendReason::Issuer, NOW).unwrap();
        issuer.resume(token, NOW).unwrap();
    }
    let suspended = Command::Suspend(SuspendReason::Issuer);
    let got = phone.fetch(&issuer, NOW);
    assert!(got.contains(&Got::Command(CardId(2), suspended)), "{got:?}");
}
