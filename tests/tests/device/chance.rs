//! Random lives: letters and reports are lost, late or repeated, the storage fails, the process
//! dies and the power is cut. In every life no key is used twice and every used key is reported
//! once.

use std::io::ErrorKind;

use understudy_core::crypto::Atc;
use understudy_provisioning::letter::{Command, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_test_phone::{CARD, Heard, Issuer, Phone};
use understudy_wallet::WalletError;

use crate::phones::{seen, with_card};

struct Life {
    phone: Option<Phone>,
    issuer: Issuer,
    /// Every letter that was written.
    letters: Vec<Vec<u8>>,
    /// The number of the last one taken, from 1.
    taken: usize,
    next_key: u16,
    /// Counters that were used.
    spent: Vec<u16>,
    /// Counters that were reported; true if their payment is known.
    reported: Vec<(u16, bool)>,
    power_cuts: usize,
    dice: u64,
}

impl Life {
    fn new(dice: u64) -> Self {
        let (phone, issuer) = with_card(&[1, 2, 3]);
        Self {
            phone: Some(phone),
            issuer,
            letters: Vec::new(),
            taken: 0,
            next_key: 4,
            spent: Vec::new(),
            reported: Vec::new(),
            power_cuts: 0,
            dice,
        }
    }

    /// A pseudo-random number below `end` (xorshift).
    fn below(&mut self, end: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        usize::try_from(self.dice % end as u64).unwrap()
    }

    fn phone(&self) -> &Phone {
        self.phone.as_ref().unwrap()
    }

    fn step(&mut self) {
        match self.below(12) {
            0..=3 => self.tap(),
            4 => self.write(),
            5..=6 => self.deliver(),
            7 => self.report(),
            8 => self.phone = self.phone.take().map(Phone::died),
            9 => {
                self.power_cuts += 1;
                self.phone = self.phone.take().map(Phone::lost_power);
            }
            10 => {
                // Nothing is armed while the storage fails.
                let _ = self.phone().wallet.settle();
            }
            _ => {
                let operations = self.below(5) as u64;
                let folder = &self.phone().folder;
                folder.fail_after(operations, ErrorKind::StorageFull);
            }
        }
    }

    fn tap(&mut self) {
        if self.phone().tap() == 0x9000 {
            self.spent.push(self.phone().counts(CARD).1);
        }
    }

    fn write(&mut self) {
        let letter = match self.below(5) {
            0 => self
                .issuer
                .command(CARD, Command::Suspend(SuspendReason::Issuer)),
            1 => self.issuer.command(CARD, Command::Resume),
            2 => self.issuer.command(CARD, Command::Replenish),
            _ => {
                let first = self.next_key;
                self.next_key += 3;
                self.issuer.keys(CARD, &[first, first + 1, first + 2])
            }
        };
        self.letters.push(letter);
    }

    /// Gives the device any letter that was ever written.
    fn deliver(&mut self) {
        if self.letters.is_empty() {
            return;
        }
        let number = 1 + self.below(self.letters.len());
        let phone = self.phone.as_ref().unwrap();
        let before = seen(phone);
        match phone.wallet.receive(&self.letters[number - 1]) {
            Ok(_) => {
                assert!(number >= self.taken);
                self.taken = number;
                return;
            }
            Err(WalletError::Refused(Refusal::Stale)) => assert!(number < self.taken),
            Err(WalletError::Refused(Refusal::Epoch) | WalletError::Store(_)) => {}
            Err(other) => panic!("{other}"),
        }
        assert_eq!(seen(phone), before);
    }

    /// Makes a report, or repeats the last one. It may be lost, and so may the answer.
    fn report(&mut self) {
        let Ok(report) = self.phone().wallet.report() else {
            return;
        };
        if self.below(3) == 0 {
            return;
        }
        if let Some(heard) = self.issuer.take(&report).unwrap() {
            self.hear(&heard);
        }
        let letter = self.issuer.acknowledge();
        self.letters.push(letter);
    }

    fn hear(&mut self, heard: &Heard) {
        let marks = heard.marks.iter();
        self.reported
            .extend(marks.map(|mark| (mark.atc.get(), mark.payment.is_some())));
    }

    /// Delivers everything.
    fn settle(&mut self) {
        self.phone = self.phone.take().map(Phone::died);
        for _ in 0..2 {
            let report = self.phone().report();
            if let Some(heard) = self.issuer.take(&report).unwrap() {
                self.hear(&heard);
            }
            let letter = self.issuer.acknowledge();
            self.phone().takes(&letter);
        }
    }

    /// Keys that were used, or may have been when the power was cut.
    fn used(&self) -> Vec<u16> {
        self.reported.iter().map(|(atc, _)| *atc).collect()
    }
}

#[test]
fn whatever_gets_lost_no_key_leaves_twice_and_every_one_that_left_is_reported_once() {
    let (mut taps, mut lives_with_reports, mut unknown) = (0, 0, 0);
    for seed in 1..=100 {
        let mut life = Life::new(seed << 32 | 0x9E37_79B9);
        for _ in 0..60 {
            life.step();
        }
        lives_with_reports += usize::from(!life.reported.is_empty());
        life.settle();
        let ascend = |atcs: &[u16]| atcs.is_sorted_by(|one, other| one < other);
        assert!(ascend(&life.spent), "{:?}", life.spent);
        assert!(ascend(&life.used()), "{:?}", life.reported);
        let used = life.used();
        let missing = life.spent.iter().find(|atc| !used.contains(atc));
        assert_eq!(missing, None);
        let lost = life.reported.iter().filter(|(_, known)| !known).count();
        let idle = used.len() - life.spent.len();
        assert!(idle <= lost && lost <= life.power_cuts, "{lost} {idle}");
        let highest = life.phone().wallet.cards()[0].ledger.last_atc;
        assert_eq!(highest.map(Atc::get), used.last().copied());
        (taps, unknown) = (taps + life.spent.len(), unknown + lost);
    }
    assert!(
        taps > 400 && lives_with_reports > 50 && unknown > 20,
        "{taps} {lives_with_reports} {unknown}"
    );
}
