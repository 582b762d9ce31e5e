//! All of a wallet's state that outlives the process.

mod apply;
mod cards;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use understudy_core::card::{CardId, DrainGuard, UnixTime};
use understudy_core::crypto::Atc;

use crate::WalletError;
use crate::card::{Account, Armed, Card, TokenDigest};
use crate::device::Device;
use crate::history::Record;
use crate::password::Password;
use crate::time::{Moment, TrustedTime};

/// The cards, their accounts, and what is to be reported. Large parts that do not change are shared
/// between copies.
#[derive(Clone, Default)]
pub(crate) struct Book {
    /// In the order in which they were installed.
    pub(crate) cards: Vec<Card>,
    /// Something was erased that the generation before may still contain.
    pub(crate) forgetting: bool,
    pub(crate) default: Option<CardId>,
    pub(crate) guard: DrainGuard,
    /// The number of records that were ever entered in the history.
    pub(crate) entered: u64,
    /// The name of every card that was ever held; a name is not reused.
    pub(crate) given: BTreeSet<CardId>,
    /// Cards that were removed.
    pub(crate) retired: Vec<Retired>,
    pub(crate) time: TrustedTime,
    pub(crate) password: Option<Password>,
    /// The wallet as an issuer's device; `None` before it enrols.
    pub(crate) device: Option<Device>,
    /// The last reports of a device that its issuer wiped, in their order; at most two.
    pub(crate) parting: Vec<Arc<[u8]>>,
}

/// A removed card with the last counter it used, so that no counter is used twice if its token
/// returns.
#[derive(Clone, Copy)]
pub(crate) struct Retired {
    pub(crate) card: CardId,
    pub(crate) token: TokenDigest,
    pub(crate) last_atc: Atc,
}

/// The most cards that a wallet holds.
pub(crate) const CARDS_MAX: usize = 10;

impl Book {
    pub(crate) fn card(&self, card: CardId) -> Result<&Card, WalletError> {
        let mut cards = self.cards.iter();
        let found = cards.find(|held| held.id() == card);
        found.ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn card_mut(&mut self, card: CardId) -> Result<&mut Card, WalletError> {
        let mut cards = self.cards.iter_mut();
        let found = cards.find(|held| held.id() == card);
        found.ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn account_mut(&mut self, card: CardId) -> Result<&mut Account, WalletError> {
        self.card_mut(card).map(|card| &mut card.account)
    }

    pub(crate) fn device(&self) -> Result<&Device, WalletError> {
        self.device.as_ref().ok_or(WalletError::NotEnrolled)
    }

    pub(crate) fn device_mut(&mut self) -> Result<&mut Device, WalletError> {
        self.device.as_mut().ok_or(WalletError::NotEnrolled)
    }

    /// The armed key with its card, as the store has it; at most one.
    pub(crate) fn armed(&self) -> Option<(CardId, Armed)> {
        let mut cards = self.cards.iter();
        cards.find_map(|card| Some((card.id(), card.armed?)))
    }

    /// Arms the next key of a card in this boot, and disarms any other.
    pub(crate) fn arm(&mut self, card: CardId, armed: Armed) {
        for held in &mut self.cards {
            held.armed = (held.id() == card).then_some(armed);
        }
    }

    /// The key to be armed for this card: the next one of an active card.
    pub(crate) fn next_key(
        &self,
        card: Option<CardId>,
        now: Option<UnixTime>,
    ) -> Option<(CardId, Atc)> {
        let card = self.card(card?).ok()?;
        let next = card.account.keys.next(now).filter(|_| card.is_active());
        next.map(|atc| (card.id(), atc))
    }

    /// Moves the trusted time on, and disarms a key whose batch has ended.
    pub(crate) fn pass_time(&mut self, moment: &Moment) {
        self.time = moment.trusted;
        let now = moment.now();
        for card in &mut self.cards {
            let armed = card.armed.map(|armed| armed.atc);
            if armed.is_some_and(|atc| card.account.keys.next(now) != Some(atc)) {
                card.armed = None;
            }
        }
    }

    /// True if a batch has ended since the time that is stored.
    pub(crate) fn time_is_due(&self, moment: &Moment) -> bool {
        let stored = self.time.seconds();
        let reached = moment.trusted.seconds();
        let mut batches = self
            .cards
            .iter()
            .flat_map(|card| &card.account.keys.batches);
        batches.any(|batch| !batch.is_good(reached) && batch.is_good(stored))
    }

    /// The number of the next record of the history.
    fn next_number(&mut self) -> u64 {
        self.entered = self.entered.saturating_add(1);
        self.entered
    }

    fn enter(&mut self, record: Record) {
        if let Ok(account) = self.account_mut(record.card) {
            account.history.enter(record);
        }
    }

    pub(crate) fn record_mut(&mut self, card: CardId, atc: Atc) -> Option<&mut Record> {
        self.account_mut(card).ok()?.history.find_mut(atc)
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book")
            .field("cards", &self.cards.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
