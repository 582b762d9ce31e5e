//! Commands and notices.

use understudy_core::card::{CardId, Standing, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_test_phone::{CARD, Phone};
use understudy_wallet::{RecordOutcome, Taken, WalletError};

use crate::phones::{TODAY, with_card};

#[test]
fn a_card_that_the_issuer_suspended_pays_only_after_the_issuer_resumed_it() {
    for reason in [
        SuspendReason::Cardholder,
        SuspendReason::Issuer,
        SuspendReason::CloneOrRollback,
    ] {
        let (phone, mut issuer) = with_card(&[1, 2]);
        phone.wallet.settle().unwrap();
        assert!(phone.wallet.storage().unwrap().armed.is_some());
        let letter = issuer.command(CARD, Command::Suspend(reason));
        assert_eq!(phone.takes(&letter), Taken::Suspended(CARD, reason));
        assert_eq!(phone.wallet.storage().unwrap().armed, None);
        assert_eq!(phone.tap(), 0x6985);
        let resumed = phone.wallet.set_standing(CARD, Standing::Active);
        assert!(matches!(resumed, Err(WalletError::SuspendedByIssuer)));
        let restored = phone.copy();
        assert_eq!(restored.wallet.cards()[0].suspended_by_issuer, Some(reason));
        assert_eq!(restored.tap(), 0x6985);
        let letter = issuer.command(CARD, Command::Resume);
        assert_eq!(restored.takes(&letter), Taken::Resumed(CARD));
        assert_eq!(restored.counts(CARD), (2, 0), "its key is not lost");
        assert_eq!(restored.tap(), 0x9000);
        assert_eq!(restored.counts(CARD), (1, 1));
        assert_eq!(restored.wallet.cards()[0].suspended_by_issuer, None);
    }
}

#[test]
fn a_card_that_its_user_suspended_the_issuer_resumes_too() {
    let (phone, mut issuer) = with_card(&[1]);
    phone
        .wallet
        .set_standing(CARD, Standing::Suspended)
        .unwrap();
    assert_eq!(phone.tap(), 0x6985);
    phone.takes(&issuer.command(CARD, Command::Resume));
    assert_eq!(phone.tap(), 0x9000);
}

#[test]
fn a_deletion_takes_card_and_history_and_is_done_when_it_comes_again() {
    let (phone, mut issuer) = with_card(&[1, 2]);
    assert_eq!(phone.tap(), 0x9000);
    let letter = issuer.command(CARD, Command::Delete);
    assert_eq!(phone.takes(&letter), Taken::Deleted(CARD));
    assert_eq!((phone.wallet.cards(), phone.payments()), (vec![], vec![]));
    assert_eq!(phone.takes(&letter), Taken::Done);
    assert_eq!(
        phone.takes(&issuer.command(CARD, Command::Delete)),
        Taken::Done
    );
    for command in [
        Command::Resume,
        Command::Replenish,
        Command::Suspend(SuspendReason::Issuer),
    ] {
        let taken = phone.wallet.receive(&issuer.command(CARD, command));
        assert!(matches!(taken, Err(WalletError::NoSuchCard(CARD))));
    }
    let late = issuer.notice(Notice::Approved, 1, *b"00");
    assert_eq!(phone.takes(&late), Taken::Done, "its history is gone");
}

/// True if the wallet needs a report, and the cards that need keys.
fn needs(phone: &Phone) -> (bool, Vec<u16>) {
    let needs = phone.needs();
    let cards = needs.cards.iter().filter(|card| card.keys);
    (needs.report, cards.map(|card| card.card.0).collect())
}

#[test]
fn what_the_issuer_wants_stands_until_it_has_it() {
    let atcs: Vec<u16> = (1..=20).collect();
    let (phone, mut issuer) = with_card(&atcs);
    phone.takes(&issuer.card(CardId(2), &atcs));
    assert_eq!(needs(&phone), (false, vec![]));
    let report = issuer.write(None, Body::Command(Command::Report));
    assert_eq!(phone.takes(&report), Taken::Wanted);
    assert_eq!(needs(&phone), (true, vec![]));
    for card in [CardId(2), CARD] {
        let replenish = issuer.command(card, Command::Replenish);
        assert_eq!(phone.takes(&replenish), Taken::Wanted);
    }
    assert_eq!(needs(&phone), (true, vec![1, 2]));
    let phone = phone.died();
    assert_eq!(needs(&phone), (true, vec![1, 2]));
    phone.takes(&issuer.keys(CardId(2), &[21]));
    assert_eq!(needs(&phone), (true, vec![1]));
    phone.takes(&issuer.command(CARD, Command::Delete));
    issuer.take(&phone.report()).unwrap();
    phone.takes(&issuer.acknowledge());
    assert_eq!(needs(&phone), (false, vec![]));
}

#[test]
fn a_report_that_was_made_before_it_was_wanted_is_not_the_one() {
    let atcs: Vec<u16> = (1..=20).collect();
    let (phone, mut issuer) = with_card(&atcs);
    let report = phone.report();
    phone.takes(&issuer.write(None, Body::Command(Command::Report)));
    assert_eq!(phone.report(), report);
    issuer.take(&report).unwrap();
    phone.takes(&issuer.acknowledge());
    assert!(phone.needs().report);
    issuer.take(&phone.report()).unwrap();
    phone.takes(&issuer.acknowledge());
    assert!(!phone.needs().report);
}

#[test]
fn the_history_says_paid_or_not_only_from_a_notice() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    for _ in 1..=3 {
        assert_eq!(phone.tap(), 0x9000);
    }
    let sent = RecordOutcome::Sent(CryptogramType::Arqc);
    let outcomes = |phone: &Phone| {
        let payments = phone.payments();
        let outcomes = payments.iter().map(|tap| tap.outcome);
        outcomes.collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&phone), [sent; 3]);

    let settled = |atc| Taken::Settled(CARD, Atc::new(atc).unwrap());
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Approved, 1, *b"00")),
        settled(1)
    );
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Declined, 2, *b"A1")),
        settled(2)
    );
    let amount = Amount::new(1234, Currency::CNY).unwrap();
    let at = Some(UnixTime(TODAY));
    let declined = RecordOutcome::Declined {
        response_code: *b"A1",
        at,
    };
    assert_eq!(
        outcomes(&phone),
        [sent, declined, RecordOutcome::Approved { amount, at }]
    );
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Reversed, 1, *b"00")),
        settled(1)
    );
    let expected = [sent, declined, RecordOutcome::Reversed { amount, at }];
    assert_eq!(outcomes(&phone), expected);
    assert_eq!(outcomes(&phone.copy()), expected);
    let nothing = issuer.notice(Notice::Declined, 7, *b"05");
    assert_eq!(phone.takes(&nothing), Taken::Done);
    assert_eq!(outcomes(&phone), expected);
}
