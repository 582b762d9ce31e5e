//! The operations of a phone's life.

use std::time::Duration;

use understudy_core::card::Standing;
use understudy_wallet::{PasswordError, Verification, WalletError};

use super::bank::{Effect, name};
use super::reader::{Answer, purchase, without_pin};
use super::vault::Change;
use super::world::World;

/// One operation. Cards are named by their index among those present, modulo their number.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// The user verifies, and pays this many minor units.
    Pay(u64),
    /// The user pays this many minor units without verifying.
    Tap(u64),
    /// The user verifies, and shows a code.
    Code(usize),
    /// The field is lost at once.
    Torn(u64),
    /// A reader that has no path in common with the card.
    Refused,
    /// A reader without a PIN pad asks for more than the limit.
    Prompted,
    Settle,
    Present(usize),
    Default(usize),
    /// So many seconds pass.
    Pass(u64),
    /// The wall clock is set wrong by so many seconds.
    Wrong(i64),
    Issue(u16),
    Replenish(usize, u16),
    Suspend(usize),
    Resume(usize),
    Delete(usize),
    Limit(usize, u64),
    Profile(usize),
    /// A command: rotation, unlocking, or reset of the password.
    Order(Effect),
    Wipe,
    /// All letters are fetched.
    Fetch,
    /// So many letters are fetched before the line breaks.
    FetchSome(usize),
    /// All terminals request authorisation of their taps.
    Authorise,
    Report,
    /// A report is made and lost.
    ReportLost,
    Stand(usize, bool),
    Remove(usize),
    Clear(usize),
    SetPassword,
    /// The payment password is tried, rightly (true) or wrongly.
    Try(bool),
}

const PASSWORD: &str = "274911";
/// The time that a reader's field stays after the answer.
const STAY: Duration = Duration::from_secs(1);

impl World {
    /// Performs the operation, unless the process is dead.
    pub(crate) fn play(&mut self, op: &Op) {
        if self.is_dead() {
            return;
        }
        let now = self.now();
        self.story.push(format!("{op:?}"));
        match op {
            Op::Pay(amount) => {
                self.wallet.user_verified(Verification::aged(0));
                self.tap(&purchase(*amount, now), STAY);
            }
            Op::Tap(amount) => {
                self.wallet.user_acted();
                self.tap(&purchase(*amount, now), STAY);
            }
            Op::Torn(amount) => {
                self.wallet.user_verified(Verification::aged(0));
                self.tap(&purchase(*amount, now), Duration::from_millis(1));
            }
            Op::Refused => {
                let mut data = purchase(100, now);
                data.ttq = [0; 4];
                assert_eq!(self.tap(&data, STAY).atc(), None);
            }
            Op::Prompted => {
                self.wallet.user_acted();
                self.wallet.forget_verification();
                let answer = self.tap(&without_pin(200_000, now), STAY);
                assert!(matches!(answer, Answer::Refused(_)), "{answer:?}");
            }
            Op::Pass(seconds) => self.clock.pass(Duration::from_secs(*seconds)),
            Op::Wrong(seconds) => self.clock.set_wrong(*seconds),
            Op::Settle => {
                let done = self.wallet.settle();
                assert!(done.is_ok() || self.is_hit(), "{done:?}");
            }
            Op::Authorise => {
                for (card, tap) in std::mem::take(&mut self.owed) {
                    self.bank.authorise(card, &tap, now);
                }
            }
            Op::Fetch => self.fetch(usize::MAX),
            Op::FetchSome(most) => self.fetch(*most),
            Op::Report | Op::ReportLost => {
                let report = self.wallet.report();
                assert!(report.is_ok() || self.is_hit(), "{report:?}");
                if let (Ok(report), Op::Report) = (report, op) {
                    self.bank.take(&report, self.lacks, now);
                }
            }
            Op::SetPassword | Op::Try(_) => self.password(op),
            _ => self.of_card_or_bank(op, now),
        }
        self.check();
    }

    fn of_card_or_bank(&mut self, op: &Op, now: u64) {
        match op {
            Op::Present(place) => self.with_card(*place, |world, card| {
                world.wallet.present(name(card), 60).unwrap();
            }),
            Op::Code(place) => self.with_card(*place, Self::code),
            Op::Default(place) => self.with_card(*place, |world, card| {
                let done = world.wallet.set_default(name(card));
                world.note(Change::Default(card), done);
            }),
            Op::Stand(place, active) => self.with_card(*place, |world, card| {
                if *active && world.vault.card(card).held_by_issuer {
                    return;
                }
                let standing = if *active {
                    Standing::Active
                } else {
                    Standing::Suspended
                };
                let done = world.wallet.set_standing(name(card), standing);
                world.note(Change::Standing(card, *active), done);
            }),
            Op::Remove(place) => self.with_card(*place, |world, card| {
                world.lacks = true;
                let done = world.wallet.remove(name(card));
                world.note(Change::Remove(card), done);
            }),
            Op::Clear(place) => self.with_card(*place, |world, card| {
                let done = world.wallet.clear_history(Some(name(card)));
                world.note(Change::ClearHistory(card), done);
            }),
            Op::Issue(keys) => {
                self.bank.issue(*keys, now);
            }
            Op::Order(effect) => self.bank.order(effect.clone(), now),
            Op::Wipe => self.bank.wipe(now),
            _ => self.of_bank(op, now),
        }
    }

    fn of_bank(&mut self, op: &Op, now: u64) {
        let cards = self.bank.cards();
        let card = |place: &usize| cards[place % cards.len()];
        if cards.is_empty() {
            return;
        }
        match op {
            Op::Replenish(place, keys) => {
                self.bank.replenish(card(place), *keys, now);
            }
            Op::Suspend(place) => self.bank.suspend(card(place), now),
            Op::Resume(place) => self.bank.resume(card(place), now),
            Op::Delete(place) => {
                // The undelivered keys that would add the card are withdrawn, so it may never
                // arrive.
                self.lacks |= !self.vault.cards.contains_key(&card(place));
                self.bank.delete(card(place), now);
            }
            Op::Limit(place, limit) => self.bank.set_limit(card(place), *limit, now),
            Op::Profile(place) => self.bank.update_profile(card(place), now),
            _ => panic!("{op:?} is done elsewhere"),
        }
    }

    fn with_card(&mut self, place: usize, act: impl FnOnce(&mut Self, u16)) {
        let cards: Vec<u16> = self.vault.cards.keys().copied().collect();
        if !cards.is_empty() {
            act(self, cards[place % cards.len()]);
        }
    }

    fn fetch(&mut self, most: usize) {
        if self.wallet.device().is_none() {
            return;
        }
        let letters = self.bank.letters(self.now());
        // Also gives the last taken letter again.
        let wanted = letters
            .iter()
            .filter(|post| post.number >= self.vault.letter);
        for post in wanted.take(most).cloned().collect::<Vec<_>>() {
            if post.number == self.vault.letter {
                let again = self.wallet.receive(&post.octets);
                assert!(again.is_ok(), "{again:?}");
            } else if !self.receive(&post) || self.is_dead() {
                return;
            }
            if self.wallet.device().is_none() {
                return;
            }
        }
    }

    fn password(&mut self, op: &Op) {
        match (op, self.vault.tries) {
            (Op::SetPassword, None) => {
                let done = self.wallet.set_password(PASSWORD);
                self.note(Change::SetPassword, done);
            }
            (Op::Try(right), Some(tries)) if tries < understudy_wallet::TRIES_MAX => {
                self.try_password(*right);
            }
            (Op::Try(_), Some(_)) => {
                let locked = self.wallet.verify_password(PASSWORD);
                let is_locked = matches!(locked, Err(WalletError::Password(PasswordError::Locked)));
                assert!(is_locked, "{locked:?}");
            }
            _ => {}
        }
    }

    fn try_password(&mut self, right: bool) {
        let done = self
            .wallet
            .verify_password(if right { PASSWORD } else { "274912" });
        if self.is_dead() {
            // The try is counted, and possibly known to be right.
            let known = right && done.is_ok();
            self.pending.push(Change::Try(false));
            self.pending.extend(known.then_some(Change::Try(true)));
            assert!(right || done.is_err());
            return;
        }
        if matches!(done, Err(WalletError::Journal(_) | WalletError::Store(_))) {
            assert!(self.has_failed(), "{done:?}");
            // The try could not be counted, and the password was not compared.
            return;
        }
        assert_eq!(done.is_ok(), right, "{done:?}");
        self.vault.make(&Change::Try(right));
    }
}
