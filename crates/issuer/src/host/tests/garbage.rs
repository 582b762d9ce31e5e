//! Whatever comes in, nothing panics and nothing is approved.

use proptest::prelude::*;
use std::cell::RefCell;

use super::kit::{Sale, World, cny};
use crate::{PinBlock, Reason};

thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new());
}

fn octets(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), range)
}

/// The request after a change, and the reason that it is answered with; none if it is no message.
fn answer(change: impl FnOnce(&mut Sale)) -> (Sale, Option<Reason>) {
    WORLD.with_borrow_mut(|world| {
        let mut sale = world.card.sale(1, cny(1));
        change(&mut sale);
        let reason = world.reason(&sale);
        (sale, reason)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_chip_data_is_declined(de55 in octets(0..300)) {
        let (_, reason) = answer(|sale| sale.de55 = de55);
        prop_assert_ne!(reason, Some(Reason::Approved));
    }

    #[test]
    fn any_track_2_is_declined(track2 in octets(0..40)) {
        let (_, reason) = answer(|sale| sale.track2 = track2);
        prop_assert_ne!(reason, Some(Reason::Approved));
    }

    #[test]
    fn any_values_in_well_formed_chip_data_are_declined(
        atc in 1_u16..=10,
        cryptogram in any::<[u8; 8]>(),
        un in any::<[u8; 4]>(),
        iad in octets(0..40),
    ) {
        let reason = WORLD.with_borrow_mut(|world| {
            let mut chip = world.card.tap(atc, cny(1));
            chip.cryptogram = cryptogram;
            chip.data.unpredictable_number = un;
            if iad.len() % 2 == 0 {
                chip.iad = iad;
            }
            let sale = world.card.request(&chip, cny(1));
            world.authorise(&sale).reason
        });
        prop_assert_ne!(reason, Reason::Approved);
    }

    #[test]
    fn damaged_chip_data_is_declined_unless_the_damage_is_to_what_nothing_depends_on(
        at in 0_usize..140,
        with in octets(0..4),
        remove in 0_usize..4,
    ) {
        let mut untouched = Vec::new();
        let before = WORLD.with_borrow(World::fork);
        let (sale, reason) = answer(|sale| {
            untouched.clone_from(&sale.de55);
            let at = at.min(sale.de55.len());
            let end = (at + remove).min(sale.de55.len());
            sale.de55.splice(at..end, with);
        });
        if reason == Some(Reason::Approved) {
            prop_assert_eq!(relevant(&sale.de55), relevant(&untouched));
            WORLD.replace(before);
        }
    }

    #[test]
    fn any_pin_block_holds_no_pin_or_a_wrong_one(block in any::<[u8; 8]>()) {
        let reason = WORLD.with_borrow(|world| {
            world.fork().authorise(&world.card.sale(1, cny(1)).with_pin(PinBlock::Format0(block))).reason
        });
        prop_assert!(matches!(reason, Reason::PinBlockMalformed | Reason::WrongPin));
    }
}

/// The objects that a decision depends on: all but the terminal's capabilities and unknown tags.
fn relevant(de55: &[u8]) -> Vec<(u32, Vec<u8>)> {
    const KNOWN: [u32; 13] = [
        0x9F26, 0x9F27, 0x9F10, 0x9F37, 0x9F36, 0x95, 0x9A, 0x9C, 0x9F02, 0x5F2A, 0x82, 0x9F1A,
        0x9F03,
    ];
    let mut objects: Vec<_> = understudy_core::wire::tlv::Reader::new(de55)
        .map(|object| object.unwrap())
        .map(|object| (object.tag.number(), object.value.to_vec()))
        .filter(|(tag, _)| KNOWN.contains(tag))
        .collect();
    objects.sort();
    objects
}
