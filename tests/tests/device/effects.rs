//! Commands and notices.

use understudy_core::card::{CardId, Standing};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_wallet::{Outcome, Taken, WalletError, Wants};

use crate::issuer::CARD;
use crate::phone::Phone;

#[test]
fn a_card_that_the_issuer_suspended_pays_only_after_the_issuer_resumed_it() {
    for reason in [
        SuspendReason::Cardholder,
        SuspendReason::Issuer,
        SuspendReason::CloneOrRollback,
    ] {
        let (mut phone, mut issuer) = Phone::with_card(&[1, 2]);
        let letter = issuer.command(CARD, Command::Suspend(reason));
        assert_eq!(phone.takes(&letter), Taken::Suspended(CARD, reason));
        assert_eq!(phone.tap(), 0x6985);
        let resumed = phone.wallet.set_standing(CARD, Standing::Active);
        assert!(matches!(resumed, Err(WalletError::SuspendedByIssuer)));
        let mut restored = Phone::restored(&phone.kept.image());
        assert_eq!(restored.wallet.cards()[0].suspended_by_issuer, Some(reason));
        assert_eq!(restored.tap(), 0x6985);
        let letter = issuer.command(CARD, Command::Resume);
        assert_eq!(restored.takes(&letter), Taken::Resumed(CARD));
        assert_eq!(restored.tap(), 0x9000);
        assert_eq!(restored.wallet.cards()[0].suspended_by_issuer, None);
    }
}

#[test]
fn a_card_that_its_user_suspended_the_issuer_resumes_too() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    phone
        .wallet
        .set_standing(CARD, Standing::Suspended)
        .unwrap();
    assert_eq!(phone.tap(), 0x6985);
    phone.takes(&issuer.command(CARD, Command::Resume));
    assert_eq!(phone.tap(), 0x9000);
}

#[test]
fn a_deletion_erases_the_keys_and_is_done_when_it_comes_again() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    let letter = issuer.command(CARD, Command::Delete);
    assert_eq!(phone.takes(&letter), Taken::Deleted(CARD));
    assert_eq!(phone.wallet.cards(), []);
    assert_eq!(phone.kept.json()["cards"], serde_json::json!([]));
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
}

#[test]
fn what_the_issuer_wants_stands_until_it_has_it() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    phone.takes(&issuer.card(CardId(2), &[1]));
    assert_eq!(phone.wallet.wants(), Wants::default());
    for letter in [
        issuer.command(CardId(2), Command::Replenish),
        issuer.command(CARD, Command::Replenish),
        issuer.write(None, Body::Command(Command::Report)),
    ] {
        assert_eq!(phone.takes(&letter), Taken::Wanted);
    }
    let all = Wants {
        report: true,
        replenish: vec![CARD, CardId(2)],
    };
    assert_eq!(phone.wallet.wants(), all);
    assert_eq!(Phone::restored(&phone.kept.image()).wallet.wants(), all);
    phone.report();
    assert!(!phone.wallet.wants().report);
    phone.takes(&issuer.keys(CardId(2), &[2]));
    assert_eq!(phone.wallet.wants().replenish, [CARD]);
    phone.takes(&issuer.command(CARD, Command::Delete));
    assert_eq!(phone.wallet.wants(), Wants::default());
}

#[test]
fn a_report_that_was_made_before_it_was_wanted_is_not_the_one() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    let report = phone.report();
    phone.takes(&issuer.write(None, Body::Command(Command::Report)));
    assert_eq!(phone.report(), report);
    issuer.take(&report).unwrap();
    phone.takes(&issuer.acknowledge());
    assert!(phone.wallet.wants().report);
    phone.report();
    assert!(!phone.wallet.wants().report);
}

#[test]
fn the_history_says_paid_or_not_only_from_a_notice() {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2, 3]);
    for _ in 1..=3 {
        assert_eq!(phone.tap(), 0x9000);
    }
    let sent = Outcome::Sent(CryptogramType::Arqc);
    let outcomes = |phone: &Phone| {
        phone
            .wallet
            .history()
            .map(|tap| tap.outcome)
            .collect::<Vec<_>>()
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
    let declined = Outcome::Declined {
        response_code: *b"A1",
    };
    assert_eq!(
        outcomes(&phone),
        [sent, declined, Outcome::Approved { amount }]
    );
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Reversed, 1, *b"00")),
        settled(1)
    );
    let expected = [sent, declined, Outcome::Reversed { amount }];
    assert_eq!(outcomes(&phone), expected);
    assert_eq!(outcomes(&Phone::restored(&phone.kept.image())), expected);
}

#[test]
fn the_loss_of_the_field_does_not_undo_what_a_notice_said() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    let mut buffer = [0; understudy_core::wire::answer::ANSWER_MAX];
    let select = understudy_tests::select(understudy_tests::UNIONPAY_DEBIT);
    phone.wallet.process(&select, &mut buffer);
    phone
        .wallet
        .process(&understudy_tests::GpoData::default().command(), &mut buffer);
    phone.takes(&issuer.notice(Notice::Approved, 1, *b"00"));
    phone.wallet.field_lost().unwrap();
    let tap = phone.wallet.history().next().unwrap();
    assert!(matches!(tap.outcome, Outcome::Approved { .. }));
}

#[test]
fn a_notice_about_a_deleted_card_settles_its_history_and_one_about_nothing_is_done() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    phone.tap();
    phone.takes(&issuer.command(CARD, Command::Delete));
    let settled = Taken::Settled(CARD, Atc::FIRST);
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Approved, 1, *b"00")),
        settled
    );
    let before = phone.kept.json()["history"].clone();
    assert_eq!(
        phone.takes(&issuer.notice(Notice::Declined, 7, *b"05")),
        Taken::Done
    );
    assert_eq!(phone.kept.json()["history"], before);
}
