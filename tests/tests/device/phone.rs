//! An enrolled wallet, a journal that a test can break, and a reader.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use understudy_core::card::{CardId, UnixTime};
use understudy_core::wire::answer::ANSWER_MAX;
use understudy_tests::{GpoData, UNIONPAY_DEBIT, select};
use understudy_wallet::{Clock, Image, Journal, Taken, Wallet, WalletError};

use crate::issuer::{CARD, CHALLENGE, Issuer, Seeded, keys};

/// 2026-11-22T00:00:00Z.
pub(crate) const TODAY: u64 = 1_795_305_600;

/// Keeps the last image, and counts; fails when it is told to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    image: Rc<RefCell<Vec<u8>>>,
    keeps: Rc<Cell<usize>>,
    fails_at: Rc<Cell<Option<usize>>>,
}

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        self.keeps.set(self.keeps.get() + 1);
        if self.fails_at.get() == Some(self.keeps.get()) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.image.replace(image.encode()?.to_vec());
        Ok(())
    }
}

impl Kept {
    pub(crate) fn image(&self) -> Vec<u8> {
        self.image.borrow().clone()
    }

    /// How often it was asked to keep something.
    pub(crate) fn keeps(&self) -> usize {
        self.keeps.get()
    }

    /// Fails at the keep of this number, from 1.
    pub(crate) fn fail_at(&self, keep: usize) {
        self.fails_at.set(Some(keep));
    }

    pub(crate) fn json(&self) -> Value {
        let image = self.image();
        if image.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&image).unwrap()
    }

    /// The image without what a refusal changes: its count, and the generation.
    pub(crate) fn but_for_refusals(&self) -> Value {
        let mut image = self.json();
        let device = image["device"].as_object_mut().unwrap();
        assert!(device.remove("refusals").is_some());
        assert!(device.remove("generation").is_some());
        image
    }
}

/// Seconds of Unix time, shared with the wallet; also the time elapsed.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(pub(crate) Rc<Cell<u64>>);

impl Clock for TestClock {
    fn time(&self) -> Option<UnixTime> {
        Some(UnixTime(self.0.get()))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(self.0.get())
    }
}

pub(crate) struct Phone {
    pub(crate) wallet: Wallet<Kept, TestClock>,
    pub(crate) kept: Kept,
    pub(crate) clock: TestClock,
}

impl Phone {
    /// A wallet that is not enrolled.
    pub(crate) fn new() -> Self {
        let (kept, clock) = (Kept::default(), TestClock(Rc::new(Cell::new(TODAY))));
        let wallet = Wallet::new(kept.clone(), clock.clone());
        Self {
            wallet,
            kept,
            clock,
        }
    }

    /// A device and its issuer.
    pub(crate) fn enrolled() -> (Self, Issuer) {
        let mut phone = Self::new();
        let request = phone.enrol().unwrap();
        (phone, Issuer::of(&request))
    }

    /// A device with card 1 and keys for these counters.
    pub(crate) fn with_card(atcs: &[u16]) -> (Self, Issuer) {
        let (mut phone, mut issuer) = Self::enrolled();
        phone.takes(&issuer.card(CARD, atcs));
        (phone, issuer)
    }

    /// Another wallet from an image, which its journal keeps.
    pub(crate) fn restored(image: &[u8]) -> Self {
        let (kept, clock) = (Kept::default(), TestClock(Rc::new(Cell::new(TODAY))));
        kept.image.replace(image.to_vec());
        let wallet = Wallet::restore(image, kept.clone(), clock.clone()).unwrap();
        Self {
            wallet,
            kept,
            clock,
        }
    }

    pub(crate) fn enrol(&mut self) -> Result<Vec<u8>, WalletError> {
        self.wallet.enrol(keys(), CHALLENGE, None, &mut Seeded(1))
    }

    /// Takes a letter that it must take.
    pub(crate) fn takes(&mut self, letter: &[u8]) -> Taken {
        self.wallet.receive(letter).unwrap()
    }

    pub(crate) fn report(&mut self) -> Vec<u8> {
        let seed = 10_000 + self.kept.keeps() as u64 * 10;
        self.wallet.report(&mut Seeded(seed)).unwrap()
    }

    /// Pays 12.34 CNY: the status word of GET PROCESSING OPTIONS. A second goes by, so that the
    /// loss of the field does not tear it.
    pub(crate) fn tap(&mut self) -> u16 {
        self.pay(&GpoData::default(), 1)
    }

    /// Pays 12.34 CNY and loses the field at once.
    pub(crate) fn torn_tap(&mut self) -> u16 {
        self.pay(&GpoData::default(), 0)
    }

    fn pay(&mut self, data: &GpoData, seconds: u64) -> u16 {
        self.wallet.user_verified().unwrap();
        let mut buffer = [0; ANSWER_MAX];
        self.wallet.process(&select(UNIONPAY_DEBIT), &mut buffer);
        let answer = self.wallet.process(&data.command(), &mut buffer);
        let status = u16::from_be_bytes(*answer.last_chunk().unwrap());
        self.clock.0.set(self.clock.0.get() + seconds);
        self.wallet.field_lost().unwrap();
        status
    }

    /// Keys left and last counter, 0 for none, of a card.
    pub(crate) fn counts(&self, card: CardId) -> (u16, u16) {
        let cards = self.wallet.cards();
        let card = cards.iter().find(|held| held.id == card).unwrap();
        let last = card
            .ledger
            .last_atc
            .map_or(0, understudy_core::crypto::Atc::get);
        (card.ledger.keys, last)
    }
}
