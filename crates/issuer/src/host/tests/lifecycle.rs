//! Active, inactive, suspended, deleted, expired, unknown; and the device's standing.

use understudy_core::card::{CardId, UnixTime};
use understudy_provisioning::keys::DeviceId;

use super::kit::{NOW, World, cny};
use crate::{AuthorisationFilter, Home, LocalTime, NewLimits, Reason, TokenStatus, demonstration};

/// 2029-01-01T00:00:00Z: the demonstration card is good until December 2028.
pub(super) const AFTER: u64 = 1_861_920_000;

pub(super) const HOME: Home = Home {
    device: DeviceId([7; 16]),
    card: CardId(1),
};

/// A device as far as the host looks at it.
pub(super) fn enrol(world: &World, standing: &str) {
    world.execute(&format!(
        "INSERT INTO device (id, standing, attestation, verify_key, receive_key, epoch, reports, \
             generation, refusals, reported_at, enrolled_at) \
         VALUES (x'{}', '{standing}', 'none', zeroblob(32), zeroblob(32), 0, zeroblob(40), 0, \
             zeroblob(5), 0, 0)",
        hex::encode(HOME.device.0)
    ));
}

#[test]
fn only_an_active_token_pays() {
    let world = World::new();
    let cases = [
        (TokenStatus::Inactive, Reason::TokenInactive),
        (TokenStatus::Suspended, Reason::TokenSuspended),
        (TokenStatus::Deleted, Reason::TokenDeleted),
        (TokenStatus::Active, Reason::Approved),
    ];
    for (atc, (status, expected)) in (1..).zip(cases) {
        world.set_status(status);
        let verdict = world.authorise(&world.card.sale(atc, cny(1)));
        assert_eq!(verdict.reason, expected);
    }
}

#[test]
fn a_tap_that_was_declined_while_its_token_did_not_pay_is_not_approved_later() {
    let cases = [
        TokenStatus::Inactive,
        TokenStatus::Suspended,
        TokenStatus::Deleted,
    ];
    for status in cases {
        let world = World::new();
        let sale = world.card.sale(1, cny(1));
        world.set_status(status);
        assert!(!world.authorise(&sale).approved());
        world.set_status(TokenStatus::Active);
        assert_eq!(world.authorise(&sale.again()).reason, Reason::Replay);
    }
}

#[test]
fn a_tap_that_was_declined_while_its_device_did_not_pay_is_not_approved_later() {
    let world = World::new();
    enrol(&world, "suspended");
    let card = world.card_at_home(HOME);
    let sale = card.sale(1, cny(1));
    assert!(!world.authorise(&sale).approved());
    world.execute("UPDATE device SET standing = 'active'");
    assert_eq!(world.authorise(&sale.again()).reason, Reason::Replay);
}

#[test]
fn whoever_has_no_key_does_not_hear_what_a_token_is_suspended_for() {
    let world = World::new();
    let mut sale = world.card.sale(1, cny(1));
    sale.de55[3] ^= 1;
    for status in [
        TokenStatus::Inactive,
        TokenStatus::Suspended,
        TokenStatus::Deleted,
        TokenStatus::Active,
    ] {
        world.set_status(status);
        let verdict = world.authorise(&sale.again());
        assert_eq!(verdict.reason, Reason::CryptogramWrong);
    }
}

#[test]
fn a_token_on_a_device_that_is_not_active_does_not_pay() {
    for (standing, expected) in [
        ("active", Reason::Approved),
        ("suspended", Reason::DeviceSuspended),
        ("clone-or-rollback", Reason::DeviceSuspended),
    ] {
        let world = World::new();
        enrol(&world, standing);
        let card = world.card_at_home(HOME);
        let verdict = world.authorise(&card.sale(1, cny(1)));
        assert_eq!(verdict.reason, expected, "{standing}");
    }
}

#[test]
fn a_token_pays_until_the_last_second_of_its_month() {
    let world = World::new();
    let mut chip = world.card.tap(1, cny(1));
    chip.data.date = [0x28, 0x12, 0x31];
    world.card.sign(&mut chip);
    let mut sale = world.card.request(&chip, cny(1));
    sale.identity.local_time = LocalTime::parse("235959", "1231").unwrap();
    let at = |time| {
        let fork = world.fork();
        let verdict = fork.issuer.authorise(&sale.request(), UnixTime(time));
        verdict.unwrap().reason
    };
    assert_eq!(at(AFTER), Reason::Expired);
    assert_eq!(at(AFTER - 1), Reason::Approved);
}

#[test]
fn the_card_of_another_issuer_is_unknown_and_not_recorded() {
    let elsewhere = World::new();
    let here = demonstration::issuer().unwrap();
    let sale = elsewhere.card.sale(1, cny(1));
    let verdict = here.authorise(&sale.request(), NOW).unwrap();
    assert_eq!(
        (verdict.reason, verdict.token, verdict.authorisation),
        (Reason::UnknownToken, None, None)
    );
    let recorded = here.authorisations(&AuthorisationFilter::default());
    assert!(recorded.unwrap().is_empty());
}

/// Puts the card's counters 1–9 into one batch whose keys are good until then.
fn expire(world: &World, not_after: &str) {
    world.execute(&format!(
        "DELETE FROM key_batch WHERE token = {token}; \
         INSERT INTO key_batch (token, first, last, issued_at, given_out, not_after) \
         VALUES ({token}, 1, 9, 0, 1, {not_after})",
        token = world.card.token,
    ));
}

#[test]
fn a_key_pays_in_its_last_second_and_not_after_it() {
    let world = World::new();
    let tap = |atc: u16, not_after: &str| {
        expire(&world, not_after);
        world.authorise(&world.card.sale(atc, cny(1))).reason
    };
    assert_eq!(tap(1, &NOW.0.to_string()), Reason::Approved);
    assert_eq!(tap(2, &(NOW.0 - 1).to_string()), Reason::KeyExpired);
    assert_eq!(tap(3, "NULL"), Reason::Approved);
}

#[test]
fn a_tap_with_an_expired_key_uses_its_counter_up_and_is_not_approved_later() {
    let world = World::new();
    expire(&world, "1");
    let sale = world.card.sale(1, cny(1));
    assert_eq!(world.authorise(&sale).reason, Reason::KeyExpired);
    expire(&world, "NULL");
    assert_eq!(world.authorise(&sale.again()).reason, Reason::Replay);
}

#[test]
fn limits_that_were_changed_hold_from_the_next_request_on() {
    let world = World::new();
    enrol(&world, "active");
    let card = world.card_at_home(HOME);
    let set = |any: u64| {
        let new = NewLimits {
            unverified_tap: Some(50),
            verified_tap: Some(any),
            ..NewLimits::default()
        };
        world.issuer.set_limits(card.token, &new, NOW).unwrap();
    };
    set(100);
    let over = world.authorise(&card.sale(1, cny(101)));
    assert_eq!(over.reason, Reason::OverLimit);
    let unverified = world.authorise(&card.sale(2, cny(51)));
    assert_eq!(unverified.reason, Reason::NoCvm);
    assert!(world.authorise(&card.sale(3, cny(50))).approved());
    set(101);
    let unverified = world.authorise(&card.sale(4, cny(101)));
    assert_eq!(unverified.reason, Reason::NoCvm);
}
