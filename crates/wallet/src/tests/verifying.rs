//! Verification on the device, the policies, and the second tap.

use understudy_core::card::{Cvm, Exposure};
use understudy_tests::{GpoData, ProfileSpec};

use crate::history::RecordOutcome;
use crate::kit::{Answer, Phone, card, spec};
use crate::{PROMPT_WINDOW, Verification};

const MUST_ACT: Answer = Answer::Refused(0x6986);

/// A phone with a card of this CVM policy (`C4`: policy and methods) and ten keys.
fn with_policy(policy: [u8; 2]) -> Phone {
    let mut phone = Phone::empty();
    let spec = ProfileSpec {
        policy,
        ..spec(card(1))
    };
    let letter = phone
        .issuer
        .profile(card(1), &spec, &(1..=10).collect::<Vec<_>>());
    phone.receive(&letter);
    phone.wallet.settle().unwrap();
    phone
}

/// A phone whose card always requires verification on the device.
fn strict() -> Phone {
    with_policy([0x01, 0x00])
}

fn asking(amount: u64, currency: u16) -> GpoData {
    GpoData {
        amount,
        currency,
        ..GpoData::default()
    }
}

fn cvm(phone: &Phone) -> Cvm {
    phone.history()[0].cvm.unwrap()
}

#[test]
fn always_on_the_device_asks_each_time_and_flexible_only_above_the_limits() {
    assert_eq!(strict().tap(), MUST_ACT);
    let flexible = with_policy([0x02, 0x00]);
    assert!(flexible.tap().atc().is_some());
    assert_eq!(cvm(&flexible), Cvm::None);
    assert_eq!(flexible.tap_for(&asking(100_001, 156)), MUST_ACT);
}

#[test]
fn pin_first_asks_the_reader_for_a_pin_where_it_has_one() {
    let with_pin = GpoData {
        ttq: [0x36, 0x00, 0x00, 0x80],
        ..GpoData::default()
    };
    let phone = with_policy([0x03, 0x80]);
    assert!(phone.tap_for(&with_pin).atc().is_some());
    assert_eq!(cvm(&phone), Cvm::OnlinePin);
    let without = GpoData {
        ttq: [0x22, 0x00, 0x00, 0x80],
        ..GpoData::default()
    };
    assert!(phone.tap_for(&without).atc().is_some());
    assert_eq!(cvm(&phone), Cvm::None);
}

#[test]
fn a_verification_holds_for_the_seconds_that_the_profile_says() {
    let phone = strict();
    phone.wallet.user_verified(Verification::aged(10));
    phone.clock.pass(50);
    assert_eq!(phone.begin(&GpoData::default()).atc(), Some(1));
    assert_eq!(cvm(&phone), Cvm::OnDevice);
    phone.wallet.field_lost();
    phone.clock.pass(1);
    assert_eq!(phone.tap(), MUST_ACT);
}

#[test]
fn a_verification_for_one_card_serves_no_other_and_resets_no_other() {
    let mut phone = with_policy([0x02, 0x00]);
    phone.install(2, &[7, 8]);
    assert!(phone.tap().atc().is_some());
    phone
        .wallet
        .user_verified(Verification::aged(0).for_card(card(2)));
    let exposures: Vec<_> = phone
        .wallet
        .cards()
        .iter()
        .map(|card| card.ledger.usage.exposure)
        .collect();
    assert_eq!(
        exposures,
        [Exposure { taps: 1, sum: 1234 }, Exposure::default()]
    );
    assert_eq!(phone.tap_for(&asking(200_000, 156)), MUST_ACT);
    phone.wallet.present(card(2), 60).unwrap();
    assert_eq!(phone.tap_for(&asking(200_000, 156)).atc(), Some(7));
}

#[test]
fn a_verification_is_gone_when_it_is_forgotten_and_when_the_process_dies() {
    let mut phone = strict();
    phone.wallet.user_verified(Verification::aged(0));
    phone.wallet.forget_verification();
    assert_eq!(phone.tap(), MUST_ACT);
    phone.wallet.user_verified(Verification::aged(0));
    phone.die();
    assert_eq!(phone.tap(), MUST_ACT);
    let mut phone = answered();
    phone.die();
    assert_eq!(phone.tap(), MUST_ACT);
    assert_eq!(phone.keys_left(), 10);
}

#[test]
fn a_tap_that_must_be_verified_spends_nothing_and_prompts_for_its_amount() {
    let phone = strict();
    assert_eq!(phone.wallet.prompt(), None);
    let before = phone.folder.counts();
    assert_eq!(phone.tap(), MUST_ACT);
    let after = phone.folder.counts();
    // The refusal is in the journal.
    assert_eq!(
        (after.writes - before.writes, after.syncs),
        (1, before.syncs)
    );
    assert_eq!(phone.keys_left(), 10);
    assert_eq!(phone.armed(), Some((1, 1)));
    let prompt = phone.wallet.prompt().unwrap();
    assert_eq!((prompt.card, prompt.amount.minor()), (card(1), 1234));
    assert_eq!(prompt.merchant.as_ref(), Some(b"CORNER SHOP SHANGHAI"));
    let [record] = phone.history()[..] else {
        panic!("one record")
    };
    assert_eq!(record.outcome, RecordOutcome::NeedsVerification);
    assert_eq!(record.atc, None);
    assert_eq!(record.amount, Some(prompt.amount));
}

/// A phone whose user answered the prompt for 12.34 CNY.
fn answered() -> Phone {
    let phone = strict();
    phone.tap();
    let prompt = phone.wallet.prompt().unwrap();
    phone
        .wallet
        .user_verified(Verification::aged(0).for_prompt(&prompt));
    phone
}

#[test]
fn the_second_tap_pays_the_amount_once() {
    let phone = answered();
    assert_eq!(phone.tap().atc(), Some(1));
    assert_eq!(cvm(&phone), Cvm::OnDevice);
    assert_eq!(phone.wallet.prompt(), None);
    assert_eq!(phone.tap(), MUST_ACT);
}

#[test]
fn the_second_tap_pays_less_but_not_more_and_in_no_other_currency() {
    let phone = answered();
    assert_eq!(phone.tap_for(&asking(1235, 156)), MUST_ACT);
    assert_eq!(phone.tap_for(&asking(1234, 840)), MUST_ACT);
    assert_eq!(phone.keys_left(), 10);
    assert_eq!(phone.tap_for(&asking(1233, 156)).atc(), Some(1));
    assert_eq!(phone.tap_for(&asking(1233, 156)), MUST_ACT);
}

#[test]
fn the_second_tap_is_of_the_same_card() {
    let mut phone = answered();
    let spec = ProfileSpec {
        policy: [0x01, 0x00],
        ..spec(card(2))
    };
    let letter = phone.issuer.profile(card(2), &spec, &[7]);
    phone.receive(&letter);
    phone.wallet.present(card(2), 60).unwrap();
    assert_eq!(phone.tap(), MUST_ACT);
    phone.wallet.present_default();
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn the_second_tap_has_a_window_that_is_open_in_its_last_second() {
    for (seconds, pays) in [(PROMPT_WINDOW, true), (PROMPT_WINDOW + 1, false)] {
        let phone = answered();
        phone.clock.pass(seconds.into());
        assert_eq!(phone.tap().atc().is_some(), pays, "{seconds}");
    }
    let phone = strict();
    phone.begin(&GpoData::default());
    phone.clock.pass(PROMPT_WINDOW.into());
    assert!(phone.wallet.prompt().is_some());
    phone.clock.pass(1);
    assert_eq!(phone.wallet.prompt(), None);
}

#[test]
fn a_tap_under_a_general_verification_leaves_that_for_an_amount_unused() {
    let phone = answered();
    phone.wallet.user_verified(Verification::aged(0));
    assert_eq!(phone.begin(&GpoData::default()).atc(), Some(1));
    phone.wallet.field_lost();
    phone.wallet.forget_verification();
    assert_eq!(phone.tap(), MUST_ACT);
}

#[test]
fn the_users_act_outlives_the_process() {
    let mut phone = with_policy([0x02, 0x00]);
    for _ in 0..3 {
        assert!(phone.begin(&GpoData::default()).atc().is_some());
        phone.wallet.field_lost();
    }
    assert_eq!(phone.tap(), Answer::Refused(0x6985));
    phone.wallet.user_acted();
    phone.die();
    assert!(phone.tap().atc().is_some());
}

#[test]
fn a_reader_that_repeats_itself_leaves_one_refusal_a_presence_and_pushes_no_payment_out() {
    let mut phone = with_policy([0x02, 0x00]);
    assert!(phone.tap().atc().is_some());
    for _ in 0..200 {
        for _ in 0..3 {
            assert_eq!(phone.begin(&asking(100_001, 156)), MUST_ACT);
        }
        phone.wallet.field_lost();
    }
    let payments = |phone: &Phone| {
        phone
            .history()
            .iter()
            .filter(|record| record.atc.is_some())
            .count()
    };
    assert_eq!((payments(&phone), phone.history().len()), (1, 51));
    phone.wallet.settle().unwrap();
    phone.die();
    assert_eq!((payments(&phone), phone.history().len()), (1, 51));
    assert!(phone.tap().atc().is_some());
}
