//! All that outlives the process.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use understudy_core::card::{CardId, DrainGuard, Profile, Slot, Standing, UnixTime};
use understudy_core::crypto::Atc;
use understudy_core::wire::amount::Amount;
use understudy_provisioning::report::{self, Mark};

use crate::WalletError;
use crate::account::{Account, StoredKey, TokenDigest, derivation};
use crate::device::Device;
use crate::history::{Outcome, Record};

/// A card and what it was personalised with.
pub(crate) type Card = Slot<Arc<[u8]>>;

/// The cards, their accounts, and what left the device.
#[derive(Clone, Default)]
pub(crate) struct Book {
    /// Shared with a command while the card answers it.
    pub(crate) slots: Arc<Vec<Card>>,
    /// One for each slot, in the same order.
    pub(crate) accounts: Vec<Account>,
    pub(crate) default: Option<CardId>,
    pub(crate) guard: DrainGuard,
    /// Oldest first.
    pub(crate) history: VecDeque<Record>,
    /// The name of every card that was ever here; names are not used twice.
    pub(crate) given: BTreeSet<CardId>,
    /// Tokens of removed cards with the last counter that left, so that none leaves again.
    pub(crate) retired: Vec<(TokenDigest, Atc)>,
    /// Once the wallet is enrolled.
    pub(crate) device: Option<Device>,
}

/// Cards that a wallet holds.
pub(crate) const CARDS_MAX: usize = 10;

impl Book {
    /// Taps that the history remembers; older ones give way.
    const HISTORY_MAX: usize = 100;

    pub(crate) fn position(&self, card: CardId) -> Result<usize, WalletError> {
        self.slots
            .iter()
            .position(|slot| slot.id == card)
            .ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn account(&self, card: CardId) -> Result<&Account, WalletError> {
        let position = self.position(card)?;
        self.accounts
            .get(position)
            .ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn account_mut(&mut self, card: CardId) -> Result<&mut Account, WalletError> {
        let position = self.position(card)?;
        self.accounts
            .get_mut(position)
            .ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn card(&self, card: CardId) -> Result<&Card, WalletError> {
        self.slots
            .iter()
            .find(|slot| slot.id == card)
            .ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn card_mut(&mut self, card: CardId) -> Result<&mut Card, WalletError> {
        let position = self.position(card)?;
        let slots = Arc::make_mut(&mut self.slots);
        slots.get_mut(position).ok_or(WalletError::NoSuchCard(card))
    }

    pub(crate) fn device(&self) -> Result<&Device, WalletError> {
        self.device.as_ref().ok_or(WalletError::NotEnrolled)
    }

    pub(crate) fn device_mut(&mut self) -> Result<&mut Device, WalletError> {
        self.device.as_mut().ok_or(WalletError::NotEnrolled)
    }

    /// A name that no card had before, for a wallet whose issuer names none.
    pub(crate) fn next_name(&self) -> Result<CardId, WalletError> {
        let last = self.given.last().map_or(0, |card| card.0);
        last.checked_add(1).map(CardId).ok_or(WalletError::Full)
    }

    /// Adds a card under a name that no card had before. If the token was here before, its
    /// counter goes on.
    pub(crate) fn add(
        &mut self,
        id: CardId,
        profile: Profile<Arc<[u8]>>,
        keys: VecDeque<StoredKey>,
    ) -> Result<(), WalletError> {
        let token = TokenDigest::of(&profile);
        if self
            .slots
            .iter()
            .any(|slot| TokenDigest::of(&slot.profile) == token)
        {
            return Err(WalletError::AlreadyHeld);
        }
        if self.slots.len() >= CARDS_MAX {
            return Err(WalletError::Full);
        }
        let retired = self
            .retired
            .iter()
            .position(|(retired, _)| Some(*retired) == token);
        let mut account = Account {
            last_atc: retired.map(|place| self.retired.swap_remove(place).1),
            ..Account::default()
        };
        account.add(keys)?;
        self.given.insert(id);
        Arc::make_mut(&mut self.slots).push(Slot {
            id,
            profile,
            standing: Standing::Active,
        });
        self.accounts.push(account);
        self.default.get_or_insert(id);
        Ok(())
    }

    /// Gives a card another profile of the same token, and newer keys. Keys that were derived
    /// otherwise go.
    pub(crate) fn reprovision(
        &mut self,
        card: CardId,
        profile: Profile<Arc<[u8]>>,
        keys: VecDeque<StoredKey>,
    ) -> Result<(), WalletError> {
        let slot = self.card_mut(card)?;
        if TokenDigest::of(&slot.profile) != TokenDigest::of(&profile) {
            return Err(WalletError::OtherCard);
        }
        let derived_alike = derivation(&slot.profile) == derivation(&profile);
        slot.profile = profile;
        let account = self.account_mut(card)?;
        let held = account.keys.len();
        account.add(keys)?;
        if !derived_alike {
            account.keys.drain(..held);
        }
        Ok(())
    }

    /// Removes a card with its keys; the first of the others becomes the default if it was.
    pub(crate) fn remove(&mut self, card: CardId) -> Result<(), WalletError> {
        let position = self.position(card)?;
        let slot = Arc::make_mut(&mut self.slots).remove(position);
        let account = self.accounts.remove(position);
        self.retired
            .extend(TokenDigest::of(&slot.profile).zip(account.last_atc));
        if self.default == Some(card) {
            self.default = self.slots.first().map(|slot| slot.id);
        }
        if let Some(device) = &mut self.device {
            device.keys_wanted.remove(&card);
        }
        Ok(())
    }

    pub(crate) fn remember(&mut self, record: Record) {
        if self.history.len() >= Self::HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(record);
    }

    pub(crate) fn record_mut(&mut self, card: CardId, atc: Atc) -> Option<&mut Record> {
        let mut records = self.history.iter_mut().rev();
        records.find(|record| record.card == card && record.atc == atc)
    }

    /// Enters what the device saw of a tap that is remembered; the issuer's word stands above it.
    pub(crate) fn settle(&mut self, card: CardId, atc: Atc, outcome: Outcome) {
        match self.record_mut(card, atc) {
            Some(record) if !record.outcome.is_issuers_word() => record.outcome = outcome,
            _ => {}
        }
    }
}

impl Book {
    /// Enters a key that is spent, for the next report.
    pub(crate) fn mark(&mut self, card: CardId, atc: Atc, at: Option<UnixTime>, amount: Amount) {
        if let Some(device) = &mut self.device {
            let payment = Some(report::Payment {
                possibly_torn: false,
                at,
                amount,
            });
            device.marks.insert(Mark { card, atc, payment });
        }
    }

    /// The terminal may not have the answer of a tap.
    pub(crate) fn tear(&mut self, card: CardId, atc: Atc) {
        self.settle(card, atc, Outcome::PossiblyTorn);
        if let Some(device) = &mut self.device {
            device.marks.tear(card, atc);
        }
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book")
            .field("cards", &self.slots.len())
            .finish_non_exhaustive()
    }
}
