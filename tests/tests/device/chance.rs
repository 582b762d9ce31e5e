//! Lives that chance writes: letters and reports get lost, come late or twice, the journal fails and
//! the process dies. Whatever happens, no key leaves twice and every key that left is reported once.

use understudy_core::wire::answer::ANSWER_MAX;
use understudy_provisioning::letter::{Command, SuspendReason};
use understudy_provisioning::message::Refusal;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::WalletError;

use crate::issuer::{CARD, Issuer, Seeded};
use crate::phone::Phone;

struct Life {
    phone: Phone,
    issuer: Issuer,
    /// Every letter that was written.
    letters: Vec<Vec<u8>>,
    /// Which of them was the last one taken, from 1.
    taken: usize,
    next_key: u16,
    spent: Vec<u16>,
    reported: Vec<u16>,
    dice: u64,
}

impl Life {
    fn new(dice: u64) -> Self {
        let (phone, issuer) = Phone::with_card(&[1, 2, 3]);
        Self {
            phone,
            issuer,
            letters: Vec::new(),
            taken: 0,
            next_key: 4,
            spent: Vec::new(),
            reported: Vec::new(),
            dice,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        let mut octets = [0; 8];
        let mut rng = Seeded(self.dice);
        rand_core::TryRng::try_fill_bytes(&mut rng, &mut octets).unwrap();
        self.dice = rng.0;
        usize::try_from(u64::from_be_bytes(octets) % end as u64).unwrap()
    }

    fn step(&mut self) {
        match self.below(10) {
            0..=3 => self.tap(),
            4 => self.write(),
            5..=6 => self.deliver(),
            7 => self.report(),
            8 => self.phone = Phone::restored(&self.phone.kept.image()),
            _ => {
                let keep = self.phone.kept.keeps() + 1 + self.below(3);
                self.phone.kept.fail_at(keep);
            }
        }
    }

    fn tap(&mut self) {
        // A journal that fails here costs the reset of the drain guard, or how the tap ended.
        let _ = self.phone.wallet.user_verified();
        let mut buffer = [0; ANSWER_MAX];
        let wallet = &mut self.phone.wallet;
        wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
        let answer = wallet.process(&GpoData::default().command(), &mut buffer);
        let paid = answer.ends_with(&[0x90, 0x00]);
        let _ = wallet.field_lost();
        if paid {
            self.spent.push(self.phone.counts(CARD).1);
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
        let before = self.durable();
        match self.phone.wallet.receive(&self.letters[number - 1]) {
            Ok(_) => {
                assert!(number >= self.taken);
                self.taken = number;
                return;
            }
            Err(WalletError::Refused(Refusal::Stale)) => assert!(number < self.taken),
            Err(WalletError::Refused(Refusal::Epoch) | WalletError::Journal(_)) => {}
            Err(other) => panic!("{other}"),
        }
        assert_eq!(self.durable(), before);
    }

    /// The image without what a refusal changes, and without the hint of how the last tap ended,
    /// which is kept with the change after it.
    fn durable(&self) -> serde_json::Value {
        let mut image = self.phone.kept.but_for_refusals();
        let marks = image["device"]["marks"].as_array_mut().unwrap();
        for mark in marks {
            mark["payment"]["possibly_torn"].take();
        }
        for tap in image["history"].as_array_mut().unwrap() {
            tap["outcome"].take();
        }
        image
    }

    /// Makes a report, or repeats it. It may get lost, and so may the answer.
    fn report(&mut self) {
        let seed = (self.dice << 8) + 7;
        let Ok(report) = self.phone.wallet.report(&mut Seeded(seed)) else {
            return;
        };
        if self.below(3) == 0 {
            return;
        }
        if let Some(heard) = self.issuer.take(&report).unwrap() {
            self.reported
                .extend(heard.marks.iter().map(|mark| mark.atc.get()));
            let highest = self.spent.last().copied().unwrap_or_default();
            assert!(heard.cards[0].1 <= highest);
        }
        let letter = self.issuer.acknowledge();
        self.letters.push(letter);
    }

    /// Lets everything arrive.
    fn settle(&mut self) {
        for _ in 0..2 {
            self.phone = Phone::restored(&self.phone.kept.image());
            let report = self
                .phone
                .wallet
                .report(&mut Seeded(self.dice << 8))
                .unwrap();
            if let Some(heard) = self.issuer.take(&report).unwrap() {
                self.reported
                    .extend(heard.marks.iter().map(|mark| mark.atc.get()));
            }
            let letter = self.issuer.acknowledge();
            self.phone.takes(&letter);
        }
    }
}

#[test]
fn whatever_gets_lost_no_key_leaves_twice_and_every_one_that_left_is_reported_once() {
    let (mut taps, mut lives_with_reports) = (0, 0);
    for dice in 0..100 {
        let mut life = Life::new(dice * 1_000_000);
        for _ in 0..60 {
            life.step();
        }
        lives_with_reports += usize::from(!life.reported.is_empty());
        life.settle();
        assert!(
            life.spent.is_sorted_by(|one, other| one < other),
            "{:?}",
            life.spent
        );
        assert_eq!(life.reported, life.spent);
        taps += life.spent.len();
    }
    assert!(
        taps > 400 && lives_with_reports > 50,
        "{taps} {lives_with_reports}"
    );
}
