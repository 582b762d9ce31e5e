//! Requests that differ from what the card was told or said: data under no MAC, every octet of DE 55, track
//! 2, the sequence number, the message around them.

use understudy_core::crypto::Cvn;
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::tlv::Reader;
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use understudy_issuer::{Authorisation, ChipData, Reason};

use crate::chip::{Chip, flipped};
use crate::flips::{FREE, FREE_UNDER_17};
use crate::rows::{Row, taps};
use crate::scene::Scene;
use crate::values::WITHIN;

#[test]
fn data_under_no_mac_may_say_anything_and_decides_nothing() {
    let mut approved = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row);
        for (tag, value) in said_freely(row, &scene) {
            let request = scene.request(WITHIN);
            let chip = Chip::read(&request.de55);
            assert_ne!(chip.get(tag), value);
            let verdict = scene.authorise_with(&request, &chip.with(tag, &value));
            assert!(verdict.approved(), "{row}: {tag:X}, {}", verdict.reason);
            approved += 1;
        }
    }
    let short = taps()
        .iter()
        .filter(|(row, _)| row.cvn == Cvn::UnionPay17)
        .count();
    assert_eq!(
        approved,
        FREE.len() * taps().len() + FREE_UNDER_17.len() * short
    );
}

/// Another value for each object that is under no MAC.
fn said_freely(row: Row, scene: &Scene) -> Vec<(u32, Vec<u8>)> {
    let chip = Chip::read(&scene.request(WITHIN).de55);
    let inverted = |tag: &u32| {
        let value = chip.get(*tag).iter();
        (*tag, value.map(|octet| octet ^ 0xFF).collect())
    };
    let mut free: Vec<_> = FREE.iter().map(inverted).collect();
    if row.cvn == Cvn::UnionPay17 {
        let besides = FREE_UNDER_17.iter();
        free.extend(besides.map(|(tag, value)| (*tag, value.to_vec())));
    }
    free
}

#[test]
fn every_flipped_bit_of_track_2_and_of_the_sequence_number_is_declined() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        let mut buffer = [0; TRACK2_MAX];
        let track2 = request.track2.emit(&mut buffer).to_vec();
        let digits = request.track2.number().digits().count();
        let (mut unreadable, mut unknown, mut altered) = (0, 0, 0);
        for bit in 0..8 * track2.len() {
            // No message holds what is not of the form of track 2.
            let Ok(other) = Track2::parse(&flipped(&track2, bit)) else {
                unreadable += 1;
                continue;
            };
            let verdict = scene.send(&Authorisation {
                track2: other,
                ..scene.message(&request)
            });
            if bit / 4 < digits {
                assert_eq!(verdict.reason, Reason::UnknownToken, "{row}: bit {bit}");
                unknown += 1;
            } else {
                assert_eq!(verdict.reason, Reason::CardDataAltered, "{row}: bit {bit}");
                altered += 1;
            }
        }
        assert!(unreadable > 0 && unknown >= digits && altered > 16, "{row}");
        for bit in 0..8 {
            let verdict = scene.send(&Authorisation {
                psn: Some(request.psn.unwrap_or(0) ^ (1 << bit)),
                ..scene.message(&request)
            });
            assert_eq!(
                verdict.reason,
                Reason::CardDataAltered,
                "{row}: PSN bit {bit}"
            );
        }
        assert!(scene.authorise(&request).approved(), "{row}");
    }
}

#[test]
fn the_message_around_the_chip_data_must_say_what_the_card_was_told() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let more = Amount::new(WITHIN + 1, Currency::CNY).expect("an amount");
        let dollars = Amount::new(WITHIN, Currency::USD).expect("an amount");
        for (amount, expected) in [
            (more, Reason::AmountMismatch),
            (dollars, Reason::CurrencyMismatch),
        ] {
            let request = scene.request(WITHIN);
            let verdict = scene.send(&Authorisation {
                amount,
                ..scene.message(&request)
            });
            assert_eq!(verdict.reason, expected, "{row}");
        }
    }
}

/// True if chip data say the same of everything that is not free.
fn say_the_same(row: Row, octets: &[u8], other: &[u8]) -> bool {
    if Reader::new(other).any(|object| object.is_err()) {
        return false;
    }
    let [chip, other] = [octets, other].map(Chip::read);
    // What the message contradicts is looked at behind the counter.
    let later = [0x5F2A, 0x9A, 0x9C];
    let besides = FREE_UNDER_17.iter().map(|(tag, _)| *tag).chain(later);
    let free: Vec<_> = match row.cvn {
        Cvn::UnionPay17 => besides.chain(FREE).collect(),
        _ => FREE.to_vec(),
    };
    let mut bound = chip
        .0
        .iter()
        .filter(|(tag, _)| !free.contains(&tag.number()));
    bound.all(|object| other.0.contains(object))
}

#[test]
fn no_bit_of_de_55_tags_and_lengths_included_makes_other_chip_data_of_a_right_cryptogram() {
    let mut right = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        assert!(scene.authorise(&request).approved(), "{row}");
        for bit in 0..8 * request.de55.len() {
            let other = flipped(&request.de55, bit);
            let verdict = scene.send(&Authorisation {
                chip_data: ChipData::new(&other).expect("DE 55"),
                ..scene.message(&request)
            });
            assert!(!verdict.approved(), "{row}: bit {bit}");
            // The counter is used up: whatever is taken for the card's is a replay.
            if verdict.reason == Reason::Replay {
                assert!(say_the_same(row, &request.de55, &other), "{row}: bit {bit}");
                right += 1;
            }
        }
    }
    assert!(right >= 8 * 21 * taps().len());
}
