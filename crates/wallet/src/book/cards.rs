//! Installing, changing and removing cards.

use std::sync::Arc;

use understudy_core::card::{CardId, Profile};
use understudy_core::crypto::Algorithms;

use super::{Book, CARDS_MAX, Retired};
use crate::WalletError;
use crate::card::{Account, Card, Token, derivation};
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
        let kind = Kind::of(&card.slot.profile);
        replenish(&mut card, kind, batch)?;
        self.given.insert(id);
        self.cards.push(card);
        self.default.get_or_insert(id);
        Ok(())
    }

    /// Adds keys with higher counters to a card.
    pub(crate) fn replenish(&mut self, card: CardId, batch: Batch) -> Result<(), WalletError> {
        let card = self.card_mut(card)?;
        replenish(card, Kind::of(&card.slot.profile), batch)
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
        let added = usize::from(batch.is_some());
        if let Some(batch) = batch {
            replenish(card, Kind::of(&profile), batch)?;
        }
        if derivation(&card.slot.profile) != derivation(&profile) {
            let batches = &mut card.account.keys.batches;
            let held = batches.len().saturating_sub(added);
            batches.drain(..held);
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

/// The kind of a card's keys.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    algorithms: Algorithms,
    limited_use: bool,
}

impl Kind {
    fn of(profile: &Profile<Arc<[u8]>>) -> Self {
        Self {
            algorithms: profile.algorithms(),
            #[cfg(feature = "limited-use")]
            limited_use: profile.has_limited_use_key(),
            #[cfg(not(feature = "limited-use"))]
            limited_use: false,
        }
    }

    fn of_batch(batch: &Batch) -> Self {
        Self {
            algorithms: batch.algorithms,
            #[cfg(feature = "limited-use")]
            limited_use: batch.limited.is_some(),
            #[cfg(not(feature = "limited-use"))]
            limited_use: false,
        }
    }
}

/// Adds keys. The armed key is disarmed if they take its place.
fn replenish(card: &mut Card, kind: Kind, batch: Batch) -> Result<(), WalletError> {
    if Kind::of_batch(&batch) != kind {
        return Err(WalletError::OtherCiphers);
    }
    let Account { keys, last_atc, .. } = &mut card.account;
    if !keys.add(batch, *last_atc) {
        return Err(WalletError::StaleKeys);
    }
    card.armed = card.armed.filter(|armed| keys.holds(armed.atc));
    Ok(())
}
