//! Settlements.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::batch::{EntryKind, Total, Totals};
use understudy_pos::host::{HostError, Request, Response, ResponseCode};
use understudy_pos::till::{OnMismatch, Till, TillError, TillRules};
use understudy_pos::{Config, Cvm, TransactionType};

use crate::support::{
    Disk, Line, Script, answers, cny, entry, minute, open, request, sale, tap, tried,
};

fn dollars(minor: u64) -> Amount {
    Amount::new(minor, Currency::USD).unwrap()
}

/// Two sales of 10.00 and 20.00, of which the second is voided; a refund of 3.00; a hold of 50.00
/// of which 55.00 is taken; a hold that is cancelled; a sale that is reversed; a declined one; a
/// sale of 7.00 USD.
fn day(till: &mut Till<Disk>, host: &mut Script) {
    let first = entry(till, &sale(1000), host);
    let second = entry(till, &sale(2000), host);
    till.void(second, minute(1), host).unwrap();
    till.refund(first, cny(300), minute(2), host).unwrap();
    let pre_authorisation = request(TransactionType::PreAuthorisation, cny(5000), Cvm::None);
    let held = entry(till, &pre_authorisation, host);
    till.complete(held, cny(5500), minute(3), host).unwrap();
    let held = entry(till, &pre_authorisation, host);
    till.void(held, minute(4), host).unwrap();
    let third = entry(till, &sale(9999), host);
    till.reverse(third, host).unwrap();
    host.lines.push_back(answers("51"));
    tap(till, &sale(8888), host);
    let foreign = request(TransactionType::Purchase, dollars(700), Cvm::None);
    tap(till, &foreign, host);
    host.take();
}

fn total(count: u32, sum: u64) -> Total {
    Total { count, sum }
}

fn reply(code: ResponseCode, totals: Option<Totals>) -> Line {
    Line::Answer(Response {
        totals: totals.map(|totals| totals.of_message().unwrap()),
        ..Response::new(code)
    })
}

/// The host's totals, if it has the whole day.
fn the_hosts() -> Totals {
    let mut totals = Totals::default();
    for (kind, amount) in [
        (EntryKind::Sale, cny(1000)),
        (EntryKind::Sale, cny(2000)),
        (EntryKind::Void, cny(2000)),
        (EntryKind::Refund, cny(300)),
        (EntryKind::Completion, cny(5500)),
        (EntryKind::Sale, dollars(700)),
    ] {
        totals.add(kind, amount);
    }
    totals
}

#[test]
fn the_totals_are_counted_per_currency_and_type() {
    let mut till = open(&Disk::default());
    day(&mut till, &mut Script::default());
    let totals = till.state().batch().totals();
    let yuan = totals.of_currency(Currency::CNY);
    assert_eq!(yuan.sales, total(2, 3000));
    assert_eq!(yuan.completions, total(1, 5500));
    assert_eq!(yuan.refunds, total(1, 300));
    assert_eq!(yuan.voids, total(1, 2000));
    assert_eq!(yuan.net(), 6200);
    let dollars = totals.of_currency(Currency::USD);
    assert_eq!(dollars.sales, total(1, 700));
    assert_eq!(dollars.net(), 700);
    assert_eq!(totals.currencies().count(), 2);
}

#[test]
fn a_batch_that_the_host_has_too_is_closed_and_a_new_one_begins() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    day(&mut till, &mut host);
    host.lines
        .push_back(reply(ResponseCode::APPROVED, Some(the_hosts())));
    let report = till
        .settle(minute(60), OnMismatch::StayOpen, &mut host)
        .unwrap();
    assert!(report.agreed && report.closed);
    let sent = host.take();
    let [Request::Settlement(settlement)] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(settlement.batch.get(), 1);
    assert_eq!(settlement.totals, the_hosts().of_message().unwrap());
    assert_eq!(till.state().batch().number, 2);
    assert_eq!(till.state().batch().entries, []);
    assert_eq!(entry(&mut till, &sale(1), &mut host).batch, 2);
}

#[test]
fn a_batch_that_differs_stays_open_until_it_is_closed_on_purpose() {
    let mut theirs = the_hosts();
    theirs.add(EntryKind::Sale, cny(1));
    for (code, totals) in [
        (ResponseCode::APPROVED, Some(theirs.clone())),
        (ResponseCode::TOTALS_DIFFER, Some(theirs)),
        (ResponseCode::TOTALS_DIFFER, None),
    ] {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = open(&disk);
        day(&mut till, &mut host);
        host.lines.push_back(reply(code, totals.clone()));
        host.lines.push_back(reply(code, totals.clone()));
        let report = till
            .settle(minute(60), OnMismatch::StayOpen, &mut host)
            .unwrap();
        assert!(!report.agreed && !report.closed);
        let said = totals.map(|totals| totals.of_message().unwrap());
        assert_eq!((&report.ours, &report.host), (&the_hosts(), &said));
        assert_eq!(open(&disk).state().batch().number, 1);
        let report = till
            .settle(minute(61), OnMismatch::Close, &mut host)
            .unwrap();
        assert!(!report.agreed && report.closed);
        assert_eq!(open(&disk).state().batch().number, 2);
    }
}

#[test]
fn a_batch_is_not_closed_without_an_answer_or_by_a_refusal() {
    for on_mismatch in [OnMismatch::StayOpen, OnMismatch::Close] {
        let mut host = Script::of([Line::Fails(HostError::TimedOut), answers("12")]);
        let mut till = open(&Disk::default());
        let ended = till.settle(minute(1), on_mismatch, &mut host);
        assert!(matches!(ended, Err(TillError::SettlementUnanswered(_))));
        let ended = till.settle(minute(1), on_mismatch, &mut host);
        assert!(matches!(ended, Err(TillError::SettlementRefused(_))));
        assert_eq!(till.state().batch().number, 1);
        assert_eq!(till.owed(), None);
    }
}

#[test]
fn old_batches_are_let_go() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let rules = TillRules {
        kept_batches: 2,
        ..TillRules::default()
    };
    let config = Config::default();
    let mut till = Till::open(&config, rules, disk).unwrap();
    let ids = [0; 3].map(|_| {
        let id = entry(&mut till, &sale(1000), &mut host);
        till.settle(minute(1), OnMismatch::StayOpen, &mut host)
            .unwrap();
        id
    });
    let numbers: Vec<_> = till
        .state()
        .closed()
        .iter()
        .map(|batch| batch.number)
        .collect();
    assert_eq!(numbers, [2, 3]);
    let ended = till.refund(ids[0], cny(1), minute(2), &mut host);
    assert!(matches!(ended, Err(TillError::UnknownEntry(id)) if id == ids[0]));
    till.refund(ids[1], cny(1), minute(2), &mut host).unwrap();
}

#[test]
fn a_settlement_prints_both_sides_if_they_differ() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    day(&mut till, &mut host);
    let mut theirs = Totals::default();
    theirs.add(EntryKind::Refund, cny(123_456));
    host.lines
        .push_back(reply(ResponseCode::TOTALS_DIFFER, Some(theirs)));
    let report = till
        .settle(minute(60), OnMismatch::StayOpen, &mut host)
        .unwrap();
    assert_eq!(
        report.to_string(),
        "               Understudy
MERCHANT                 000000000000001
TERMINAL                        00000001
DATE/TIME            2026-11-22 17:30:00
BATCH                             000001
----------------------------------------
               SETTLEMENT
CNY
SALES            2                 30.00
COMPLETIONS      1                 55.00
REFUNDS          1                  3.00
VOIDS            1                 20.00
NET                                62.00
USD
SALES            1                  7.00
COMPLETIONS      0                  0.00
REFUNDS          0                  0.00
VOIDS            0                  0.00
NET                                 7.00
----------------------------------------
              THE HOST HAS
CNY
SALES            0                  0.00
REFUNDS          1               1234.56
VOIDS            0                  0.00
NET                             -1234.56
----------------------------------------
             TOTALS DIFFER
            BATCH STILL OPEN
"
    );
}

#[test]
fn an_empty_batch_prints_nothing_and_agrees() {
    let mut till = open(&Disk::default());
    let report = till
        .settle(minute(60), OnMismatch::StayOpen, &mut Script::default())
        .unwrap();
    assert_eq!(
        report.to_string(),
        "               Understudy
MERCHANT                 000000000000001
TERMINAL                        00000001
DATE/TIME            2026-11-22 17:30:00
BATCH                             000001
----------------------------------------
               SETTLEMENT
                NOTHING
----------------------------------------
              TOTALS AGREE
              BATCH CLOSED
"
    );
}

/// As many currencies as a settlement can say, and one more.
#[test]
fn a_batch_takes_no_currency_more_than_a_settlement_can_say() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let sale = |number| {
        let amount = Amount::new(100, Currency::new(number).unwrap()).unwrap();
        request(TransactionType::Purchase, amount, Cvm::None)
    };
    for number in 1..=12 {
        entry(&mut till, &sale(number), &mut host);
    }
    host.take();
    let refused = tried(&mut till, &sale(13), &mut host);
    assert!(matches!(refused, Err(TillError::CurrenciesFull(1))));
    assert_eq!(host.take(), [], "nothing was sent");
    entry(&mut till, &sale(12), &mut host);
    let settled = till.settle(minute(60), OnMismatch::StayOpen, &mut host);
    assert!(settled.unwrap().closed);
    entry(&mut till, &sale(13), &mut host);
}
