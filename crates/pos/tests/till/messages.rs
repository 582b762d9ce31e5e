//! The fields of a till's messages.

use std::collections::HashSet;

use understudy_acquiring::iso8583::emit_request;
use understudy_core::wire::track2::Expiry;
use understudy_pos::batch::{EntryKind, Standing};
use understudy_pos::host::{
    Authorisation, Balance, HostError, Request, Response, ResponseCode, TraceNumber,
};
use understudy_pos::pin_pad::{PinBlock, PinProblem};
use understudy_pos::till::{TillError, Verdict};
use understudy_pos::{Cvm, HostAnswer, Outcome, Reason, TransactionType};

use crate::support::{
    DE55, Disk, Line, PIN_BLOCK, Pad, REVERSAL_DE55, Script, TOKEN, answers, approved, cny, entry,
    minute, octets, open, request, reversal, sale, standing, tap, tried, wrapped,
};

fn authorisation(message: &Request) -> &Authorisation {
    match message {
        Request::Authorisation(request) => request,
        other => panic!("no authorisation: {other:?}"),
    }
}

/// DE 3 of the message.
fn processing_code(message: &Request) -> String {
    let message = emit_request(message).unwrap();
    String::from_utf8(message.get(3).unwrap().to_vec()).unwrap()
}

#[test]
fn a_sale_carries_the_fields_of_a_contactless_request() {
    let mut host = Script::default();
    let conclusion = tap(&mut open(&Disk::default()), &sale(1234), &mut host);
    let sent = host.take();
    let [message] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(processing_code(message), "000000");
    let sent = authorisation(message);
    assert_eq!(sent.amount, cny(1234));
    assert_eq!(sent.identity.trace.get(), 1);
    assert_eq!(sent.identity.local_time.text(), "1122163000");
    assert_eq!(sent.identity.terminal.to_string(), "00000001");
    assert_eq!(sent.identity.merchant.to_string(), "000000000000001");
    assert_eq!(sent.reference.to_string(), "632616000001");
    assert_eq!(sent.expiry, Some(Expiry::parse("3012").unwrap()));
    assert_eq!(sent.entry_mode.text(), "072");
    assert_eq!(sent.psn, Some(1));
    assert_eq!(sent.track2.number().expose(), TOKEN);
    assert_eq!(sent.pin_block, None);
    assert_eq!(sent.chip_data.octets(), octets(DE55));
    assert_eq!(conclusion.verdict, Verdict::Approved);
    assert_eq!(conclusion.arpc, Some([0xAA; 8]));
}

#[test]
fn each_type_of_transaction_has_its_processing_code_and_entry() {
    for (kind, amount, code, expected) in [
        (
            TransactionType::Purchase,
            500,
            "000000",
            Some(EntryKind::Sale),
        ),
        (
            TransactionType::PreAuthorisation,
            500,
            "030000",
            Some(EntryKind::PreAuthorisation),
        ),
        (
            TransactionType::Refund,
            500,
            "200000",
            Some(EntryKind::Refund),
        ),
        (TransactionType::Balance, 0, "310000", None),
    ] {
        let mut host = Script::default();
        let mut till = open(&Disk::default());
        tap(&mut till, &request(kind, cny(amount), Cvm::None), &mut host);
        assert_eq!(processing_code(&host.take()[0]), code);
        let entries: Vec<_> = till
            .state()
            .entries()
            .map(|entry| entry.record.kind)
            .collect();
        assert_eq!(entries, Vec::from_iter(expected), "{code}");
    }
}

#[test]
fn the_outcome_of_the_tap_is_the_hosts_answer() {
    let sale = sale(1234);
    for (line, outcome) in [
        (approved(), Outcome::Approved(Cvm::None)),
        (
            answers("51"),
            Outcome::Declined(Reason::IssuerDeclined(*b"51")),
        ),
        (
            Line::Fails(HostError::TimedOut),
            Outcome::Declined(Reason::IssuerUnreachable),
        ),
    ] {
        let mut host = Script::of([line]);
        let conclusion = tap(&mut open(&Disk::default()), &sale, &mut host);
        assert_eq!(conclusion.outcome(&sale), outcome);
    }
    assert_eq!(HostAnswer::APPROVED, ResponseCode::APPROVED.characters());
}

#[test]
fn a_request_with_an_online_pin_carries_the_block_of_the_pad() {
    let mut host = Script::default();
    let mut pad = Pad::entering();
    let sale = request(TransactionType::Purchase, cny(200_000), Cvm::OnlinePin);
    open(&Disk::default())
        .complete_online(&sale, &mut host, &mut pad)
        .unwrap();
    assert_eq!(pad.asked, [(TOKEN.to_owned(), cny(200_000))]);
    let sent = host.take();
    let sent = authorisation(&sent[0]);
    assert_eq!(sent.pin_block, Some(PinBlock::Format0(PIN_BLOCK)));
    assert_eq!(sent.entry_mode.text(), "071");
}

#[test]
fn a_pad_is_not_asked_without_an_online_pin() {
    for cvm in [Cvm::None, Cvm::Device, Cvm::Signature] {
        let mut pad = Pad::entering();
        let sale = request(TransactionType::Purchase, cny(200_000), cvm);
        let mut till = open(&Disk::default());
        till.complete_online(&sale, &mut Script::default(), &mut pad)
            .unwrap();
        assert_eq!(pad.asked, [], "{cvm}");
    }
}

#[test]
fn without_a_pin_nothing_is_sent_and_nothing_is_written() {
    for problem in [
        PinProblem::Cancelled,
        PinProblem::TimedOut,
        PinProblem::Unavailable,
    ] {
        let (disk, mut host) = (Disk::default(), Script::default());
        let sale = request(TransactionType::Purchase, cny(200_000), Cvm::OnlinePin);
        let ended = open(&disk).complete_online(&sale, &mut host, &mut Pad::failing(problem));
        assert!(matches!(ended, Err(TillError::Pin(told)) if told == problem));
        assert_eq!((host.sent.len(), disk.writes()), (0, 0));
    }
}

#[test]
fn nobody_enters_a_pin_while_an_earlier_reversal_is_not_done() {
    let fails = || Line::Fails(HostError::Unreachable);
    let mut host = Script::of([fails(), fails(), answers("00")]);
    let mut till = open(&Disk::default());
    tap(&mut till, &sale(1000), &mut host);
    let mut pad = Pad::entering();
    let next = request(TransactionType::Purchase, cny(200_000), Cvm::OnlinePin);
    let ended = till.complete_online(&next, &mut host, &mut pad);
    assert!(matches!(ended, Err(TillError::ReversalOwed { .. })));
    assert_eq!(pad.asked, []);
    till.complete_online(&next, &mut host, &mut pad).unwrap();
    assert_eq!(pad.asked.len(), 1);
    assert_eq!(
        host.names(),
        ["authorisation", "reversal", "reversal", "authorisation"]
    );
}

#[test]
fn chip_data_without_what_a_reversal_needs_is_not_sent() {
    for missing in [
        "9F26081122334455667788",
        "9F100807010103A0000001",
        "9F36020001",
        "95050000000000",
        "9F1E083030303030303031",
    ] {
        let mut host = Script::default();
        let mut sale = sale(1234);
        sale.de55 = octets(&DE55.replace(missing, ""));
        let ended = tried(&mut open(&Disk::default()), &sale, &mut host);
        assert!(matches!(ended, Err(TillError::ChipData(_))), "{missing}");
        assert_eq!(host.sent, [], "{missing}");
    }
}

#[test]
fn a_balance_is_told_and_leaves_no_trace_but_its_number() {
    let balance = Balance {
        amount: cny(98_765),
        owed: false,
    };
    let reply = Response {
        balance: Some(balance),
        ..Response::new(ResponseCode::APPROVED)
    };
    let (disk, mut host) = (Disk::default(), Script::of([Line::Answer(reply)]));
    let mut till = open(&disk);
    let inquiry = request(TransactionType::Balance, cny(0), Cvm::None);
    let conclusion = tap(&mut till, &inquiry, &mut host);
    assert_eq!(conclusion.balance, Some(balance));
    assert_eq!(conclusion.entry, None);
    drop(till);
    tap(&mut open(&disk), &sale(1), &mut host);
    assert_eq!(host.take()[1].identity().trace.get(), 2);
}

#[test]
fn a_follow_up_names_its_original_by_reference_and_approval() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let original = entry(&mut till, &sale(1000), &mut host);
    till.refund(original, cny(400), minute(90), &mut host)
        .unwrap();
    let sent = host.take();
    let Request::Refund(refund) = &sent[1] else {
        panic!("{sent:?}")
    };
    assert_eq!(processing_code(&sent[1]), "200000");
    assert_eq!(refund.amount, cny(400));
    assert_eq!(refund.identity.trace.get(), 2);
    assert_eq!(refund.reference.to_string(), "632618000002");
    assert_eq!(refund.original.reference.to_string(), "632616000001");
    assert_eq!(refund.original.approval.unwrap().to_string(), "A12345");
}

#[test]
fn a_reversal_has_the_identity_of_its_request_and_the_subset_of_its_chip_data() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let id = entry(&mut till, &sale(1000), &mut host);
    till.reverse(id, &mut host).unwrap();
    let sent = host.take();
    let reversal = reversal(&sent[1]);
    assert_eq!(reversal.original, *sent[0].identity());
    assert_eq!(reversal.reference, authorisation(&sent[0]).reference);
    assert_eq!(reversal.amount, cny(1000));
    let chip_data = reversal.chip_data.as_ref().unwrap();
    assert_eq!(chip_data.octets(), octets(REVERSAL_DE55));
    assert_eq!(processing_code(&sent[1]), "000000");
    assert_eq!(standing(&till, id), Standing::Reversed);
}

/// All taps of `support` are at 16:30; the follow-ups go back from 17:30.
#[test]
fn no_two_requests_share_an_identity_or_a_reference_whatever_the_clock_says() {
    let mut host = Script::default();
    let mut till = open(&Disk::default());
    let sold: Vec<_> = (0..3)
        .map(|_| entry(&mut till, &sale(100), &mut host))
        .collect();
    for (id, back) in sold.into_iter().zip([60, 30, 0]) {
        till.void(id, minute(back), &mut host).unwrap();
    }
    let identities: HashSet<_> = host
        .sent
        .iter()
        .map(|message| *message.identity())
        .collect();
    let records = till.state().entries().map(|entry| &entry.record);
    let references: HashSet<_> = records.map(|record| record.reference.to_string()).collect();
    assert_eq!((identities.len(), references.len()), (6, 6));
}

#[test]
fn the_trace_number_wraps_past_those_of_the_batch() {
    let (disk, mut host) = (Disk::default(), Script::default());
    entry(&mut open(&disk), &sale(1), &mut host);
    let mut till = open(&wrapped(&disk, 999_999));
    let traces: Vec<_> = (0..3)
        .map(|_| entry(&mut till, &sale(1), &mut host).trace)
        .map(TraceNumber::get)
        .collect();
    assert_eq!(traces, [999_999, 2, 3]);
}
