//! Marks: the report of each used key.

use understudy_core::card::{CardId, KeyError, Refusal, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_provisioning::letter::Command;
use understudy_provisioning::report::{Mark, Payment};
use understudy_test_phone::CARD;
use understudy_tests::GpoData;
use understudy_wallet::{Filter, RecordOutcome, Taken, WalletError};

use crate::phones::{TODAY, enrolled, with_card};

fn mark(atc: u16, torn: bool, at: u64) -> Mark {
    Mark {
        card: CARD,
        atc: Atc::new(atc).unwrap(),
        payment: Some(Payment {
            possibly_torn: torn,
            at: Some(UnixTime(at)),
            amount: Amount::new(1234, Currency::CNY),
        }),
    }
}

#[test]
fn a_mark_says_when_how_much_and_whether_it_may_be_torn() {
    let (phone, mut issuer) = with_card(&[1, 2]);
    assert_eq!(phone.tap(), 0x9000);
    assert_eq!(phone.tap_for(&GpoData::default(), 0), 0x9000);
    let phone = phone.died();
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    // The first letter was dated a second later than the clock.
    assert_eq!(
        heard.marks,
        [mark(1, false, TODAY + 1), mark(2, true, TODAY + 2)]
    );
}

#[test]
fn a_mark_of_which_nothing_is_known_is_reported_as_that() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    phone.wallet.settle().unwrap();
    let phone = phone.lost_power();
    assert_eq!(phone.payments()[0].outcome, RecordOutcome::PowerLost);
    assert_eq!(phone.tap(), 0x9000);
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let known: Vec<_> = heard
        .marks
        .iter()
        .map(|mark| mark.payment.is_some())
        .collect();
    let counters: Vec<_> = heard.marks.iter().map(|mark| mark.atc.get()).collect();
    assert_eq!((counters, known), (vec![1, 2], vec![false, true]));
}

#[test]
fn the_marks_of_a_deleted_card_are_reported_still() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    assert_eq!((phone.tap(), phone.tap()), (0x9000, 0x9000));
    phone.takes(&issuer.command(CARD, Command::Delete));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!((heard.cards, heard.marks.len()), (vec![(1, 2)], 2));
    phone.takes(&issuer.acknowledge());
    let next = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!((next.cards, next.marks), (vec![], vec![]));
}

#[test]
fn marks_outlive_the_history_s_hundred_taps() {
    let atcs: Vec<u16> = (1..=130).collect();
    let (phone, mut issuer) = with_card(&atcs);
    for _ in &atcs {
        assert_eq!(phone.tap(), 0x9000);
    }
    assert_eq!(phone.payments().len(), 100);
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let counters: Vec<_> = heard.marks.iter().map(|mark| mark.atc.get()).collect();
    assert_eq!(counters, atcs);
}

#[test]
fn no_key_is_spent_while_its_mark_would_fit_into_no_report() {
    const MOST: u16 = 3067;
    let (phone, mut issuer) = enrolled();
    let atcs: Vec<u16> = (1..=MOST + 2).collect();
    let mut batches = atcs.chunks(1000);
    phone.takes(&issuer.card(CARD, batches.next().unwrap()));
    for batch in batches {
        phone.takes(&issuer.keys(CARD, batch));
    }
    let mut paid = 0;
    while phone.tap() == 0x9000 {
        phone.wallet.settle().unwrap();
        paid += 1;
    }
    assert!(phone.needs().report);
    assert!((MOST - 1..=MOST).contains(&paid), "{paid}");
    assert_eq!(phone.counts(CARD), (MOST + 2 - paid, paid));
    let refused = phone.wallet.history(&Filter::default())[0];
    assert_eq!(
        refused.outcome,
        RecordOutcome::Refused(Refusal::Key(KeyError::Unreported))
    );
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.marks.len(), usize::from(paid));
    assert_eq!(phone.tap(), 0x9000);
}

#[test]
fn a_new_card_waits_while_a_report_could_not_name_it() {
    let (phone, mut issuer) = enrolled();
    for name in (1..=255).map(CardId) {
        phone.takes(&issuer.card(name, &[1]));
        assert_eq!(phone.tap(), 0x9000);
        phone.takes(&issuer.command(name, Command::Delete));
    }
    let letter = issuer.card(CardId(256), &[1]);
    let taken = phone.wallet.receive(&letter);
    assert!(matches!(taken, Err(WalletError::Unreported)));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.cards.len(), 255);
    assert_eq!(phone.takes(&letter), Taken::Installed(CardId(256)));
}
