//! Reversals that the host answers with a code: after a temporary one they are sent again; a final
//! refusal is stored, and later requests are sent.

use understudy_pos::batch::{EntryId, EntryKind, Refusal, Standing};
use understudy_pos::host::HostError;
use understudy_pos::till::{OnMismatch, ReversalEnd, ReversalProblem, Till, TillError, Verdict};
use understudy_pos::{Cvm, TransactionType};

use crate::support::{
    Disk, Line, Script, answers, cny, code, entry, minute, open, request, sale, standing, tap,
    tried, wrapped,
};

/// Codes of ISO 8583:1987 for an error or a state on the way, which decide nothing.
const TEMPORARY: [&str; 11] = [
    "06", "09", "19", "28", "68", "90", "91", "92", "96", "98", "A0",
];

/// Codes that decide, or that ask a person to act.
const DEFINITE: [&str; 12] = [
    "01", "03", "05", "10", "12", "13", "14", "30", "57", "58", "94", "ZZ",
];

/// An act of the merchant on an entry, and its error.
type Done = fn(&mut Till<Disk>, EntryId, &mut Script) -> Option<TillError>;

fn silence() -> Line {
    Line::Fails(HostError::TimedOut)
}

/// A till whose first sale, of 10.00, has no answer; the host refuses its reversal.
fn refused(disk: &Disk, host: &mut Script, answer: &str) -> Till<Disk> {
    let mut till = open(disk);
    host.lines.extend([silence(), answers(answer)]);
    tap(&mut till, &sale(1000), host);
    till
}

fn refusals(till: &Till<Disk>) -> Vec<(String, EntryKind, String)> {
    let refused = till.state().refused_reversals();
    refused
        .map(|refused| {
            let record = &refused.record;
            (record.id.to_string(), record.kind, refused.code.to_string())
        })
        .collect()
}

#[test]
fn a_temporary_answer_leaves_the_reversal_owed() {
    for answer in TEMPORARY {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = refused(&disk, &mut host, answer);
        let ended = tried(&mut till, &sale(2000), &mut host);
        let expected = ReversalProblem::Temporary(code(answer));
        assert!(
            matches!(&ended, Err(TillError::ReversalOwed { problem, .. }) if *problem == expected),
            "{answer}: {ended:?}"
        );
        assert_eq!(till.owed().unwrap().amount, cny(1000), "{answer}");
        assert_eq!(refusals(&till), [], "{answer}");
        tap(&mut till, &sale(2000), &mut host);
        let sent = ["authorisation", "reversal", "reversal", "authorisation"];
        assert_eq!(host.names(), sent, "{answer}");
    }
}

#[test]
fn a_reversal_refused_for_good_is_listed_with_its_code_and_lets_the_next_customer_through() {
    for answer in DEFINITE {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = refused(&disk, &mut host, answer);
        let next = tap(&mut till, &sale(2000), &mut host);
        assert_eq!(next.verdict, Verdict::Approved, "{answer}");
        let sent = ["authorisation", "reversal", "authorisation"];
        assert_eq!(host.names(), sent, "{answer}");
        let till = open(&disk);
        assert_eq!(till.owed(), None);
        let first = ("000001/000001".to_owned(), EntryKind::Sale, answer.into());
        assert_eq!(refusals(&till), [first], "{answer}");
        assert_eq!(till.state().entries().count(), 1, "{answer}");
    }
}

#[test]
fn how_a_reversal_ended_is_told_to_whoever_sends_it() {
    for (answer, refused_with) in [("00", None), ("25", None), ("12", Some(code("12")))] {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = refused(&disk, &mut host, answer);
        let end = till.send_reversal(&mut host).unwrap();
        let expected = ReversalEnd {
            entry: "000001/000001".parse().unwrap(),
            refused: refused_with,
        };
        assert_eq!(end, Some(expected), "{answer}");
        assert_eq!(till.send_reversal(&mut host).unwrap(), None);
    }
}

#[test]
fn a_reversal_by_hand_that_is_refused_leaves_the_entry_as_it_was() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    for _ in 0..2 {
        host.lines.push_back(answers("12"));
        let ended = till.reverse(id, &mut host).unwrap();
        assert_eq!(ended.verdict, Verdict::Declined(code("12")));
        assert_eq!(ended.entry, None);
        let slip = ended.receipt.merchant().to_string();
        assert!(slip.contains("REVERSAL OF SALE"), "{slip}");
        assert!(slip.contains("DECLINED 12"), "{slip}");
        assert!(!slip.contains("A REVERSAL WILL BE SENT"), "{slip}");
        assert_eq!(standing(&open(&disk), id), Standing::Approved);
        assert_eq!(refusals(&till).len(), 1);
    }
    assert_eq!(till.state().batch().totals().currencies().count(), 1);
    till.void(id, minute(1), &mut host).unwrap();
}

#[test]
fn a_reversal_that_is_done_after_all_is_no_longer_listed_as_refused() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    host.lines.push_back(answers("12"));
    till.reverse(id, &mut host).unwrap();
    till.reverse(id, &mut host).unwrap();
    let till = open(&disk);
    assert_eq!(standing(&till, id), Standing::Reversed);
    assert_eq!(refusals(&till), []);
}

#[test]
fn a_reversal_by_hand_that_is_refused_when_it_is_repeated_leaves_the_entry_in_doubt() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = open(&disk);
    let id = entry(&mut till, &sale(1000), &mut host);
    host.lines.extend([silence(), answers("94")]);
    assert!(till.reverse(id, &mut host).is_err());
    let end = till.send_reversal(&mut host).unwrap().unwrap();
    assert_eq!((end.entry, end.refused), (id, Some(code("94"))));
    let mut till = open(&disk);
    assert_eq!(standing(&till, id), Standing::Doubtful);
    let ended = [
        till.reverse(id, &mut host),
        till.void(id, minute(1), &mut host),
        till.refund(id, cny(1), minute(1), &mut host),
    ];
    for ended in ended {
        assert_eq!(
            ended.unwrap_err().to_string(),
            "entry 000001/000001: the host refused the reversal of 000001/000001, so nobody \
             knows; ask the acquirer"
        );
    }
    assert_eq!(
        tap(&mut till, &sale(1), &mut host).verdict,
        Verdict::Approved
    );
}

#[test]
fn what_may_have_followed_an_entry_keeps_it_from_being_followed_again() {
    let pre_authorisation = request(TransactionType::PreAuthorisation, cny(1000), Cvm::None);
    let acts: [Done; 3] = [
        |till, id, host| till.refund(id, cny(600), minute(1), host).err(),
        |till, id, host| till.void(id, minute(1), host).err(),
        |till, id, host| till.complete(id, cny(1000), minute(1), host).err(),
    ];
    for (first, act) in [&sale(1000), &sale(1000), &pre_authorisation]
        .into_iter()
        .zip(acts)
    {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = open(&disk);
        let id = entry(&mut till, first, &mut host);
        host.lines.extend([silence(), answers("57")]);
        assert!(act(&mut till, id, &mut host).is_none());
        let ended = act(&mut till, id, &mut host).unwrap();
        let doubtful = Refusal::Doubtful("000001/000002".parse().unwrap());
        assert!(
            matches!(&ended, TillError::Refused { entry, refusal }
                if (*entry, *refusal) == (id, doubtful)),
            "{ended}"
        );
        assert_eq!(standing(&till, id), Standing::Approved);
    }
}

#[test]
fn a_refund_that_stays_because_its_reversal_is_refused_uses_the_sale_up() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    let refund = till.refund(id, cny(700), minute(1), &mut host).unwrap();
    host.lines.push_back(answers("12"));
    till.reverse(refund.entry.unwrap(), &mut host).unwrap();
    let ended = till.refund(id, cny(301), minute(1), &mut host);
    let most = Refusal::AboveMost(cny(300));
    assert!(
        matches!(&ended, Err(TillError::Refused { refusal, .. }) if *refusal == most),
        "{ended:?}"
    );
}

#[test]
fn a_settlement_lists_what_was_not_reversed() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = refused(&disk, &mut host, "12");
    let report = till
        .settle(minute(60), OnMismatch::StayOpen, &mut host)
        .unwrap();
    let text = report.to_string();
    let lines: Vec<_> = text.lines().skip(6).collect();
    assert_eq!(
        lines,
        [
            "               SETTLEMENT",
            "                NOTHING",
            "----------------------------------------",
            "  REVERSALS REFUSED: ASK THE ACQUIRER",
            "000001/000001 12               10.00 CNY",
            "----------------------------------------",
            "              TOTALS AGREE",
            "              BATCH CLOSED",
        ]
    );
    assert_eq!(refusals(&open(&disk)).len(), 1, "kept with the batch");
}

#[test]
fn the_trace_number_of_what_was_not_reversed_is_not_given_again_in_its_batch() {
    let (disk, mut host) = (Disk::default(), Script::default());
    let mut till = refused(&disk, &mut host, "12");
    till.send_reversal(&mut host).unwrap();
    let wrapped = wrapped(&disk, 1);
    let next = entry(&mut open(&wrapped), &sale(1), &mut host);
    assert_eq!(next.trace.get(), 2);
}
