//! A card's whole life: first tap to last key, ten cards, lost answers.

use std::collections::BTreeSet;

use understudy_core::card::Standing;
use understudy_core::crypto::Atc;
use understudy_issuer::{IssueError, IssueOptions, Reason};
use understudy_pos::{HostAnswer, Outcome};
use understudy_test_phone::{Field, Fixed};
use understudy_wallet::{Taken, WalletError};

use crate::stage::{Stage, cny};

/// The counters that were used, newest first.
fn counters(stage: &Stage) -> Vec<u16> {
    let payments = stage.phone.payments();
    let atcs = payments.iter().filter_map(|payment| payment.atc);
    atcs.map(Atc::get).collect()
}

#[test]
fn a_card_pays_until_its_last_key_and_again_after_replenishing() {
    let options = IssueOptions {
        keys: 2,
        ..IssueOptions::default()
    };
    let (mut stage, issued) = Stage::with_card(&options);
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
        assert_eq!(counters(&stage)[0], atc);
        stage.phone.wallet.user_acted();
    }
    let report = stage.tap(cny(1234));
    assert!(!matches!(report.outcome, Outcome::OnlineRequest(_)));
    let last = report.exchanges().last().expect("a command");
    assert_eq!(last.answer.as_deref(), Ok(&[0x69, 0x85][..]));

    let now = stage.clock.now();
    let early = stage.issuer.replenish(issued.token, 5, now);
    assert!(
        matches!(early, Err(IssueError::ReportFirst)),
        "a batch needs a receive key of its own"
    );
    stage.report();
    let more = stage.issuer.replenish(issued.token, 5, now);
    let taken = stage.phone.takes(&more.expect("more keys"));
    assert_eq!(taken, Taken::Replenished(issued.card));
    let report = stage.tap(cny(1234));
    let request = Stage::online(&report).clone();
    assert!(stage.authorise(&request, None).approved());
    assert_eq!(stage.phone.counts(issued.card), (4, 3));
}

#[test]
fn each_of_ten_cards_with_one_aid_is_charged_when_it_is_presented() {
    let mut stage = Stage::new();
    let cards: Vec<_> = (0..10)
        .map(|_| stage.issue(&IssueOptions::default()))
        .collect();
    for issued in &cards {
        stage.phone.wallet.present(issued.card, 60).expect("held");
        stage.phone.wallet.user_acted();
        let report = stage.tap(cny(1234));
        let request = Stage::online(&report).clone();
        assert_eq!(*request.track2.number(), issued.number);
        let verdict = stage.authorise(&request, None);
        assert_eq!(
            (verdict.reason, verdict.token),
            (Reason::Approved, Some(issued.token))
        );
    }
    let payments = stage.phone.payments();
    let charged: BTreeSet<_> = payments.iter().map(|tap| tap.card).collect();
    assert_eq!(charged.len(), 10);
}

#[test]
fn an_eleventh_card_is_refused_and_a_deleted_one_makes_room() {
    let mut stage = Stage::new();
    let cards: Vec<_> = (0..10)
        .map(|_| stage.issue(&IssueOptions::default()))
        .collect();
    let eleventh = stage.write_card(&IssueOptions::default());
    let wallet = &stage.phone.wallet;
    assert!(matches!(
        wallet.receive(&eleventh.letter),
        Err(WalletError::Full)
    ));
    wallet.remove(cards[0].card).expect("held");
    let taken = stage.phone.takes(&eleventh.letter);
    assert_eq!(taken, Taken::Installed(eleventh.card));
    assert!(
        wallet.cards()[0].default,
        "the next card became the default"
    );
}

#[test]
fn a_suspended_card_is_not_seen_and_pays_again_when_resumed() {
    let (mut stage, issued) = Stage::with_card(&IssueOptions::default());
    let stand = |stage: &Stage, standing| {
        let done = stage.phone.wallet.set_standing(issued.card, standing);
        done.expect("held");
    };
    stand(&stage, Standing::Suspended);
    let report = stage.tap(cny(1234));
    assert!(
        matches!(report.outcome, Outcome::EndApplication(_)),
        "{}",
        report.outcome
    );
    stand(&stage, Standing::Active);
    Stage::online(&stage.tap(cny(1234)));
}

#[test]
fn a_second_tap_with_another_key_follows_when_an_answer_is_lost() {
    let (mut stage, _) = Stage::with_card(&IssueOptions::default());
    let transaction = stage.transaction(cny(1234));
    let mut torn = Field::of(&stage.phone).answers(|answer| {
        if answer.first() == Some(&0x77) {
            answer.clear();
        }
    });
    let report = stage.terminal.tap(&transaction, &mut torn, &mut Fixed);
    drop(torn);
    assert!(!matches!(report.outcome, Outcome::OnlineRequest(_)));
    let report = stage.tap(cny(1234));
    let request = Stage::online(&report).clone();
    assert!(
        stage.authorise(&request, None).approved(),
        "a gap in the counter is accepted"
    );
    assert_eq!(counters(&stage), [2, 1]);
}
