//! The reversals that a till owes the host, and the time of their sending.

use understudy_pos::batch::{Standing, Totals};
use understudy_pos::host::HostError;
use understudy_pos::till::{Consequence, OnMismatch, ReversalProblem, TillError, Verdict};
use understudy_pos::{Cvm, TransactionType};

use crate::support::{
    Disk, Line, REVERSAL_DE55, Script, answers, approved, cny, code, entry, minute, octets, open,
    request, reversal, sale, standing, tap, tried,
};

const SILENCES: [HostError; 2] = [HostError::Unreachable, HostError::TimedOut];

#[test]
fn an_unanswered_sale_is_reversed_before_the_next_is_sent() {
    for silence in SILENCES {
        let mut host = Script::of([Line::Fails(silence)]);
        let mut till = open(&Disk::default());
        let lost = tap(&mut till, &sale(1000), &mut host);
        assert_eq!(lost.verdict, Verdict::NoAnswer(silence));
        assert_eq!(lost.entry, None);
        assert_eq!(till.owed().unwrap().amount, cny(1000));
        tap(&mut till, &sale(2000), &mut host);
        let sent = host.take();
        assert_eq!(sent.len(), 3);
        let reversal = reversal(&sent[1]);
        assert_eq!(reversal.original, *sent[0].identity());
        let chip_data = reversal.chip_data.as_ref().unwrap();
        assert_eq!(chip_data.octets(), octets(REVERSAL_DE55));
        assert_eq!(till.owed(), None);
        assert_eq!(till.state().entries().count(), 1);
    }
}

#[test]
fn a_reversal_is_repeated_octet_for_octet_until_it_is_acknowledged() {
    let fails = || Line::Fails(HostError::TimedOut);
    let mut host = Script::of([fails(), fails(), answers("96"), fails(), answers("00")]);
    let disk = Disk::default();
    tap(&mut open(&disk), &sale(1000), &mut host);
    let problems = [
        ReversalProblem::NoAnswer(HostError::TimedOut),
        ReversalProblem::Temporary(code("96")),
        ReversalProblem::NoAnswer(HostError::TimedOut),
    ];
    for expected in problems {
        let ended = tried(&mut open(&disk), &sale(2000), &mut host);
        assert!(
            matches!(&ended, Err(TillError::ReversalOwed { problem, .. }) if *problem == expected),
            "{ended:?}"
        );
    }
    tap(&mut open(&disk), &sale(2000), &mut host);
    let sent = host.take();
    assert_eq!(sent.len(), 6, "one sale, four reversals, one sale");
    let first = reversal(&sent[1]);
    assert!(sent[1..5].iter().all(|message| reversal(message) == first));
}

#[test]
fn a_host_that_does_not_know_the_original_acknowledges_its_reversal() {
    let mut host = Script::of([Line::Fails(HostError::Unreachable), answers("25")]);
    let mut till = open(&Disk::default());
    tap(&mut till, &sale(1000), &mut host);
    let reversed = till.send_reversal(&mut host).unwrap().unwrap();
    assert_eq!((reversed.entry.trace.get(), reversed.refused), (1, None));
    assert_eq!(till.owed(), None);
    assert_eq!(till.send_reversal(&mut host).unwrap(), None);
    assert_eq!(host.names(), ["authorisation", "reversal"]);
}

#[test]
fn an_answered_request_is_never_reversed() {
    for line in [approved(), answers("51"), answers("91")] {
        let (disk, mut host) = (Disk::default(), Script::of([line]));
        tap(&mut open(&disk), &sale(1000), &mut host);
        tap(&mut open(&disk), &sale(1000), &mut host);
        assert_eq!(host.names(), ["authorisation", "authorisation"]);
    }
}

#[test]
fn an_approval_of_something_else_than_was_asked_is_reversed() {
    for code in ["08", "10", "11", "16"] {
        let mut host = Script::of([answers(code)]);
        let mut till = open(&Disk::default());
        let ended = tap(&mut till, &sale(1000), &mut host);
        assert!(matches!(ended.verdict, Verdict::Declined(_)), "{code}");
        assert_eq!(ended.entry, None);
        till.send_reversal(&mut host).unwrap();
        assert_eq!(host.names(), ["authorisation", "reversal"], "{code}");
    }
}

#[test]
fn an_unanswered_balance_inquiry_needs_no_reversal() {
    let mut host = Script::of([Line::Fails(HostError::TimedOut)]);
    let mut till = open(&Disk::default());
    let inquiry = request(TransactionType::Balance, cny(0), Cvm::None);
    tap(&mut till, &inquiry, &mut host);
    tap(&mut till, &sale(1), &mut host);
    assert_eq!(host.names(), ["authorisation", "authorisation"]);
}

#[test]
fn an_unanswered_follow_up_is_reversed_and_its_original_stays_as_it_was() {
    let fails = || Line::Fails(HostError::TimedOut);
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let sold = entry(&mut till, &sale(1000), &mut host);
    let pre_authorisation = request(TransactionType::PreAuthorisation, cny(1000), Cvm::None);
    let held = entry(&mut till, &pre_authorisation, &mut host);
    host.take();

    host.lines.push_back(fails());
    till.void(sold, minute(1), &mut host).unwrap();
    let reversed = till.send_reversal(&mut host).unwrap().unwrap();
    assert_eq!(reversed.entry.trace.get(), 3);
    assert_eq!(standing(&till, sold), Standing::Approved);

    host.lines.push_back(fails());
    till.refund(sold, cny(1000), minute(1), &mut host).unwrap();
    till.refund(sold, cny(1000), minute(1), &mut host).unwrap();

    host.lines.push_back(fails());
    till.complete(held, cny(1000), minute(1), &mut host)
        .unwrap();
    till.complete(held, cny(1000), minute(1), &mut host)
        .unwrap();
    assert_eq!(standing(&till, held), Standing::Completed);
    let sent = host.take();
    assert_eq!(reversal(&sent[1]).chip_data, None);
    let mut sent = Script {
        sent,
        ..Script::default()
    };
    assert_eq!(
        sent.names(),
        [
            "void",
            "reversal",
            "refund",
            "reversal",
            "refund",
            "completion",
            "reversal",
            "completion"
        ]
    );
}

#[test]
fn a_reversal_by_hand_that_is_not_answered_is_owed_like_any_other() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    host.lines.push_back(Line::Fails(HostError::Unreachable));
    let ended = till.reverse(id, &mut host);
    assert!(matches!(ended, Err(TillError::ReversalOwed { entry, .. }) if entry == id));
    let mut till = open(&disk);
    assert_eq!(standing(&till, id), Standing::ReversalOwed);
    assert_eq!(till.state().batch().totals(), Totals::default());
    till.settle(minute(1), OnMismatch::StayOpen, &mut host)
        .unwrap();
    assert_eq!(standing(&till, id), Standing::Reversed);
    assert_eq!(
        host.names(),
        ["authorisation", "reversal", "reversal", "settlement"]
    );
}

#[test]
fn a_full_disk_sends_nothing() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    host.take();
    disk.set_full(true);
    let ended = [
        tried(&mut till, &sale(2000), &mut host).map(drop),
        till.void(id, minute(1), &mut host).map(drop),
        till.refund(id, cny(1), minute(1), &mut host).map(drop),
        till.reverse(id, &mut host).map(drop),
        till.settle(minute(1), OnMismatch::StayOpen, &mut host)
            .map(drop),
    ];
    for ended in ended {
        assert!(
            matches!(
                &ended,
                Err(TillError::NotWritten {
                    consequence: Consequence::NothingSent,
                    ..
                })
            ),
            "{ended:?}"
        );
    }
    assert_eq!(host.names(), [""; 0]);
    disk.set_full(false);
    assert_eq!(standing(&till, id), Standing::Approved);
    tap(&mut till, &sale(2000), &mut host);
}
