//! Versions of the issuer master key: the index in `9F10` is that of the token, whatever else is true.

use understudy_core::card::Scheme;
use understudy_core::crypto::{Atc, Cryptogram, CryptogramInput, TdesKey};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};

use super::kit::{Chip, DKI, World, cny};
use crate::{Issuer, Reason, SoftwareCustody, demonstration};

/// The second version.
const LATER: [u8; 16] = [
    0x9E, 0x15, 0x20, 0x43, 0x13, 0xF7, 0x31, 0x8A, 0xCB, 0x79, 0xB9, 0x0B, 0xD9, 0x86, 0xAD, 0x29,
];

/// A world whose issuer has two versions, with a card of the first.
fn world() -> World {
    let mut keys = demonstration::keys();
    let later = TdesKey::from_octets(LATER).into();
    (keys.application_cryptogram.add(Scheme::UnionPay, later)).unwrap();
    let custody = SoftwareCustody::new(keys);
    World::of(Issuer::in_memory(custody, demonstration::config()).unwrap())
}

/// Makes the cryptogram of the chip data under the second version.
fn sign_under_the_later(world: &World, chip: &mut Chip) {
    let card = &world.card;
    let atc = Atc::new(chip.atc).unwrap();
    let input = CryptogramInput::new(card.options.cvn, chip.data, &chip.iad).unwrap();
    let key = IssuerMasterKey::from_octets(LATER)
        .card_master_key(
            MasterKeyMethod::OptionA,
            card.number.expose(),
            card.options.psn,
        )
        .unwrap()
        .session_key(SessionKeyMethod::UnionPay, atc, [0; 4]);
    let Cryptogram(made) = key.application_cryptogram(&input, atc);
    chip.cryptogram = made;
}

/// CVN 01 does not have the index under its MAC: whoever stands between card and terminal may write it.
#[test]
fn an_index_that_is_altered_is_declined_whoever_made_the_cryptogram() {
    let world = world();
    let state = world.state();
    for index in (0..=0xFF).filter(|index| *index != DKI) {
        let mut chip = world.card.tap(1, cny(1));
        chip.iad[1] = index;
        let verdict = world.authorise(&world.card.request(&chip, cny(1)));
        assert_eq!(verdict.reason, Reason::MasterKeyIndex, "{index:02X}");
        sign_under_the_later(&world, &mut chip);
        let verdict = world.authorise(&world.card.request(&chip, cny(1)));
        assert_eq!(verdict.reason, Reason::MasterKeyIndex, "{index:02X}");
    }
    assert_eq!(world.state(), state, "no counter was used up");
    assert!(world.authorise(&world.card.sale(1, cny(1))).approved());
}

#[test]
fn a_cryptogram_under_another_version_is_wrong_with_the_right_index() {
    let world = world();
    let mut chip = world.card.tap(1, cny(1));
    sign_under_the_later(&world, &mut chip);
    let verdict = world.authorise(&world.card.request(&chip, cny(1)));
    assert_eq!(verdict.reason, Reason::CryptogramWrong);
}
