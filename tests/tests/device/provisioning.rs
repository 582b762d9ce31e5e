//! Packages: new cards, other profiles, more keys.

use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::tlv::Tag;
use understudy_provisioning::Subject;
use understudy_provisioning::letter::{Body, Command};
use understudy_provisioning::message::Refusal;
use understudy_test_phone::{CARD, number, spec};
use understudy_tests::ProfileSpec;
use understudy_wallet::{Taken, WalletError};

use crate::phones::{TODAY, enrolled, with_card};

#[test]
fn a_card_has_the_name_that_the_issuer_gave_it() {
    let (phone, mut issuer) = enrolled();
    let card = CardId(40_000);
    assert_eq!(
        phone.takes(&issuer.card(card, &[1, 2])),
        Taken::Installed(card)
    );
    assert_eq!(
        phone.takes(&issuer.card(CARD, &[1])),
        Taken::Installed(CARD)
    );
    let names: Vec<_> = phone.wallet.cards().iter().map(|held| held.id).collect();
    assert_eq!(names, [card, CARD]);
    assert_eq!(phone.tap(), 0x9000);
    assert_eq!((phone.counts(card), phone.counts(CARD)), ((1, 1), (1, 0)));
}

#[test]
fn ten_cards_are_given_and_an_eleventh_is_refused_until_one_is_deleted() {
    let (phone, mut issuer) = enrolled();
    for card in (1..=10).map(CardId) {
        assert_eq!(
            phone.takes(&issuer.card(card, &[1])),
            Taken::Installed(card)
        );
        phone.wallet.set_default(card).unwrap();
        assert_eq!(phone.tap(), 0x9000);
        assert_eq!(phone.counts(card), (0, 1));
    }
    let eleventh = issuer.card(CardId(11), &[1]);
    assert!(matches!(
        phone.wallet.receive(&eleventh),
        Err(WalletError::Full)
    ));
    assert_eq!(phone.copy().wallet.cards().len(), 10);
    phone.wallet.remove(CardId(4)).unwrap();
    assert_eq!(phone.takes(&eleventh), Taken::Installed(CardId(11)));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    let cards: Vec<_> = (1..=10).map(|card| (card, 1)).chain([(11, 0)]).collect();
    assert_eq!((heard.cards, heard.marks.len()), (cards, 10));
}

#[test]
fn keys_must_be_the_card_s_own_and_newer() {
    let (phone, mut issuer) = with_card(&[1, 2, 3]);
    assert_eq!(phone.tap(), 0x9000);
    for stale in [&[1][..], &[3, 4], &[2]] {
        let letter = issuer.keys(CARD, stale);
        assert!(matches!(
            phone.wallet.receive(&letter),
            Err(WalletError::StaleKeys)
        ));
    }
    let other = Subject::Keys {
        number: number(CardId(2)),
    };
    let other = issuer.package(CARD, &other, &[9]);
    assert!(matches!(
        phone.wallet.receive(&other),
        Err(WalletError::OtherCard)
    ));
    assert_eq!(phone.counts(CARD), (2, 1));
    let letter = issuer.keys(CARD, &[4, 9]);
    assert_eq!(phone.takes(&letter), Taken::Replenished(CARD));
    assert_eq!(phone.counts(CARD), (4, 1));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.refusals.count(), 4);
    assert_eq!(heard.refusals.last(), Some(Refusal::Content));
}

#[test]
fn another_profile_of_the_token_replaces_the_card_s_and_keeps_its_keys() {
    let (phone, mut issuer) = with_card(&[1, 2]);
    assert_eq!(phone.wallet.cards()[0].last_four, None);
    let replaced = ProfileSpec {
        more: vec![(Tag::new(0x9F25), vec![0x98, 0x76])],
        ..spec(CARD)
    };
    let letter = issuer.profile(CARD, &replaced, &[3]);
    assert_eq!(phone.takes(&letter), Taken::Reprovisioned(CARD));
    assert_eq!(phone.wallet.cards()[0].last_four.as_deref(), Some("9876"));
    assert_eq!(phone.counts(CARD), (3, 0));
    assert_eq!(phone.tap(), 0x9000);
    assert_eq!(phone.counts(CARD), (2, 1));
}

#[test]
fn keys_that_were_derived_otherwise_go_with_their_profile() {
    for changed in [
        ProfileSpec {
            psn: Some(2),
            ..spec(CARD)
        },
        ProfileSpec {
            cvn: 0x17,
            flags: spec(CARD).flags | 0x20,
            ..spec(CARD)
        },
    ] {
        let (phone, mut issuer) = with_card(&[1, 2]);
        let letter = issuer.profile(CARD, &changed, &[3]);
        assert_eq!(phone.takes(&letter), Taken::Reprovisioned(CARD));
        assert_eq!(phone.counts(CARD), (1, 0));
        assert_eq!(phone.tap(), 0x9000);
        assert_eq!(phone.counts(CARD), (0, 3));
    }
}

#[test]
fn a_profile_of_another_token_or_with_stale_keys_replaces_nothing() {
    let (phone, mut issuer) = with_card(&[1, 2]);
    let before = phone.state().but_for_refusals();
    let letter = issuer.profile(CARD, &spec(CardId(2)), &[3]);
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::OtherCard)
    ));
    let letter = issuer.card(CARD, &[2]);
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::StaleKeys)
    ));
    let letter = issuer.profile(CardId(2), &spec(CARD), &[3]);
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::AlreadyHeld)
    ));
    let profile = spec(CardId(2)).octets();
    let letter = issuer.write(Some(CARD), Body::Profile(&profile));
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::OtherCard)
    ));
    let letter = issuer.package(
        CARD,
        &Subject::Card {
            profile: &[0xE0, 0x03, 0xC0, 0x01, 0x01],
        },
        &[3],
    );
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::Profile(_))
    ));
    assert!(phone.state().but_for_refusals() == before);
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(heard.refusals.count(), 5);
}

#[test]
fn the_name_of_a_deleted_card_is_given_to_no_other() {
    let (phone, mut issuer) = with_card(&[1]);
    phone.takes(&issuer.command(CARD, Command::Delete));
    for letter in [issuer.card(CARD, &[2]), issuer.keys(CARD, &[2])] {
        let taken = phone.wallet.receive(&letter);
        assert!(matches!(taken, Err(WalletError::NoSuchCard(CARD))));
    }
    let other = issuer.keys(CardId(2), &[2]);
    let taken = phone.wallet.receive(&other);
    assert!(matches!(taken, Err(WalletError::Refused(Refusal::Card))));
    let heard = issuer.take(&phone.report()).unwrap().unwrap();
    assert_eq!(
        (heard.refusals.count(), heard.refusals.last()),
        (3, Some(Refusal::Card))
    );
}

#[test]
fn a_token_that_comes_back_under_another_name_goes_on_counting() {
    for by_the_user in [false, true] {
        let (phone, mut issuer) = with_card(&[1, 2]);
        assert_eq!(phone.tap(), 0x9000);
        if by_the_user {
            phone.wallet.remove(CARD).unwrap();
        } else {
            phone.takes(&issuer.command(CARD, Command::Delete));
        }
        let letter = issuer.profile(CardId(2), &spec(CARD), &[1, 3]);
        assert!(matches!(
            phone.wallet.receive(&letter),
            Err(WalletError::StaleKeys)
        ));
        let letter = issuer.profile(CardId(2), &spec(CARD), &[2, 3]);
        assert_eq!(phone.takes(&letter), Taken::Installed(CardId(2)));
        assert_eq!(phone.tap(), 0x9000);
        assert_eq!(phone.counts(CardId(2)), (1, 2));
    }
}

#[test]
fn signed_time_is_that_of_the_latest_letter_and_is_restored() {
    let (phone, mut issuer) = enrolled();
    assert_eq!(phone.wallet.signed_time(), None);
    phone.takes(&issuer.card(CARD, &[1]));
    assert_eq!(phone.wallet.signed_time(), Some(UnixTime(TODAY + 1)));
    phone.takes(&issuer.write(None, Body::Command(Command::Report)));
    let latest = Some(UnixTime(TODAY + 2));
    assert_eq!(phone.wallet.signed_time(), latest);
    issuer.now -= 60;
    phone.takes(&issuer.write(None, Body::Command(Command::Report)));
    assert_eq!(phone.wallet.signed_time(), latest);
    assert_eq!(phone.copy().wallet.signed_time(), latest);
}
