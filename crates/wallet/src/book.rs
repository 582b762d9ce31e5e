//! All that outlives the process.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use understudy_core::card::{CardId, DrainGuard, Exposure, Profile, Slot, Standing};
use understudy_core::crypto::Atc;
use zeroize::Zeroizing;

use crate::WalletError;
use crate::history::{Outcome, Record};

/// A key at rest, with its counter.
pub(crate) type StoredKey = (Atc, Zeroizing<[u8; 16]>);

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
}

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

    /// Adds a card under a name that no card had before.
    pub(crate) fn add(
        &mut self,
        profile: Profile<Arc<[u8]>>,
        account: Account,
    ) -> Result<CardId, WalletError> {
        let id = CardId(self.next);
        self.next = self.next.checked_add(1).ok_or(WalletError::Full)?;
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
        Arc::make_mut(&mut self.slots).remove(position);
        self.accounts.remove(position);
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
