//! All that outlives the process.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use understudy_core::card::{CardId, DrainGuard, Exposure, Profile, Slot, Standing};
use understudy_core::crypto::Atc;
use understudy_core::wire::track2::Track2;
use zeroize::Zeroizing;

use crate::WalletError;
use crate::history::{Outcome, Record};

/// A key at rest, with its counter. Boxed, so that what moves in a collection is not the key.
pub(crate) type StoredKey = (Atc, Box<Zeroizing<[u8; 16]>>);

/// A card and what it was personalised with.
pub(crate) type Card = Slot<Arc<[u8]>>;

/// What is remembered of one card besides its profile.
#[derive(Clone, Default)]
pub(crate) struct Account {
    /// In ascending order of their counters.
    pub(crate) keys: VecDeque<StoredKey>,
    pub(crate) last_atc: Option<Atc>,
    pub(crate) exposure: Exposure,
}

impl Account {
    /// Adds keys whose counters lie above every one that was used or is held.
    pub(crate) fn add(&mut self, keys: VecDeque<StoredKey>) -> Result<(), WalletError> {
        let held = self.keys.back().map(|(atc, _)| *atc);
        if keys.front().map(|(atc, _)| *atc) <= held.max(self.last_atc) {
            return Err(WalletError::StaleKeys);
        }
        self.keys.extend(keys);
        Ok(())
    }
}

/// Which token a card is, whatever else its profile says: SHA-256 of the number's digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenDigest(pub(crate) [u8; 32]);

impl TokenDigest {
    pub(crate) fn of<B: AsRef<[u8]>>(profile: &Profile<B>) -> Option<Self> {
        let track2 = Track2::parse(profile.track2()).ok()?;
        Some(Self(Sha256::digest(track2.number().expose()).into()))
    }
}

/// The cards, their accounts, and what left the device.
#[derive(Clone)]
pub(crate) struct Book {
    /// Shared with a command while the card answers it.
    pub(crate) slots: Arc<Vec<Card>>,
    /// One for each slot, in the same order.
    pub(crate) accounts: Vec<Account>,
    pub(crate) default: Option<CardId>,
    pub(crate) guard: DrainGuard,
    /// Oldest first.
    pub(crate) history: VecDeque<Record>,
    /// The name of the next card; names are not used twice.
    pub(crate) next: u16,
    /// Tokens of removed cards with the last counter that left, so that none leaves again.
    pub(crate) retired: Vec<(TokenDigest, Atc)>,
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

    /// Adds a card under a name that no card had before. If the token was here before, its
    /// counter goes on.
    pub(crate) fn add(
        &mut self,
        profile: Profile<Arc<[u8]>>,
        keys: VecDeque<StoredKey>,
    ) -> Result<CardId, WalletError> {
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
        let id = CardId(self.next);
        self.next = self.next.checked_add(1).ok_or(WalletError::Full)?;
        let retired = self
            .retired
            .iter()
            .position(|(retired, _)| Some(*retired) == token);
        let mut account = Account {
            last_atc: retired.map(|place| self.retired.swap_remove(place).1),
            ..Account::default()
        };
        account.add(keys)?;
        Arc::make_mut(&mut self.slots).push(Slot {
            id,
            profile,
            standing: Standing::Active,
        });
        self.accounts.push(account);
        self.default.get_or_insert(id);
        Ok(id)
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
        Ok(())
    }

    pub(crate) fn remember(&mut self, record: Record) {
        if self.history.len() >= Self::HISTORY_MAX {
            self.history.pop_front();
        }
        self.history.push_back(record);
    }

    /// Enters what became of a tap that is remembered.
    pub(crate) fn settle(&mut self, card: CardId, atc: Atc, outcome: Outcome) {
        let mut records = self.history.iter_mut().rev();
        if let Some(record) = records.find(|record| record.card == card && record.atc == atc) {
            record.outcome = outcome;
        }
    }
}

impl Default for Book {
    fn default() -> Self {
        Self {
            slots: Arc::default(),
            accounts: Vec::new(),
            default: None,
            guard: DrainGuard::default(),
            history: VecDeque::new(),
            next: 1,
            retired: Vec::new(),
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
