use understudy_core::crypto::{Algorithm, Algorithms};
use understudy_provisioning::letter::{Command, Notice, SuspendReason};
use understudy_tests::GpoData;

use super::{emit, parse};
use crate::book::Book;
use crate::keys::shared;
use crate::kit::{Phone, START, card, limits};
use crate::{OpenError, StateError};

/// A book with something in every part of it.
fn full() -> Book {
    let mut phone = Phone::with_keys(6);
    phone.install(2, &[7, 8]);
    phone.install(3, &[9]);
    phone.set_cheap_password("274911").unwrap();
    phone.issuer.not_after = Some(START + 99);
    let ending = phone.issuer.keys(card(1), &[20, 21]);
    phone.issuer.not_after = None;
    phone.receive(&ending);
    for notice in [
        Notice::Approved,
        Notice::Declined,
        Notice::Reversed,
        Notice::Refunded,
    ] {
        let atc = phone.pay().atc().unwrap();
        let letter = phone.issuer.notice(notice, atc, *b"00");
        phone.receive(&letter);
    }
    phone.lose_power();
    phone.begin(&GpoData::default());
    phone.wallet.field_lost();
    for amount in [200_000, 9_000_000] {
        let data = GpoData {
            amount,
            ..GpoData::default()
        };
        phone.tap_for(&data);
    }
    let changed = limits(card(2));
    let suspend = Command::Suspend(SuspendReason::CloneOrRollback);
    for command in [Command::Limits(changed), suspend, Command::Replenish] {
        let letter = phone.issuer.command(Some(card(2)), command);
        phone.receive(&letter);
    }
    phone.wallet.report().unwrap();
    phone.pay();
    phone.wallet.present(card(3), 60).unwrap();
    phone.pay();
    phone.wallet.remove(card(3)).unwrap();
    phone.wallet.settle().unwrap();
    phone.wallet.live().book.clone()
}

#[test]
fn a_book_is_read_back_as_it_was_written() {
    let book = full();
    assert!(book.password.is_some() && !book.retired.is_empty() && book.armed().is_some());
    let device = book.device.as_ref().unwrap();
    assert!(device.in_flight.is_some() && device.marks.len() > 0);
    let octets = emit(&book);
    assert_eq!(*emit(&parse(&octets).unwrap()), *octets);
    let empty = emit(&Book::default());
    assert_eq!(*emit(&parse(&empty).unwrap()), *empty);
}

#[test]
fn a_book_with_keys_of_any_ciphers_is_read_back() {
    let both = Algorithms::two(Algorithm::Tdes, Algorithm::Sm4).unwrap();
    let alone = Algorithm::ALL.iter().copied().map(Algorithms::one);
    for algorithms in alone.chain([both]) {
        let mut book = full();
        for batch in &mut book.cards[0].account.keys.batches {
            batch.algorithms = algorithms;
            for (_, keys) in &mut batch.keys {
                *keys = shared(&vec![0x5A; algorithms.keys_length()]);
            }
        }
        let octets = emit(&book);
        let read = parse(&octets).unwrap();
        assert_eq!(*emit(&read), *octets);
        let batches = &read.cards[0].account.keys.batches;
        assert!(!batches.is_empty());
        assert!(batches.iter().all(|batch| batch.algorithms == algorithms));
    }
}

#[test]
fn the_room_for_the_octets_is_reserved_exactly() {
    let octets = emit(&full());
    assert_eq!(octets.capacity(), octets.len());
}

#[test]
fn no_octets_that_are_cut_or_longer_are_a_book() {
    let octets = emit(&full());
    for length in 0..octets.len() {
        assert!(parse(&octets[..length]).is_err(), "{length}");
    }
    let longer = [octets.as_slice(), &[0]].concat();
    assert!(parse(&longer).is_err());
}

#[test]
fn a_book_has_one_encoding_whatever_octet_is_altered() {
    let octets = emit(&full());
    let mut read = 0;
    for place in 0..octets.len() {
        for altered_by in [0x01, 0x80, 0xFF] {
            let mut altered = octets.to_vec();
            altered[place] ^= altered_by;
            if let Ok(book) = parse(&altered) {
                assert_eq!(*emit(&book), altered, "octet {place}");
                read += 1;
            }
        }
    }
    // Keys, times and similar fields may have any value.
    assert!(read > 100);
}

#[test]
fn a_later_version_is_named() {
    let mut octets = emit(&Book::default()).to_vec();
    octets[0] = 3;
    let error = parse(&octets).err().unwrap();
    assert!(matches!(error, OpenError::State(StateError::Version(3))));
    assert!(error.to_string().contains("later version"));
}

/// The octets of an empty book are those that `docs/formats.md` lists.
#[test]
fn an_empty_book_is_laid_out_as_the_formats_say() {
    let text = "02 0000000000000000 00 0000 \
                00 0000000000000000 0000000000000000 0000000000000000 \
                FFFFFFFFFFFFFFFF 0000000000000000 00000000000000000000000000000000 \
                0000 0000 00 0000 00 0000";
    let digits: String = text.split_whitespace().collect();
    assert_eq!(hex::encode_upper(&*emit(&Book::default())), digits);
}

/// A state with something in every part of it, as version 1 wrote it.
const VERSION_1: &[u8] = include_bytes!("state-1.bin");

#[test]
fn a_state_of_version_1_is_read() {
    let book = parse(VERSION_1).unwrap();
    let batches = book
        .cards
        .iter()
        .flat_map(|card| &card.account.keys.batches);
    let count = batches.clone().count();
    assert!(count > 0);
    for batch in batches {
        assert_eq!(batch.algorithms, Algorithms::TDES);
    }
    // Written anew, each batch names its algorithms in two octets.
    let octets = emit(&book);
    assert_eq!(octets.len(), VERSION_1.len() + 2 * count);
    assert_eq!(*emit(&parse(&octets).unwrap()), *octets);
    let cards: Vec<u16> = book.cards.iter().map(|card| card.id().0).collect();
    assert_eq!(cards, [1, 2]);
    assert!(book.device.is_some() && book.password.is_some());
}
