//! A relay between reader and card, above the limit for taps without verification: whatever it tells the
//! card, the card states no verification that there was not, and whatever it tells the reader, the issuer
//! believes the statement alone.

use std::cell::Cell;

use understudy_core::card::Scheme;
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;
use understudy_issuer::Reason;
use understudy_pos::{Outcome, TapReport};

use crate::link::{find, rewrite_ctq};
use crate::rows::taps;
use crate::scene::{Scene, online};
use crate::values::{LIMIT, WITHIN, cny};

/// The words of readers that decide about a card's verification: TTQ bytes with the path of the card and
/// every combination of the bits for offline-only, PIN, signature, CVM required and device; CVM results
/// of every method.
fn words(tag: Tag) -> Vec<Vec<u8>> {
    if tag == tags::CVM_RESULTS {
        let methods = 0..0x40_u8;
        return methods.map(|method| vec![method, 0x03, 0x02]).collect();
    }
    let bits = 0..32_u8;
    bits.map(|bits| {
        let first = 0x20 | (bits & 0x0E);
        let second = 0x80 | (bits & 0x01) << 6;
        vec![first, second, (bits & 0x10) << 2, 0x80]
    })
    .collect()
}

/// The tag of the reader's word, and its place in the command that asks for the cryptogram, by a tap
/// before.
fn place(report: &TapReport) -> (u8, Tag, usize) {
    let answers = report
        .exchanges()
        .filter_map(|exchange| exchange.answer.as_ref().ok());
    let bodies = answers.filter_map(|answer| answer.get(..answer.len() - 2));
    let lists = bodies.flat_map(|body| {
        [
            (0xAE, tags::CVM_RESULTS, 5, find(body, tags::CDOL1)),
            (0xA8, tags::TTQ, 7, find(body, tags::PDOL)),
        ]
    });
    let mut places = lists.filter_map(|(instruction, tag, start, list)| {
        let list = list?;
        let list = Dol::parse(&list).expect("a list");
        let before = list.entries().take_while(|entry| entry.tag != tag);
        let before: usize = before.map(|entry| entry.length).sum();
        list.contains(tag)
            .then_some((instruction, tag, start + before))
    });
    places
        .next()
        .expect("a list that asks for the reader's word")
}

#[test]
fn whatever_a_relay_tells_the_card_it_states_no_verification_and_nothing_is_approved() {
    for (row, _) in taps() {
        let scene = Scene::of(row).at_strict_terminal(row);
        let (instruction, tag, at) = place(&scene.tap(cny(WITHIN)));
        let (mut answered, mut refused) = (0, 0);
        for word in words(tag) {
            let report = scene.tap_in(
                scene.field().commands(|command| {
                    if command[1] == instruction {
                        command[at..at + word.len()].copy_from_slice(&word);
                    }
                }),
                cny(LIMIT + 1),
            );
            let Outcome::OnlineRequest(request) = report.outcome else {
                refused += 1;
                continue;
            };
            let verdict = scene.authorise(&request);
            assert_eq!(verdict.reason, Reason::NoCvm, "{row}: {word:02X?}");
            answered += 1;
        }
        assert!(answered > 0 && refused > 0, "{row}: {answered}, {refused}");
        assert_eq!(scene.spent(), 0, "{row}");
    }
}

#[test]
fn card_qualifiers_that_a_relay_rewrites_do_not_count() {
    const QUALIFIERS: [[u8; 2]; 7] = [
        [0x00, 0x00],
        [0x00, 0x80],
        [0x80, 0x00],
        [0x40, 0x00],
        [0x80, 0x80],
        [0x00, 0x40],
        [0xFF, 0xFF],
    ];
    let mut with_qualifiers = 0;
    for (row, _) in taps() {
        let scene = Scene::of(row);
        let seen = Cell::new(0);
        for qualifiers in QUALIFIERS {
            let field = scene.field().answers(|answer| {
                let before = answer.clone();
                rewrite_ctq(answer, qualifiers);
                seen.set(seen.get() + usize::from(*answer != before));
            });
            if let Outcome::OnlineRequest(request) = scene.tap_in(field, cny(LIMIT + 1)).outcome {
                let verdict = scene.authorise(&request);
                assert_eq!(verdict.reason, Reason::NoCvm, "{row}: {qualifiers:02X?}");
            }
        }
        with_qualifiers += usize::from(seen.into_inner() >= 6);
        scene.phone.verify();
        let field = scene.field().answers(|answer| rewrite_ctq(answer, [0, 0]));
        let stripped = online(scene.tap_in(field, cny(LIMIT + 1)));
        assert!(
            scene.authorise(&stripped).approved(),
            "{row}: the statement stands"
        );
    }
    let taps = taps();
    let having = taps
        .iter()
        .filter(|(row, _)| row.scheme != Scheme::Mastercard);
    assert_eq!(with_qualifiers, having.count());
}
