//! The till and the issuer: lost answers, crashes, and acts that follow a sale.

use understudy_issuer::demonstration::TEST_PIN;
use understudy_issuer::{AuthorisationFilter, Reason, TokenId, TransactionKind};
use understudy_pos::batch::{EntryId, Standing};
use understudy_pos::host::{HostError, ResponseCode};
use understudy_pos::till::{Conclusion, OnMismatch, Outstanding, Till, TillError, Verdict};
use understudy_pos::{Outcome, TransactionType};
use understudy_wallet::{RecordOutcome, Taken};

use crate::line::{Fate as Message, Pad};
use crate::phone::Phone;
use crate::stage::{FUNDS, cny};
use crate::town::{Drawer, Town};

/// Sends the sale of a new tap and returns the result.
fn sell(
    town: &Town,
    till: &mut Till<Drawer>,
    phone: &mut Phone,
    minor: u64,
    fates: &[Message],
) -> Conclusion {
    let request = town.request(phone, minor);
    let mut line = town.line(fates.iter().copied());
    let done = till.complete_online(&request, &mut line, &mut Pad(None));
    done.expect("an end")
}

fn spent(town: &Town, token: TokenId) -> i128 {
    i128::from(FUNDS) - town.available(token)
}

fn standing(till: &Till<Drawer>, entry: EntryId) -> Standing {
    till.state().entry(entry).expect("an entry").standing
}

#[test]
fn a_sale_whose_answer_is_lost_is_reversed_before_the_next_one() {
    let (town, mut phone, token, card) = Town::with_card(5);
    let (mut till, _) = town.till();
    let lost = sell(&town, &mut till, &mut phone, 1234, &[Message::AnswerLost]);
    assert_eq!(lost.verdict, Verdict::NoAnswer(HostError::TimedOut));
    assert_eq!(spent(&town, token), 1234, "the issuer has booked it");
    assert!(till.owed().is_some());

    let next = sell(&town, &mut till, &mut phone, 500, &[]);
    assert_eq!(next.verdict, Verdict::Approved);
    assert_eq!(spent(&town, token), 500);
    assert!(till.owed().is_none());
    let effects = phone.fetch(&town);
    let settled = effects
        .iter()
        .filter(|effect| matches!(effect, Taken::Settled(of, _) if *of == card));
    assert_eq!(settled.count(), 3, "approved, reversed, approved");
    let fates: Vec<_> = phone.payments().iter().map(|tap| tap.outcome).collect();
    assert!(
        matches!(
            fates[..],
            [
                RecordOutcome::Approved { amount, .. },
                RecordOutcome::Reversed { amount: reversed, .. }
            ] if amount == cny(500) && reversed == cny(1234)
        ),
        "{fates:?}"
    );
}

#[test]
fn a_reversal_may_come_before_its_sale_and_may_be_lost_as_often_as_it_likes() {
    let (town, mut phone, token, _) = Town::with_card(5);
    let (mut till, _) = town.till();
    let request = town.request(&mut phone, 1234);
    let mut line = town.line([Message::Delayed]);
    let lost = till.complete_online(&request, &mut line, &mut Pad(None));
    let unreachable = Verdict::NoAnswer(HostError::Unreachable);
    assert_eq!(lost.expect("an end").verdict, unreachable);
    for fate in [Message::Delayed, Message::AnswerLost, Message::AnswerLost] {
        let owed = till.send_reversal(&mut town.line([fate]));
        assert!(matches!(owed, Err(TillError::ReversalOwed { .. })));
    }
    let done = till.send_reversal(&mut town.line([]));
    assert!(done.expect("acknowledged").is_some() && till.owed().is_none());
    let late = line.deliver();
    let declined = late.iter().map(|reply| reply.response_code.characters());
    assert!(declined.eq([Reason::ReversedBefore.response_code()]));
    assert_eq!(spent(&town, token), 0);
}

#[test]
fn a_till_that_dies_at_any_keep_has_an_entry_for_the_money_or_takes_it_back() {
    for died_after in 0..2 {
        let (town, mut phone, token, _) = Town::with_card(5);
        let (mut till, drawer) = town.till();
        let sold = sell(&town, &mut till, &mut phone, 1234, &[]);
        drop(till);
        let kept = drawer.kept();
        assert_eq!(kept.len(), 4, "journal, index, in flight, answered");
        let files = kept[2 + died_after].clone();
        let mut till = town.reopened(&Drawer::with(files));
        let in_flight = matches!(till.state().outstanding(), Some(Outstanding::InFlight(_)));
        assert_eq!(in_flight, died_after == 0);
        let reversed = till.send_reversal(&mut town.line([])).expect("sent");
        assert_eq!(reversed.is_some(), in_flight);
        let entry = till.state().entry(sold.entry.expect("an entry")).is_some();
        assert_eq!(entry, !in_flight);
        assert_eq!(spent(&town, token), if entry { 1234 } else { 0 });
    }
}

#[test]
fn a_void_takes_the_whole_sale_back_and_refunds_stop_at_its_amount() {
    let (town, mut phone, token, _) = Town::with_card(5);
    let (mut till, _) = town.till();
    let mut line = town.line([]);
    let voided = sell(&town, &mut till, &mut phone, 1234, &[]);
    let voided = voided.entry.expect("an entry");
    let now = town.clock.local();
    let done = till.void(voided, now, &mut line).expect("voided");
    assert_eq!(
        (done.verdict, standing(&till, voided)),
        (Verdict::Approved, Standing::Voided)
    );
    assert_eq!(spent(&town, token), 0);
    assert!(till.void(voided, now, &mut line).is_err());

    let sold = sell(&town, &mut till, &mut phone, 5000, &[]);
    let sold = sold.entry.expect("an entry");
    for minor in [2000, 3000] {
        let done = till.refund(sold, cny(minor), now, &mut line);
        assert_eq!(done.expect("refunded").verdict, Verdict::Approved);
    }
    assert_eq!(spent(&town, token), 0);
    assert!(matches!(
        till.refund(sold, cny(1), now, &mut line),
        Err(TillError::Refused { .. })
    ));
    phone.fetch(&town);
    let refunded = phone.latest().outcome;
    assert!(matches!(refunded, RecordOutcome::Refunded { amount, .. } if amount == cny(5000)));
}

#[test]
fn money_goes_back_by_a_tap_for_a_payment_and_for_nothing_else() {
    let (town, mut phone, token, _) = Town::with_card(5);
    let (mut till, _) = town.till();
    let mut pad = Pad(Some(TEST_PIN));
    let sold = sell(&town, &mut till, &mut phone, 5000, &[]);
    let sold = sold.entry.expect("an entry");
    let mut refund = |minor| town.request_of(&mut phone, TransactionType::Refund, minor);

    let unlinked = refund(5000);
    let done = till.complete_online(&unlinked, &mut town.line([]), &mut pad);
    let Verdict::Declined(code) = done.expect("an end").verdict else {
        panic!("approved");
    };
    let expected = Reason::RefundWithoutOriginal.response_code();
    assert_eq!(code.characters(), expected);
    assert_eq!(spent(&town, token), 5000);

    let linked = refund(2000);
    let done = till.refund_online(&linked, sold, &mut town.line([]), &mut pad);
    let refunded = done.expect("an end");
    assert_eq!(refunded.verdict, Verdict::Approved);
    assert_eq!(spent(&town, token), 3000);
    // No request for more than the remaining amount is sent.
    let more = refund(3001);
    let above = till.refund_online(&more, sold, &mut town.line([]), &mut pad);
    assert!(matches!(above, Err(TillError::Refused { .. })));
    // A refund whose answer is lost is reversed, and the amount is available again.
    let lost = refund(3000);
    let line = &mut town.line([Message::AnswerLost]);
    let done = till.refund_online(&lost, sold, line, &mut pad);
    assert_eq!(
        done.expect("an end").verdict,
        Verdict::NoAnswer(HostError::TimedOut)
    );
    assert_eq!(spent(&town, token), 0, "the issuer has booked it");
    let rest = till.refund(sold, cny(3000), town.clock.local(), &mut town.line([]));
    assert_eq!(rest.expect("an end").verdict, Verdict::Approved);
    assert_eq!(spent(&town, token), 0);
    let day = till.settle(town.clock.local(), OnMismatch::StayOpen, &mut town.line([]));
    assert!(day.expect("answered").agreed);
}

#[test]
fn a_pre_authorisation_holds_money_and_its_completion_takes_it_once() {
    let (town, mut phone, token, _) = Town::with_card(5);
    let (mut till, _) = town.till();
    let mut line = town.line([]);
    let report = town.tap(&mut phone, TransactionType::PreAuthorisation, cny(10_000));
    let Outcome::OnlineRequest(request) = report.outcome else {
        panic!("not online: {}", report.outcome);
    };
    let held = till.complete_online(&request, &mut line, &mut Pad(None));
    let held = held.expect("an end").entry.expect("an entry");
    assert_eq!(spent(&town, token), 10_000);
    let now = town.clock.local();
    let above = till.complete(held, cny(11_501), now, &mut line);
    assert!(matches!(above, Err(TillError::Refused { .. })));
    let done = till.complete(held, cny(11_500), now, &mut line);
    assert_eq!(done.expect("completed").verdict, Verdict::Approved);
    assert_eq!(spent(&town, token), 11_500);
    assert!(till.complete(held, cny(1), now, &mut line).is_err());
}

#[test]
fn a_settled_day_agrees_and_only_a_refund_follows_it() {
    let (town, mut phone, token, _) = Town::with_card(5);
    let (mut till, drawer) = town.till();
    let mut line = town.line([]);
    let now = town.clock.local();
    let [sold, voided, other] = [5000, 1234, 700].map(|minor| {
        let sold = sell(&town, &mut till, &mut phone, minor, &[]);
        sold.entry.expect("an entry")
    });
    till.void(voided, now, &mut line).expect("voided");
    till.refund(sold, cny(1000), now, &mut line)
        .expect("refunded");
    let open = Drawer::with(drawer.files());
    let day = till
        .settle(now, OnMismatch::StayOpen, &mut line)
        .expect("answered");
    assert!(day.agreed && day.closed, "{day}");
    assert!(till.void(other, now, &mut line).is_err());

    // A restored till counts its batch as open; the issuer has closed it.
    let mut put_back = town.reopened(&open);
    let late = put_back.reverse(other, &mut line).expect("answered");
    let settled = ResponseCode::new(Reason::Settled.response_code()).expect("DE 39");
    assert_eq!(late.verdict, Verdict::Declined(settled));
    assert_eq!(spent(&town, token), 4700);
    for (entry, minor) in [(sold, 4000), (other, 700)] {
        let done = till.refund(entry, cny(minor), now, &mut line);
        assert_eq!(done.expect("refunded").verdict, Verdict::Approved);
    }
    assert_eq!(spent(&town, token), 0);
}

#[test]
fn a_settlement_whose_answer_is_lost_is_the_same_one_again() {
    let (town, mut phone, _, _) = Town::with_card(5);
    let (mut till, _) = town.till();
    sell(&town, &mut till, &mut phone, 5000, &[]);
    let now = town.clock.local();
    let lost = till.settle(
        now,
        OnMismatch::StayOpen,
        &mut town.line([Message::AnswerLost]),
    );
    assert!(matches!(lost, Err(TillError::SettlementUnanswered(_))));
    town.clock.advance(60);
    let now = town.clock.local();
    let day = till.settle(now, OnMismatch::StayOpen, &mut town.line([]));
    let day = day.expect("answered");
    assert!(day.agreed && day.closed, "{day}");
    let next = sell(&town, &mut till, &mut phone, 700, &[]);
    assert_eq!(next.verdict, Verdict::Approved);
}

#[test]
fn a_pin_is_asked_for_where_the_card_says_so_and_a_wrong_one_is_declined() {
    let (town, mut phone, token, _) = Town::with_card(5);
    for (pin, expected) in [("000000", Reason::WrongPin), ("123456", Reason::Approved)] {
        let request = town.request(&mut phone, 150_000);
        let (mut till, _) = town.till();
        let cancelled = till.complete_online(&request, &mut town.line([]), &mut Pad(None));
        assert!(matches!(cancelled, Err(TillError::Pin(_))));
        let done = till.complete_online(&request, &mut town.line([]), &mut Pad(Some(pin)));
        let listed = town.issuer.authorisations(&AuthorisationFilter::default());
        let newest = listed.expect("read").remove(0);
        assert_eq!(
            (newest.reason, newest.kind),
            (expected, TransactionKind::Sale)
        );
        let verdict = match ResponseCode::new(expected.response_code()).expect("DE 39") {
            ResponseCode::APPROVED => Verdict::Approved,
            code => Verdict::Declined(code),
        };
        assert_eq!(done.expect("an end").verdict, verdict);
    }
    assert_eq!(spent(&town, token), 150_000);
}
