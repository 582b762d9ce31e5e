//! One bit flipped between card and issuer. Everything that the card made or read is declined for a
//! reason of its own, bit by bit; what is under no MAC is listed here.

use understudy_core::crypto::{Cvn, Field};
use understudy_issuer::Reason;
use understudy_pos::OnlineRequest;

use crate::chip::{Chip, flipped};
use crate::iad::layout;
use crate::rows::{Row, taps};
use crate::scene::Scene;
use crate::values::{KEYS, WITHIN};

/// The effect of one flipped bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Declined before the counter is used up.
    Declined(Reason),
    /// The cryptogram is right; the message around the chip data is not, and the counter is used up.
    Contradicted(Reason),
    /// No party notices: under no MAC, and nothing is decided by it.
    Free,
}
use Effect::{Contradicted, Declined, Free};

/// The terminal's own data that no version has under its MAC, and by which nothing is decided:
/// capabilities, CVM results, type of the terminal, serial number, name of the application, version,
/// sequence counter.
pub(crate) const FREE: [u32; 7] = [0x9F33, 0x9F34, 0x9F35, 0x9F1E, 0x84, 0x9F09, 0x9F41];

/// Data that are free besides under `UnionPay` 17: the amount other, the country, and the results.
pub(crate) const FREE_UNDER_17: [(u32, &[u8]); 3] = [
    (0x9F03, &[0, 0, 0, 0, 0x99, 0x99]),
    (0x9F1A, &[0x08, 0x40]),
    (0x95, &[0xFF; 5]),
];

/// The effect of another octet at a position of an object.
fn effect(row: Row, chip: &Chip, tag: u32, at: usize, new: u8) -> Effect {
    let other = |reason| Contradicted(reason);
    match tag {
        0x9F26 | 0x9F37 => Declined(Reason::CryptogramWrong),
        0x9F27 => Declined(Reason::ChipDataMalformed),
        0x82 => Declined(Reason::CardDataAltered),
        0x9F36 => Declined(counter(chip, at, new)),
        0x9F10 => Declined(layout(row.cvn).reason(at, chip.get(tag)[at], new)),
        0x95 => said(row, Field::Tvr, Free),
        _ if FREE.contains(&tag) => Free,
        _ if new >> 4 > 9 || new & 0x0F > 9 => Declined(Reason::ChipDataMalformed),
        0x9F02 => said(row, Field::AmountAuthorised, Free),
        0x9F03 => said(row, Field::AmountOther, Free),
        0x9F1A => said(row, Field::TerminalCountry, Free),
        0x5F2A => said(row, Field::Currency, other(Reason::CurrencyMismatch)),
        0x9A => said(row, Field::Date, other(date(at, new))),
        0x9C => said(
            row,
            Field::TransactionType,
            other(Reason::TransactionTypeMismatch),
        ),
        _ => panic!("{tag:X} is not listed"),
    }
}

/// The effect on data of the terminal: its version's MAC, or something else.
fn said(row: Row, field: Field, otherwise: Effect) -> Effect {
    if row.cvn.fields().contains(&field) {
        Declined(Reason::CryptogramWrong)
    } else {
        assert_eq!(row.cvn, Cvn::UnionPay17, "all other versions have it");
        otherwise
    }
}

/// The counter of another key, or one that has none.
fn counter(chip: &Chip, at: usize, new: u8) -> Reason {
    let mut octets = chip.array(0x9F36);
    octets[at] = new;
    if (1..=KEYS).contains(&u16::from_be_bytes(octets)) {
        Reason::CryptogramWrong
    } else {
        Reason::CounterNotIssued
    }
}

/// Another date than 22 November: within two days, only the message's own date contradicts it.
fn date(at: usize, new: u8) -> Reason {
    if at == 2 && (0x20..=0x24).contains(&new) {
        Reason::DateMismatch
    } else {
        Reason::DateImplausible
    }
}

/// The numbers of flipped bits, by their effect.
#[derive(Default)]
struct Flips {
    declined: usize,
    contradicted: usize,
    free: usize,
}

/// A request with every bit of its chip data flipped in turn.
struct Flipping {
    row: Row,
    scene: Scene,
    request: OnlineRequest,
    flips: Flips,
}

impl Flipping {
    fn new(row: Row) -> Self {
        let scene = Scene::of(row);
        let request = scene.request(WITHIN);
        Self {
            row,
            scene,
            request,
            flips: Flips::default(),
        }
    }

    /// Every bit of every object, with its effect.
    fn every(&self) -> Vec<(u32, usize, Effect)> {
        let chip = Chip::read(&self.request.de55);
        let mut every = Vec::new();
        for (tag, value) in &chip.0 {
            let tag = tag.number();
            for bit in 0..8 * value.len() {
                let new = flipped(value, bit)[bit / 8];
                every.push((tag, bit, effect(self.row, &chip, tag, bit / 8, new)));
            }
        }
        every
    }

    fn decline(&mut self, tag: u32, bit: usize, expected: Reason) {
        let verdict = self.send(&self.request, tag, bit);
        let reason = verdict.0;
        assert_eq!(reason, expected, "{}: {tag:X} bit {bit}", self.row);
        assert!(!verdict.1, "no answer cryptogram for a wrong one");
        self.flips.declined += 1;
    }

    /// The request has been approved: a right cryptogram over a counter that is used up is a replay.
    fn pass(&mut self, tag: u32, bit: usize) {
        let (reason, _) = self.send(&self.request, tag, bit);
        assert_eq!(reason, Reason::Replay, "{}: {tag:X} bit {bit}", self.row);
        self.flips.free += 1;
    }

    fn contradict(&mut self, tag: u32, bit: usize, expected: Reason) {
        let fresh = self.scene.request(WITHIN);
        let (reason, answered) = self.send(&fresh, tag, bit);
        assert_eq!(reason, expected, "{}: {tag:X} bit {bit}", self.row);
        assert!(answered, "the cryptogram is right");
        self.flips.contradicted += 1;
    }

    /// The reason for the answer to a request with a flipped bit, and true if it has a cryptogram.
    fn send(&self, request: &OnlineRequest, tag: u32, bit: usize) -> (Reason, bool) {
        let chip = Chip::read(&request.de55);
        let altered = chip.with(tag, &flipped(chip.get(tag), bit));
        let verdict = self.scene.authorise_with(request, &altered);
        (verdict.reason, verdict.arpc.is_some())
    }

    fn run(mut self) -> Flips {
        let every = self.every();
        for (tag, bit, effect) in &every {
            if let Declined(reason) = effect {
                self.decline(*tag, *bit, *reason);
            }
        }
        let whole = self.scene.authorise(&self.request);
        assert!(
            whole.approved(),
            "{}: none of them used the counter up",
            self.row
        );
        for (tag, bit, effect) in &every {
            match effect {
                Declined(_) => {}
                Contradicted(reason) => self.contradict(*tag, *bit, *reason),
                Free => self.pass(*tag, *bit),
            }
        }
        self.flips
    }
}

/// The octets of DE 55 without `9F10` and the name of the application.
const OTHER_OCTETS: usize = 63;

/// The octets of `9F10` and of the name of the application of a row's card.
fn lengths(row: Row) -> [usize; 2] {
    match row.cvn {
        Cvn::UnionPay01 | Cvn::UnionPay17 => [if row.records { 32 } else { 8 }, 8],
        Cvn::Visa18 => [if row.records { 32 } else { 7 }, 7],
        Cvn::Visa22 => [32, 7],
        _ => [18, 7],
    }
}

#[test]
fn every_flipped_bit_of_chip_data_is_declined_for_its_reason_or_listed_as_free() {
    for (row, _) in taps() {
        let flips = Flipping::new(row).run();
        let octets: usize = lengths(row).into_iter().sum();
        let bits = flips.declined + flips.contradicted + flips.free;
        assert_eq!(bits, 8 * (OTHER_OCTETS + octets), "{row}");
        let short = row.cvn == Cvn::UnionPay17;
        assert_eq!(flips.contradicted > 0, short, "{row}");
        let free: usize = FREE_OCTETS + lengths(row)[1];
        assert_eq!(flips.free > 8 * free, short, "{row}: {}", flips.free);
        assert!(flips.free >= 8 * free, "{row}: {}", flips.free);
    }
}

/// The octets of the objects in [`FREE`] but the name of the application.
const FREE_OCTETS: usize = 21;
