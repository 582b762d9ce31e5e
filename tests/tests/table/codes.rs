//! The code that a card of every kind shows: it pays once, and neither is it a tap nor a tap a code.

use understudy_core::crypto::{Algorithm, Cvn, Field};
use understudy_core::wire::tags;
use understudy_core::wire::track2::Track2;
use understudy_issuer::{Authorisation, EntryMode, Reason};
use understudy_qr::consumer::{ConsumerCode, OCTETS_MAX, octets_of};
use understudy_wallet::WalletError;
use zeroize::Zeroizing;

use crate::approved::{assert_recomputed, listed};
use crate::chip::{Chip, flipped};
use crate::flips::{Effect, effect};
use crate::rows::{Row, taps};
use crate::scene::{Scene, with_chip};
use crate::values::{LIMIT, WITHIN, cny};

/// The objects of a code for the issuer, each of which is under the MAC or compared with it.
const OBJECTS: [u32; 6] = [0x9F26, 0x9F27, 0x9F10, 0x9F36, 0x82, 0x9F37];

/// The mark of codes in the second octet of the AIP.
const MARK: u8 = 0x02;

/// The rows whose version has the AIP under its MAC, each with the algorithm of its codes.
fn showing() -> Vec<(Row, Algorithm)> {
    let rows = taps().into_iter().map(|(row, _)| row);
    let rows = rows.filter(|row| row.cvn.fields().contains(&Field::Aip));
    rows.filter_map(|row| Some((row, row.algorithms.iter().last()?)))
        .collect()
}

/// The chip data of a code, shown by a verified user; track 2 and sequence number are those of taps.
fn shown(scene: &Scene, like: &Authorisation) -> Chip {
    scene.phone.verify();
    let code = scene
        .phone
        .wallet
        .present_code(scene.card.id)
        .expect("a code");
    let mut room = Zeroizing::new([0; OCTETS_MAX]);
    let octets = octets_of(code.text(), &mut room).expect("Base64");
    let code = ConsumerCode::parse(octets).expect("a code");
    let card = code.applications().next().expect("a card");
    let track2 = card.object(tags::TRACK_2_EQUIVALENT_DATA).expect("track 2");
    assert_eq!(Track2::parse(track2).as_ref(), Ok(&like.track2));
    let psn = card.object(tags::PAN_SEQUENCE_NUMBER).map(|psn| psn[0]);
    assert_eq!(psn, like.psn);
    Chip::read(card.chip_data)
}

/// A message like another one, for a code that was scanned.
fn scanned(scene: &Scene, like: &Authorisation, chip: &Chip) -> Authorisation {
    let message = Authorisation {
        identity: scene.new_identity(),
        entry_mode: EntryMode::consumer_code(),
        amount: cny(LIMIT + 1),
        ..like.clone()
    };
    with_chip(message, chip)
}

#[test]
fn a_code_of_every_row_pays_once_and_no_bit_of_it_can_be_flipped() {
    let mut all = Vec::new();
    for (row, algorithm) in showing() {
        let scene = Scene::of(row);
        let like = scene.message(&scene.request(WITHIN));
        let chip = shown(&scene, &like);
        assert!(
            chip.0.iter().map(|(tag, _)| tag.number()).eq(OBJECTS),
            "{row}"
        );
        for (tag, value) in &chip.0 {
            for bit in 0..8 * value.len() {
                let other = flipped(value, bit);
                let altered = chip.with(tag.number(), &other);
                let verdict = scene.send(&scanned(&scene, &like, &altered));
                let expected = effect(row, &chip, tag.number(), bit / 8, other[bit / 8]);
                let declined = Effect::Declined(verdict.reason);
                assert_eq!(declined, expected, "{row}: {tag} bit {bit}");
            }
        }
        let message = scanned(&scene, &like, &chip);
        let verdict = scene.send(&message);
        assert!(verdict.approved(), "{row}: {}", verdict.reason);
        let again = scene.send(&scanned(&scene, &like, &chip));
        assert_eq!(again.reason, Reason::Replay, "{row}");
        assert_eq!(scene.spent(), i128::from(LIMIT + 1), "{row}");
        // The currency is the card's; all else that a code does not say is zeros under the MAC.
        let de55 = [&chip.octets()[..], &[0x5F, 0x2A, 0x02, 0x01, 0x56]].concat();
        all.push(listed(row, algorithm, &message, &de55, &verdict));
    }
    let without = taps()
        .iter()
        .filter(|(row, _)| row.cvn == Cvn::UnionPay17)
        .count();
    assert_eq!(all.len(), taps().len() - without);
    assert_recomputed(&all, all.len(), 1);
}

#[test]
fn a_code_is_no_tap_and_a_tap_no_code_with_the_mark_or_without() {
    for (row, _) in showing() {
        let scene = Scene::of(row);
        scene.phone.verify();
        let request = scene.request(LIMIT + 1);
        let like = scene.message(&request);
        let tap = Chip::read(&request.de55);
        let code = shown(&scene, &like);
        let [plain, marked] = [&tap, &code].map(|chip| chip.get(0x82).to_vec());
        assert_eq!([plain[0], plain[1] | MARK], marked[..], "{row}");

        let as_code = |aip: &[u8]| {
            scene
                .send(&scanned(&scene, &like, &tap.with(0x82, aip)))
                .reason
        };
        assert_eq!(as_code(&plain), Reason::CardDataAltered, "{row}");
        assert_eq!(as_code(&marked), Reason::CryptogramWrong, "{row}");
        let mut of_code = tap.clone();
        for tag in OBJECTS {
            of_code = of_code.with(tag, code.get(tag));
        }
        let as_tap = |aip: &[u8]| {
            let chip = of_code.with(0x82, aip);
            scene.authorise_with(&request, &chip).reason
        };
        assert_eq!(as_tap(&marked), Reason::CardDataAltered, "{row}");
        assert_eq!(as_tap(&plain), Reason::CryptogramWrong, "{row}");
        assert!(scene.authorise(&request).approved(), "{row}");
        let message = scanned(&scene, &like, &code);
        assert!(scene.send(&message).approved(), "{row}");
    }
}

#[test]
fn a_version_without_the_aip_under_its_mac_shows_no_code_and_its_taps_are_none() {
    let mut rows = 0;
    for (row, _) in taps() {
        if row.cvn != Cvn::UnionPay17 {
            continue;
        }
        let scene = Scene::of(row);
        scene.phone.verify();
        let keys = scene.phone.counts(scene.card.id);
        let refused = scene.phone.wallet.present_code(scene.card.id);
        assert!(matches!(refused, Err(WalletError::Code(_))), "{row}");
        assert_eq!(scene.phone.counts(scene.card.id), keys, "{row}");
        let request = scene.request(LIMIT + 1);
        let like = scene.message(&request);
        let chip = Chip::read(&request.de55);
        let [first, second] = chip.array(0x82);
        for (aip, expected) in [
            ([first, second], Reason::CardDataAltered),
            ([first, second | MARK], Reason::CodeNotAuthenticated),
        ] {
            let verdict = scene.send(&scanned(&scene, &like, &chip.with(0x82, &aip)));
            assert_eq!(verdict.reason, expected, "{row}");
        }
        assert!(scene.authorise(&request).approved(), "{row}");
        rows += 1;
    }
    assert_eq!(rows + showing().len(), taps().len());
}

#[test]
fn a_code_that_is_old_does_not_pay_and_is_used_up() {
    for (row, _) in showing() {
        let scene = Scene::of(row);
        let like = scene.message(&scene.request(WITHIN));
        let chip = shown(&scene, &like);
        scene.clock.pass(61);
        let late = scene.send(&scanned(&scene, &like, &chip));
        assert_eq!(late.reason, Reason::CodeLate, "{row}");
        let again = scene.send(&scanned(&scene, &like, &chip));
        assert_eq!(again.reason, Reason::Replay, "{row}");
        assert_eq!(scene.spent(), 0, "{row}");
    }
}
