//! A naive model of a wallet's content, without a disk, locks or time.

use std::collections::{BTreeMap, BTreeSet};

use understudy_wallet::TRIES_MAX;

use super::bank::Effect;
use super::seen::{Seen, SeenCard, Tapped};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Vault {
    pub(crate) cards: BTreeMap<u16, Card>,
    /// The name of every card that was ever held.
    given: BTreeSet<u16>,
    pub(crate) default: Option<u16>,
    /// The last letter that was taken.
    pub(crate) letter: u64,
    /// The latest time that the issuer signed.
    pub(crate) signed: u64,
    /// Tries of the payment password since the last right one; `None` if there is none.
    pub(crate) tries: Option<u8>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Card {
    /// Counters with the last second of their keys.
    pub(crate) keys: BTreeMap<u16, u64>,
    pub(crate) last: Option<u16>,
    pub(crate) taps: BTreeMap<u16, Tapped>,
    pub(crate) active: bool,
    pub(crate) held_by_issuer: bool,
    pub(crate) limit: u64,
}

/// A change that may or may not have been made when the process died.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Letter(u64, Effect, u64),
    Default(u16),
    Standing(u16, bool),
    Remove(u16),
    ClearHistory(u16),
    SetPassword,
    /// A code of a card under a counter.
    Code(u16, u16),
    /// A try of the payment password; true for a right one.
    Try(bool),
}

/// The way in which the process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Death,
    PowerCut,
}

impl Card {
    fn new(limit: u64) -> Self {
        Self {
            active: true,
            limit,
            ..Self::default()
        }
    }

    /// Notes that the key of a counter was used, or may have been.
    fn pass(&mut self, atc: u16) {
        self.keys.retain(|held, _| *held > atc);
        self.last = self.last.max(Some(atc));
    }

    pub(crate) fn tapped(&mut self, atc: u16, how: Tapped) {
        self.pass(atc);
        self.taps.insert(atc, how);
        if self.taps.len() > HISTORY {
            self.taps.pop_first();
        }
    }

    /// The counter of the next key that is good at a time.
    pub(crate) fn next(&self, now: u64) -> Option<u16> {
        let mut good = self.keys.iter().filter(|(_, end)| **end >= now);
        good.next().map(|(atc, _)| *atc)
    }
}

/// The loss from a power cut.
#[derive(Clone, Copy, Debug, Default)]
struct Lost {
    /// Keys that had not been used.
    unused: usize,
    /// Taps of which only the counter is known.
    forgotten: usize,
}

/// The most taps of a card's history.
const HISTORY: usize = 100;

/// The unverified limit of a card when it is issued, in minor units.
const LIMIT: u64 = 100_000;

impl Vault {
    pub(crate) fn make(&mut self, change: &Change) {
        match change {
            Change::Letter(number, effect, signed) => self.take(*number, effect, *signed),
            Change::Default(card) => self.default = Some(*card),
            Change::Standing(card, active) => self.card(*card).active = *active,
            Change::Remove(card) => self.remove(*card),
            Change::ClearHistory(card) => self.card(*card).taps.clear(),
            Change::Code(card, atc) => self.card(*card).tapped(*atc, Tapped::Shown),
            Change::SetPassword => self.tries = Some(0),
            Change::Try(right) => {
                self.tries = self.tries.map(|tries| if *right { 0 } else { tries + 1 });
            }
        }
    }

    /// True if the vault has the card or item that the change is about.
    pub(crate) fn allows(&self, change: &Change) -> bool {
        match change {
            Change::Letter(_, effect, _) => match effect {
                Effect::Profile(card)
                | Effect::Limits(card, _)
                | Effect::Suspend(card)
                | Effect::Resume(card) => self.cards.contains_key(card),
                // The first keys of a card add the card.
                Effect::Keys(card, counters, _) => {
                    self.cards.contains_key(card) || counters.first() == Some(&1)
                }
                Effect::Delete(card) => self.given.contains(card),
                _ => true,
            },
            Change::Default(card)
            | Change::Standing(card, _)
            | Change::Remove(card)
            | Change::Code(card, _)
            | Change::ClearHistory(card) => self.cards.contains_key(card),
            Change::SetPassword | Change::Try(_) => true,
        }
    }

    fn take(&mut self, number: u64, effect: &Effect, signed: u64) {
        self.letter = number;
        self.signed = self.signed.max(signed);
        for card in self.cards.values_mut() {
            card.keys.retain(|_, end| *end >= signed);
        }
        match effect {
            Effect::Keys(card, counters, end) => {
                let fresh = Card::new(LIMIT);
                let held = self.cards.entry(*card).or_insert(fresh);
                held.keys.extend(counters.iter().map(|atc| (*atc, *end)));
                self.default.get_or_insert(*card);
                self.given.insert(*card);
            }
            Effect::Limits(card, limit) => self.card(*card).limit = *limit,
            Effect::Suspend(card) => {
                self.card(*card).active = false;
                self.card(*card).held_by_issuer = true;
            }
            Effect::Resume(card) => {
                self.card(*card).active = true;
                self.card(*card).held_by_issuer = false;
            }
            Effect::Delete(card) => self.remove(*card),
            Effect::Unlock => self.tries = self.tries.map(|_| 0),
            Effect::ResetPassword => self.tries = None,
            Effect::Wipe => *self = Self::default(),
            Effect::Notice(card, atc, approved) => {
                let held = self.cards.get_mut(card);
                if let Some(tapped) = held.and_then(|card| card.taps.get_mut(atc)) {
                    *tapped = if *approved {
                        Tapped::Approved
                    } else {
                        Tapped::Declined
                    };
                }
            }
            Effect::Profile(_) | Effect::Rotate | Effect::Accepted => {}
        }
    }

    pub(crate) fn card(&mut self, card: u16) -> &mut Card {
        self.cards.get_mut(&card).unwrap()
    }

    fn remove(&mut self, card: u16) {
        self.cards.remove(&card);
        if self.default == Some(card) {
            self.default = self.cards.keys().next().copied();
        }
    }

    /// The vault as a wallet shows itself after the end of a process, or an error if it may not be
    /// so. A power cut costs at most one key, the armed one or the one about to be armed; of the
    /// last tap, if the key after it was about to be armed, only the counter may be known.
    pub(crate) fn after(&self, end: End, seen: &Seen) -> Result<Self, String> {
        let mut vault = self.clone();
        let (mut unused, mut forgotten) = (0, 0);
        if !seen.cards.keys().eq(vault.cards.keys()) {
            return Err(format!("the cards are {:?}", seen.cards.keys()));
        }
        for (name, seen) in &seen.cards {
            let card = vault.card(*name);
            let lost = card.lose_as(seen);
            unused += lost.unused;
            forgotten += lost.forgotten;
            card.compare(seen)
                .map_err(|what| format!("card {name}: {what}"))?;
        }
        let most = usize::from(end == End::PowerCut);
        if unused > most || forgotten > most {
            return Err(format!("{unused} keys and {forgotten} taps are lost"));
        }
        if (seen.default, seen.letter) != (vault.default, vault.letter) {
            let (default, letter) = (seen.default, seen.letter);
            return Err(format!("default {default:?}, letter {letter}"));
        }
        vault.tries = vault.tries_as(end, seen)?;
        Ok(vault)
    }

    /// The tries after the end of a process. A right try may be lost with the power; a counted one
    /// may not.
    fn tries_as(&self, end: End, seen: &Seen) -> Result<Option<u8>, String> {
        let good = match (self.tries, seen.tries) {
            (Some(expected), Some(tries)) if end == End::PowerCut => {
                (expected..=TRIES_MAX).contains(&tries)
            }
            (expected, tries) => expected == tries,
        };
        let wrong = || format!("{:?} tries instead of {:?}", seen.tries, self.tries);
        good.then_some(seen.tries).ok_or_else(wrong)
    }
}

impl Card {
    /// Follows the wallet where it lost something by a power cut.
    fn lose_as(&mut self, seen: &SeenCard) -> Lost {
        let mut lost = Lost::default();
        let unknown = seen
            .taps
            .iter()
            .filter(|(_, how)| **how == Tapped::PowerLost);
        for (atc, _) in unknown {
            match self.taps.get(atc) {
                Some(Tapped::PowerLost) => continue,
                Some(_) => lost.forgotten += 1,
                None if self.keys.contains_key(atc) => lost.unused += 1,
                // The key is not this card's, which the comparison detects.
                None => continue,
            }
            self.tapped(*atc, Tapped::PowerLost);
        }
        lost
    }

    fn compare(&self, seen: &SeenCard) -> Result<(), String> {
        if seen.taps != self.taps {
            return Err(format!("taps {:?} instead of {:?}", seen.taps, self.taps));
        }
        let here = (self.keys.len(), self.last);
        if (seen.keys, seen.last) != here {
            let there = (seen.keys, seen.last);
            return Err(format!(
                "keys and last counter {there:?} instead of {here:?}"
            ));
        }
        let here = (self.active, self.held_by_issuer, self.limit);
        if (seen.active, seen.held_by_issuer, seen.limit) != here {
            return Err(format!("{seen:?} instead of {here:?}"));
        }
        Ok(())
    }
}
