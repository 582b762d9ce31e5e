//! Installing, changing and removing cards.

use std::sync::Arc;

use understudy_core::card::{CardId, Profile};
use understudy_core::crypto::Algorithms;

use super::{Book, CARDS_MAX, Retired};
use crate::WalletError;
use crate::card::{Card, Token, derivation};
use crate::keys::Batch;

impl Book {
    /// Adds a card under a name that no card had before. A token that was here before keeps its
    /// counter.
    pub(crate) fn add(
        &mut self,
        id: CardId,
        profile: Profile<Arc<[u8]>>,
        batch: Batch,
    ) -> Result<(), WalletError> {
        let mut card = Card::new(id, profile)?;
        let token = card.token.digest;
        if self.cards.iter().any(|held| held.token.digest == token) {
            return Err(WalletError::AlreadyHeld);
        }
        if self.cards.len() >= CARDS_MAX {
            return Err(WalletError::Full);
        }
        let retired = self
            .retired
            .iter()
            .position(|retired| retired.token == token);
        card.account.last_atc = retired.map(|place| self.retired.swap_remove(place).last_atc);
        let algorithms = card.slot.profile.algorithms();
        replenish(&mut card, algorithms, batch)?;
        self.given.insert(id);
        self.cards.push(card);
        self.default.get_or_insert(id);
        Ok(())
    }

    /// Adds keys with higher counters to a card.
    pub(crate) fn replenish(&mut self, card: CardId, batch: Batch) -> Result<(), WalletError> {
        let card = self.card_mut(card)?;
        replenish(card, card.slot.profile.algorithms(), batch)
    }

    /// Replaces a card's profile by another of the same token, and adds newer keys, if any. Keys
    /// that were derived in another way are erased.
    pub(crate) fn set_profile(
        &mut self,
        card: CardId,
        profile: Profile<Arc<[u8]>>,
        batch: Option<Batch>,
    ) -> Result<(), WalletError> {
        let card = self.card_mut(card)?;
        if card.token.digest != Token::of(&profile)?.digest {
            return Err(WalletError::OtherCard);
        }
        let held = card.account.keys.batches.len();
        if let Some(batch) = batch {
            replenish(card, profile.algorithms(), batch)?;
        }
        if derivation(&card.slot.profile) != derivation(&profile) {
            card.account.keys.batches.drain(..held);
            card.armed = None;
        }
        card.set_profile(profile);
        Ok(())
    }

    /// Removes a card with its keys and its history; if it was the default, the first of the others
    /// becomes that.
    pub(crate) fn remove(&mut self, card: CardId) -> Result<(), WalletError> {
        let found = self.cards.iter().position(|held| held.id() == card);
        let removed = self
            .cards
            .remove(found.ok_or(WalletError::NoSuchCard(card))?);
        let retired = removed.account.last_atc.map(|last_atc| Retired {
            card,
            token: removed.token.digest,
            last_atc,
        });
        self.retired.extend(retired);
        if self.default == Some(card) {
            self.default = self.cards.first().map(Card::id);
        }
        if let Some(device) = &mut self.device {
            device.keys_wanted.remove(&card);
        }
        Ok(())
    }
}

fn replenish(card: &mut Card, algorithms: Algorithms, batch: Batch) -> Result<(), WalletError> {
    if batch.algorithms != algorithms {
        return Err(WalletError::OtherCiphers);
    }
    let last = card.account.last_atc;
    let added = card.account.keys.add(batch, last);
    added.then_some(()).ok_or(WalletError::StaleKeys)
}
