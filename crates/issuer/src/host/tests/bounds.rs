//! Bounds on the records that strangers can cause; whoever fills one keeps nobody out.

use super::kit::{NOW, Sale, World, closing, cny, follow, identity};
use crate::host::bounds::{EARLY_REVERSALS, EMPTY_SETTLEMENTS, IDLE_OF_NONE, IDLE_OF_TOKEN};
use crate::testkit::execute;
use crate::{Fault, Identity, Reason, TraceNumber, Verdict};

fn count(world: &World, of: &str) -> u32 {
    let query = format!("SELECT count(*) FROM {of}");
    let counted = world
        .issuer
        .view(|view| Ok::<_, Fault>(view.prepare(&query)?.query_row([], |row| row.get(0))?));
    counted.unwrap()
}

/// A request that names the card and has a wrong cryptogram.
fn forged(world: &World) -> Sale {
    let mut chip = world.card.tap(1, cny(1));
    chip.cryptogram[0] ^= 1;
    world.card.request(&chip, cny(1))
}

/// Fills what is kept of one token.
fn flood(world: &World) {
    for _ in 0..=IDLE_OF_TOKEN {
        let verdict = world.authorise(&forged(world));
        assert_eq!(verdict.reason, Reason::CryptogramWrong);
    }
}

/// As an honest terminal does it: a sale, its repeat, a refund of a part, a second sale that is voided
/// and a third that is reversed.
fn assert_served(world: &World, from: u16) {
    let sale = world.card.sale(from, cny(100));
    let verdict = world.authorise(&sale);
    assert!(verdict.approved(), "{verdict:?}");
    assert!(world.authorise(&sale).repeat);
    let refund = sale.followed(&verdict, cny(30));
    assert!(world.issuer.refund(&refund, NOW).unwrap().approved());
    let second = world.card.sale(from + 1, cny(50));
    let void = second.followed(&world.authorise(&second), cny(50));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    let third = world.card.sale(from + 2, cny(50));
    assert!(world.authorise(&third).approved());
    assert_eq!(world.reverse(third.identity).reason, Reason::Approved);
}

#[test]
fn of_requests_with_wrong_cryptograms_a_token_keeps_the_newest_hundred() {
    let world = World::new();
    let sale = world.card.sale(1, cny(7));
    let before = world.authorise(&sale);
    let first = forged(&world);
    world.authorise(&first);
    assert!(world.authorise(&first).repeat, "it is kept");
    let available = world.available();
    flood(&world);
    flood(&world);
    assert_eq!(
        count(&world, "authorisation WHERE atc IS NULL"),
        IDLE_OF_TOKEN
    );
    assert_eq!(world.available(), available);
    // The forgotten request is declined as it was before, and what counts is not forgotten.
    let again = world.authorise(&first);
    assert_eq!(
        (again.reason, again.repeat),
        (Reason::CryptogramWrong, false)
    );
    let repeat = world.authorise(&sale);
    assert_eq!((repeat.approval, repeat.repeat), (before.approval, true));
    assert_served(&world, 2);
}

#[test]
fn the_records_of_another_token_are_not_the_ones_that_give_way() {
    let world = World::new();
    let mut other = world.fork();
    other.card = world.another_card();
    let mine = forged(&world);
    world.authorise(&mine);
    let world = World {
        card: other.card,
        ..world
    };
    flood(&world);
    assert!(world.authorise(&mine).repeat);
    assert_served(&world, 1);
}

#[test]
fn a_request_that_was_reversed_stays_so_when_its_record_is_forgotten() {
    let world = World::new();
    // Declined for its message, which does not use the counter up.
    let sale = world.card.sale(1, cny(7));
    let altered = Sale {
        psn: Some(0x55),
        ..sale.clone()
    };
    let declined = world.authorise(&altered);
    assert_eq!(declined.reason, Reason::CardDataAltered);
    assert_eq!(world.reverse(sale.identity).reason, Reason::Approved);
    flood(&world);
    let late = world.authorise(&sale);
    assert_eq!(late.reason, Reason::ReversedBefore);
    assert_eq!(world.reverse(sale.identity).reason, Reason::Approved);
    assert_served(&world, 2);
}

#[test]
fn of_follow_ups_of_nothing_the_newest_thousand_are_kept() {
    let world = World::new();
    let sale = world.card.sale(1, cny(7));
    let verdict = world.authorise(&sale);
    let own = verdict.approval.unwrap();
    let other = if own.text() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let nothing = Verdict {
        approval: Some(crate::ApprovalCode::parse(other).unwrap()),
        ..verdict
    };
    for _ in 0..=IDLE_OF_NONE {
        let void = follow(
            crate::Reference::parse("NOWHERE00001").unwrap(),
            &nothing,
            cny(7),
        );
        let answer = world.issuer.void(&void, NOW).unwrap();
        assert_eq!(answer.reason, Reason::OriginalNotFound);
    }
    assert_eq!(
        count(&world, "authorisation WHERE token IS NULL"),
        IDLE_OF_NONE
    );
    let void = sale.followed(&verdict, cny(7));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_served(&world, 2);
}

fn stranger(number: u32) -> Identity {
    Identity {
        merchant: crate::MerchantId::parse("NOBODY000000001").unwrap(),
        trace: TraceNumber::new(number).unwrap(),
        ..identity()
    }
}

#[test]
fn of_reversals_whose_request_never_comes_the_newest_hundred_thousand_are_kept() {
    let world = World::new();
    // Almost as many as are kept, at once.
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO reversal (merchant, terminal, trace, local_time, reason, received_at, place) \
         SELECT 'FLOOD', 'T', i % 999999, '1122' || printf('%06d', i), 'approved', 0, i FROM n",
        EARLY_REVERSALS - 10
    );
    execute(&world.issuer, &fill);
    let early = world.card.sale(1, cny(7));
    assert_eq!(world.reverse(early.identity).reason, Reason::Approved);
    for number in 1..=100 {
        let original = stranger(number);
        let answer = world.issuer.reverse(&original, NOW).unwrap();
        assert_eq!(answer.reason, Reason::Approved);
    }
    let kept = count(&world, "reversal WHERE authorisation IS NULL");
    assert_eq!(kept, EARLY_REVERSALS);
    assert_eq!(count(&world, "reversal WHERE place <= 91"), 0, "the oldest");
    // What came first of the honest one and is no older than the bound is still known.
    assert_eq!(world.authorise(&early).reason, Reason::ReversedBefore);
    assert_served(&world, 2);
}

#[test]
fn of_settlements_of_nothing_the_newest_thousand_are_kept() {
    let world = World::new();
    let settle = |identity, batch| {
        let request = closing(identity, batch);
        world.issuer.settle(&request, NOW).unwrap()
    };
    let sale = world.card.sale(1, cny(7));
    assert!(world.authorise(&sale).approved());
    let day = identity();
    let settled = settle(day, 1);
    for number in 0..=EMPTY_SETTLEMENTS {
        let answer = settle(stranger(number + 1), number + 1);
        assert!(answer.settlement.is_some());
    }
    assert_eq!(count(&world, "settlement"), EMPTY_SETTLEMENTS + 1);
    let again = settle(day, 1);
    assert_eq!((again.settlement, again.repeat), (settled.settlement, true));
    assert_eq!(again.ours, settled.ours);
    assert_served(&world, 2);
}
