//! Reversals, before and after what they reverse.

use super::kit::{NOW, World, closing, cny, follow, identity};
use crate::{Identity, ProcessingCode, Reason, Verdict};

#[test]
fn a_reversal_gives_the_money_back_once() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    let first = world.reverse(sale.identity);
    assert!(first.accepted() && !first.repeat);
    assert_eq!(first.authorisation, verdict.authorisation);
    let everything = world.everything();
    for _ in 0..3 {
        let again = world.reverse(sale.identity);
        assert_eq!((again.reason, again.repeat), (Reason::Approved, true));
        assert_eq!(again.authorisation, verdict.authorisation);
    }
    assert_eq!(world.everything(), everything);
    assert_eq!(world.available(), before);
}

#[test]
fn a_request_that_was_reversed_is_answered_as_before_and_moves_nothing() {
    let world = World::new();
    let sale = world.card.sale(1, cny(500));
    let first = world.authorise(&sale);
    world.reverse(sale.identity);
    let after = world.available();
    let again = world.authorise(&sale);
    let expected = Verdict {
        repeat: true,
        ..first
    };
    assert_eq!((again, world.available()), (expected, after));
}

#[test]
fn a_reversal_that_comes_first_declines_the_request() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    let early = world.reverse(sale.identity);
    assert_eq!(
        (early.reason, early.authorisation),
        (Reason::Approved, None)
    );
    let late = world.authorise(&sale);
    assert_eq!(late.reason, Reason::ReversedBefore);
    let again = world.authorise(&sale);
    assert_eq!((again.reason, again.repeat), (Reason::ReversedBefore, true));
    assert!(world.reverse(sale.identity).repeat);
    assert_eq!(world.available(), before);
    // The terminal was told that it does not count, so it does not under another number either.
    assert_eq!(world.authorise(&sale.again()).reason, Reason::Replay);
    assert_eq!(world.available(), before);
}

#[test]
fn a_declined_request_is_reversed_without_moving_anything() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(900_000));
    assert_eq!(world.authorise(&sale).reason, Reason::NoCvm);
    assert!(world.reverse(sale.identity).accepted());
    assert_eq!(world.available(), before);
}

#[test]
fn a_reversed_void_lets_the_sale_count_again() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    let void = sale.followed(&verdict, cny(500));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(world.available(), before);
    assert!(world.reverse(void.identity).accepted());
    assert_eq!(world.available(), before - 500);
    assert!(world.reverse(sale.identity).accepted());
    assert_eq!(world.available(), before);
}

#[test]
fn what_others_build_on_is_not_reversed() {
    let world = World::new();
    let reverse = |kind: &str, atc, code| {
        let sale = world.card.request_of(code, atc, cny(100));
        let verdict = world.authorise(&sale);
        let next = sale.followed(&verdict, cny(100));
        let followed = match kind {
            "void" => world.issuer.void(&next, NOW),
            "refund" => world.issuer.refund(&next, NOW),
            _ => world.issuer.complete(&next, NOW),
        };
        assert!(followed.unwrap().approved());
        let before = world.available();
        let refused = world.reverse(sale.identity);
        assert_eq!(world.available(), before);
        assert_eq!(world.reverse(sale.identity), refused);
        refused.reason
    };
    let hold = ProcessingCode::PRE_AUTHORISATION;
    assert_eq!(
        reverse("void", 1, ProcessingCode::SALE),
        Reason::AlreadyVoided
    );
    assert_eq!(
        reverse("refund", 2, ProcessingCode::SALE),
        Reason::AlreadyRefunded
    );
    assert_eq!(reverse("completion", 3, hold), Reason::AlreadyCompleted);
}

#[test]
fn a_reversed_original_has_nothing_to_follow() {
    let world = World::new();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    world.reverse(sale.identity);
    let refund = world.issuer.refund(&sale.followed(&verdict, cny(500)), NOW);
    assert_eq!(refund.unwrap().reason, Reason::AlreadyReversed);
}

#[test]
fn what_was_settled_is_not_reversed() {
    let world = World::new();
    let sale = world.card.sale(1, cny(500));
    assert!(world.authorise(&sale).approved());
    world.issuer.settle(&closing(identity(), 1), NOW).unwrap();
    let before = world.available();
    assert_eq!(world.reverse(sale.identity).reason, Reason::Settled);
    assert_eq!(world.available(), before);
}

#[test]
fn a_reversal_does_not_give_the_counter_back() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    assert!(world.authorise(&sale).approved());
    world.reverse(sale.identity);
    assert_eq!(
        world.authorise(&world.card.sale(1, cny(1))).reason,
        Reason::Replay
    );
}

#[test]
fn a_reversal_that_was_refused_is_decided_anew_by_how_things_stand() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    let void = sale.followed(&verdict, cny(500));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(world.reverse(sale.identity).reason, Reason::AlreadyVoided);
    assert!(world.reverse(void.identity).accepted());
    assert_eq!(world.available(), before - 500);
    assert!(world.reverse(sale.identity).accepted());
    assert_eq!(world.available(), before);
    assert!(world.reverse(sale.identity).repeat);
}

#[test]
fn a_refusal_that_an_earlier_version_kept_is_decided_anew() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    assert!(world.authorise(&sale).approved());
    let Identity {
        merchant,
        terminal,
        trace,
        local_time,
    } = sale.identity;
    world.execute(&format!(
        "INSERT INTO reversal VALUES ('{}', '{}', {}, '{}', 'already-voided', 1, 0, NULL)",
        merchant.text(),
        terminal.text(),
        trace.get(),
        local_time.text(),
    ));
    let reversed = world.reverse(sale.identity);
    assert!(reversed.accepted() && !reversed.repeat);
    assert_eq!(world.available(), before);
    assert!(world.reverse(sale.identity).repeat);
}

#[test]
fn a_refund_does_not_count_again_under_a_sale_that_was_reversed() {
    let world = World::new();
    let before = world.available();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    let refund = sale.followed(&verdict, cny(500));
    let refunded = world.issuer.refund(&refund, NOW).unwrap();
    let void = follow(refund.reference, &refunded, cny(500));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert!(world.reverse(sale.identity).accepted());
    assert_eq!(world.reverse(void.identity).reason, Reason::Superseded);
    assert_eq!(world.available(), before);
}
