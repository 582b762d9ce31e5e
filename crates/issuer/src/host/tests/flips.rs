//! Every single bit of what the cryptogram covers, of the cryptogram itself, and of track 2.

use understudy_core::crypto::Cvn;
use understudy_core::wire::amount::{Amount, Currency};

use super::kit::{FUNDS, Sale, World, cny, encode, flips};
use crate::{IssueOptions, Reason};

const KEYS: u16 = 10;

/// The reason that a flip of an octet of a chip field must have.
fn expected(tag: &str, at: usize, value: &[u8]) -> Reason {
    let decimal = value
        .iter()
        .all(|octet| octet >> 4 <= 9 && octet & 0x0F <= 9);
    match tag {
        "9F02" | "9F03" | "9F1A" | "5F2A" | "9A" | "9C" if !decimal => Reason::ChipDataMalformed,
        "9F27" => Reason::ChipDataMalformed,
        "82" => Reason::CardDataAltered,
        "9F36" => match u16::from_be_bytes([value[0], value[1]]) {
            1..=KEYS => Reason::CryptogramWrong,
            _ => Reason::CounterNotIssued,
        },
        "9F10" => match (at, value[at]) {
            (4, 0xA4) => Reason::CryptogramWrong,
            // The card seems to decline, but 9F27 says that it went online.
            (4, 0x80) => Reason::ChipDataMalformed,
            (1, _) => Reason::MasterKeyIndex,
            _ => Reason::IssuerApplicationData,
        },
        _ => Reason::CryptogramWrong,
    }
}

fn flip_all(cvn: Cvn, discretionary: &[u8], under_the_mac: &[&str]) {
    let discretionary = discretionary.to_vec();
    let world = World::with(IssueOptions {
        cvn,
        discretionary,
        domestic_only: cvn == Cvn::UnionPay17,
        ..Default::default()
    });
    // The counter 0003 has a neighbour with a key at each single bit: 0001, 0002 and 0007.
    let chip = world.card.tap(3, cny(1_234));
    let untouched = world.state();
    let mut seen = 0;
    for (index, (tag, value)) in chip.objects().into_iter().enumerate() {
        if !under_the_mac.contains(&tag) {
            continue;
        }
        for (at, flipped) in flips(&value) {
            let mut objects = chip.objects();
            objects[index].1 = flipped.clone();
            let mut sale = world.card.request(&chip, cny(1_234));
            sale.de55 = encode(&objects);
            let verdict = world.authorise(&sale);
            assert_eq!(
                verdict.reason,
                expected(tag, at, &flipped),
                "{cvn} {tag} {flipped:02X?}"
            );
            assert_eq!(verdict.arpc, None);
            assert_eq!(world.state(), untouched, "{tag} {flipped:02X?}");
            seen += 1;
        }
    }
    assert!(seen >= 8 * under_the_mac.len());
    // None of it used up the counter.
    assert!(
        world
            .authorise(&world.card.request(&chip, cny(1_234)))
            .approved()
    );
}

#[test]
fn no_bit_under_the_mac_of_cvn_01_can_be_flipped() {
    let fields = [
        "9F26", "9F27", "9F10", "9F37", "9F36", "95", "9A", "9C", "9F02", "5F2A", "82", "9F1A",
        "9F03",
    ];
    flip_all(Cvn::UnionPay01, &[], &fields);
    flip_all(Cvn::UnionPay01, &[0x01, 0x02, 0x03], &fields);
}

#[test]
fn no_bit_under_the_mac_of_cvn_17_can_be_flipped() {
    let fields = ["9F26", "9F27", "9F10", "9F37", "9F36", "9F02"];
    flip_all(Cvn::UnionPay17, &[], &fields);
    flip_all(Cvn::UnionPay17, &[0x01, 0x02, 0x03], &fields);
}

#[test]
fn no_bit_of_the_application_interchange_profile_can_be_flipped() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        flip_all(cvn, &[], &["82"]);
    }
}

#[test]
fn no_bit_of_track_2_can_be_flipped() {
    for digits in [16, 19] {
        let world = World::without_pin(&IssueOptions::default(), digits, FUNDS);
        let sale = world.card.sale(1, cny(1));
        let untouched = world.state();
        for (at, flipped) in flips(&sale.track2) {
            let old = [sale.track2[at] >> 4, sale.track2[at] & 0x0F];
            let new = [flipped[at] >> 4, flipped[at] & 0x0F];
            let half = usize::from(old[0] == new[0]);
            let expected = track2_reason(2 * at + half, old[half], new[half], digits, &flipped);
            let reason = world.reason(&Sale {
                track2: flipped.clone(),
                ..sale.again()
            });
            assert_eq!(reason, expected, "{flipped:02X?}");
            assert_eq!(world.state(), untouched);
        }
        assert!(world.authorise(&sale).approved());
    }
}

/// The reason for nibble `at` of a track 2 with a card number of `digits` digits; none if no message
/// holds it.
fn track2_reason(at: usize, old: u8, new: u8, digits: usize, flipped: &[u8]) -> Option<Reason> {
    let decimal = new <= 9;
    if at < digits {
        return decimal.then_some(Reason::UnknownToken);
    }
    let nibble = |at: usize| (flipped[at / 2] >> (4 * (1 - at % 2))) & 0x0F;
    let is_expiry = (digits + 1..digits + 5).contains(&at);
    let month = 10 * nibble(digits + 3) + nibble(digits + 4);
    let malformed = at == digits || !decimal || (is_expiry && !(1..=12).contains(&month));
    // A digit in the place of the padding makes the discretionary data longer, and padding in the
    // place of its last digit makes it shorter: track 2 all the same, but not the one issued.
    let padding_moved = old == 0x0F && decimal || new == 0x0F && at + 1 == 2 * flipped.len();
    (!malformed || padding_moved).then_some(Reason::CardDataAltered)
}

#[test]
fn no_bit_of_the_sequence_number_can_be_flipped() {
    let world = World::new();
    let sale = world.card.sale(1, cny(1));
    for (_, flipped) in flips(&[0x01]) {
        let altered = Sale {
            psn: Some(flipped[0]),
            ..sale.again()
        };
        assert_eq!(world.authorise(&altered).reason, Reason::CardDataAltered);
    }
    assert_eq!(
        world
            .authorise(&Sale {
                psn: None,
                ..sale.again()
            })
            .reason,
        Reason::CardDataAltered
    );
    assert!(world.authorise(&sale).approved());
}

#[test]
fn no_bit_of_the_message_amount_can_be_flipped() {
    let world = World::new();
    let sent = cny(1_234);
    let sale = world.card.sale(1, sent);
    for bit in 0..40 {
        let Some(amount) = Amount::new(sent.minor() ^ (1 << bit), Currency::CNY) else {
            continue;
        };
        let verdict = world.fork().authorise(&Sale {
            amount,
            ..sale.again()
        });
        assert_eq!(verdict.reason, Reason::AmountMismatch, "{amount:?}");
    }
}

#[test]
fn no_bit_of_the_message_currency_can_be_flipped() {
    for cvn in [Cvn::UnionPay01, Cvn::UnionPay17] {
        let world = World::cvn(cvn);
        let sale = world.card.sale(1, cny(1_234));
        for bit in 0..10 {
            let Some(currency) = Currency::new(Currency::CNY.numeric() ^ (1 << bit)) else {
                continue;
            };
            let amount = Amount::new(1_234, currency).unwrap();
            let verdict = world.fork().authorise(&Sale {
                amount,
                ..sale.clone()
            });
            assert_eq!(verdict.reason, Reason::CurrencyMismatch, "{currency:?}");
        }
    }
}

#[test]
fn the_card_of_a_neighbour_does_not_pass_for_this_one() {
    let world = World::new();
    let other = world.another_card();
    let mut sale = world.card.sale(1, cny(1));
    sale.track2 = other.track2;
    assert_eq!(world.authorise(&sale).reason, Reason::CryptogramWrong);
}
