//! Enrolled phones: all data between them and their issuer passes in letters and reports.

use std::collections::HashSet;
use std::ops::Deref;

use understudy_issuer::{Reconciliation, ReportError};
use understudy_provisioning::keys::DeviceId;
use understudy_test_bank as bank;
use understudy_test_phone::Files;
use understudy_wallet::store::Fate;
use understudy_wallet::{Record, Taken, WalletError};

use crate::stage::TestClock;
use crate::town::Town;

/// An enrolled phone to which each letter is delivered once.
pub(crate) struct Phone {
    held: understudy_test_phone::Phone,
    brought: HashSet<Vec<u8>>,
}

impl Deref for Phone {
    type Target = understudy_test_phone::Phone;

    fn deref(&self) -> &Self::Target {
        &self.held
    }
}

impl Phone {
    pub(crate) fn enrolled(town: &Town) -> Self {
        let held = understudy_test_phone::Phone::new(&town.clock.0);
        let device = bank::enrol(&town.issuer, &held.wallet, town.clock.now());
        assert_eq!(
            Some(device),
            held.wallet.device(),
            "the device names itself"
        );
        Self::with(held)
    }

    /// Another phone with a copy of this one's present storage.
    pub(crate) fn copied(&self) -> Self {
        Self::with(self.held.copy())
    }

    /// Another phone with these files.
    pub(crate) fn of(files: &Files, clock: &TestClock) -> Self {
        Self::with(understudy_test_phone::Phone::of(files, &clock.0))
    }

    fn with(held: understudy_test_phone::Phone) -> Self {
        Self {
            held,
            brought: HashSet::new(),
        }
    }

    /// The phone after the death of its process.
    pub(crate) fn died(self) -> Self {
        Self {
            held: self.held.died(),
            ..self
        }
    }

    /// The phone after a power cut, which loses everything unsynced.
    pub(crate) fn lost_power(self) -> Self {
        self.cut(|| Fate::Lost)
    }

    /// The phone after a power cut; `fate` is called for each unsynced change.
    pub(crate) fn cut(self, fate: impl FnMut() -> Fate) -> Self {
        Self {
            held: self.held.cut(fate),
            ..self
        }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.wallet.device().expect("enrolled")
    }

    /// Takes the new letters, all of which must be accepted.
    pub(crate) fn fetch(&mut self, town: &Town) -> Vec<Taken> {
        let taken = self.offer(town).into_iter();
        taken.map(|taken| taken.expect("a good letter")).collect()
    }

    /// Gives the wallet the new letters.
    pub(crate) fn offer(&mut self, town: &Town) -> Vec<Result<Taken, WalletError>> {
        let letters = town.issuer.letters(self.device(), town.clock.now());
        let letters = letters.expect("a known device").into_iter();
        let new: Vec<_> = letters
            .filter(|letter| self.brought.insert(letter.clone()))
            .collect();
        new.iter()
            .map(|letter| self.wallet.receive(letter))
            .collect()
    }

    pub(crate) fn report(&mut self, town: &Town) -> Result<Reconciliation, ReportError> {
        let report = self.held.report();
        town.clock.advance(1);
        town.issuer.receive_report(&report, town.clock.now())
    }

    /// The latest payment in the history.
    pub(crate) fn latest(&self) -> Record {
        *self.payments().first().expect("a payment")
    }
}
