//! Funds: the sum that may be spent, the reserved sum, and the answer to an inquiry.

use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{Chip, NOW, World, cny};
use crate::{Balance, Fault, Holder, IssueOptions, MovementKind, ProcessingCode, Reason, Verdict};

fn world(funds: u64) -> World {
    World::without_pin(&IssueOptions::default(), 16, funds)
}

fn spend(world: &World, atc: u16, minor: u64) -> Verdict {
    world.authorise(&world.card.sale(atc, cny(minor)))
}

#[test]
fn no_more_is_spent_than_is_there() {
    let world = world(1_000);
    assert!(spend(&world, 1, 600).approved());
    let verdict = spend(&world, 2, 401);
    assert_eq!(verdict.reason, Reason::InsufficientFunds);
    assert_eq!(verdict.response_code(), *b"51");
    assert!(spend(&world, 3, 400).approved());
    assert_eq!(world.available(), 0);
    assert!(spend(&world, 4, 0).approved());
}

#[test]
fn a_pre_authorisation_reserves_its_amount() {
    let world = world(1_000);
    let hold = world
        .card
        .request_of(ProcessingCode::PRE_AUTHORISATION, 1, cny(700));
    assert!(world.authorise(&hold).approved());
    assert_eq!(spend(&world, 2, 301).reason, Reason::InsufficientFunds);
    let statement = world.issuer.statement(world.card.token).unwrap().unwrap();
    let expected = Balance {
        currency: Currency::CNY,
        held: -700,
        posted: 0,
    };
    assert_eq!(statement.balances, [expected]);
    let movements = world.issuer.movements(world.card.token, None).unwrap();
    assert_eq!(movements[0].kind, MovementKind::Held);
    let last = movements.last().map(|movement| movement.id);
    let behind = world.issuer.movements(world.card.token, last).unwrap();
    assert_eq!(behind, []);
}

#[test]
fn what_spends_nothing_counts_no_unverified_tap() {
    let world = World::new();
    world.let_refund([1, 1, 1]);
    let unverified = |world: &World| {
        let sql = "SELECT taps_since, sum_since FROM token WHERE id = ?1";
        let counted = world.issuer.view(|view| {
            let mut counted = view.prepare(sql)?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            Ok::<(i64, i64), Fault>(counted.query_row([world.card.token.0], row)?)
        });
        counted.unwrap()
    };
    for (atc, code) in [(1, ProcessingCode::REFUND), (2, ProcessingCode::BALANCE)] {
        let mut chip = world.card.tap_verified(atc, cny(1));
        chip.data.transaction_type = code.transaction_type();
        world.card.sign(&mut chip);
        let mut sale = world.card.request(&chip, cny(1));
        sale.processing_code = code;
        assert!(world.authorise(&sale).approved());
    }
    assert_eq!(unverified(&world), (0, 0));
    assert!(world.authorise(&world.card.sale(3, cny(1))).approved());
    assert_eq!(unverified(&world), (1, 1));
}

#[test]
fn a_balance_is_not_told_to_a_reader_that_has_nobody_verified() {
    let world = World::new();
    let inquiry = |mut chip: Chip| {
        chip.data.transaction_type = ProcessingCode::BALANCE.transaction_type();
        world.card.sign(&mut chip);
        let mut request = world.card.request(&chip, cny(0));
        request.processing_code = ProcessingCode::BALANCE;
        world.authorise(&request)
    };
    let verdict = inquiry(world.card.tap(1, cny(0)));
    assert_eq!((verdict.reason, verdict.balance), (Reason::NoCvm, None));
    let verdict = inquiry(world.card.tap_verified(2, cny(0)));
    assert_eq!(verdict.reason, Reason::Approved);
    assert!(verdict.balance.is_some());
}

#[test]
fn a_pin_that_is_entered_for_an_inquiry_must_be_right() {
    let world = World::new();
    let inquiry = |atc, pin| {
        let block = world.card.pin_block(pin);
        let request = world.card.request_of(ProcessingCode::BALANCE, atc, cny(0));
        world.authorise(&request.with_pin(block)).reason
    };
    assert_eq!(inquiry(1, "000000"), Reason::WrongPin);
    assert_eq!(inquiry(2, "123456"), Reason::Approved);
}

#[test]
fn an_inquiry_says_what_is_available_and_moves_nothing() {
    let world = world(1_000);
    assert!(spend(&world, 1, 400).approved());
    let inquiry = world.card.request_of(ProcessingCode::BALANCE, 2, cny(0));
    let verdict = world.authorise(&inquiry);
    assert_eq!(verdict.balance, Some(cny(600)));
    assert!(spend(&world, 3, 100).approved());
    // An answer once given never changes.
    assert_eq!(world.authorise(&inquiry).balance, Some(cny(600)));
    assert_eq!(world.available(), 500);
    assert_eq!(spend(&world, 4, 1).balance, None);
}

#[test]
fn an_inquiry_abroad_is_answered_in_the_account_s_currency_again_and_again() {
    let world = world(1_000);
    let abroad = Amount::new(0, Currency::USD).unwrap();
    let inquiry = world.card.request_of(ProcessingCode::BALANCE, 1, abroad);
    for _ in 0..2 {
        assert_eq!(world.authorise(&inquiry).balance, Some(cny(1_000)));
    }
}

#[test]
fn a_foreign_amount_is_booked_in_its_currency_and_not_held_against_the_funds() {
    let world = world(1);
    let abroad = Amount::new(500, Currency::USD).unwrap();
    let sale = world.card.request_of(ProcessingCode::SALE, 1, abroad);
    assert!(world.authorise(&sale).approved());
    let statement = world.issuer.statement(world.card.token).unwrap().unwrap();
    assert_eq!(
        (statement.available, statement.balances[0].posted),
        (1, -500)
    );
    assert_eq!(statement.balances[0].currency, Currency::USD);
}

#[test]
fn all_tokens_of_an_account_spend_the_same_money() {
    let world = world(1_000);
    let other = world.another_card();
    assert!(spend(&world, 1, 900).approved());
    let verdict = world.authorise(&other.sale(1, cny(101)));
    assert_eq!(verdict.reason, Reason::InsufficientFunds);
    let of = |holder: Holder| world.issuer.statement(holder).unwrap();
    let statement = of(other.token.into()).unwrap();
    assert_eq!(of(statement.account.into()), Some(statement));
    assert_eq!(of(crate::TokenId::new(99).into()), None);
}

#[test]
fn a_posting_can_neither_be_changed_nor_deleted() {
    let world = world(1_000);
    assert!(spend(&world, 1, 1).approved());
    for sql in ["UPDATE posting SET amount = 1", "DELETE FROM posting"] {
        let done = world.issuer.act(NOW, |act| act.execute_batch(sql));
        assert!(done.is_err(), "{sql}");
    }
    assert_eq!(world.available(), 999);
}

#[test]
fn what_is_owed_is_not_told_as_money_that_is_there_and_is_not_spent() {
    let world = world(1_000);
    let sale = world.card.sale(1, cny(1_000));
    let verdict = world.authorise(&sale);
    let refund = sale.followed(&verdict, cny(600));
    assert!(world.issuer.refund(&refund, NOW).unwrap().approved());
    assert!(spend(&world, 2, 600).approved());
    // What was given back is taken again, and was spent since.
    assert!(world.reverse(refund.identity).accepted());
    assert_eq!(world.available(), -600);
    let inquiry = world.card.request_of(ProcessingCode::BALANCE, 3, cny(0));
    assert_eq!(world.authorise(&inquiry).balance, Some(cny(0)));
    assert_eq!(spend(&world, 4, 1).reason, Reason::InsufficientFunds);
}
