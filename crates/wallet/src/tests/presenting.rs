//! The card that a reader sees.

use understudy_tests::GpoData;

use crate::WalletError;
use crate::kit::{Phone, card};

fn two_cards() -> Phone {
    let mut phone = Phone::with_keys(5);
    phone.install(2, &[7, 8]);
    phone
}

#[test]
fn the_first_card_is_the_default_until_another_is() {
    let mut phone = two_cards();
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    phone.wallet.set_default(card(2)).unwrap();
    phone.die();
    assert_eq!(phone.wallet.presented(), Some(card(2)));
    let nobody = phone.wallet.set_default(card(3));
    assert!(matches!(nobody, Err(WalletError::NoSuchCard(_))));
}

#[test]
fn a_presented_card_falls_back_after_its_tap() {
    let phone = two_cards();
    phone.wallet.present(card(2), 60).unwrap();
    assert_eq!(phone.tap().atc(), Some(7));
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    assert_eq!(phone.tap().atc(), Some(1));
}

#[test]
fn a_presented_card_falls_back_after_its_time_but_not_amid_a_tap() {
    let phone = two_cards();
    phone.wallet.present(card(2), 60).unwrap();
    phone.clock.pass(59);
    assert_eq!(phone.wallet.presented(), Some(card(2)));
    phone.send(&understudy_tests::select(understudy_tests::UNIONPAY_DEBIT));
    phone.clock.pass(1);
    assert_eq!(phone.wallet.presented(), Some(card(2)));
    assert_eq!(phone.send(&GpoData::default().command())[..1], [0x77]);
    phone.clock.pass(10);
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    phone.wallet.field_lost();
    phone.wallet.present(card(2), 60).unwrap();
    phone.clock.pass(60);
    assert_eq!(phone.wallet.presented(), Some(card(1)));
}

#[test]
fn a_choice_whose_time_is_over_when_a_tap_begins_is_not_there_again_amid_it() {
    let phone = two_cards();
    phone.wallet.present(card(2), 60).unwrap();
    phone.clock.pass(60);
    phone.send(&understudy_tests::select(understudy_tests::PPSE));
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    assert!(phone.tap().atc().is_some());
    let paid = phone.history();
    assert!(paid.iter().all(|record| record.card == card(1)), "{paid:?}");
}

#[test]
fn a_refused_tap_does_not_end_the_choice() {
    let phone = two_cards();
    phone.wallet.present(card(2), 60).unwrap();
    let too_much = GpoData {
        amount: 200_000,
        ..GpoData::default()
    };
    assert_eq!(phone.tap_for(&too_much).atc(), None);
    assert_eq!(phone.wallet.presented(), Some(card(2)));
}

#[test]
fn a_card_that_is_removed_is_presented_no_more() {
    let phone = two_cards();
    phone.wallet.present(card(2), 60).unwrap();
    phone.wallet.remove(card(2)).unwrap();
    assert_eq!(phone.wallet.presented(), Some(card(1)));
    let gone = phone.wallet.present(card(2), 60);
    assert!(matches!(gone, Err(WalletError::NoSuchCard(_))));
}
