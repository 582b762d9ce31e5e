//! A wallet on a simulated disk, its model vault, and its issuer.

use std::collections::BTreeSet;
use std::time::Duration;

use understudy_core::card::CardId;
use understudy_issuer::DeviceStanding;
use understudy_tests::GpoData;
use understudy_wallet::store::Fate;
use understudy_wallet::{Clock as _, Simulated, StorageKey, Verification, Wallet, WalletError};
use zeroize::Zeroizing;

use super::bank::{Bank, Effect, Post};
use super::clock::{DAY, HandClock};
use super::dice::Dice;
use super::operation::Op;
use super::reader::{Answer, Tap, ask};
use super::seen::{Tapped, everything, look};
use super::vault::{Change, End, Vault};

pub(crate) type Phone = Wallet<Simulated, HandClock>;

pub(crate) struct World {
    pub(crate) bank: Bank,
    pub(crate) folder: Simulated,
    pub(crate) clock: HandClock,
    pub(crate) wallet: Phone,
    pub(crate) vault: Vault,
    /// Every key that was ever used, by card and counter.
    out: BTreeSet<(u16, u16)>,
    /// The codes that were shown, by card and counter, of which the history must know.
    pub(crate) shown: BTreeSet<(u16, u16)>,
    /// Taps that the issuer has not received yet.
    pub(crate) owed: Vec<(u16, Tap)>,
    /// The changes that may have been made when the process died: one of them or none.
    pub(crate) pending: Vec<Change>,
    /// The number of operations of the folder after which the process dies.
    last: Option<u64>,
    /// The number of the operation of the folder that fails.
    failing: Option<u64>,
    /// True if the issuer writes to a card that the wallet does not hold: the user removed it, or
    /// it was deleted before it arrived.
    pub(crate) lacks: bool,
    /// True if the issuer ordered the device wiped.
    pub(crate) wiped: bool,
    /// The operations so far, printed when a test fails.
    pub(crate) story: Vec<String>,
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("what happened: {:#?}", self.story);
        }
    }
}

pub(crate) fn key() -> StorageKey {
    StorageKey::new(Zeroizing::new([0x77; 32]))
}

impl World {
    /// An enrolled wallet with so many keys on each of its cards, the first card's armed.
    pub(crate) fn new(cards: &[u16]) -> Self {
        let (folder, clock) = (Simulated::new(), HandClock::new());
        let wallet = Wallet::open(folder.clone(), &key(), clock.clone()).unwrap();
        let mut world = Self {
            bank: Bank::of(&wallet, clock.now()),
            folder,
            clock,
            wallet,
            vault: Vault::default(),
            out: BTreeSet::new(),
            shown: BTreeSet::new(),
            owed: Vec::new(),
            pending: Vec::new(),
            last: None,
            failing: None,
            lacks: false,
            wiped: false,
            story: Vec::new(),
        };
        for keys in cards {
            world.play(&Op::Report);
            world.play(&Op::Issue(*keys));
            world.play(&Op::Fetch);
        }
        world.play(&Op::Settle);
        world
    }

    /// Kills the process after `operations` more operations of its folder.
    pub(crate) fn doom(&mut self, operations: u64) {
        self.story.push(format!("dies after {operations}"));
        self.folder.die_after(operations);
        self.last = Some(self.folder.counts().operations + operations);
    }

    pub(crate) fn is_dead(&self) -> bool {
        let done = self.folder.counts().operations;
        self.last.is_some_and(|last| done >= last)
    }

    /// Fails one operation of the folder, after `operations` more.
    pub(crate) fn fail_after(&mut self, operations: u64, kind: std::io::ErrorKind) {
        self.folder.fail_after(operations, kind);
        self.failing = Some(self.folder.counts().operations + operations + 1);
    }

    /// True if the failing operation was reached.
    pub(crate) fn has_failed(&self) -> bool {
        let done = self.folder.counts().operations;
        self.failing.is_some_and(|failing| done >= failing)
    }

    /// Removes all failures.
    pub(crate) fn forgive(&mut self) {
        self.folder.fail_after(1 << 40, std::io::ErrorKind::Other);
        self.failing = None;
    }

    /// True if an error is expected: the process is dead, or an operation failed.
    pub(crate) fn is_hit(&self) -> bool {
        self.is_dead() || self.has_failed()
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Notes a change that the wallet made, or may have made before the process died.
    pub(crate) fn note<T>(&mut self, change: Change, done: Result<T, WalletError>) {
        match done {
            Ok(_) => {
                self.vault.make(&change);
                self.pending.clear();
            }
            Err(error) => {
                assert!(self.is_hit(), "{change:?}: {error}");
                self.pending.push(change.clone());
                if !self.is_dead() {
                    // The wallet's behaviour is compared even if the operation failed.
                    let before = self.vault.clone();
                    self.reconcile(End::Death);
                    // A change that failed may nevertheless be on the disk, and be found there.
                    let undone = self.vault == before;
                    self.pending.extend(undone.then_some(change));
                }
            }
        }
    }

    /// A tap with the presented card. A used key must be the next one, used for the first time; and
    /// one must be used if there is one.
    pub(crate) fn tap(&mut self, data: &GpoData, stay: Duration) -> Answer {
        let presented = self.wallet.presented();
        let time = self.wallet.time().map_or(0, |time| time.0);
        let held = presented.and_then(|card| self.vault.cards.get(&card.0));
        let next = held
            .filter(|card| card.active)
            .and_then(|card| card.next(time));
        let answer = ask(&self.wallet, data);
        self.clock.pass(stay);
        self.wallet.field_lost();
        if let Answer::Cryptogram(tap) = &answer {
            let card = presented.unwrap().0;
            assert!(
                self.out.insert((card, tap.atc)),
                "{card}: {} twice",
                tap.atc
            );
            assert_eq!(Some(tap.atc), next);
            let how = super::seen::Tapped::Sent(tap.data.amount);
            self.vault.card(card).tapped(tap.atc, how);
            self.owed.push((card, tap.clone()));
        } else if !self.is_hit() {
            let asked = matches!(answer, Answer::Refused(0x6986)) || data.ttq[0] == 0;
            let events = self.wallet.events();
            assert!(asked || next.is_none(), "{next:?} is kept back: {events:?}");
        }
        answer
    }

    /// The user verifies and shows a code of a card. It has the next key, used for the first time; and
    /// there is one unless no key is left.
    pub(crate) fn code(&mut self, card: u16) {
        self.wallet.user_verified(Verification::aged(0));
        let time = self.wallet.time().map_or(0, |time| time.0);
        let held = self.vault.card(card);
        // A code would be late if the wall clock is right.
        let behind = self.clock.wall().is_some_and(|wall| wall.0 > time);
        let next = held.next(time).filter(|_| held.active && !behind);
        let done = self.wallet.present_code(CardId(card));
        match (next, done) {
            (next, Ok(code)) => {
                let atc = code.atc.get();
                assert_eq!(Some(atc), next);
                assert!(self.out.insert((card, atc)), "{card}: {atc} twice");
                self.shown.insert((card, atc));
                self.note(Change::Code(card, atc), Ok(()));
            }
            (Some(atc), Err(error)) => self.note::<()>(Change::Code(card, atc), Err(error)),
            (None, Err(WalletError::Code(_))) => {}
            (None, Err(error)) => assert!(self.is_hit(), "{error}"),
        }
    }

    /// Notes a used key, which must be new.
    pub(crate) fn left(&mut self, card: u16, tap: Tap) {
        let first = self.out.insert((card, tap.atc));
        assert!(first, "card {card}: {} twice", tap.atc);
        let how = super::seen::Tapped::Sent(tap.data.amount);
        self.vault.card(card).tapped(tap.atc, how);
        self.owed.push((card, tap));
    }

    /// Gives the wallet a letter; `false` if the process died.
    pub(crate) fn receive(&mut self, post: &Post) -> bool {
        let change = Change::Letter(post.number, post.effect.clone(), post.signed);
        let done = self.wallet.receive(&post.octets);
        if done.is_err() && !self.is_hit() {
            assert!(self.lacks && !self.vault.allows(&change), "{done:?}");
            return true;
        }
        let died = done.is_err();
        self.note(change, done);
        self.wiped |= post.effect == Effect::Wipe;
        !died
    }

    /// Checks that the wallet shows the content of the vault.
    pub(crate) fn check(&self) {
        if self.is_dead() {
            return;
        }
        let after = self.vault.after(End::Death, &look(&self.wallet)).unwrap();
        assert_eq!(after, self.vault);
        if let Some(time) = self.wallet.time() {
            assert!(time.0 >= self.vault.signed, "the time fell");
            assert!(time.0 <= self.now() + DAY, "the time is pulled too far");
        }
        assert_eq!(self.wallet.lost(), None);
    }

    /// Ends the process, possibly by a power cut with random fates of the unsynced writes; possibly
    /// ends the next ones while they open the wallet; and compares the remaining state.
    pub(crate) fn end(&mut self, end: End, dice: &mut Dice) {
        self.end_with(end, &mut |dice| fate(dice), dice);
    }

    pub(crate) fn end_with(
        &mut self,
        end: End,
        fate: &mut dyn FnMut(&mut Dice) -> Fate,
        dice: &mut Dice,
    ) {
        let whole = !self.is_dead() && self.wallet.storage().unwrap().slots_used < 60;
        let before = (end == End::Death && whole).then(|| everything(&self.wallet));
        self.replace(end, fate, dice);
        while dice.once_in(6) {
            self.folder.die_after(dice.below(4));
            let _ = Wallet::open(self.folder.clone(), &key(), self.clock.clone());
            self.replace(end, fate, dice);
        }
        self.wallet = Wallet::open(self.folder.clone(), &key(), self.clock.clone()).unwrap();
        self.last = None;
        if let Some(before) = before {
            let after = everything(&self.wallet);
            for (after, before) in after.lines().zip(before.lines()) {
                assert_eq!(after, before);
            }
        }
        self.reconcile(end);
        for (card, atc) in &self.shown {
            let taps = self.vault.cards.get(card).map(|card| &card.taps);
            let how = taps.and_then(|taps| taps.get(atc));
            assert_ne!(how, Some(&Tapped::PowerLost), "card {card}: {atc}");
        }
        self.check();
    }

    fn replace(&mut self, end: End, fate: &mut dyn FnMut(&mut Dice) -> Fate, dice: &mut Dice) {
        self.story.push(format!("{end:?}"));
        self.folder = match end {
            End::Death => self.folder.die(),
            End::PowerCut => {
                self.clock.reboot(dice.below(100));
                self.folder.cut_power(|| fate(dice))
            }
        };
    }

    /// Checks that the wallet equals the vault, or the vault with one of the pending changes.
    fn reconcile(&mut self, end: End) {
        let seen = look(&self.wallet);
        let mut wrong = Vec::new();
        let possible = self.pending.drain(..).map(Some).chain([None]);
        for change in possible.collect::<Vec<_>>() {
            let mut vault = self.vault.clone();
            if let Some(change) = &change {
                if !vault.allows(change) {
                    continue;
                }
                vault.make(change);
            }
            match vault.after(end, &seen) {
                Ok(vault) => {
                    self.vault = vault;
                    return;
                }
                Err(why) => wrong.push(format!("{change:?}: {why}")),
            }
        }
        panic!("after {end:?}: {wrong:#?}");
    }

    /// Uses every key up, reports everything, and asks the issuer for the device's standing.
    pub(crate) fn finish(&mut self, dice: &mut Dice) {
        if self.is_dead() {
            self.end(End::Death, dice);
        }
        self.doom(1 << 40);
        if self.wiped && self.wallet.device().is_none() {
            return self.part();
        }
        self.play(&Op::Fetch);
        if self.wiped {
            return self.part();
        }
        for index in 0..self.bank.cards().len() {
            self.play(&Op::Resume(index));
        }
        self.play(&Op::Fetch);
        for index in 0..self.vault.cards.len() {
            self.play(&Op::Stand(index, true));
        }
        for (index, name) in (0..).zip(self.vault.cards.keys().copied().collect::<Vec<_>>()) {
            self.play(&Op::Default(index));
            self.wallet.present_default();
            let time = self.wallet.time().unwrap().0;
            while self.vault.card(name).next(time).is_some() {
                self.play(&Op::Pay(100));
                self.play(&Op::Settle);
            }
        }
        for _ in 0..2 {
            self.play(&Op::Authorise);
            self.play(&Op::Report);
            self.play(&Op::Fetch);
        }
        self.end(End::Death, dice);
        assert_eq!(self.bank.standing(), DeviceStanding::Active);
    }

    /// The last reports of a wallet that was wiped.
    fn part(&mut self) {
        assert!(self.wallet.cards().is_empty());
        self.play(&Op::Settle);
        let reports = self.wallet.parting_reports();
        assert!((1..=2).contains(&reports.len()));
        for report in reports {
            self.bank.take(&report, self.lacks, self.now());
        }
        assert_eq!(self.bank.standing(), DeviceStanding::Wiped);
    }
}

/// The random fate of one unsynced change at a power cut.
pub(crate) fn fate(dice: &mut Dice) -> Fate {
    match dice.below(5) {
        0 | 1 => Fate::Lost,
        2 | 3 => Fate::Kept,
        _ => {
            let most = if dice.once_in(2) { 112 } else { 1 << 14 };
            Fate::Torn(dice.index(most))
        }
    }
}
