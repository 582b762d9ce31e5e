//! Cards of several schemes at one host: nothing of one passes for another's.

use std::collections::HashSet;
use std::rc::Rc;

use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Algorithms, Cvn, Key};
use understudy_core::wire::tags;
use understudy_issuer::demonstration::{config, custody, keys};
use understudy_issuer::{
    Authorisation, BinRange, IssueError, Issuer, IssuerConfig, Reason, SoftwareCustody,
};
use understudy_pos::OnlineRequest;

use crate::chip::Chip;
use crate::iad::layout;
use crate::issuing::{Card, issuer, issuer_with, options, refusal};
use crate::link::place_in_gpo;
use crate::rows::{Row, plain, rows, taps};
use crate::scene::{Scene, online, with_chip};
use crate::values::{WITHIN, cny};

/// A phone with a card of each scheme for one account (a co-badged card), each with its row.
fn co_badged() -> (Scene, Vec<(Row, Card)>) {
    let rows = plain();
    let scene = Scene::of(rows[0]);
    let others: Vec<_> = (rows[1..].iter())
        .map(|row| (*row, scene.beside(*row)))
        .collect();
    let first = (rows[0], scene.card.clone());
    let cards = [vec![first], others].concat();
    (scene, cards)
}

fn request_of(scene: &Scene, card: &Card) -> OnlineRequest {
    scene.present(card);
    scene.request(WITHIN)
}

#[test]
fn one_account_has_a_card_of_each_scheme_and_each_pays_for_it() {
    let (scene, cards) = co_badged();
    for (row, card) in &cards {
        let request = request_of(&scene, card);
        assert_eq!(*request.track2.number(), card.number, "{row}");
        let verdict = scene.authorise(&request);
        assert_eq!(
            (verdict.reason, verdict.token),
            (Reason::Approved, Some(card.token))
        );
    }
    assert_eq!(scene.spent(), 3 * i128::from(WITHIN));
}

#[test]
fn the_chip_data_of_one_scheme_do_not_pay_for_the_token_of_another() {
    let (scene, cards) = co_badged();
    let mut pairs = 0;
    for (of, one) in &cards {
        for (at, other) in cards.iter().filter(|(row, _)| row.scheme != of.scheme) {
            let [card, name] = [one, other].map(|card| request_of(&scene, card));
            let [chip, own] = [&card, &name].map(|request| Chip::read(&request.de55));
            let send = |chip: &Chip| {
                let message = Authorisation {
                    track2: name.track2.clone(),
                    psn: name.psn,
                    ..scene.message(&card)
                };
                scene.send(&with_chip(message, chip)).reason
            };
            let place = format!("chip data of {of}, track 2 of {at}");
            let same_aip = chip.get(0x82) == own.get(0x82);
            let first = if same_aip {
                Reason::IssuerApplicationData
            } else {
                Reason::CardDataAltered
            };
            assert_eq!(send(&chip), first, "{place}");
            let disguised = chip.with(0x82, own.get(0x82));
            assert_eq!(send(&disguised), Reason::IssuerApplicationData, "{place}");
            let disguised = disguised.with(0x9F10, own.get(0x9F10));
            assert_eq!(send(&disguised), Reason::CryptogramWrong, "{place}");
            // Neither the attempts nor the names have used a counter up.
            assert!(scene.authorise(&card).approved(), "{place}");
            assert!(scene.authorise(&name).approved(), "{place}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 6);
}

#[test]
fn the_chip_data_of_a_card_do_not_pay_for_another_of_its_kind() {
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let first = scene.request(WITHIN);
        let other = scene.further(row);
        let second = scene.request(WITHIN);
        assert_eq!(*second.track2.number(), other.number, "{row}");
        for (of, at) in [(&first, &second), (&second, &first)] {
            let verdict = scene.send(&Authorisation {
                track2: at.track2.clone(),
                ..scene.message(of)
            });
            assert_eq!(verdict.reason, Reason::CryptogramWrong, "{row}");
        }
        for request in [first, second] {
            assert!(scene.authorise(&request).approved(), "{row}");
        }
    }
}

#[test]
fn the_version_in_the_issuer_application_data_is_the_cards_and_only_unionpay_17_has_another_name() {
    let mut aliases = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        assert!(scene.authorise(&request).approved(), "{row}");
        let chip = Chip::read(&request.de55);
        let at = layout(row.cvn).cvn;
        for octet in 0..=u8::MAX {
            let mut iad = chip.get(0x9F10).to_vec();
            iad[at] = octet;
            let reason = scene
                .authorise_with(&request, &chip.with(0x9F10, &iad))
                .reason;
            // Its counter is used up: what is taken for the card's is a replay.
            let alias = row.cvn == Cvn::UnionPay17 && octet == 0x11;
            if octet == row.cvn.byte() || alias {
                assert_eq!(reason, Reason::Replay, "{row}: {octet:02X}");
                aliases += usize::from(alias);
            } else {
                assert_eq!(reason, Reason::IssuerApplicationData, "{row}: {octet:02X}");
            }
        }
    }
    let short = taps()
        .iter()
        .filter(|(row, _)| row.cvn == Cvn::UnionPay17)
        .count();
    assert_eq!(aliases, short);
}

/// A tap whose relay says of the reader's SM algorithms (`DF69`) what it likes.
fn relayed(scene: &Scene, indicator: u8) -> OnlineRequest {
    let dry = scene.tap(cny(WITHIN));
    let fci = dry.exchanges().nth(1).expect("SELECT of the application");
    let fci = fci.answer.as_ref().expect("an answer");
    let at = place_in_gpo(fci, tags::SM_ALGORITHM_INDICATOR).expect("a card that asks");
    let field = scene.field().commands(|command| {
        if command[1] == 0xA8 {
            assert_ne!(command[at], indicator, "the reader says something else");
            command[at] = indicator;
        }
    });
    online(scene.tap_in(field, cny(WITHIN)))
}

#[test]
fn a_relay_chooses_the_algorithm_of_a_dual_card_and_gains_nothing_by_it() {
    let mut turned = 0;
    let dual = |row: &Row| row.algorithms.iter().count() == 2;
    for row in rows().into_iter().filter(dual) {
        let scene = Scene::of(row);
        let (other, indicator) = match row.algorithm() {
            Some(Algorithm::Sm4) => (Algorithm::Tdes, 0x00),
            _ => (Algorithm::Sm4, 0x01),
        };
        let request = relayed(&scene, indicator);
        let chip = Chip::read(&request.de55);
        let mut iad = chip.get(0x9F10).to_vec();
        assert_eq!(iad[7], other.octet(), "{row}");
        // The octet that names the algorithm is under the MAC of no version of the scheme.
        iad[7] = row.algorithm().expect("a common one").octet();
        let relabelled = scene.authorise_with(&request, &chip.with(0x9F10, &iad));
        assert_eq!(relabelled.reason, Reason::CryptogramWrong, "{row}");
        let verdict = scene.authorise(&request);
        assert!(verdict.approved(), "{row}: {}", verdict.reason);
        // One counter makes one cryptogram, of either algorithm.
        let next = scene.request(WITHIN);
        let counter = |chip: &Chip| u16::from_be_bytes(chip.array(0x9F36));
        assert_eq!(
            counter(&Chip::read(&next.de55)),
            counter(&chip) + 1,
            "{row}"
        );
        turned += 1;
    }
    assert_eq!(turned, 2 * 2 * 2);
}

#[test]
fn ranges_that_overlap_give_no_number_to_tokens_of_two_schemes() {
    let rows = plain();
    let ranges = rows.iter().map(|row| {
        let ten = BinRange::new(row.scheme, "62509400000000", 16);
        ten.expect("ten numbers")
    });
    let config = IssuerConfig {
        ranges: ranges.collect(),
        ..config()
    };
    let scene = Scene::at(Rc::new(issuer_with(custody(), config)), rows[0], |_| {});
    let mut numbers = HashSet::from([scene.card.number.expose().to_owned()]);
    let schemes = rows.clone().into_iter().cycle().skip(1);
    for row in schemes.take(9) {
        let card = scene.further(row);
        assert!(numbers.insert(card.number.expose().to_owned()), "{row}");
        assert!(scene.authorise(&scene.request(WITHIN)).approved(), "{row}");
    }
    for row in rows {
        let refused = refusal(&scene.issuer, &scene.phone, &options(row), scene.now());
        let exhausted = matches!(refused, IssueError::RangeExhausted(of) if of == row.scheme);
        assert!(exhausted, "{row}: ten numbers for all");
    }
}

/// An issuer whose `UnionPay` cards with triple DES have a second master key.
fn rotated() -> Rc<Issuer> {
    let mut keys = keys();
    let key = Key::from_octets(Algorithm::Tdes, &[0xAB; 16]).expect("16 octets");
    let version = keys.application_cryptogram.add(Scheme::UnionPay, key);
    assert_eq!(version.expect("a new key").dki, 0x02);
    Rc::new(issuer(SoftwareCustody::new(keys)))
}

#[test]
fn an_index_that_only_one_family_has_is_of_no_use_to_another() {
    let (issuer, mut cards) = (rotated(), 0);
    for row in rows() {
        if row.algorithm().is_none() {
            continue;
        }
        let scene = Scene::at(Rc::clone(&issuer), row, |_| {});
        let request = scene.request(WITHIN);
        let chip = Chip::read(&request.de55);
        let newest = row.scheme == Scheme::UnionPay && row.algorithms == Algorithms::TDES;
        let (dki, other) = if newest { (0x02, 0x01) } else { (0x01, 0x02) };
        let mut iad = chip.get(0x9F10).to_vec();
        let at = layout(row.cvn).dki;
        assert_eq!(iad[at], dki, "{row}");
        iad[at] = other;
        let renamed = scene.authorise_with(&request, &chip.with(0x9F10, &iad));
        assert_eq!(renamed.reason, Reason::MasterKeyIndex, "{row}");
        assert!(scene.authorise(&request).approved(), "{row}");
        cards += 1;
    }
    assert_eq!(cards, taps().len());
}
