//! A wallet becomes the device of one issuer.

use understudy_provisioning::Subject;
use understudy_provisioning::enrolment::Received;
use understudy_provisioning::message::SealError;
use understudy_wallet::{IssuerKeys, WalletError, Wants};

use crate::issuer::{CARD, CHALLENGE, Seeded, keys, plaintext, spec};
use crate::phone::Phone;

#[test]
fn an_enrolment_is_kept_before_its_request_leaves() {
    let mut phone = Phone::new();
    assert_eq!(phone.wallet.device(), None);
    let request = phone.enrol().unwrap();
    assert_eq!(phone.kept.keeps(), 1);
    let enrolled = Received::parse(&request)
        .unwrap()
        .authenticate(&CHALLENGE)
        .unwrap();
    assert_eq!(phone.wallet.device(), Some(enrolled.enrolment.device));
    let image = phone.kept.json();
    assert_eq!(
        image["device"]["id"],
        hex::encode(enrolled.enrolment.device.0)
    );
    assert_eq!(image["device"]["generation"], 1);
}

#[test]
fn enrolling_again_replaces_the_identity_until_a_card_was_given() {
    let mut phone = Phone::new();
    let first = phone.enrol().unwrap();
    let second = phone
        .wallet
        .enrol(keys(), CHALLENGE, None, &mut Seeded(50))
        .unwrap();
    let (first, mut issuer) = (
        Received::parse(&first).unwrap(),
        crate::issuer::Issuer::of(&second),
    );
    let first = first.authenticate(&CHALLENGE).unwrap().enrolment.device;
    assert_ne!(first, issuer.device());
    assert_eq!(phone.wallet.device(), Some(issuer.device()));

    phone.takes(&issuer.card(CARD, &[1]));
    let before = phone.kept.json();
    assert!(matches!(phone.enrol(), Err(WalletError::KeepsIssuer)));
    phone.wallet.remove(CARD).unwrap();
    assert!(matches!(phone.enrol(), Err(WalletError::KeepsIssuer)));
    assert_ne!(phone.kept.json(), before);
    assert_eq!(phone.wallet.device(), Some(issuer.device()));
}

#[test]
fn a_wallet_with_cards_of_no_issuer_does_not_enrol() {
    let mut phone = Phone::new();
    let profile = spec(CARD).octets();
    let package = plaintext(&Subject::Card { profile: &profile }, &[1]);
    phone.wallet.install(&package).unwrap();
    assert!(matches!(phone.enrol(), Err(WalletError::KeepsIssuer)));
}

#[test]
fn an_issuer_without_a_verify_key_and_a_bad_attestation_are_refused() {
    let mut phone = Phone::new();
    let mute = IssuerKeys {
        verify: vec![],
        ..keys()
    };
    let enrolled = phone.wallet.enrol(mute, CHALLENGE, None, &mut Seeded(1));
    assert!(matches!(enrolled, Err(WalletError::NoVerifyKey)));
    for attestation in [vec![], vec![0; 0x1_0000]] {
        let attestation = Some(attestation.as_slice());
        let enrolled = phone
            .wallet
            .enrol(keys(), CHALLENGE, attestation, &mut Seeded(1));
        assert!(matches!(
            enrolled,
            Err(WalletError::Seal(SealError::Content))
        ));
    }
    assert_eq!((phone.wallet.device(), phone.kept.keeps()), (None, 0));
    let longest = vec![0x30; 0xFFFF];
    let request = phone
        .wallet
        .enrol(keys(), CHALLENGE, Some(longest.as_slice()), &mut Seeded(1))
        .unwrap();
    let request = Received::parse(&request)
        .unwrap()
        .authenticate(&CHALLENGE)
        .unwrap();
    assert_eq!(request.enrolment.attestation, Some(longest.as_slice()));
}

#[test]
fn a_wallet_that_is_not_enrolled_takes_no_letter_and_makes_no_report() {
    let (_, mut issuer) = Phone::enrolled();
    let letter = issuer.card(CARD, &[1]);
    let mut phone = Phone::new();
    assert!(matches!(
        phone.wallet.receive(&letter),
        Err(WalletError::NotEnrolled)
    ));
    let report = phone.wallet.report(&mut Seeded(1));
    assert!(matches!(report, Err(WalletError::NotEnrolled)));
    assert_eq!(phone.wallet.wants(), Wants::default());
    assert_eq!((phone.wallet.signed_time(), phone.kept.keeps()), (None, 0));
}

#[test]
fn an_enrolled_wallet_takes_no_unsealed_package() {
    let (mut phone, _) = Phone::with_card(&[1]);
    let (before, keeps) = (phone.kept.json(), phone.kept.keeps());
    let profile = spec(understudy_core::card::CardId(2)).octets();
    let package = plaintext(&Subject::Card { profile: &profile }, &[5]);
    assert!(matches!(
        phone.wallet.install(&package),
        Err(WalletError::Unsealed)
    ));
    let number = crate::issuer::number(CARD);
    let package = plaintext(&Subject::Keys { number }, &[5]);
    let replenished = phone.wallet.replenish(CARD, &package);
    assert!(matches!(replenished, Err(WalletError::Unsealed)));
    assert_eq!((phone.kept.json(), phone.kept.keeps()), (before, keeps));
}
