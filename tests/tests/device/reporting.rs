//! Reports: made once, repeated until they are accepted, each with a fresh key.

use understudy_core::card::CardId;
use understudy_provisioning::inbox::Sequence;
use understudy_provisioning::letter::{Body, Command, Notice};
use understudy_provisioning::message::Refusal;
use understudy_test_phone::{CARD, Issuer};
use understudy_wallet::{Taken, WalletError};

use crate::phones::{TODAY, empty, enrolled, with_card};

#[test]
fn a_report_that_is_lost_is_sent_again_octet_by_octet() {
    let (phone, mut issuer) = with_card(&[1, 2]);
    assert_eq!(phone.tap(), 0x9000);
    let report = phone.report();
    let files = phone.files();
    assert_eq!(phone.report(), report);
    assert!(phone.files() == files, "a repeat stores nothing");
    assert_eq!(phone.tap(), 0x9000);
    assert_eq!(phone.report(), report, "whatever happened since");
    assert_eq!(phone.copy().report(), report);

    let heard = issuer.take(&report).unwrap().unwrap();
    assert_eq!((heard.cards, heard.marks.len()), (vec![(1, 1)], 1));
    assert_eq!(
        issuer.take(&phone.report()),
        Ok(None),
        "the answer was lost"
    );
    assert_eq!(phone.takes(&issuer.acknowledge()), Taken::ReportAccepted);

    let next = issuer.take(&phone.report()).unwrap().unwrap();
    let counters: Vec<_> = next.marks.iter().map(|mark| mark.atc.get()).collect();
    assert_eq!((next.cards, counters), (vec![(1, 2)], vec![2]));
}

#[test]
fn an_acknowledgement_that_comes_twice_does_nothing_more() {
    let (phone, mut issuer) = with_card(&[1]);
    let first = phone.report();
    issuer.take(&first).unwrap();
    let (once, twice) = (issuer.acknowledge(), issuer.acknowledge());
    assert_eq!(phone.takes(&once), Taken::ReportAccepted);
    let next = phone.report();
    assert_eq!(phone.takes(&twice), Taken::Done);
    assert_eq!(phone.report(), next, "the next one is still in flight");
    issuer.take(&next).unwrap();
    assert_eq!(phone.takes(&issuer.acknowledge()), Taken::ReportAccepted);
    let older = Notice::ReportAccepted(Sequence::after(&first).unwrap());
    let older = issuer.write(None, Body::Notice(older));
    assert_eq!(phone.takes(&older), Taken::Done);
}

#[test]
fn an_acknowledgement_of_a_report_that_was_not_made_here_is_refused() {
    let (phone, mut issuer) = with_card(&[1]);
    let copy = phone.copy();
    assert_eq!(copy.tap(), 0x9000);
    let foreign = Sequence::after(&copy.report()).unwrap();
    let foreign = Body::Notice(Notice::ReportAccepted(foreign));
    let letters = [(); 2].map(|()| issuer.write(None, foreign.clone()));
    let is_fork = |taken| matches!(taken, Err(WalletError::Refused(Refusal::Fork)));
    assert!(is_fork(phone.wallet.receive(&letters[0])), "none is made");
    let report = phone.report();
    assert!(is_fork(phone.wallet.receive(&letters[1])), "another is");
    assert_eq!(phone.report(), report);
}

#[test]
fn a_report_counts_the_writes_the_letters_and_the_refusals_before_it() {
    let (phone, mut issuer) = with_card(&[1]);
    phone.takes(&issuer.command(CARD, Command::Replenish));
    assert!(phone.wallet.receive(b"noise").is_err());
    assert!(phone.wallet.receive(b"noise").is_err());
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let generation = phone.wallet.storage().unwrap().generation;
    assert_eq!((heard.generation, heard.accepted), (generation, 2));
    assert_eq!(
        (heard.refusals.count(), heard.refusals.last()),
        (2, Some(Refusal::Framing))
    );
}

#[test]
fn a_package_to_a_fresh_key_erases_the_keys_before_it() {
    let (phone, mut issuer) = with_card(&[1]);
    let late = issuer.keys(CARD, &[2]);
    issuer.take(&phone.report()).unwrap();
    phone.takes(&issuer.acknowledge());
    assert_eq!(
        phone.state().epochs(),
        [1, 2],
        "the old key until a batch came to the new one"
    );
    assert_eq!(
        phone.takes(&issuer.keys(CARD, &[3])),
        Taken::Replenished(CARD)
    );
    assert_eq!(phone.state().epochs(), [2]);
    assert!(matches!(
        phone.wallet.receive(&late),
        Err(WalletError::Refused(Refusal::Stale))
    ));
}

#[test]
fn three_keys_are_held_and_a_letter_to_the_one_before_them_is_refused_by_its_epoch() {
    let phone = empty();
    let request = phone.enrol().unwrap();
    let (mut issuer, mut deaf) = (Issuer::of(&request, TODAY), Issuer::of(&request, TODAY));
    phone.takes(&issuer.card(CARD, &[1]));
    for epochs in [&[1, 2][..], &[1, 2, 3], &[2, 3, 4], &[3, 4, 5]] {
        issuer.take(&phone.report()).unwrap();
        phone.takes(&issuer.acknowledge());
        assert_eq!(phone.state().epochs(), epochs);
    }
    // The same issuer as if it had received no report: it still seals to the first key.
    let written: Vec<_> = (2..10).map(|atc| deaf.keys(CARD, &[atc])).collect();
    let taken = phone.wallet.receive(written.last().unwrap());
    assert!(matches!(taken, Err(WalletError::Refused(Refusal::Epoch))));
}

#[test]
fn ten_cards_and_their_marks_are_in_one_report() {
    let (phone, mut issuer) = enrolled();
    for card in (1..=10).rev().map(CardId) {
        phone.takes(&issuer.card(card, &[1, 2, 3]));
    }
    for round in 1..=2_u16 {
        for card in (1..=10).step_by(round.into()).map(CardId) {
            phone.wallet.set_default(card).unwrap();
            assert_eq!(phone.tap(), 0x9000);
        }
    }
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let cards: Vec<_> = (1..=10_u16).map(|card| (card, 1 + card % 2)).collect();
    assert_eq!(heard.cards, cards);
    let marks: Vec<_> = heard
        .marks
        .iter()
        .map(|mark| (mark.card.0, mark.atc.get()))
        .collect();
    let expected = cards
        .iter()
        .flat_map(|(card, highest)| (1..=*highest).map(|atc| (*card, atc)));
    assert_eq!(marks, expected.collect::<Vec<_>>());
}
