//! Enrolled phones: everything between them and their issuer goes through letters and reports.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io;
use std::rc::Rc;

use getrandom::SysRng;
use understudy_core::card::CardId;
use understudy_core::crypto::Atc;
use understudy_issuer::demonstration;
use understudy_issuer::{KeyCustody as _, NoAttestation, Reconciliation, ReportError};
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::{Image, IssuerKeys, Journal, Record, Taken, Wallet, WalletError};

use crate::stage::TestClock;
use crate::town::Town;

/// An enrolled phone. Its courier brings each letter once.
pub(crate) struct Phone {
    pub(crate) wallet: Wallet<Kept, TestClock>,
    kept: Kept,
    brought: HashSet<Vec<u8>>,
}

impl Phone {
    pub(crate) fn enrolled(town: &Town) -> Self {
        let (kept, clock) = (Kept::default(), town.clock.clone());
        let mut wallet = Wallet::new(kept.clone(), clock.clone());
        let now = clock.now();
        let public = demonstration::custody().public_keys();
        let keys = IssuerKeys {
            verify: vec![public.verify],
            receive: public.receive,
        };
        let challenge = town.issuer.challenge(now).expect("drawn");
        let request = wallet
            .enrol(keys, challenge, None, &mut SysRng)
            .expect("a request");
        let enrolled = town.issuer.enrol(&request, &NoAttestation, now);
        assert_eq!(
            Some(enrolled.expect("enrolled").id),
            wallet.device(),
            "the device names itself"
        );
        Self {
            wallet,
            kept,
            brought: HashSet::new(),
        }
    }

    /// Another phone from this one's storage as it is now.
    pub(crate) fn copy(&self, town: &Town) -> Self {
        Self::restored(&self.image(), town)
    }

    pub(crate) fn restored(image: &[u8], town: &Town) -> Self {
        let kept = Kept::default();
        let wallet = Wallet::restore(image, kept.clone(), town.clock.clone()).expect("whole");
        Self {
            wallet,
            kept,
            brought: HashSet::new(),
        }
    }

    pub(crate) fn image(&self) -> Vec<u8> {
        self.kept.0.borrow().clone()
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.wallet.device().expect("enrolled")
    }

    /// Takes the letters that are new, all of which must be good.
    pub(crate) fn fetch(&mut self, town: &Town) -> Vec<Taken> {
        let taken = self.offer(town).into_iter();
        taken.map(|taken| taken.expect("a good letter")).collect()
    }

    /// Gives the wallet the letters that are new.
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
        let report = self.wallet.report(&mut SysRng).expect("made");
        town.clock.advance(1);
        town.issuer.receive_report(&report, town.clock.now())
    }

    /// The latest tap in the history.
    pub(crate) fn latest(&self) -> Record {
        *self.wallet.history().next().expect("a tap")
    }

    /// Keys left and last counter, 0 for none, of a card.
    pub(crate) fn counts(&self, card: CardId) -> (u16, u16) {
        let cards = self.wallet.cards();
        let card = cards.iter().find(|held| held.id == card).expect("held");
        let last = card.ledger.last_atc;
        (card.ledger.keys, last.map_or(0, Atc::get))
    }
}

/// Keeps the last image.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept(Rc<RefCell<Vec<u8>>>);

impl Journal for Kept {
    fn keep(&mut self, image: Image<'_>) -> io::Result<()> {
        self.0.replace(image.encode()?.to_vec());
        Ok(())
    }
}
