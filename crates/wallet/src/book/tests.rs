//! Tests of the journal's replay.

use understudy_core::card::{DrainGuard, UnixTime};
use understudy_core::crypto::Atc;
use zeroize::Zeroizing;

use super::Book;
use crate::BootId;
use crate::card::Armed;
use crate::entry::{Acted, Entry};
use crate::history::RecordOutcome;
use crate::kit::{Phone, card};
use crate::store::Slot;
use crate::time::TrustedTime;

fn boot(name: u8) -> Option<BootId> {
    BootId::new([name; 16])
}

fn atc(value: u16) -> Atc {
    Atc::new(value).unwrap()
}

/// A book with card 1 (keys 1 to 4) and card 2 (keys 7 and 8), none armed.
fn book() -> Book {
    let mut phone = Phone::empty();
    phone.install(1, &[1, 2, 3, 4]);
    phone.install(2, &[7, 8]);
    phone.wallet.live().book.clone()
}

fn slot(entry: Entry) -> Slot {
    Slot::Record(Zeroizing::new(entry.octets()))
}

fn arm(name: u16, value: u16, boot_name: u8) -> Slot {
    slot(Entry::Armed {
        card: card(name),
        armed: Armed {
            atc: atc(value),
            boot: boot(boot_name),
        },
        trusted: TrustedTime::default(),
    })
}

/// The mark of a tap with card 1.
fn mark(value: u16) -> Slot {
    let phone = Phone::with_keys(4);
    for _ in 1..value {
        phone.pay();
    }
    phone.tap();
    let record = phone.history()[0];
    assert_eq!(record.atc, Some(atc(value)));
    slot(Entry::Marked(crate::entry::Marked {
        card: record.card,
        atc: atc(value),
        at: record.at,
        amount: record.amount.unwrap(),
        date: record.date,
        transaction_type: record.transaction_type,
        merchant: record.merchant,
        cvm: record.cvm.unwrap(),
        cryptogram: understudy_core::wire::qualifiers::CryptogramType::Arqc,
        exposure: understudy_core::card::Exposure { taps: 1, sum: 1234 },
        guard: DrainGuard::default(),
    }))
}

/// The state after these slots are replayed in boot 1: the number of keys of cards 1 and 2, and the
/// counters in the history, those of lost keys negative.
fn replayed(slots: &[Slot]) -> ([usize; 2], Vec<i32>) {
    let mut book = book();
    book.replay(slots, boot(1));
    let keys = [0, 1].map(|place| book.cards[place].account.keys.iter().count());
    let mut records: Vec<_> = book
        .cards
        .iter()
        .flat_map(|card| card.account.history.iter())
        .collect();
    records.sort_by_key(|record| record.number);
    let counters = records.iter().map(|record| {
        let counter = i32::from(record.atc.unwrap().get());
        if record.outcome == RecordOutcome::PowerLost {
            -counter
        } else {
            counter
        }
    });
    (keys, counters.collect())
}

/// A name, slots, and the result of [`replayed`] for them.
type Case = (&'static str, Vec<Slot>, [usize; 2], Vec<i32>);

#[test]
fn an_armed_key_is_spent_if_it_may_have_left_and_only_then() {
    let cases: [Case; 14] = [
        ("nothing", vec![], [4, 2], vec![]),
        ("same boot, no mark", vec![arm(1, 1, 1)], [4, 2], vec![]),
        ("another boot", vec![arm(1, 1, 2)], [3, 2], vec![-1]),
        ("no boot", vec![arm(1, 1, 0)], [3, 2], vec![-1]),
        ("marked", vec![arm(1, 1, 1), mark(1)], [3, 2], vec![1]),
        (
            "marked in another boot",
            vec![arm(1, 1, 2), mark(1)],
            [3, 2],
            vec![1],
        ),
        (
            "unreadable after it",
            vec![arm(1, 1, 1), Slot::Unreadable],
            [3, 2],
            vec![-1],
        ),
        (
            "unreadable before it",
            vec![Slot::Unreadable, arm(1, 1, 1)],
            [4, 2],
            vec![],
        ),
        (
            "its mark unreadable, the next armed",
            vec![arm(1, 1, 1), Slot::Unreadable, arm(1, 2, 1)],
            [3, 2],
            vec![-1],
        ),
        (
            "unreadable, and the mark is there",
            vec![arm(1, 1, 1), Slot::Unreadable, mark(1), arm(1, 2, 1)],
            [3, 2],
            vec![1],
        ),
        (
            "armed again by the next process",
            vec![arm(1, 1, 1), arm(1, 1, 1), mark(1)],
            [3, 2],
            vec![1],
        ),
        (
            "unreadable, and armed again by the next process",
            vec![arm(1, 1, 1), Slot::Unreadable, arm(1, 1, 1)],
            [4, 2],
            vec![],
        ),
        (
            "unreadable, armed again, and another boot now",
            vec![arm(1, 1, 2), Slot::Unreadable, arm(1, 1, 2)],
            [3, 2],
            vec![-1],
        ),
        (
            "another boot armed the next",
            vec![arm(1, 1, 2), arm(1, 2, 1)],
            [3, 2],
            vec![-1],
        ),
    ];
    for (name, slots, keys, counters) in cases {
        assert_eq!(replayed(&slots), (keys, counters), "{name}");
    }
}

#[test]
fn a_slot_with_octets_of_no_entry_is_as_one_that_cannot_be_read() {
    let garbage = Slot::Record(Zeroizing::new([0xEE; 96]));
    assert_eq!(replayed(&[arm(1, 1, 1), garbage]), ([3, 2], vec![-1]));
}

#[test]
fn entries_of_cards_that_are_gone_still_count() {
    let mut book = book();
    book.remove(card(1)).unwrap();
    book.replay(&[mark(2)], boot(1));
    let device = book.device.as_ref().unwrap();
    assert_eq!(device.marks.len(), 1);
}

#[test]
fn an_act_resets_what_it_is_for() {
    let mut book = book();
    book.replay(&[mark(1)], boot(1));
    book.guard.since_act = 3;
    book.apply(&Entry::Acted(Acted::VerifiedFor(card(2))));
    assert_eq!(book.guard, DrainGuard::default());
    assert_eq!(book.cards[0].account.exposure.taps, 1);
    book.apply(&Entry::Acted(Acted::Verified));
    assert_eq!(book.cards[0].account.exposure.taps, 0);
}

#[test]
fn an_armed_entry_brings_its_time() {
    let mut book = book();
    let mut trusted = book.time;
    trusted.signed(UnixTime(9_999_999_999));
    book.apply(&Entry::Armed {
        card: card(1),
        armed: Armed::now(atc(1), boot(1)),
        trusted,
    });
    assert_eq!(book.time.seconds(), Some(UnixTime(9_999_999_999)));
}
