//! A reader that loops in somebody's pocket.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_issuer::IssueOptions;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};

use crate::stage::{Stage, TODAY, TestWallet};

/// One hostile tap; whether it drew a cryptogram.
fn draw(wallet: &mut TestWallet) -> bool {
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
    wallet.field_lost().expect("kept");
    drawn
}

#[test]
fn a_minute_of_looping_costs_three_keys_until_the_user_acts() {
    let options = IssueOptions {
        keys: 100,
        ..IssueOptions::default()
    };
    let (mut stage, _, _) = Stage::with_card(&options);
    let mut drawn = 0;
    for second in 0..60 {
        stage.clock.0.set(TODAY + second);
        drawn += (0..20).filter(|_| draw(&mut stage.wallet)).count();
    }
    assert_eq!(drawn, 3);
    assert_eq!(stage.wallet.cards()[0].ledger.keys, 97);

    stage.wallet.user_acted().expect("kept");
    assert!(draw(&mut stage.wallet), "the user acted");
}

#[test]
fn the_guard_counts_over_all_cards() {
    let (mut stage, _, first) = Stage::with_card(&IssueOptions::default());
    let (_, second) = stage.issue(&IssueOptions::default());
    let mut drawn = 0;
    for round in 0..10 {
        stage
            .wallet
            .present(Some(if round % 2 == 0 { first } else { second }))
            .expect("held");
        drawn += usize::from(draw(&mut stage.wallet));
    }
    assert_eq!(drawn, 3);
}
