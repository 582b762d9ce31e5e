//! Holds that expire.

use std::time::Duration;

use understudy_core::card::UnixTime;

use super::kit::{NOW, Sale, World, cny, follow};
use crate::{
    AuthorisationFilter, FollowUp, HOLD, IssueOptions, LocalTime, ProcessingCode, Reason, Verdict,
};

const OPENED: u64 = 1_000;

/// The moment in which a hold of now expires.
const END: UnixTime = UnixTime(NOW.0 + 30 * 86_400);

/// A world, and a hold of 2.00 in it.
fn held() -> (World, Sale, Verdict) {
    let world = World::without_pin(&IssueOptions::default(), 16, OPENED);
    let hold = world
        .card
        .request_of(ProcessingCode::PRE_AUTHORISATION, 1, cny(200));
    let verdict = world.authorise(&hold);
    assert!(verdict.approved());
    (world, hold, verdict)
}

fn complete(world: &World, request: &FollowUp, now: UnixTime) -> Verdict {
    world.issuer.complete(request, now).unwrap()
}

fn reverse(world: &World, identity: crate::Identity, now: UnixTime) -> Reason {
    world.issuer.reverse(&identity, now).unwrap().reason
}

#[test]
fn a_hold_expires_after_thirty_days_and_its_money_is_free() {
    assert_eq!(END.0 - NOW.0, HOLD.as_secs());
    let (world, hold, verdict) = held();
    let request = hold.followed(&verdict, cny(200));
    let late = world.fork();
    assert!(complete(&world, &request, UnixTime(END.0 - 1)).approved());
    let declined = complete(&late, &request, END);
    assert_eq!(declined.reason, Reason::HoldExpired);
    assert_eq!(late.available(), 1_000);
    let listed = late
        .issuer
        .authorisations(&AuthorisationFilter::default())
        .unwrap();
    assert_eq!(listed.last().unwrap().hold_expired_at, Some(END));
}

#[test]
fn the_money_of_an_expired_hold_pays_the_next_sale() {
    let (world, ..) = held();
    let mut chip = world.card.tap_verified(2, cny(OPENED));
    chip.data.date = [0x26, 0x12, 0x22];
    world.card.sign(&mut chip);
    let mut sale = world.card.request(&chip, cny(OPENED));
    sale.identity.local_time = LocalTime::parse("000000", "1222").unwrap();
    let pay = |now| {
        let fork = world.fork();
        fork.issuer.authorise(&sale.request(), now).unwrap().reason
    };
    assert_eq!(pay(UnixTime(END.0 - 1)), Reason::InsufficientFunds);
    assert_eq!(pay(END), Reason::Approved);
}

#[test]
fn how_long_a_hold_lasts_is_the_issuer_s_and_is_settled_with_the_approval() {
    let (mut world, hold, verdict) = held();
    world.issuer.config.hold = Duration::from_secs(60);
    let next = world
        .card
        .request_of(ProcessingCode::PRE_AUTHORISATION, 2, cny(300));
    let next_verdict = world.authorise(&next);
    let later = UnixTime(NOW.0 + 60);
    let late = complete(&world, &next.followed(&next_verdict, cny(300)), later);
    assert_eq!(late.reason, Reason::HoldExpired);
    assert!(complete(&world, &hold.followed(&verdict, cny(200)), later).approved());
}

#[test]
fn holds_are_let_go_once_whatever_the_clock_says_later() {
    let (world, ..) = held();
    assert_eq!(
        world
            .issuer
            .release_expired_holds(UnixTime(END.0 - 1))
            .unwrap(),
        0
    );
    assert_eq!(world.available(), 800);
    assert_eq!(world.issuer.release_expired_holds(END).unwrap(), 1);
    assert_eq!(world.available(), 1_000);
    let everything = world.everything();
    // Once more, also when the clock was set back.
    for now in [END, NOW] {
        assert_eq!(world.issuer.release_expired_holds(now).unwrap(), 0);
    }
    assert_eq!(world.everything(), everything);
}

#[test]
fn an_expired_hold_is_reversed_without_moving_anything_and_not_voided() {
    let (world, hold, verdict) = held();
    let void = hold.followed(&verdict, cny(200));
    let voided = world.issuer.void(&void, END).unwrap();
    assert_eq!(voided.reason, Reason::HoldExpired);
    assert_eq!(reverse(&world, hold.identity, END), Reason::Approved);
    assert_eq!(world.available(), 1_000);
}

#[test]
fn a_completion_that_is_taken_back_when_the_hold_has_expired_holds_nothing_again() {
    for by_void in [false, true] {
        let (world, hold, verdict) = held();
        let request = hold.followed(&verdict, cny(150));
        let completed = complete(&world, &request, NOW);
        assert_eq!(world.available(), 850);
        if by_void {
            let void = follow(request.reference, &completed, cny(150));
            assert!(world.issuer.void(&void, END).unwrap().approved());
            assert_eq!(world.available(), 1_000);
            // Without the void the completion counts, and nothing but it.
            assert_eq!(reverse(&world, void.identity, END), Reason::Approved);
            assert_eq!(world.available(), 850);
        }
        assert_eq!(reverse(&world, request.identity, END), Reason::Approved);
        assert_eq!(world.available(), 1_000);
        let again = complete(&world, &hold.followed(&verdict, cny(1)), END);
        assert_eq!(again.reason, Reason::HoldExpired);
    }
}

#[test]
fn a_void_before_the_end_that_is_reversed_after_it_holds_nothing_again() {
    let (world, hold, verdict) = held();
    let void = hold.followed(&verdict, cny(200));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(reverse(&world, void.identity, END), Reason::Approved);
    assert_eq!(world.available(), 1_000);
}
