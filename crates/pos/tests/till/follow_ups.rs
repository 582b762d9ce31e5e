//! Voids, refunds, completions and reversals: the acts that may follow each entry.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_pos::batch::{Act, EntryId, EntryKind, Refusal, Standing};
use understudy_pos::host::Request;
use understudy_pos::pin_pad::PinProblem;
use understudy_pos::till::{Conclusion, OnMismatch, Till, TillError, Verdict};
use understudy_pos::{Cvm, TransactionType};

use crate::support::{
    Disk, Pad, Script, answers, cny, entry, minute, open, request, sale, standing,
};

type Ended = Result<Conclusion, TillError>;

fn refusal(ended: Ended) -> (EntryId, Refusal) {
    match ended {
        Err(TillError::Refused { entry, refusal }) => (entry, refusal),
        other => panic!("not refused: {other:?}"),
    }
}

/// An entry of each kind, in a new batch.
fn entry_of(till: &mut Till<Disk>, kind: EntryKind, host: &mut Script) -> EntryId {
    let first = match kind {
        EntryKind::Sale | EntryKind::Void => TransactionType::Purchase,
        EntryKind::Refund => TransactionType::Refund,
        _ => TransactionType::PreAuthorisation,
    };
    let first = entry(till, &request(first, cny(1000), Cvm::None), host);
    let followed = match kind {
        EntryKind::Sale | EntryKind::PreAuthorisation | EntryKind::Refund => return first,
        EntryKind::Void | EntryKind::Cancellation => till.void(first, minute(1), host),
        EntryKind::Completion => till.complete(first, cny(1000), minute(1), host),
    };
    followed.unwrap().entry.unwrap()
}

fn act(till: &mut Till<Disk>, act: Act, id: EntryId, host: &mut Script) -> Ended {
    match act {
        Act::Void => till.void(id, minute(2), host),
        Act::Refund => till.refund(id, cny(1000), minute(2), host),
        Act::Complete => till.complete(id, cny(1000), minute(2), host),
        Act::Reverse => till.reverse(id, host),
    }
}

const ACTS: [Act; 4] = [Act::Void, Act::Refund, Act::Complete, Act::Reverse];

/// The acts that an approved entry of each kind allows: void, refund, complete, reverse.
const ALLOWED: [(EntryKind, [bool; 4]); 6] = [
    (EntryKind::Sale, [true, true, false, true]),
    (EntryKind::PreAuthorisation, [true, false, true, true]),
    (EntryKind::Completion, [true, true, false, true]),
    (EntryKind::Refund, [false, false, false, true]),
    (EntryKind::Void, [false, false, false, false]),
    (EntryKind::Cancellation, [false, false, false, false]),
];

#[test]
fn each_kind_of_entry_allows_its_acts_and_no_other() {
    for (kind, allowed) in ALLOWED {
        for (verb, allowed) in ACTS.into_iter().zip(allowed) {
            let mut host = Script::default();
            let mut till = open(&Disk::default());
            let id = entry_of(&mut till, kind, &mut host);
            let before = host.sent.len();
            let ended = act(&mut till, verb, id, &mut host);
            if allowed {
                assert_eq!(ended.unwrap().verdict, Verdict::Approved, "{kind:?} {verb}");
            } else {
                assert_eq!(refusal(ended), (id, Refusal::Kind { act: verb, kind }));
                assert_eq!(host.sent.len(), before, "{kind:?} {verb}");
            }
        }
    }
}

#[test]
fn what_was_taken_back_allows_nothing_more() {
    for (taking, standing) in [
        (Act::Void, Standing::Voided),
        (Act::Reverse, Standing::Reversed),
    ] {
        for verb in [Act::Void, Act::Refund, Act::Reverse] {
            let mut host = Script::default();
            let mut till = open(&Disk::default());
            let id = entry_of(&mut till, EntryKind::Sale, &mut host);
            act(&mut till, taking, id, &mut host).unwrap();
            let ended = act(&mut till, verb, id, &mut host);
            assert_eq!(refusal(ended), (id, Refusal::Standing(standing)), "{verb}");
        }
    }
}

#[test]
fn a_pre_authorisation_is_completed_once() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry_of(&mut till, EntryKind::PreAuthorisation, &mut host);
    act(&mut till, Act::Complete, id, &mut host).unwrap();
    assert_eq!(standing(&till, id), Standing::Completed);
    for verb in [Act::Complete, Act::Void, Act::Reverse] {
        let ended = act(&mut till, verb, id, &mut host);
        assert_eq!(refusal(ended), (id, Refusal::Standing(Standing::Completed)));
    }
}

#[test]
fn a_pre_authorisation_can_be_completed_again_once_its_completion_is_reversed() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry_of(&mut till, EntryKind::PreAuthorisation, &mut host);
    let completion = act(&mut till, Act::Complete, id, &mut host).unwrap();
    till.reverse(completion.entry.unwrap(), &mut host).unwrap();
    assert_eq!(standing(&till, id), Standing::Approved);
    act(&mut till, Act::Complete, id, &mut host).unwrap();
}

#[test]
fn a_pre_authorisation_is_held_again_once_its_completion_is_voided() {
    for next in [Act::Complete, Act::Void] {
        let (disk, mut host) = (Disk::default(), Script::default());
        let mut till = open(&disk);
        let id = entry_of(&mut till, EntryKind::PreAuthorisation, &mut host);
        let completion = act(&mut till, Act::Complete, id, &mut host).unwrap();
        let completion = completion.entry.unwrap();
        act(&mut till, Act::Void, completion, &mut host).unwrap();
        assert_eq!(standing(&open(&disk), completion), Standing::Voided);
        assert_eq!(standing(&open(&disk), id), Standing::Approved);
        act(&mut till, next, id, &mut host).unwrap();
    }
}

#[test]
fn a_completion_takes_up_to_115_percent() {
    for (held, taken, most) in [
        (1000, 1150, None),
        (1000, 1151, Some(1150)),
        (999, 1148, None),
        (999, 1149, Some(1148)),
    ] {
        let mut host = Script::default();
        let mut till = open(&Disk::default());
        let pre_authorisation = request(TransactionType::PreAuthorisation, cny(held), Cvm::None);
        let id = entry(&mut till, &pre_authorisation, &mut host);
        let ended = till.complete(id, cny(taken), minute(1), &mut host);
        match most {
            None => assert_eq!(ended.unwrap().verdict, Verdict::Approved, "{taken}"),
            Some(most) => assert_eq!(refusal(ended), (id, Refusal::AboveMost(cny(most)))),
        }
    }
}

#[test]
fn refunds_together_are_at_most_the_sale() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    let mut refund = |minor| till.refund(id, cny(minor), minute(1), &mut host);
    assert_eq!(refusal(refund(1001)), (id, Refusal::AboveMost(cny(1000))));
    refund(600).unwrap();
    assert_eq!(refusal(refund(401)), (id, Refusal::AboveMost(cny(400))));
    refund(400).unwrap();
    assert_eq!(refusal(refund(1)), (id, Refusal::AboveMost(cny(0))));
}

#[test]
fn a_declined_or_reversed_refund_does_not_use_the_sale_up() {
    let mut host = Script::of([]);
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    host.lines.push_back(answers("05"));
    let declined = till.refund(id, cny(1000), minute(1), &mut host).unwrap();
    assert_eq!(declined.entry, None);
    let refund = till.refund(id, cny(1000), minute(1), &mut host).unwrap();
    till.reverse(refund.entry.unwrap(), &mut host).unwrap();
    till.refund(id, cny(1000), minute(1), &mut host).unwrap();
}

#[test]
fn a_sale_of_which_a_part_was_refunded_is_neither_voided_nor_reversed() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    till.refund(id, cny(1), minute(1), &mut host).unwrap();
    for verb in [Act::Void, Act::Reverse] {
        let ended = act(&mut till, verb, id, &mut host);
        assert_eq!(refusal(ended), (id, Refusal::PartlyRefunded), "{verb}");
    }
}

#[test]
fn nothing_and_another_currency_are_refused() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    let dollars = Amount::new(500, Currency::USD).unwrap();
    let refused = till.refund(id, dollars, minute(1), &mut host);
    assert_eq!(refusal(refused), (id, Refusal::Currency));
    let refused = till.refund(id, cny(0), minute(1), &mut host);
    assert_eq!(refusal(refused), (id, Refusal::Zero));
}

#[test]
fn behind_the_settlement_a_sale_is_refunded_and_not_voided() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    let pre_authorisation = request(TransactionType::PreAuthorisation, cny(1000), Cvm::None);
    let held = [0; 2].map(|_| entry(&mut till, &pre_authorisation, &mut host));
    till.settle(minute(1), OnMismatch::StayOpen, &mut host)
        .unwrap();
    for verb in [Act::Void, Act::Reverse] {
        let ended = act(&mut till, verb, id, &mut host);
        assert_eq!(
            refusal(ended),
            (id, Refusal::BatchClosed(EntryKind::Sale)),
            "{verb}"
        );
    }
    let refund = act(&mut till, Act::Refund, id, &mut host).unwrap();
    assert_eq!(refund.entry.unwrap().batch, 2);
    act(&mut till, Act::Complete, held[0], &mut host).unwrap();
    act(&mut till, Act::Void, held[1], &mut host).unwrap();
    let ended = act(&mut till, Act::Refund, id, &mut host);
    assert_eq!(refusal(ended), (id, Refusal::AboveMost(cny(0))));
}

#[test]
fn an_entry_that_does_not_exist_is_named() {
    let mut till = open(&Disk::default());
    let id: EntryId = "000007/000042".parse().unwrap();
    let ended = till.void(id, minute(1), &mut Script::default());
    assert_eq!(
        ended.unwrap_err().to_string(),
        "this terminal has no entry 000007/000042; look into its journal for the name"
    );
}

#[test]
fn a_refusal_names_the_entry_and_says_why() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    till.void(id, minute(1), &mut host).unwrap();
    let ended = till.void(id, minute(1), &mut host);
    assert_eq!(
        ended.unwrap_err().to_string(),
        "entry 000001/000001: it is voided already"
    );
    let ended = till.complete(id, cny(1), minute(1), &mut host);
    assert_eq!(
        ended.unwrap_err().to_string(),
        "entry 000001/000001: a sale cannot be completed"
    );
}

#[test]
fn behind_the_settlement_a_refusal_names_what_can_be_done_instead() {
    for (kind, instead) in [
        (EntryKind::Sale, "refund it instead"),
        (EntryKind::Completion, "refund it instead"),
        (EntryKind::PreAuthorisation, "void it instead"),
        (EntryKind::Refund, "it stands"),
    ] {
        let mut host = Script::default();
        let mut till = open(&Disk::default());
        let id = entry_of(&mut till, kind, &mut host);
        till.settle(minute(1), OnMismatch::StayOpen, &mut host)
            .unwrap();
        let told = till.reverse(id, &mut host).unwrap_err().to_string();
        assert_eq!(told, format!("entry {id}: its batch is closed; {instead}"));
    }
}

#[test]
fn a_sale_that_is_all_refunded_has_nothing_left() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    till.refund(id, cny(1000), minute(1), &mut host).unwrap();
    let told = till.refund(id, cny(1), minute(1), &mut host).unwrap_err();
    assert_eq!(
        told.to_string(),
        "entry 000001/000001: nothing is left of it"
    );
}

#[test]
fn a_declined_void_leaves_the_sale_as_it_was() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    host.lines.push_back(answers("12"));
    let ended = till.void(id, minute(1), &mut host).unwrap();
    assert!(matches!(ended.verdict, Verdict::Declined(_)));
    assert_eq!(standing(&till, id), Standing::Approved);
    assert_eq!(till.owed(), None);
}

#[test]
fn a_refund_with_the_card_names_its_original_and_uses_it_up() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    let Request::Authorisation(sold) = &host.take()[0] else {
        panic!("no authorisation");
    };
    let named = sold.reference;
    let refund = |minor| request(TransactionType::Refund, cny(minor), Cvm::None);
    let mut pad = Pad::failing(PinProblem::Unavailable);
    let done = till
        .refund_online(&refund(600), id, &mut host, &mut pad)
        .unwrap();
    let Request::Authorisation(sent) = &host.take()[0] else {
        panic!("no authorisation");
    };
    let original = sent.original.unwrap();
    assert_eq!((original.reference, sent.amount), (named, cny(600)));
    assert_eq!(original.approval.unwrap().to_string(), "A12345");
    let kept = till.state().entry(done.entry.unwrap()).unwrap();
    assert_eq!(
        (kept.record.kind, kept.record.original),
        (EntryKind::Refund, Some(id))
    );
    assert_eq!(standing(&till, id), Standing::Approved);
    // Both ways of refunding share the remaining amount, and send nothing above it.
    let more = till.refund_online(&refund(401), id, &mut host, &mut pad);
    assert_eq!(refusal(more), (id, Refusal::AboveMost(cny(400))));
    let more = till.refund(id, cny(401), minute(2), &mut host);
    assert_eq!(refusal(more), (id, Refusal::AboveMost(cny(400))));
    assert!(till.admit_refund(id, cny(400)).is_ok() && till.admit_refund(id, cny(401)).is_err());
    assert!(host.take().is_empty());
    let void = till.void(id, minute(2), &mut host);
    assert_eq!(refusal(void), (id, Refusal::PartlyRefunded));
}
