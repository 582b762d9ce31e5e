use understudy_core::card::Scheme;
use understudy_core::crypto::{Atc, Cryptogram, Cvn};

use super::kit::{World, cny};
use crate::{IssueOptions, Reason};

#[test]
fn a_genuine_tap_is_approved_and_answered_under_the_session_key() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        let chip = world.card.tap(1, cny(1_234));
        let verdict = world.authorise(&world.card.request(&chip, cny(1_234)));
        assert_eq!(verdict.reason, Reason::Approved, "{cvn}");
        assert!(verdict.approved());
        assert_eq!(verdict.response_code(), *b"00");
        assert_eq!(verdict.token, Some(world.card.token));
        let key = world.card.session_key(Atc::FIRST);
        let expected = key.arpc_method_1(&Cryptogram(chip.cryptogram), *b"00");
        assert_eq!(verdict.arpc, Some(expected));
    }
}

#[test]
fn a_decline_of_a_genuine_cryptogram_is_answered_with_its_own_response_code() {
    let world = World::new();
    let chip = world.card.tap(1, cny(100_001));
    let verdict = world.authorise(&world.card.request(&chip, cny(100_001)));
    assert_eq!(verdict.reason, Reason::NoCvm);
    let key = world.card.session_key(Atc::FIRST);
    let expected = key.arpc_method_1(&Cryptogram(chip.cryptogram), *b"65");
    assert_eq!(verdict.arpc, Some(expected));
}

#[test]
fn a_wrong_cryptogram_gets_no_answer_cryptogram() {
    let world = World::new();
    let mut chip = world.card.tap(1, cny(1));
    chip.cryptogram[0] ^= 1;
    let verdict = world.authorise(&world.card.request(&chip, cny(1)));
    assert_eq!(
        (verdict.reason, verdict.arpc),
        (Reason::CryptogramWrong, None)
    );
}

#[test]
fn every_kind_of_card_pays() {
    for product in Scheme::UnionPay.products() {
        for psn in [None, Some(0x00), Some(0x01), Some(0x99)] {
            for discretionary in [vec![], vec![0x01], vec![0xAB; 23]] {
                let options = IssueOptions {
                    product: *product,
                    psn,
                    discretionary,
                    ..Default::default()
                };
                let world = World::with(options);
                let sale = world.card.sale(1, cny(1));
                assert_eq!(world.authorise(&sale).reason, Reason::Approved);
            }
        }
    }
}

#[test]
fn the_other_byte_that_names_cvn_17_is_accepted() {
    let world = World::cvn(Cvn::UnionPay17);
    let mut chip = world.card.tap(1, cny(1));
    chip.iad[2] = 0x11;
    world.card.sign(&mut chip);
    assert_eq!(
        world.authorise(&world.card.request(&chip, cny(1))).reason,
        Reason::Approved
    );
}

#[test]
fn a_transaction_of_nothing_is_approved() {
    let world = World::new();
    let sale = world.card.sale(1, cny(0));
    assert!(world.authorise(&sale).approved());
}

#[test]
fn a_card_that_declines_is_declined_though_its_cryptogram_is_right() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        let chip = world.card.tap_saying(1, cny(1), [0x80, 0x00, 0x00]);
        assert_eq!(chip.information, 0x00);
        let sale = world.card.request(&chip, cny(1));
        assert_eq!(world.authorise(&sale).reason, Reason::CardDeclined);
    }
}

#[test]
fn a_signed_answer_that_no_stand_in_card_gives_is_declined() {
    let words = [
        [0x90, 0x00, 0x00], // TC
        [0xB0, 0x00, 0x00], // reserved type
        [0x20, 0x00, 0x00], // second cryptogram an AAC
        [0x60, 0x00, 0x00], // second cryptogram a TC
        [0x84, 0x00, 0x00], // AAC, user verified
        [0xA1, 0x00, 0x00], // unable to go online
        [0xA2, 0x00, 0x00], // offline PIN failed
        [0xA8, 0x00, 0x00], // issuer authentication failed
        [0xA0, 0x40, 0x00], // PIN tries exceeded
        [0xA0, 0x00, 0x01],
    ];
    for cvr in words {
        let world = World::new();
        let chip = world.card.tap_saying(1, cny(1), cvr);
        let sale = world.card.request(&chip, cny(1));
        assert_eq!(
            world.authorise(&sale).reason,
            Reason::IssuerApplicationData,
            "{cvr:02X?}"
        );
    }
}
