//! Acts on payments of every row, by a till over ISO 8583: reversal, void, refunds without the card and
//! with it, the PIN, the end of the day.

use std::collections::BTreeMap;

use understudy_issuer::Reason;
use understudy_issuer::demonstration::TEST_PIN;
use understudy_pos::TransactionType;
use understudy_pos::batch::EntryId;
use understudy_pos::host::{HostError, ResponseCode};
use understudy_pos::till::{OnMismatch, Till, TillError, TillFile, TillRules, Verdict};

use crate::line::{Fate, Pad};
use crate::rows::{Row, taps};
use crate::scene::Scene;
use crate::values::{LIMIT, WITHIN, cny};

type Files = BTreeMap<TillFile, Vec<u8>>;

fn till(scene: &Scene) -> Till<Files> {
    let config = scene.terminal.config();
    Till::open(config, TillRules::default(), Files::new()).expect("no files yet")
}

/// A sale whose request has this fate.
fn sell(scene: &Scene, till: &mut Till<Files>, fate: Fate) -> (Verdict, Option<EntryId>) {
    let request = scene.request(WITHIN);
    let done = till.complete_online(&request, &mut scene.line([fate]), &mut Pad(None));
    let done = done.expect("an end");
    (done.verdict, done.entry)
}

/// A sale that is approved.
fn sold(row: Row, scene: &Scene, till: &mut Till<Files>) -> EntryId {
    let (verdict, entry) = sell(scene, till, Fate::Answered);
    assert_eq!(verdict, Verdict::Approved, "{row}");
    assert_eq!(scene.spent(), i128::from(WITHIN), "{row}");
    entry.expect("an entry")
}

#[test]
fn a_payment_without_an_answer_is_reversed_once_whether_it_arrived_before_or_comes_after() {
    for (row, _) in taps() {
        let scene = Scene::alone(row);
        let mut till = till(&scene);
        let (lost, _) = sell(&scene, &mut till, Fate::AnswerLost);
        assert_eq!(lost, Verdict::NoAnswer(HostError::TimedOut), "{row}");
        assert_eq!(scene.spent(), i128::from(WITHIN), "{row}");
        let reversed = till.send_reversal(&mut scene.line([]));
        assert!(reversed.expect("acknowledged").is_some(), "{row}");
        assert_eq!(scene.spent(), 0, "{row}");

        let (request, mut line) = (scene.request(WITHIN), scene.line([Fate::Delayed]));
        let done = till.complete_online(&request, &mut line, &mut Pad(None));
        let unreachable = Verdict::NoAnswer(HostError::Unreachable);
        assert_eq!(done.expect("an end").verdict, unreachable, "{row}");
        let reversed = till.send_reversal(&mut scene.line([]));
        assert!(reversed.expect("acknowledged").is_some(), "{row}");
        let late: Vec<_> = line
            .deliver()
            .iter()
            .map(|reply| reply.response_code)
            .collect();
        let expected = ResponseCode::new(Reason::ReversedBefore.response_code()).expect("DE 39");
        assert_eq!(late, [expected], "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
    }
}

#[test]
fn a_void_takes_a_whole_payment_back_and_nothing_follows_it() {
    for (row, _) in taps() {
        let scene = Scene::alone(row);
        let mut till = till(&scene);
        let sale = sold(row, &scene, &mut till);
        let (now, mut line) = (scene.local_time(), scene.line([]));
        let voided = till.void(sale, now, &mut line).expect("an end");
        assert_eq!(voided.verdict, Verdict::Approved, "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
        assert!(till.void(sale, now, &mut line).is_err(), "{row}");
        assert!(till.refund(sale, cny(1), now, &mut line).is_err(), "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
    }
}

#[test]
fn refunds_with_the_card_and_without_stop_at_the_amount_of_the_payment() {
    for (row, _) in taps() {
        let scene = Scene::alone(row);
        let mut till = till(&scene);
        let sale = sold(row, &scene, &mut till);
        let (now, mut line) = (scene.local_time(), scene.line([]));
        let part = till.refund(sale, cny(34), now, &mut line).expect("an end");
        assert_eq!(part.verdict, Verdict::Approved, "{row}");
        let by_card = scene.request_of(TransactionType::Refund, 200);
        // Terminals skip the PIN at sales alone.
        let back = till.refund_online(&by_card, sale, &mut line, &mut Pad(Some(TEST_PIN)));
        assert_eq!(back.expect("an end").verdict, Verdict::Approved, "{row}");
        assert_eq!(scene.spent(), i128::from(WITHIN - 234), "{row}");
        let more = till.refund(sale, cny(WITHIN - 233), now, &mut line);
        assert!(matches!(more, Err(TillError::Refused { .. })), "{row}");
        let rest = till.refund(sale, cny(WITHIN - 234), now, &mut line);
        assert_eq!(rest.expect("an end").verdict, Verdict::Approved, "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
        let day = till.settle(now, OnMismatch::StayOpen, &mut line);
        assert!(day.expect("answered").agreed, "{row}");
    }
}

#[test]
fn above_the_limit_a_till_asks_for_the_pin_and_the_issuer_checks_it() {
    for (row, _) in taps() {
        let scene = Scene::alone(row).at_strict_terminal(row);
        let mut till = till(&scene);
        let wrong = ResponseCode::new(Reason::WrongPin.response_code()).expect("DE 39");
        for (pin, expected) in [
            ("000000", Verdict::Declined(wrong)),
            (TEST_PIN, Verdict::Approved),
        ] {
            let request = scene.request(LIMIT + 1);
            let done = till.complete_online(&request, &mut scene.line([]), &mut Pad(Some(pin)));
            assert_eq!(done.expect("an end").verdict, expected, "{row}");
        }
        assert_eq!(scene.spent(), i128::from(LIMIT + 1), "{row}");
    }
}
