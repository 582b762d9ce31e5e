//! Enrolment of a wallet with one issuer.

use understudy_provisioning::enrolment::Received;
use understudy_provisioning::message::SealError;
use understudy_provisioning::{Package, Subject};
use understudy_test_phone::{CARD, CHALLENGE, Issuer, issuer_keys, plaintext, spec};
use understudy_wallet::{IssuerKeys, WalletError};

use crate::phones::{TODAY, empty, enrolled, with_card};

#[test]
fn an_enrolment_is_kept_before_its_request_leaves() {
    let phone = empty();
    assert_eq!(phone.wallet.device(), None);
    let request = phone.enrol().unwrap();
    let phone = phone.lost_power();
    let enrolled = Received::parse(&request)
        .unwrap()
        .authenticate(&CHALLENGE)
        .unwrap();
    assert_eq!(phone.wallet.device(), Some(enrolled.enrolment.device));
    assert_eq!(phone.state().epochs(), [1]);
}

#[test]
fn enrolling_again_replaces_the_identity_until_a_card_was_given() {
    let phone = empty();
    let first = phone.enrol().unwrap();
    let second = phone.enrol().unwrap();
    let first = Received::parse(&first).unwrap();
    let mut issuer = Issuer::of(&second, TODAY);
    let first = first.authenticate(&CHALLENGE).unwrap().enrolment.device;
    assert_ne!(first, issuer.device());
    assert_eq!(phone.wallet.device(), Some(issuer.device()));

    phone.takes(&issuer.card(CARD, &[1]));
    assert!(matches!(phone.enrol(), Err(WalletError::KeepsIssuer)));
    phone.wallet.remove(CARD).unwrap();
    assert!(matches!(phone.enrol(), Err(WalletError::KeepsIssuer)));
    assert_eq!(phone.wallet.device(), Some(issuer.device()));
}

#[test]
fn an_issuer_without_a_verify_key_and_a_bad_attestation_are_refused() {
    let phone = empty();
    let files = phone.files();
    let mute = IssuerKeys {
        verify: vec![],
        ..issuer_keys()
    };
    let enrolled = phone.enrol_with(mute, CHALLENGE);
    assert!(matches!(enrolled, Err(WalletError::NoVerifyKey)));
    let enrol = |attestation: &[u8]| {
        phone
            .wallet
            .enrol(issuer_keys(), CHALLENGE, Some(attestation))
    };
    for attestation in [vec![], vec![0; 0x1_0000]] {
        assert!(matches!(
            enrol(&attestation),
            Err(WalletError::Seal(SealError::Content))
        ));
    }
    assert_eq!(phone.wallet.device(), None);
    assert!(phone.files() == files, "nothing was stored");
    let longest = vec![0x30; 0xFFFF];
    let request = enrol(&longest).unwrap();
    let request = Received::parse(&request)
        .unwrap()
        .authenticate(&CHALLENGE)
        .unwrap();
    assert_eq!(request.enrolment.attestation, Some(longest.as_slice()));
}

#[test]
fn a_wallet_that_is_not_enrolled_takes_no_letter_and_makes_no_report() {
    let (_, mut issuer) = enrolled();
    let letter = issuer.card(CARD, &[1]);
    let phone = empty();
    let files = phone.files();
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::NotEnrolled)
    ));
    assert!(matches!(
        phone.wallet.report(),
        Err(WalletError::NotEnrolled)
    ));
    let needs = phone.needs();
    assert!(!needs.report && !needs.letters);
    assert_eq!(phone.wallet.signed_time(), None);
    assert!(phone.files() == files, "nothing was stored");
}

#[test]
fn a_package_in_the_clear_is_no_letter() {
    let (phone, _) = with_card(&[1]);
    let profile = spec(understudy_core::card::CardId(2)).octets();
    let number = understudy_test_phone::number(CARD);
    for subject in [
        Subject::Card { profile: &profile },
        Subject::Keys { number },
    ] {
        let package = plaintext(&subject, &[5], None);
        assert!(Package::parse(&package).is_ok());
        assert!(matches!(
            phone.wallet.receive(&package),
            Err(WalletError::Refused(_))
        ));
    }
    assert_eq!(phone.counts(CARD), (1, 0));
    assert_eq!(phone.wallet.cards().len(), 1);
}
