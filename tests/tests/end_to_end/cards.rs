//! A whole life: first tap to last key, ten cards, lost answers.

use std::collections::BTreeSet;

use understudy_core::card::Standing;
use understudy_issuer::{IssueOptions, Reason};
use understudy_pos::{HostAnswer, Outcome};
use understudy_wallet::{Volatile, Wallet, WalletError};

use crate::stage::{AtReader, Stage, cny};

#[test]
fn a_card_pays_until_its_last_key_and_again_after_replenishing() {
    let options = IssueOptions {
        keys: 2,
        ..IssueOptions::default()
    };
    let (mut stage, issued, card) = Stage::with_card(&options);
    for atc in 1..=2 {
        let report = stage.tap(cny(1234));
        let request = Stage::online(&report).clone();
        let verdict = stage.authorise(&request, None);
        assert_eq!(
            (verdict.reason, verdict.token),
            (Reason::Approved, Some(issued.token))
        );
        let answer = HostAnswer::ResponseCode(verdict.response_code());
        assert!(matches!(request.complete(answer), Outcome::Approved(_)));
        assert_eq!(
            stage.wallet.history().next().map(|tap| tap.atc.get()),
            Some(atc)
        );
        stage.wallet.user_acted().expect("kept");
    }
    let report = stage.tap(cny(1234));
    assert!(!matches!(report.outcome, Outcome::OnlineRequest(_)));
    let last = report.exchanges().last().expect("a command");
    assert_eq!(last.answer.as_deref(), Ok(&[0x69, 0x85][..]));

    stage.more_keys(issued.token, card, 5);
    let report = stage.tap(cny(1234));
    let request = Stage::online(&report).clone();
    assert!(stage.authorise(&request, None).approved());
    assert_eq!(stage.wallet.cards()[0].ledger.keys, 4);
}

#[test]
fn each_of_ten_cards_with_one_aid_is_charged_when_it_is_presented() {
    let mut stage = Stage::new();
    let cards: Vec<_> = (0..10)
        .map(|_| stage.issue(&IssueOptions::default()))
        .collect();
    assert!(matches!(
        stage.wallet.install(&cards[0].0.package),
        Err(WalletError::AlreadyHeld)
    ));
    for (issued, card) in &cards {
        stage.wallet.present(Some(*card)).expect("held");
        stage.wallet.user_acted().expect("kept");
        let report = stage.tap(cny(1234));
        let request = Stage::online(&report).clone();
        assert_eq!(*request.track2.number(), issued.number);
        let verdict = stage.authorise(&request, None);
        assert_eq!(
            (verdict.reason, verdict.token),
            (Reason::Approved, Some(issued.token))
        );
    }
    let charged: BTreeSet<_> = stage.wallet.history().map(|tap| tap.card).collect();
    assert_eq!(charged.len(), 10);
}

#[test]
fn an_eleventh_card_is_refused_and_a_deleted_one_makes_room() {
    let mut stage = Stage::new();
    let cards: Vec<_> = (0..10)
        .map(|_| stage.issue(&IssueOptions::default()))
        .collect();
    let mut other = Stage::new();
    let (issued, _) = other.issue(&IssueOptions::default());
    assert!(matches!(
        stage.wallet.install(&issued.package),
        Err(WalletError::Full)
    ));
    stage.wallet.remove(cards[0].1).expect("held");
    let eleventh = stage.wallet.install(&issued.package).expect("room");
    assert!(
        cards.iter().all(|(_, card)| *card != eleventh),
        "a name is not used twice"
    );
    assert!(
        stage.wallet.cards()[0].default,
        "the next card became the default"
    );
}

#[test]
fn a_card_that_was_removed_and_comes_back_uses_no_counter_twice() {
    let (mut stage, issued, card) = Stage::with_card(&IssueOptions::default());
    Stage::online(&stage.tap(cny(1234)));
    stage.wallet.remove(card).expect("held");
    let again = stage.wallet.install(&issued.package);
    assert!(matches!(again, Err(WalletError::StaleKeys)));
}

#[test]
fn a_card_is_its_token_whatever_else_its_profile_says() {
    let (mut stage, issued, _) = Stage::with_card(&IssueOptions::default());
    let mut package = issued.package.to_vec();
    let track2 = package
        .windows(2)
        .position(|octets| octets == [0x57, 0x10])
        .expect("57");
    package[track2 + 2 + 13] ^= 0x01;
    assert!(matches!(
        stage.wallet.install(&package),
        Err(WalletError::AlreadyHeld)
    ));
}

#[test]
fn a_suspended_card_is_not_seen_and_pays_again_when_resumed() {
    let (mut stage, _, card) = Stage::with_card(&IssueOptions::default());
    stage
        .wallet
        .set_standing(card, Standing::Suspended)
        .expect("held");
    let report = stage.tap(cny(1234));
    assert!(
        matches!(report.outcome, Outcome::EndApplication(_)),
        "{}",
        report.outcome
    );
    stage
        .wallet
        .set_standing(card, Standing::Active)
        .expect("held");
    Stage::online(&stage.tap(cny(1234)));
}

#[test]
fn a_second_tap_with_another_key_follows_when_an_answer_is_lost() {
    let (mut stage, _, _) = Stage::with_card(&IssueOptions::default());
    let transaction = stage.transaction(cny(1234));
    let mut torn = AtReader {
        wallet: &mut stage.wallet,
        rewrite: |answer| {
            if answer.first() == Some(&0x77) {
                answer.clear();
            }
        },
    };
    let report = stage
        .terminal
        .tap(&transaction, &mut torn, &mut crate::stage::Fixed);
    assert!(!matches!(report.outcome, Outcome::OnlineRequest(_)));
    let report = stage.tap(cny(1234));
    let request = Stage::online(&report).clone();
    assert!(
        stage.authorise(&request, None).approved(),
        "a gap in the counter is accepted"
    );
    let counters: Vec<_> = stage.wallet.history().map(|tap| tap.atc.get()).collect();
    assert_eq!(counters, [2, 1]);
}

#[test]
fn a_stale_or_foreign_package_changes_nothing() {
    let (mut stage, issued, card) = Stage::with_card(&IssueOptions::default());
    let before = stage.wallet.cards();
    let again = stage.wallet.replenish(card, &issued.package);
    assert!(matches!(again, Err(WalletError::StaleKeys)));
    let mut other = Stage::new();
    let (foreign, _) = other.issue(&IssueOptions::default());
    let foreign = stage.wallet.replenish(card, &foreign.package);
    assert!(matches!(foreign, Err(WalletError::OtherCard)));
    for length in 0..issued.package.len() {
        assert!(stage.wallet.install(&issued.package[..length]).is_err());
    }
    assert_eq!(stage.wallet.cards(), before);
}

#[test]
fn keys_for_one_card_are_installed_into_no_other() {
    let (mut stage, _, first) = Stage::with_card(&IssueOptions::default());
    let (second, other) = stage.issue(&IssueOptions::default());
    let before = stage.wallet.cards();
    let keys = stage
        .issuer
        .more_keys(second.token, 5, stage.clock.now())
        .expect("new keys");
    let installed = stage.wallet.replenish(first, &keys);
    assert!(matches!(installed, Err(WalletError::OtherCard)));
    let alone = stage.wallet.install(&keys);
    assert!(matches!(alone, Err(WalletError::NoProfile)));
    assert_eq!(stage.wallet.cards(), before);
    assert!(stage.wallet.replenish(other, &keys).is_ok());
}

#[test]
fn a_wallet_is_restored_from_its_image_as_it_was() {
    #[derive(Default)]
    struct Keeps(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);
    impl understudy_wallet::Journal for Keeps {
        fn keep(&mut self, image: understudy_wallet::Image<'_>) -> std::io::Result<()> {
            self.0.replace(image.encode()?.to_vec());
            Ok(())
        }
    }
    let (mut stage, issued, _) = Stage::with_card(&IssueOptions::default());
    let keeps = Keeps::default();
    let image = keeps.0.clone();
    let mut wallet = Wallet::new(keeps, stage.clock.clone());
    wallet.install(&issued.package).expect("installed");
    let mut answer = [0; 258];
    wallet.process(
        &understudy_tests::select(understudy_tests::UNIONPAY_DEBIT),
        &mut answer,
    );
    wallet.process(&understudy_tests::GpoData::default().command(), &mut answer);
    wallet.field_lost().expect("kept");

    let octets = image.borrow().clone();
    let restored = Wallet::restore(&octets, Volatile, stage.clock.clone()).expect("whole");
    assert_eq!(restored.cards(), wallet.cards());
    assert_eq!(
        restored.history().collect::<Vec<_>>(),
        wallet.history().collect::<Vec<_>>()
    );
    for length in 0..octets.len() {
        assert!(Wallet::restore(&octets[..length], Volatile, stage.clock.clone()).is_err());
    }
    stage.wallet = restored;
    let request = Stage::online(&stage.tap(cny(1))).clone();
    assert!(stage.authorise(&request, None).approved());
    assert_eq!(
        stage.wallet.history().next().map(|tap| tap.atc.get()),
        Some(2)
    );
}
