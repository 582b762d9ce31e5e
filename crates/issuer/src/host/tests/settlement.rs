//! The end of a terminal's day.

use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{NOW, World, cny, identity};
use crate::{
    BatchNumber, CurrencyTotals, Identity, NetTotals, ProcessingCode, Settlement,
    SettlementVerdict, Tally, TerminalId, Totals,
};

fn settle(
    world: &World,
    identity: Identity,
    totals: &[NetTotals],
    close: bool,
) -> SettlementVerdict {
    let totals = totals.iter().map(|totals| CurrencyTotals {
        currency: totals.currency,
        sales: totals.sales,
        voids: Tally::default(),
        refunds: totals.refunds,
    });
    let request = Settlement {
        identity,
        batch: BatchNumber::new(1).unwrap(),
        totals: Totals::new(totals).unwrap(),
        close,
    };
    world.issuer.settle(&request, NOW).unwrap()
}

fn totals(currency: Currency, sales: (u64, u64), refunds: (u64, u64)) -> NetTotals {
    let tally = |(count, sum)| Tally { count, sum };
    NetTotals {
        currency,
        sales: tally(sales),
        refunds: tally(refunds),
    }
}

/// Two sales, one voided, one reversed, a refund of one, a reservation and its completion, and a
/// sale in another currency.
fn day() -> World {
    let world = World::new();
    let sales: Vec<_> = (1..=4).map(|atc| world.card.sale(atc, cny(100))).collect();
    let verdicts: Vec<_> = sales.iter().map(|sale| world.authorise(sale)).collect();
    let issuer = &world.issuer;
    let void = issuer.void(&sales[1].followed(&verdicts[1], cny(100)), NOW);
    assert!(void.unwrap().approved());
    world.reverse(sales[2].identity);
    let refund = issuer.refund(&sales[3].followed(&verdicts[3], cny(30)), NOW);
    assert!(refund.unwrap().approved());
    let reserved = world
        .card
        .request_of(ProcessingCode::PRE_AUTHORISATION, 5, cny(50));
    let verdict = world.authorise(&reserved);
    let completion = issuer.complete(&reserved.followed(&verdict, cny(55)), NOW);
    assert!(completion.unwrap().approved());
    let abroad = Amount::new(7, Currency::USD).unwrap();
    assert!(
        world
            .authorise(&world.card.request_of(ProcessingCode::SALE, 6, abroad))
            .approved()
    );
    world
}

#[test]
fn totals_that_match_settle_the_day_once() {
    let world = day();
    let theirs = [
        totals(Currency::USD, (1, 7), (0, 0)),
        totals(Currency::CNY, (3, 255), (1, 30)),
        totals(Currency::HKD, (0, 0), (0, 0)),
    ];
    let identity = identity();
    let first = settle(&world, identity, &theirs, false);
    assert!(first.matches && first.settlement.is_some() && !first.repeat);
    assert_eq!(first.ours, [theirs[1], theirs[0]]);
    let everything = world.everything();
    let again = settle(&world, identity, &theirs, false);
    let expected = SettlementVerdict {
        repeat: true,
        ..first
    };
    assert_eq!(again, expected);
    assert_eq!(world.everything(), everything);
    // The next day starts empty.
    let next = settle(&world, super::kit::identity(), &[], false);
    assert!(next.matches && next.ours.is_empty());
}

#[test]
fn totals_that_differ_settle_only_by_force() {
    for theirs in [
        totals(Currency::CNY, (3, 254), (1, 30)),
        totals(Currency::CNY, (2, 255), (1, 30)),
        totals(Currency::CNY, (3, 255), (0, 0)),
        totals(Currency::HKD, (3, 255), (1, 30)),
    ] {
        let world = day();
        let everything = world.everything();
        let theirs = [theirs, totals(Currency::USD, (1, 7), (0, 0))];
        let refused = settle(&world, identity(), &theirs, false);
        assert!(!refused.matches && refused.settlement.is_none());
        assert_eq!(world.everything(), everything);
        let forced = settle(&world, identity(), &theirs, true);
        assert!(!forced.matches && forced.settlement.is_some());
        assert_eq!(forced.ours, refused.ours);
    }
}

#[test]
fn another_terminal_s_day_is_not_settled() {
    let world = day();
    let mut other = identity();
    other.terminal = TerminalId::parse("TERM0002").unwrap();
    let verdict = settle(&world, other, &[], false);
    assert!(verdict.matches && verdict.ours.is_empty());
    assert_eq!(settle(&world, identity(), &[], false).ours.len(), 2);
}
