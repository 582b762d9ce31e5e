//! Letters that were altered, cut, repeated, reordered, or are somebody else's.

use understudy_core::card::CardId;
use understudy_provisioning::letter::{Body, Command, Notice, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_wallet::{Taken, WalletError};

use crate::issuer::{CARD, Issuer, Seeded};
use crate::phone::Phone;

/// A device with a card, a tap and a report in flight, and a letter of every kind, in order.
fn correspondence() -> (Phone, Vec<Vec<u8>>) {
    let (mut phone, mut issuer) = Phone::with_card(&[1, 2]);
    assert_eq!(phone.tap(), 0x9000);
    let report = phone.report();
    issuer.take(&report).unwrap();
    let letters = vec![
        issuer.card(CardId(2), &[1, 2]),
        issuer.keys(CARD, &[3, 4]),
        issuer.card(CARD, &[5]),
        issuer.command(CARD, Command::Suspend(SuspendReason::Issuer)),
        issuer.command(CARD, Command::Resume),
        issuer.command(CARD, Command::Replenish),
        issuer.write(None, Body::Command(Command::Report)),
        issuer.notice(Notice::Approved, 1, *b"00"),
        issuer.notice(Notice::Declined, 1, *b"51"),
        issuer.notice(Notice::Reversed, 1, *b"00"),
        issuer.acknowledge(),
        issuer.command(CARD, Command::Delete),
    ];
    (phone, letters)
}

/// Gives the device a letter that it must refuse and count, and do nothing else with.
fn is_refused(phone: &mut Phone, letter: &[u8], what: &str) -> Refusal {
    let (before, counted) = (phone.kept.but_for_refusals(), count(phone));
    let taken = phone.wallet.receive(letter);
    let Err(WalletError::Refused(refusal)) = taken else {
        panic!("{what}: {taken:?}");
    };
    assert_eq!(phone.kept.but_for_refusals(), before, "{what}");
    assert_eq!(count(phone), counted + 1, "{what}");
    refusal
}

fn count(phone: &Phone) -> u32 {
    let image = phone.kept.json();
    let refusals = image["device"]["refusals"].as_str().unwrap();
    u32::from_str_radix(&refusals[..8], 16).unwrap()
}

#[test]
fn a_letter_altered_at_any_octet_is_refused_and_the_whole_one_taken() {
    let (mut phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        for at in 0..letter.len() {
            let mut altered = letter.clone();
            altered[at] ^= 1 << (at % 8);
            is_refused(
                &mut phone,
                &altered,
                &format!("letter {number}, octet {at}"),
            );
        }
        assert_ne!(phone.takes(letter), Taken::Done, "letter {number}");
    }
}

#[test]
fn a_letter_cut_at_any_octet_or_with_a_tail_is_refused_as_framing() {
    let (mut phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        for len in 0..letter.len() {
            let what = format!("letter {number}, {len} octets");
            assert_eq!(
                is_refused(&mut phone, &letter[..len], &what),
                Refusal::Framing
            );
        }
        let longer = [letter, &[0][..]].concat();
        assert_eq!(is_refused(&mut phone, &longer, "longer"), Refusal::Framing);
        assert_ne!(phone.takes(letter), Taken::Done, "letter {number}");
    }
}

#[test]
fn the_last_letter_again_is_done_and_an_older_one_stale() {
    let (mut phone, letters) = correspondence();
    for (number, letter) in letters.iter().enumerate() {
        phone.takes(letter);
        let (image, keeps) = (phone.kept.image(), phone.kept.keeps());
        assert_eq!(phone.takes(letter), Taken::Done, "letter {number}");
        assert_eq!((phone.kept.image(), phone.kept.keeps()), (image, keeps));
        for older in &letters[..number] {
            assert_eq!(is_refused(&mut phone, older, "older"), Refusal::Stale);
        }
    }
}

#[test]
fn four_letters_in_any_order_do_what_those_in_ascending_order_do() {
    let orders = (0..256_usize).map(|code| [0, 2, 4, 6].map(|shift| code >> shift & 3));
    for order in orders {
        let written = || {
            let (phone, mut issuer) = Phone::with_card(&[1]);
            let letters = [
                issuer.command(CARD, Command::Suspend(SuspendReason::Cardholder)),
                issuer.keys(CARD, &[2]),
                issuer.command(CARD, Command::Resume),
                issuer.keys(CARD, &[3]),
            ];
            (phone, letters)
        };
        let (mut phone, letters) = written();
        let mut highest = None;
        let mut effective = Vec::new();
        for index in order {
            if Some(index) < highest {
                assert_eq!(
                    is_refused(&mut phone, &letters[index], "late"),
                    Refusal::Stale
                );
            } else {
                phone.takes(&letters[index]);
                effective.push(index);
                highest = Some(index);
            }
        }
        effective.dedup();
        let (mut ascending, letters) = written();
        for index in effective {
            ascending.takes(&letters[index]);
        }
        let (left, right) = (
            phone.kept.but_for_refusals(),
            ascending.kept.but_for_refusals(),
        );
        assert_eq!(left, right, "{order:?}");
    }
}

#[test]
fn two_letters_of_one_number_are_a_conflict() {
    let mut phone = Phone::new();
    let request = phone.enrol().unwrap();
    let (mut issuer, mut twin) = (Issuer::of(&request), Issuer::of(&request));
    phone.takes(&issuer.card(CARD, &[1]));
    let letter = twin.card(CARD, &[2]);
    assert_eq!(
        is_refused(&mut phone, &letter, "the twin's"),
        Refusal::Conflict
    );
}

#[test]
fn a_letter_to_another_device_or_of_another_issuer_is_refused() {
    let (mut phone, _) = Phone::with_card(&[1]);
    let mut other = Phone::new();
    let request = other
        .wallet
        .enrol(
            crate::issuer::keys(),
            crate::issuer::CHALLENGE,
            None,
            &mut Seeded(77),
        )
        .unwrap();
    let letter = Issuer::of(&request).card(CARD, &[1]);
    assert_eq!(
        is_refused(&mut phone, &letter, "to another"),
        Refusal::Device
    );

    let mut issuer_keys = crate::issuer::keys();
    let stranger = understudy_provisioning::keys::SigningKey::generate(&mut Seeded(5)).unwrap();
    issuer_keys.verify = vec![stranger.public()];
    let mut other = Phone::new();
    let request = other
        .wallet
        .enrol(issuer_keys, crate::issuer::CHALLENGE, None, &mut Seeded(1))
        .unwrap();
    let letter = Issuer::of(&request).card(CARD, &[1]);
    assert_eq!(
        is_refused(&mut other, &letter, "of another"),
        Refusal::IssuerKey
    );
}

#[test]
fn a_report_of_its_own_is_no_letter() {
    let (mut phone, _) = Phone::with_card(&[1]);
    let report = phone.report();
    assert_eq!(is_refused(&mut phone, &report, "a report"), Refusal::Kind);
}

#[test]
fn an_error_shows_neither_number_nor_key() {
    let (mut phone, mut issuer) = Phone::with_card(&[1]);
    let letters = [
        issuer.card(CardId(2), &[1]),
        issuer.keys(CARD, &[1]),
        issuer.profile(CARD, &crate::issuer::spec(CardId(9)), &[9]),
    ];
    let first = letters[0].len() / 2;
    let mut altered = letters[0].clone();
    altered[first] ^= 1;
    for letter in [&altered, &letters[1], &letters[2]] {
        let error = phone.wallet.receive(letter).unwrap_err();
        let shown = format!("{error} {error:?}");
        let longest = shown
            .split(|c: char| !c.is_ascii_hexdigit())
            .map(str::len)
            .max();
        assert!(longest < Some(8), "{shown}");
    }
}
