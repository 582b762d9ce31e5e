//! A reader that loops in somebody's pocket.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_issuer::IssueOptions;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};

use crate::stage::{Stage, TODAY, TestWallet};

/// One hostile tap; true if it drew a cryptogram.
fn draw(wallet: &TestWallet) -> bool {
    let mut buffer = [0; ANSWER_MAX];
    wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
    let data = GpoData {
        amount: 1,
        ttq: [0x26, 0x00, 0x00, 0x00],
        ..GpoData::default()
    };
    let drawn = wallet
        .process(&data.command(), &mut buffer)
        .ends_with(&[0x90, 0x00]);
    wallet.field_lost();
    drawn
}

#[test]
fn a_minute_of_looping_costs_three_keys_until_the_user_acts() {
    let options = IssueOptions {
        keys: 100,
        ..IssueOptions::default()
    };
    let (stage, _) = Stage::with_card(&options);
    let mut drawn = 0;
    for second in 0..60 {
        assert_eq!(stage.clock.now().0, TODAY + second);
        drawn += (0..20).filter(|_| draw(&stage.phone.wallet)).count();
        stage.clock.advance(1);
    }
    assert_eq!(drawn, 3);
    assert_eq!(stage.phone.wallet.cards()[0].ledger.keys, 97);

    stage.phone.wallet.user_acted();
    assert!(draw(&stage.phone.wallet), "the user acted");
}

#[test]
fn the_guard_counts_over_all_cards() {
    let (mut stage, first) = Stage::with_card(&IssueOptions::default());
    let second = stage.issue(&IssueOptions::default());
    let mut drawn = 0;
    for round in 0..10 {
        let shown = if round % 2 == 0 { &first } else { &second };
        stage.phone.wallet.present(shown.card, 60).expect("held");
        drawn += usize::from(draw(&stage.phone.wallet));
    }
    assert_eq!(drawn, 3);
}
