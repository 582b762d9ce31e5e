//! Settlements whose answer is lost, and what the host is told of a batch that is closed.

use understudy_pos::host::{HostError, Request};
use understudy_pos::till::{OnMismatch, TillError};
use understudy_pos::{Cvm, TransactionType};

use crate::support::{
    Disk, Line, Pad, Script, answers, cny, entry, minute, open, request, sale, tap, tried,
};

#[test]
fn an_unanswered_settlement_is_repeated_as_it_was_and_nothing_is_added_before() {
    for unanswered in [Line::Fails(HostError::TimedOut), answers("91")] {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = open(&disk);
        let id = entry(&mut till, &sale(1000), &mut host);
        host.take();
        host.lines.push_back(unanswered);
        let ended = till.settle(minute(1), OnMismatch::StayOpen, &mut host);
        assert!(ended.is_err(), "{ended:?}");
        let mut till = open(&disk);
        assert!(till.state().settling());
        let refused = [
            tried(&mut till, &sale(1), &mut host).map(drop),
            till.refund(id, cny(1), minute(2), &mut host).map(drop),
            till.void(id, minute(2), &mut host).map(drop),
            till.reverse(id, &mut host).map(drop),
        ];
        for refused in refused {
            assert!(matches!(refused, Err(TillError::SettlementOpen(1))));
        }
        let inquiry = request(TransactionType::Balance, cny(0), Cvm::None);
        tap(&mut till, &inquiry, &mut host);
        let report = till
            .settle(minute(9), OnMismatch::StayOpen, &mut host)
            .unwrap();
        assert!(report.agreed && report.closed);
        let sent = host.take();
        assert_eq!(sent.len(), 3, "{sent:?}");
        assert_eq!(sent[0], sent[2]);
        assert!(!till.state().settling());
        assert_eq!(entry(&mut till, &sale(1), &mut host).batch, 2);
    }
}

#[test]
fn a_pin_is_not_asked_for_while_nothing_can_be_added() {
    let mut host = Script::of([Line::Fails(HostError::TimedOut)]);
    let mut till = open(&Disk::default());
    let ended = till.settle(minute(1), OnMismatch::StayOpen, &mut host);
    assert!(ended.is_err());
    let mut pad = Pad::entering();
    let sale = request(TransactionType::Purchase, cny(1), Cvm::OnlinePin);
    let ended = till.complete_online(&sale, &mut host, &mut pad);
    assert!(matches!(ended, Err(TillError::SettlementOpen(1))));
    assert_eq!(pad.asked, []);
}

#[test]
fn the_host_is_told_that_a_batch_is_closed_whatever_the_totals() {
    let flags = |host: &mut Script| -> Vec<bool> {
        let closes = |message| match message {
            Request::Settlement(settlement) => settlement.close,
            other => panic!("{other:?}"),
        };
        host.take().into_iter().map(closes).collect()
    };
    let mut host = Script::of([answers("95"), answers("95")]);
    let mut till = open(&Disk::default());
    for (on_mismatch, close) in [(OnMismatch::StayOpen, false), (OnMismatch::Close, true)] {
        let report = till.settle(minute(1), on_mismatch, &mut host).unwrap();
        assert_eq!(report.closed, close);
        assert_eq!(flags(&mut host), [close]);
    }
    // A settlement that was to leave the batch open and has no answer is concluded first.
    let silence = Line::Fails(HostError::TimedOut);
    host.lines.extend([silence, answers("95"), answers("95")]);
    let ended = till.settle(minute(2), OnMismatch::StayOpen, &mut host);
    assert!(ended.is_err());
    let report = till
        .settle(minute(3), OnMismatch::Close, &mut host)
        .unwrap();
    assert!(report.closed && !report.agreed);
    assert_eq!(flags(&mut host), [false, false, true]);
    assert_eq!(till.state().batch().number, 3);
}
