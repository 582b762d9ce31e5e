mod refused;

use std::format;
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::{Amount, Currency};

use super::{
    Arrival, CardUse, Draft, FIXED_LEN, Ledger, Mark, Payment, Report, Sender, claimed_device,
    content_len, seal,
};
use crate::inbox::Sequence;
use crate::keys::ReceiveKey;
use crate::kit::{Broken, Counter, DEVICE, NOW, receiving, signing};
use crate::message::{OVERHEAD, Refusal, Refusals, SealError};

fn issuer_key() -> ReceiveKey {
    receiving(0x44)
}

fn sender() -> Sender {
    Sender {
        device: DEVICE,
        verify: signing(0x33).public(),
        ledger: enrolled(),
    }
}

fn enrolled() -> Ledger {
    Ledger {
        reports: Sequence::enrolled([0xC0; 32]),
        generation: 0,
        epoch: 1,
    }
}

fn atc(value: u16) -> Atc {
    Atc::new(value).unwrap()
}

fn paid(card: u16, counter: u16) -> Mark {
    Mark {
        card: CardId(card),
        atc: atc(counter),
        payment: Some(Payment {
            possibly_torn: counter.is_multiple_of(2),
            at: (counter != 3).then_some(NOW),
            amount: Amount::new(u64::from(counter) * 100, Currency::CNY),
        }),
    }
}

fn unknown(card: u16, counter: u16) -> Mark {
    Mark {
        payment: None,
        ..paid(card, counter)
    }
}

fn card(id: u16, highest: u16) -> CardUse {
    CardUse {
        card: CardId(id),
        highest: Atc::new(highest),
    }
}

/// The report that follows the ledger.
fn next<'a>(ledger: &Ledger, cards: &'a [CardUse], marks: &'a [Mark]) -> Draft<'a> {
    let mut refusals = Refusals::default();
    refusals.note(Refusal::Stale);
    Draft {
        device: DEVICE,
        before: ledger.reports,
        issued_at: NOW,
        generation: ledger.generation + 1,
        accepted: 12,
        refusals,
        epoch: ledger.epoch + 1,
        key: receiving(0x23).public(),
        cards,
        marks,
    }
}

fn sealed(draft: &Draft<'_>) -> Vec<u8> {
    let mut out = vec![0; 1024];
    let to = issuer_key().public();
    seal(&mut out, draft, &to, &signing(0x33), &mut Counter(0))
        .unwrap()
        .to_vec()
}

fn example(ledger: &Ledger) -> Vec<u8> {
    let marks = [paid(1, 3), paid(1, 4), unknown(1, 5), paid(3, 1)];
    sealed(&next(ledger, &[card(1, 5), card(2, 0), card(3, 9)], &marks))
}

#[derive(Debug, PartialEq)]
enum Taken {
    Accepted(Ledger),
    Done,
}

fn take_from(message: &[u8], from: &Sender) -> Result<Taken, Refusal> {
    let mut room = vec![0; content_len(message)?];
    let arrival = super::take(message, from, &issuer_key(), &mut room)?;
    Ok(match arrival {
        Arrival::Fresh(accepted) => Taken::Accepted(accepted.ledger),
        Arrival::Done => Taken::Done,
    })
}

fn take(message: &[u8], ledger: &Ledger) -> Result<Taken, Refusal> {
    let from = Sender {
        ledger: *ledger,
        ..sender()
    };
    take_from(message, &from)
}

#[test]
fn a_report_says_what_the_device_wrote() {
    let ledger = enrolled();
    let message = example(&ledger);
    assert_eq!(claimed_device(&message), Ok(DEVICE));
    let expected = Ledger {
        reports: Sequence::after(&message).unwrap(),
        generation: 1,
        epoch: 2,
    };
    assert_eq!(take(&message, &ledger), Ok(Taken::Accepted(expected)));

    let mut room = vec![0xEE; content_len(&message).unwrap()];
    let accepted = match super::take(&message, &sender(), &issuer_key(), &mut room).unwrap() {
        Arrival::Fresh(accepted) => accepted,
        Arrival::Done => panic!("it was not accepted before"),
    };
    let report = accepted.report();
    assert_eq!(report.previous, [0xC0; 32]);
    assert_eq!(
        (report.generation, report.accepted, report.epoch),
        (1, 12, 2)
    );
    assert_eq!(report.refusals.last(), Some(Refusal::Stale));
    assert_eq!(report.key, receiving(0x23).public());
    let cards: Vec<_> = report.cards().collect();
    assert_eq!(cards, [card(1, 5), card(2, 0), card(3, 9)]);
    let marks: Vec<_> = report.marks().collect();
    assert_eq!(marks, [paid(1, 3), paid(1, 4), unknown(1, 5), paid(3, 1)]);
    assert!(
        !format!("{report:?}").contains("192"),
        "the chain is not shown"
    );
    drop(accepted);
    assert_eq!(room, vec![0; FIXED_LEN + 3 * CardUse::LEN + 4 * Mark::LEN]);
}

#[test]
fn replays_gaps_forks_and_fallen_generations_are_told_apart() {
    let start = enrolled();
    let first = example(&start);
    let Ok(Taken::Accepted(one)) = take(&first, &start) else {
        panic!("the first report is refused");
    };
    assert_eq!(take(&first, &one), Ok(Taken::Done));
    let second = example(&one);
    let Ok(Taken::Accepted(two)) = take(&second, &one) else {
        panic!("the second report is refused");
    };
    assert_eq!(take(&second, &start), Err(Refusal::Gap));
    assert_eq!(take(&first, &two), Err(Refusal::Stale));
    // A copy of the store makes a different first report.
    let copy = sealed(&next(&start, &[], &[]));
    assert_eq!(take(&copy, &one), Err(Refusal::Conflict));
    // The copy also makes a second one, which follows that.
    let Ok(Taken::Accepted(copied)) = take(&copy, &start) else {
        panic!("the copy's first report would be refused by an issuer that saw no other");
    };
    assert_eq!(
        take(&sealed(&next(&copied, &[], &[])), &one),
        Err(Refusal::Fork)
    );
    let fallen = Draft {
        generation: 0,
        ..next(&one, &[], &[])
    };
    assert_eq!(take(&sealed(&fallen), &one), Err(Refusal::Generation));
    let skipped = Draft {
        epoch: one.epoch + 2,
        ..next(&one, &[], &[])
    };
    assert_eq!(take(&sealed(&skipped), &one), Err(Refusal::Epoch));
}

#[test]
fn a_report_whose_tables_contradict_each_other_is_neither_written_nor_read() {
    let made = |cards: &[CardUse], marks: &[Mark]| {
        let mut out = [0; 1024];
        let (draft, to) = (next(&enrolled(), cards, marks), issuer_key().public());
        seal(&mut out, &draft, &to, &signing(0x33), &mut Counter(0)).map(|_| ())
    };
    let two = [card(1, 5), card(2, 5)];
    assert_eq!(made(&two, &[paid(1, 5), paid(2, 1)]), Ok(()));
    let wrong: [(&[CardUse], &[Mark]); 8] = [
        (&two, &[paid(3, 1)]),
        (&two, &[paid(1, 6)]),
        (&two, &[paid(1, 2), paid(1, 2)]),
        (&two, &[paid(1, 3), paid(1, 2)]),
        (&two, &[paid(2, 1), paid(1, 1)]),
        (&[card(2, 5), card(1, 5)], &[]),
        (&[card(1, 0)], &[paid(1, 1)]),
        (&[card(0, 1)], &[]),
    ];
    for (cards, marks) in wrong {
        assert_eq!(
            made(cards, marks),
            Err(SealError::Content),
            "{cards:?} {marks:?}"
        );
    }
    assert_eq!(made(&vec![card(1, 1); 256], &[]), Err(SealError::Overflow));
}

#[test]
fn a_report_that_cannot_be_made_leaves_nothing_behind() {
    let (cards, marks) = ([card(1, 5)], [paid(1, 5)]);
    let draft = next(&enrolled(), &cards, &marks);
    let to = issuer_key().public();
    let whole = 92 + 4 + 21 + OVERHEAD;
    assert_eq!(sealed(&draft).len(), whole);
    for len in [0, 53, 85, 100, whole - 1] {
        let mut room = vec![0xEE; len];
        let made = seal(&mut room, &draft, &to, &signing(0x33), &mut Counter(0));
        assert_eq!(made.err(), Some(SealError::Overflow));
        assert_eq!(room, vec![0; len]);
    }
    let mut room = vec![0xEE; whole];
    let made = seal(&mut room, &draft, &to, &signing(0x33), &mut Broken);
    assert!(matches!(made.err(), Some(SealError::Random(_))));
    assert_eq!(room, vec![0; whole]);
}

/// The content of a report, opened without [`take`].
fn content(message: &[u8]) -> Vec<u8> {
    let mut content = message[85..message.len() - 80].to_vec();
    let tag = message[message.len() - 80..].first_chunk().unwrap();
    let encapsulation = message[53..85].first_chunk().unwrap();
    let key = issuer_key();
    let (info, aad) = (crate::message::INFO, &message[..53]);
    crate::sealing::open(&key, encapsulation, info, aad, &mut content, tag).unwrap();
    content
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_damage_to_the_content_is_refused_or_read_as_it_stands(
        at in 92_usize..200,
        value in any::<u8>(),
    ) {
        let mut octets = content(&example(&enrolled()));
        let at = at.min(octets.len() - 1);
        octets[at] = value;
        if let Some(report) = Report::parse(&octets) {
            let mut written = vec![0; 512];
            let mut writer = understudy_core::wire::tlv::Writer::new(&mut written);
            report.cards().for_each(|card| card.emit(&mut writer).unwrap());
            report.marks().for_each(|mark| mark.emit(&mut writer).unwrap());
            prop_assert_eq!(writer.written(), &octets[92..]);
        }
    }

    #[test]
    fn any_time_and_amount_of_a_mark_reads_back(
        at in 1_u64.., minor in prop::option::of(0..=Amount::MAX_MINOR), counter in 1_u16..0xFFFF,
        torn: bool,
    ) {
        let mark = Mark {
            card: CardId(1),
            atc: atc(counter),
            payment: Some(Payment {
                possibly_torn: torn && minor.is_some(),
                at: Some(UnixTime(at)),
                amount: minor.and_then(|minor| Amount::new(minor, Currency::EUR)),
            }),
        };
        let mut out = [0; Mark::LEN];
        mark.emit(&mut understudy_core::wire::tlv::Writer::new(&mut out)).unwrap();
        prop_assert_eq!(Mark::parse(&out), Some(mark));
    }
}
