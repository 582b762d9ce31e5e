//! Completions: what the hold is good for, and what goes beyond it needs.

use understudy_core::card::{Limits, UnixTime};
use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{Card, NOW, Sale, World, cny};
use super::lifecycle::{AFTER, HOME, enrol};
use crate::{IssueOptions, ProcessingCode, Reason, TokenStatus, Verdict};

const HOLD: ProcessingCode = ProcessingCode::PRE_AUTHORISATION;

/// A pre-authorisation by a tap that is not verified.
fn unverified(card: &Card, atc: u16, amount: Amount) -> Sale {
    let mut chip = card.tap(atc, amount);
    chip.data.transaction_type = HOLD.transaction_type();
    card.sign(&mut chip);
    Sale {
        processing_code: HOLD,
        ..card.request(&chip, amount)
    }
}

fn limits() -> Limits {
    Limits {
        unverified_tap: 200,
        unverified_sum: 500,
        verified_tap: 2_000,
        ..IssueOptions::default().limits
    }
}

/// A world with these funds and the limits above.
fn world(funds: u64) -> World {
    let options = IssueOptions {
        limits: limits(),
        ..IssueOptions::default()
    };
    World::without_pin(&options, 16, funds)
}

/// Sends a hold, which is approved.
fn hold(world: &World, request: &Sale) -> Verdict {
    let verdict = world.authorise(request);
    assert!(verdict.approved(), "{}", verdict.reason);
    verdict
}

fn complete(world: &World, held: (&Sale, &Verdict), minor: u64) -> Reason {
    complete_at(world, held, minor, NOW)
}

fn complete_at(
    world: &World,
    (hold, verdict): (&Sale, &Verdict),
    minor: u64,
    now: UnixTime,
) -> Reason {
    let amount = Amount::new(minor, hold.amount.currency()).unwrap();
    let request = hold.followed(verdict, amount);
    world.issuer.complete(&request, now).unwrap().reason
}

#[test]
fn up_to_the_hold_a_completion_is_honoured_whatever_has_happened_since() {
    for status in [
        TokenStatus::Suspended,
        TokenStatus::Deleted,
        TokenStatus::Inactive,
    ] {
        let world = world(1_000);
        let held = world.card.request_of(HOLD, 1, cny(1_000));
        let verdict = hold(&world, &held);
        world.set_status(status);
        assert_eq!(
            complete(&world, (&held, &verdict), 1_001).response_code(),
            match status {
                TokenStatus::Suspended => *b"62",
                TokenStatus::Deleted => *b"14",
                _ => *b"57",
            }
        );
        assert_eq!(
            complete(&world, (&held, &verdict), 1_000),
            Reason::Approved,
            "{status:?}"
        );
        assert_eq!(world.available(), 0);
    }
}

#[test]
fn beyond_the_hold_a_completion_needs_a_token_in_good_standing() {
    let world = World::new();
    enrol(&world, "active");
    let card = world.card_at_home(HOME);
    let held = card.request_of(HOLD, 1, cny(1_000));
    let verdict = hold(&world, &held);
    world.execute("UPDATE device SET standing = 'suspended'");
    assert_eq!(
        complete(&world, (&held, &verdict), 1_001),
        Reason::DeviceSuspended
    );
    world.execute("UPDATE device SET standing = 'active'");
    // The card expires before the hold does.
    let last = UnixTime(AFTER - 1);
    world.execute(&format!(
        "UPDATE authorisation SET hold_until = {}",
        AFTER + 1
    ));
    let completed = |minor, now| complete_at(&world.fork(), (&held, &verdict), minor, now);
    assert_eq!(completed(1_001, UnixTime(AFTER)), Reason::Expired);
    assert_eq!(completed(1_000, UnixTime(AFTER)), Reason::Approved);
    assert_eq!(completed(1_001, last), Reason::Approved);
}

#[test]
fn beyond_the_hold_a_completion_needs_the_funds() {
    let world = world(1_000);
    let held = world.card.request_of(HOLD, 1, cny(1_000));
    let verdict = hold(&world, &held);
    assert_eq!(
        complete(&world, (&held, &verdict), 1_001),
        Reason::InsufficientFunds
    );
    let world = self::world(1_010);
    let verdict = hold(&world, &held.again());
    let held = Sale {
        reference: held.reference,
        ..held
    };
    assert_eq!(
        complete(&world, (&held, &verdict), 1_011),
        Reason::InsufficientFunds
    );
    assert_eq!(complete(&world, (&held, &verdict), 1_010), Reason::Approved);
    assert_eq!(world.available(), 0);
}

#[test]
fn beyond_the_hold_a_completion_stays_within_the_limit_that_the_tap_was_approved_under() {
    let world = world(10_000);
    let verified = world.card.request_of(HOLD, 1, cny(1_900));
    let verdict = hold(&world, &verified);
    assert_eq!(
        complete(&world, (&verified, &verdict), 2_001),
        Reason::OverLimit
    );
    assert_eq!(
        complete(&world, (&verified, &verdict), 2_000),
        Reason::Approved
    );
    let not = unverified(&world.card, 2, cny(190));
    let verdict = hold(&world, &not);
    assert_eq!(complete(&world, (&not, &verdict), 201), Reason::NoCvm);
    assert_eq!(complete(&world, (&not, &verdict), 200), Reason::Approved);
    assert_eq!(world.available(), 10_000 - 2_000 - 200);
}

#[test]
fn a_limit_that_is_another_one_now_is_not_the_tap_s() {
    let world = world(10_000);
    let held = world.card.request_of(HOLD, 1, cny(1_800));
    let verdict = hold(&world, &held);
    world.execute("UPDATE token SET verified_tap = 9000, unverified_tap = 9000");
    assert_eq!(
        complete(&world, (&held, &verdict), 2_001),
        Reason::OverLimit
    );
    assert_eq!(complete(&world, (&held, &verdict), 2_000), Reason::Approved);
}

#[test]
fn what_goes_beyond_an_unverified_hold_counts_towards_the_next_verification() {
    let world = world(10_000);
    let first = unverified(&world.card, 1, cny(100));
    let verdict = hold(&world, &first);
    for atc in 2..=3 {
        assert!(world.authorise(&world.card.sale(atc, cny(195))).approved());
    }
    // 490 of 500 are used up.
    assert_eq!(
        complete(&world, (&first, &verdict), 111),
        Reason::VerificationDue
    );
    assert_eq!(complete(&world, (&first, &verdict), 110), Reason::Approved);
    let next = world.authorise(&world.card.sale(4, cny(1)));
    assert_eq!(next.reason, Reason::VerificationDue);
}

#[test]
fn a_hold_of_which_it_is_not_known_whether_it_was_verified_counts_as_unverified() {
    let world = world(10_000);
    let held = world.card.request_of(HOLD, 1, cny(190));
    let verdict = hold(&world, &held);
    world.execute("UPDATE authorisation SET verified = NULL, tap_limit = NULL");
    assert_eq!(complete(&world, (&held, &verdict), 201), Reason::NoCvm);
    assert_eq!(complete(&world, (&held, &verdict), 200), Reason::Approved);
}

#[test]
fn beyond_a_hold_abroad_the_funds_are_not_asked_and_the_limit_is() {
    let world = world(0);
    let abroad = Amount::new(1_900, Currency::USD).unwrap();
    let held = world.card.request_of(HOLD, 1, abroad);
    let verdict = hold(&world, &held);
    assert_eq!(
        complete(&world, (&held, &verdict), 2_001),
        Reason::OverLimit
    );
    assert_eq!(complete(&world, (&held, &verdict), 2_000), Reason::Approved);
    let statement = world.issuer.statement(world.card.token).unwrap().unwrap();
    assert_eq!(
        (statement.balances[0].held, statement.balances[0].posted),
        (0, -2_000)
    );
}

#[test]
fn no_completion_is_above_115_percent() {
    let world = World::new();
    let held = world.card.request_of(HOLD, 1, cny(1_000));
    let verdict = hold(&world, &held);
    assert_eq!(
        complete(&world, (&held, &verdict), 1_151),
        Reason::CompletionExceeds
    );
    assert_eq!(complete(&world, (&held, &verdict), 1_150), Reason::Approved);
}

#[test]
fn a_completion_of_nothing_ends_the_hold() {
    let world = world(1_000);
    let held = world.card.request_of(HOLD, 1, cny(1_000));
    let verdict = hold(&world, &held);
    assert_eq!(complete(&world, (&held, &verdict), 0), Reason::Approved);
    assert_eq!(world.available(), 1_000);
}
