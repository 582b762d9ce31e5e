//! DE 55 and DE 35 that are not what they should be.

use super::kit::{Chip, Sale, World, cny, encode, object};
use crate::Reason;

fn answer(world: &World, de55: Vec<u8>) -> Reason {
    ask(world, de55).unwrap()
}

/// As [`answer`]; none if no message holds so much chip data, or so little.
fn ask(world: &World, de55: Vec<u8>) -> Option<Reason> {
    let sale = Sale {
        de55,
        ..world.card.sale(1, cny(1))
    };
    world.fork().reason(&sale)
}

#[test]
fn every_object_must_be_there() {
    let world = World::new();
    let objects = world.card.tap(1, cny(1)).objects();
    for missing in 0..objects.len() {
        let mut fewer = objects.clone();
        let (tag, _) = fewer.remove(missing);
        assert_eq!(
            answer(&world, encode(&fewer)),
            Reason::ChipDataIncomplete,
            "without {tag}"
        );
    }
    assert_eq!(ask(&world, Vec::new()), None);
}

#[test]
fn no_object_may_be_there_twice() {
    let world = World::new();
    let mut objects = world.card.tap(1, cny(1)).objects();
    objects.push(("9F1E", b"12345678".to_vec()));
    for (tag, value) in objects.clone() {
        let mut more = objects.clone();
        more.push((tag, value));
        assert_eq!(
            answer(&world, encode(&more)),
            Reason::ChipDataMalformed,
            "{tag} twice"
        );
    }
}

#[test]
fn every_object_must_have_its_length() {
    let world = World::new();
    let objects = world.card.tap(1, cny(1)).objects();
    for at in 0..objects.len() {
        let (tag, value) = objects[at].clone();
        let expected = match tag {
            "9F10" => Reason::IssuerApplicationData,
            _ => Reason::ChipDataMalformed,
        };
        let mut longer = value.clone();
        longer.push(0);
        for wrong in [value[..value.len() - 1].to_vec(), longer, Vec::new()] {
            let mut objects = objects.clone();
            objects[at].1.clone_from(&wrong);
            assert_eq!(
                answer(&world, encode(&objects)),
                expected,
                "{tag} {wrong:02X?}"
            );
        }
    }
}

#[test]
fn every_truncation_is_declined() {
    let world = World::new();
    let de55 = world.card.tap(1, cny(1)).de55();
    for len in 1..de55.len() {
        let reason = answer(&world, de55[..len].to_vec());
        let expected = [Reason::ChipDataMalformed, Reason::ChipDataIncomplete];
        assert!(
            expected.contains(&reason),
            "the first {len} octets: {reason}"
        );
    }
}

#[test]
fn chip_data_longer_than_its_field_is_in_no_message() {
    let world = World::new();
    let mut de55 = world.card.tap(1, cny(1)).de55();
    de55.extend(object("9F7C", &[0; 100]));
    let filler = 255 - de55.len() - 3;
    de55.extend(object("9F7D", &vec![0; filler]));
    assert_eq!(de55.len(), 255);
    assert_eq!(answer(&world, de55.clone()), Reason::Approved);
    de55.push(0);
    assert_eq!(ask(&world, de55), None);
}

#[test]
fn any_order_of_objects_and_unknown_ones_are_let_pass() {
    let world = World::new();
    let mut objects = world.card.tap(1, cny(1)).objects();
    objects.reverse();
    objects.insert(3, ("9F41", vec![0, 0, 0, 1]));
    objects.insert(7, ("DF01", Vec::new()));
    assert_eq!(answer(&world, encode(&objects)), Reason::Approved);
}

#[test]
fn issuer_application_data_of_another_layout_is_declined() {
    let world = World::new();
    let iads: [&[u8]; 6] = [
        &[],
        &[0x07],
        &[0x06, 0x01, 0x0A, 0x03, 0xA0, 0x00, 0x00],
        &[0x07, 0x01, 0x01, 0x03, 0xA0, 0x00, 0x00, 0x04],
        &[0x07, 0x01, 0x01, 0x03, 0xA0, 0x00, 0x00, 0x01, 0x01, 0x00],
        &[0xFF; 33],
    ];
    for iad in iads {
        let mut chip: Chip = world.card.tap(1, cny(1));
        chip.iad = iad.to_vec();
        assert_eq!(
            answer(&world, chip.de55()),
            Reason::IssuerApplicationData,
            "{iad:02X?}"
        );
    }
}

#[test]
fn track_2_that_cannot_be_read_is_in_no_message() {
    let world = World::new();
    let good = world.card.track2.clone();
    let mut cases: Vec<Vec<u8>> = (0..9).map(|len| good[..len].to_vec()).collect();
    cases.push(vec![0xFF; 19]);
    cases.push([good.clone(), vec![0x11; 19]].concat());
    for track2 in cases {
        let sale = Sale {
            track2,
            ..world.card.sale(1, cny(1))
        };
        assert_eq!(world.fork().reason(&sale), None);
    }
}

#[test]
fn a_shortened_track_2_is_not_the_one_that_was_issued() {
    let world = World::new();
    let good = world.card.track2.clone();
    let sale = Sale {
        track2: good[..good.len() - 1].to_vec(),
        ..world.card.sale(1, cny(1))
    };
    assert_eq!(
        world.fork().authorise(&sale).reason,
        Reason::CardDataAltered
    );
}
