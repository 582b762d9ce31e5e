//! Refunds: what they need, and what they are held against.

use std::sync::Barrier;
use std::thread::scope;

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;

use super::kit::{Card, NOW, Sale, World, cny, follow, identity};
use super::lifecycle::{HOME, enrol};
use crate::account::Account;
use crate::testkit::OTHER_PAN;
use crate::{
    ApprovalCode, IssueOptions, MerchantId, Original, ProcessingCode, Reason, RefundLimits,
    TokenStatus, Verdict,
};

/// A refund by a tap, not verified, that names this original.
fn tapped(card: &Card, atc: u16, amount: Amount, original: Option<Original>) -> Sale {
    let mut chip = card.tap(atc, amount);
    chip.data.transaction_type = ProcessingCode::REFUND.transaction_type();
    card.sign(&mut chip);
    Sale {
        processing_code: ProcessingCode::REFUND,
        original,
        ..card.request(&chip, amount)
    }
}

fn original(sale: &Sale, verdict: &Verdict) -> Original {
    sale.followed(verdict, sale.amount).original
}

/// A world, a sale of 5.00 in it, and what names it.
fn sold() -> (World, Sale, Option<Original>) {
    let world = World::new();
    let sale = world.card.sale(1, cny(500));
    let verdict = world.authorise(&sale);
    assert!(verdict.approved());
    let named = Some(original(&sale, &verdict));
    (world, sale, named)
}

#[test]
fn refunds_by_taps_that_name_no_original_make_no_money() {
    let world = World::without_pin(&IssueOptions::default(), 16, 0);
    for atc in 1..=3 {
        let verdict = world.authorise(&tapped(&world.card, atc, cny(5_000_000), None));
        assert_eq!(verdict.reason, Reason::RefundWithoutOriginal);
        assert_eq!(verdict.response_code(), *b"58");
    }
    assert_eq!(world.available(), 0);
    let sale = world
        .card
        .request_of(ProcessingCode::SALE, 4, cny(5_000_000));
    assert_eq!(world.authorise(&sale).reason, Reason::InsufficientFunds);
}

#[test]
fn refunds_with_and_without_the_card_together_are_at_most_the_original() {
    let (world, sale, named) = sold();
    let before = world.available();
    let tap = |atc, minor| {
        world
            .authorise(&tapped(&world.card, atc, cny(minor), named))
            .reason
    };
    assert_eq!(tap(2, 501), Reason::RefundExceeds);
    assert_eq!(tap(3, 200), Reason::Approved);
    assert_eq!(tap(4, 301), Reason::RefundExceeds);
    let mut request = sale.followed(&world.authorise(&sale), cny(300));
    assert!(world.issuer.refund(&request, NOW).unwrap().approved());
    assert_eq!(tap(5, 1), Reason::RefundExceeds);
    assert_eq!(world.available(), before + 500);
    request.identity = identity();
    request.amount = cny(500);
    let void = world.issuer.void(&request, NOW).unwrap();
    assert_eq!(void.reason, Reason::AlreadyRefunded);
}

#[test]
fn a_tapped_refund_is_taken_back_like_any_other() {
    let (world, _, named) = sold();
    let before = world.available();
    let refund = tapped(&world.card, 2, cny(500), named);
    let refunded = world.authorise(&refund);
    let void = follow(refund.reference, &refunded, cny(500));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(world.available(), before);
    let again = tapped(&world.card, 3, cny(500), named);
    assert!(world.authorise(&again).approved());
    assert_eq!(world.reverse(void.identity).reason, Reason::Superseded);
    assert!(world.reverse(again.identity).accepted());
    assert_eq!(world.available(), before);
}

#[test]
fn a_tapped_refund_names_its_original_by_merchant_reference_and_approval_code() {
    let (world, _, named) = sold();
    let named = named.unwrap();
    let guessed = if named.approval.unwrap().text() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let guessed = Original {
        approval: Some(ApprovalCode::parse(guessed).unwrap()),
        ..named
    };
    let refund = tapped(&world.card, 2, cny(1), Some(guessed));
    assert_eq!(world.authorise(&refund).reason, Reason::OriginalNotFound);
    let mut elsewhere = tapped(&world.card, 3, cny(1), Some(named));
    elsewhere.identity.merchant = MerchantId::parse("MERCHANT0000002").unwrap();
    assert_eq!(world.authorise(&elsewhere).reason, Reason::OriginalNotFound);
}

#[test]
fn money_goes_back_to_the_account_that_paid_and_to_no_other() {
    let (world, _, named) = sold();
    let same = world.another_card();
    assert!(world.authorise(&tapped(&same, 1, cny(1), named)).approved());
    let other = world.another_card();
    world.write(|act| {
        let pan = CardNumber::parse(OTHER_PAN).unwrap();
        let account = Account::insert(act, &pan, cny(0))?;
        let (account, token) = (account.get(), other.token.get());
        act.execute_batch(&format!(
            "UPDATE token SET account = {account} WHERE id = {token}"
        ))
    });
    let verdict = world.authorise(&tapped(&other, 1, cny(1), named));
    assert_eq!(verdict.reason, Reason::OriginalOtherCard);
}

#[test]
fn a_tap_that_pays_names_no_original() {
    let (world, _, named) = sold();
    for code in [
        ProcessingCode::SALE,
        ProcessingCode::PRE_AUTHORISATION,
        ProcessingCode::BALANCE,
    ] {
        let mut request = world.card.request_of(code, 2, cny(1));
        request.original = named;
        assert_eq!(
            world.fork().authorise(&request).reason,
            Reason::OriginalUnsuitable
        );
    }
}

#[test]
fn a_tapped_refund_is_under_the_token_s_standing_with_and_without_an_original() {
    for original_named in [true, false] {
        for (status, expected) in [
            (TokenStatus::Inactive, Reason::TokenInactive),
            (TokenStatus::Suspended, Reason::TokenSuspended),
            (TokenStatus::Deleted, Reason::TokenDeleted),
            (TokenStatus::Active, Reason::Approved),
        ] {
            let (world, _, named) = sold();
            world.let_refund([500, 500, 500]);
            world.set_status(status);
            let named = named.filter(|_| original_named);
            let verdict = world.authorise(&tapped(&world.card, 2, cny(1), named));
            assert_eq!(verdict.reason, expected);
        }
    }
    let world = World::new();
    world.let_refund([500, 500, 500]);
    enrol(&world, "suspended");
    let card = world.card_at_home(HOME);
    let verdict = world.authorise(&tapped(&card, 1, cny(1), None));
    assert_eq!(verdict.reason, Reason::DeviceSuspended);
}

#[test]
fn a_refund_of_nothing_is_none() {
    let (world, sale, named) = sold();
    world.let_refund([500, 500, 500]);
    let request = sale.followed(&world.authorise(&sale), cny(0));
    let nothing = Reason::RefundOfNothing;
    assert_eq!(world.issuer.refund(&request, NOW).unwrap().reason, nothing);
    for (atc, named) in [(2, named), (3, None)] {
        let refund = tapped(&world.card, atc, cny(0), named);
        assert_eq!(world.authorise(&refund).reason, nothing);
    }
    // Nothing stands in the way of a void.
    let void = sale.followed(&world.authorise(&sale), cny(500));
    assert!(world.issuer.void(&void, NOW).unwrap().approved());
}

#[test]
fn a_payment_abroad_is_refunded_in_its_currency_only() {
    let world = World::new();
    let dollars = |minor| Amount::new(minor, Currency::USD).unwrap();
    let sale = world.card.request_of(ProcessingCode::SALE, 1, dollars(500));
    let named = Some(original(&sale, &world.authorise(&sale)));
    let yuan = tapped(&world.card, 2, cny(500), named);
    assert_eq!(world.authorise(&yuan).reason, Reason::OriginalAmount);
    let more = tapped(&world.card, 3, dollars(501), named);
    assert_eq!(world.authorise(&more).reason, Reason::RefundExceeds);
    assert!(
        world
            .authorise(&tapped(&world.card, 4, dollars(500), named))
            .approved()
    );
    let statement = world.issuer.statement(world.card.token).unwrap().unwrap();
    assert!(statement.balances.iter().all(|balance| balance.posted == 0));
    // A merchant's limits are in one currency.
    world.let_refund([500, 500, 500]);
    let unlinked = tapped(&world.card, 5, dollars(1), None);
    assert_eq!(world.authorise(&unlinked).reason, Reason::RefundLimit);
}

#[test]
fn the_same_refund_of_another_original_is_another_request() {
    let (world, _, named) = sold();
    let next = world.card.sale(2, cny(500));
    let other = Some(original(&next, &world.authorise(&next)));
    let mut refund = tapped(&world.card, 3, cny(500), named);
    assert!(world.authorise(&refund).approved());
    assert!(world.authorise(&refund).repeat);
    for named in [other, None] {
        refund.original = named;
        assert_eq!(world.authorise(&refund).reason, Reason::TraceNumberReused);
    }
}

#[test]
fn of_refunds_at_one_moment_no_more_than_the_original_is_approved() {
    const EACH: usize = 4;
    let (world, sale, named) = sold();
    let verdict = world.authorise(&sale);
    let before = world.available();
    let start = Barrier::new(2 * EACH);
    let (world, start) = (&world, &start);
    let approved = scope(|threads| {
        let contend = |at: usize| {
            let without = sale.followed(&verdict, cny(300));
            let with = tapped(&world.card, u16::try_from(at).unwrap() + 2, cny(300), named);
            threads.spawn(move || {
                start.wait();
                if at < EACH {
                    world.authorise(&with).approved()
                } else {
                    world.issuer.refund(&without, NOW).unwrap().approved()
                }
            })
        };
        let all: Vec<_> = (0..2 * EACH).map(contend).collect();
        all.into_iter()
            .map(|one| one.join().unwrap())
            .filter(|won| *won)
            .count()
    });
    assert_eq!((approved, world.available()), (1, before + 300));
}

/// Refunds without an original, at a time, each with a counter of its own.
struct Shop {
    world: World,
    atc: u16,
}

impl Shop {
    fn new(limits: [u64; 3]) -> Self {
        let world = World::without_pin(
            &IssueOptions {
                keys: 1_000,
                ..IssueOptions::default()
            },
            16,
            0,
        );
        world.let_refund(limits);
        Self { world, atc: 0 }
    }

    fn refund(&mut self, minor: u64, hours: u64) -> (Sale, Verdict) {
        self.atc += 1;
        let sale = tapped(&self.world.card, self.atc, cny(minor), None);
        let now = understudy_core::card::UnixTime(NOW.0 + hours * 3_600);
        let verdict = self.world.issuer.authorise(&sale.request(), now).unwrap();
        (sale, verdict)
    }

    fn reason(&mut self, minor: u64, hours: u64) -> Reason {
        self.refund(minor, hours).1.reason
    }
}

#[test]
fn a_merchant_refunds_without_an_original_within_its_limits_of_a_refund_a_day_and_in_all() {
    let mut shop = Shop::new([100, 150, 250]);
    assert_eq!(shop.reason(101, 0), Reason::RefundLimit);
    assert_eq!(shop.reason(100, 0), Reason::Approved);
    assert_eq!(shop.reason(51, 23), Reason::RefundLimit);
    assert_eq!(shop.reason(50, 23), Reason::Approved);
    // The day begins with each refund, not at midnight.
    assert_eq!(shop.reason(100, 24), Reason::Approved);
    assert_eq!(shop.reason(1, 47), Reason::RefundLimit);
    assert_eq!(shop.world.available(), 250);
    let merchants = shop.world.issuer.refund_merchants(None, NOW).unwrap();
    assert_eq!(
        (merchants[0].given_in_a_day, merchants[0].given),
        (250, 250)
    );
}

#[test]
fn a_merchant_s_limits_are_its_own_and_end_with_its_permission() {
    let mut shop = Shop::new([100, 100, 100]);
    assert_eq!(shop.reason(100, 0), Reason::Approved);
    let mut elsewhere = tapped(&shop.world.card, 900, cny(1), None);
    elsewhere.identity.merchant = MerchantId::parse("MERCHANT0000002").unwrap();
    assert_eq!(
        shop.world.authorise(&elsewhere).reason,
        Reason::RefundWithoutOriginal
    );
    // Allowed again, it begins anew.
    assert_eq!(shop.reason(1, 0), Reason::RefundLimit);
    shop.world.let_refund([100, 100, 100]);
    assert_eq!(shop.reason(100, 0), Reason::Approved);
    let merchant = identity().merchant;
    assert!(
        shop.world
            .issuer
            .forbid_unlinked_refunds(&merchant, NOW)
            .unwrap()
    );
    assert!(
        !shop
            .world
            .issuer
            .forbid_unlinked_refunds(&merchant, NOW)
            .unwrap()
    );
    assert_eq!(shop.reason(1, 0), Reason::RefundWithoutOriginal);
}

#[test]
fn what_was_taken_back_counts_towards_no_limit_and_comes_back_only_within_it() {
    let mut shop = Shop::new([100, 100, 100]);
    let (refund, refunded) = shop.refund(100, 0);
    let void = follow(refund.reference, &refunded, cny(100));
    assert!(shop.world.issuer.void(&void, NOW).unwrap().approved());
    assert_eq!(shop.reason(100, 0), Reason::Approved);
    assert_eq!(shop.world.reverse(void.identity).reason, Reason::Superseded);
    assert_eq!(shop.world.available(), 100);
}

#[test]
fn limits_are_above_zero_and_a_day_holds_a_refund_and_all_a_day() {
    let limits = |each, day, total| RefundLimits::new(Currency::CNY, each, day, total).is_some();
    assert!(limits(1, 1, 1) && limits(1, 2, Amount::MAX_MINOR));
    assert!(!limits(0, 1, 1) && !limits(2, 1, 2) && !limits(1, 2, 1));
    assert!(!limits(1, 1, Amount::MAX_MINOR + 1));
}
