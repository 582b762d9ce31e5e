//! Void, refund and completion.

use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{NOW, Sale, World, closing, cny, follow, identity, reference};
use crate::{
    ApprovalCode, FollowUp, MerchantId, ProcessingCode, Reason, TerminalId, TokenStatus, Verdict,
};

struct Till {
    world: World,
    atc: u16,
    before: i128,
}

impl Till {
    fn new() -> Self {
        let world = World::new();
        let before = world.available();
        Self {
            world,
            atc: 0,
            before,
        }
    }

    fn tap(&mut self, code: ProcessingCode, minor: u64) -> (Sale, Verdict) {
        self.atc += 1;
        let sale = self.world.card.request_of(code, self.atc, cny(minor));
        let verdict = self.world.authorise(&sale);
        assert!(verdict.approved(), "{}", verdict.reason);
        (sale, verdict)
    }

    fn void(&self, request: &FollowUp) -> Reason {
        self.world.issuer.void(request, NOW).unwrap().reason
    }

    fn refund(&self, request: &FollowUp) -> Reason {
        self.world.issuer.refund(request, NOW).unwrap().reason
    }

    fn complete(&self, request: &FollowUp) -> Reason {
        self.world.issuer.complete(request, NOW).unwrap().reason
    }

    fn moved(&self) -> i128 {
        self.world.available() - self.before
    }

    fn settle(&self) {
        let request = closing(identity(), 1);
        assert!(
            self.world
                .issuer
                .settle(&request, NOW)
                .unwrap()
                .settlement
                .is_some()
        );
    }
}

#[test]
fn a_void_takes_a_whole_transaction_back_once() {
    let mut till = Till::new();
    till.world.let_refund([500, 500, 500]);
    for code in [
        ProcessingCode::SALE,
        ProcessingCode::PRE_AUTHORISATION,
        ProcessingCode::REFUND,
    ] {
        let (sale, verdict) = till.tap(code, 500);
        assert_ne!(till.moved(), 0);
        assert_eq!(
            till.void(&sale.followed(&verdict, cny(499))),
            Reason::OriginalAmount
        );
        assert_eq!(
            till.void(&sale.followed(&verdict, cny(500))),
            Reason::Approved
        );
        assert_eq!(till.moved(), 0);
        assert_eq!(
            till.void(&sale.followed(&verdict, cny(500))),
            Reason::AlreadyVoided
        );
        assert_eq!(
            till.refund(&sale.followed(&verdict, cny(1)))
                .response_code(),
            *b"12"
        );
        assert_eq!(till.moved(), 0);
    }
}

#[test]
fn the_identical_follow_up_gets_the_identical_answer() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    let request = sale.followed(&verdict, cny(500));
    let first = till.world.issuer.void(&request, NOW).unwrap();
    assert!(first.approved() && first.approval.is_some());
    let everything = till.world.everything();
    let again = till.world.issuer.void(&request, NOW).unwrap();
    let expected = Verdict {
        repeat: true,
        ..first
    };
    assert_eq!(again, expected);
    assert_eq!(till.world.everything(), everything);
    // The same fields asking for something else are another request.
    assert_eq!(till.refund(&request), Reason::TraceNumberReused);
}

#[test]
fn refunds_come_to_at_most_the_sale() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(501))),
        Reason::RefundExceeds
    );
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(200))),
        Reason::Approved
    );
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(301))),
        Reason::RefundExceeds
    );
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(300))),
        Reason::Approved
    );
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(1))),
        Reason::RefundExceeds
    );
    assert_eq!(till.moved(), 0);
    assert_eq!(
        till.void(&sale.followed(&verdict, cny(500))),
        Reason::AlreadyRefunded
    );
}

#[test]
fn a_voided_refund_makes_room_for_another() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    let refund = sale.followed(&verdict, cny(500));
    let refunded = till.world.issuer.refund(&refund, NOW).unwrap();
    let void = follow(refund.reference, &refunded, cny(500));
    assert_eq!(till.void(&void), Reason::Approved);
    assert_eq!(till.moved(), -500);
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(500))),
        Reason::Approved
    );
    // Taking the void back now would give the money twice.
    assert_eq!(till.world.reverse(void.identity).reason, Reason::Superseded);
    assert_eq!(till.moved(), 0);
}

#[test]
fn a_completion_books_up_to_115_percent_and_ends_the_reservation() {
    let mut till = Till::new();
    let (hold, verdict) = till.tap(ProcessingCode::PRE_AUTHORISATION, 200);
    let complete = |minor| hold.followed(&verdict, cny(minor));
    assert_eq!(till.complete(&complete(231)), Reason::CompletionExceeds);
    assert_eq!(till.moved(), -200);
    assert_eq!(till.complete(&complete(230)), Reason::Approved);
    assert_eq!(till.moved(), -230);
    assert_eq!(till.complete(&complete(100)), Reason::AlreadyCompleted);
    assert_eq!(till.void(&complete(200)), Reason::AlreadyCompleted);
    let statement = till.world.issuer.statement(till.world.card.token);
    assert_eq!(statement.unwrap().unwrap().balances[0].held, 0);
}

#[test]
fn a_voided_completion_leaves_the_reservation_to_complete_again() {
    let mut till = Till::new();
    let (hold, verdict) = till.tap(ProcessingCode::PRE_AUTHORISATION, 200);
    let complete = hold.followed(&verdict, cny(150));
    let completed = till.world.issuer.complete(&complete, NOW).unwrap();
    let void = follow(complete.reference, &completed, cny(150));
    assert_eq!(till.void(&void), Reason::Approved);
    assert_eq!(till.moved(), -200);
    assert_eq!(
        till.complete(&hold.followed(&verdict, cny(180))),
        Reason::Approved
    );
    assert_eq!(till.moved(), -180);
    assert_eq!(till.world.reverse(void.identity).reason, Reason::Superseded);
    assert_eq!(till.moved(), -180);
}

#[test]
fn a_completion_can_be_refunded() {
    let mut till = Till::new();
    let (hold, verdict) = till.tap(ProcessingCode::PRE_AUTHORISATION, 200);
    assert_eq!(
        till.refund(&hold.followed(&verdict, cny(1))),
        Reason::OriginalUnsuitable
    );
    let complete = hold.followed(&verdict, cny(200));
    let completed = till.world.issuer.complete(&complete, NOW).unwrap();
    let refund = follow(complete.reference, &completed, cny(200));
    assert_eq!(till.refund(&refund), Reason::Approved);
    assert_eq!(till.moved(), 0);
}

#[test]
fn only_what_fits_follows() {
    let mut till = Till::new();
    till.world.let_refund([1, 1, 1]);
    let (sale, sold) = till.tap(ProcessingCode::SALE, 1);
    let (inquiry, told) = till.tap(ProcessingCode::BALANCE, 0);
    let (refund, given) = till.tap(ProcessingCode::REFUND, 1);
    let unsuitable = Reason::OriginalUnsuitable;
    assert_eq!(till.complete(&sale.followed(&sold, cny(1))), unsuitable);
    assert_eq!(till.void(&inquiry.followed(&told, cny(0))), unsuitable);
    assert_eq!(till.refund(&refund.followed(&given, cny(1))), unsuitable);
    let void = sale.followed(&sold, cny(1));
    let voided = till.world.issuer.void(&void, NOW).unwrap();
    assert_eq!(
        till.void(&follow(void.reference, &voided, cny(1))),
        unsuitable
    );
}

#[test]
fn an_original_is_named_by_merchant_reference_and_approval_code() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    let good = || sale.followed(&verdict, cny(500));
    let code = verdict.approval.unwrap();
    let other = if code.text() == "000000" {
        "000001"
    } else {
        "000000"
    };
    let mut wrong_code = good();
    wrong_code.original.approval = Some(ApprovalCode::parse(other).unwrap());
    let mut elsewhere = good();
    elsewhere.identity.merchant = MerchantId::parse("MERCHANT0000002").unwrap();
    for request in [wrong_code, elsewhere] {
        assert_eq!(till.refund(&request), Reason::OriginalNotFound);
        assert_eq!(Reason::OriginalNotFound.response_code(), *b"25");
    }
    // Another terminal of the merchant refunds, but does not void.
    let mut next_till = good();
    next_till.identity.terminal = TerminalId::parse("TERM0002").unwrap();
    assert_eq!(till.void(&next_till), Reason::OriginalNotFound);
    next_till.identity = identity();
    next_till.identity.terminal = TerminalId::parse("TERM0002").unwrap();
    assert_eq!(till.refund(&next_till), Reason::Approved);
}

#[test]
fn a_declined_original_has_nothing_to_follow() {
    let till = Till::new();
    let sale = till.world.card.sale(1, cny(900_000));
    let declined = till.world.authorise(&sale);
    assert_eq!(declined.reason, Reason::NoCvm);
    let pretended = Verdict {
        approval: Some(ApprovalCode::parse("123456").unwrap()),
        ..declined
    };
    let request = sale.followed(&pretended, cny(900_000));
    assert_eq!(till.void(&request), Reason::OriginalNotApproved);
}

#[test]
fn another_currency_does_not_follow() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    let foreign = Amount::new(500, Currency::HKD).unwrap();
    assert_eq!(
        till.refund(&sale.followed(&verdict, foreign)),
        Reason::OriginalAmount
    );
    assert_eq!(
        till.void(&sale.followed(&verdict, foreign)),
        Reason::OriginalAmount
    );
}

#[test]
fn what_was_settled_is_refunded_and_not_voided() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    till.settle();
    assert_eq!(
        till.void(&sale.followed(&verdict, cny(500))),
        Reason::Settled
    );
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(500))),
        Reason::Approved
    );
    assert_eq!(till.moved(), 0);
}

#[test]
fn a_pre_authorisation_stays_open_over_a_settlement() {
    let mut till = Till::new();
    let (hold, verdict) = till.tap(ProcessingCode::PRE_AUTHORISATION, 500);
    till.settle();
    assert_eq!(
        till.complete(&hold.followed(&verdict, cny(500))),
        Reason::Approved
    );
    assert_eq!(till.moved(), -500);
}

#[test]
fn a_deleted_token_still_gets_its_money_back() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 500);
    till.world.set_status(TokenStatus::Deleted);
    assert_eq!(
        till.refund(&sale.followed(&verdict, cny(500))),
        Reason::Approved
    );
    assert_eq!(till.moved(), 0);
}

#[test]
fn a_follow_up_of_what_was_never_sent_finds_nothing() {
    let mut till = Till::new();
    let (sale, verdict) = till.tap(ProcessingCode::SALE, 1);
    let mut request = sale.followed(&verdict, cny(1));
    request.original.reference = reference(&identity());
    let answer = till.world.issuer.void(&request, NOW).unwrap();
    assert_eq!(
        (answer.reason, answer.token),
        (Reason::OriginalNotFound, None)
    );
    assert_eq!(answer.response_code(), *b"25");
}

#[test]
fn whoever_knows_one_approval_code_and_a_reference_cannot_take_another_payment_back() {
    let mut till = Till::new();
    let payments: Vec<_> = (0..8)
        .map(|_| till.tap(ProcessingCode::SALE, 500))
        .collect();
    let (_, known) = payments[0];
    let taken = payments.iter().skip(1).filter(|(sale, _)| {
        let answer = till.refund(&sale.followed(&known, cny(1)));
        answer == Reason::Approved
    });
    // Each of seven is hit by chance once in a million times.
    assert!(taken.count() <= 1);
    let codes: std::collections::HashSet<_> = payments
        .iter()
        .map(|(_, verdict)| verdict.approval.unwrap().text().to_owned())
        .collect();
    assert!(codes.len() >= 7, "{codes:?}");
}
