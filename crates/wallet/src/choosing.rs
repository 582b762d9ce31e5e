//! The user's choices: default card, presented card, permission to pay, verification, history.

use std::time::Duration;

use understudy_core::card::{CardId, Standing};

use crate::entry::{Acted, Entry};
use crate::history::{CardHistory, Filter, Record, select};
use crate::live::Chosen;
use crate::store::Folder;
use crate::verify::{Prompt, Verification};
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Makes a card the default: the one that readers see unless the user chose another.
    /// [`settle`](Wallet::settle) is then due.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Store`]; then nothing has changed.
    pub fn set_default(&self, card: CardId) -> Result<(), WalletError> {
        self.change(|book, _| {
            book.card(card)?;
            book.default = Some(card);
            Ok(())
        })
    }

    /// Presents `card` to readers for `seconds` seconds, or until a tap with it makes a cryptogram;
    /// then the default card again. Not stored. [`settle`](Wallet::settle) is then due.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`]; then nothing has changed.
    pub fn present(&self, card: CardId, seconds: u32) -> Result<(), WalletError> {
        let span = Duration::from_secs(u64::from(seconds));
        let until = self.elapsed().checked_add(span);
        let mut live = self.live();
        live.book.card(card)?;
        live.chosen = Some(Chosen { card, until });
        Ok(())
    }

    /// Presents the default card to readers again.
    pub fn present_default(&self) {
        self.live().chosen = None;
    }

    /// The card that readers see; `None` if there is no card.
    pub fn presented(&self) -> Option<CardId> {
        let live = self.live();
        live.presented(&self.moment(&live))
    }

    /// Permits a card to pay, or forbids it.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Store`]; [`WalletError::SuspendedByIssuer`] if
    /// it shall pay and the issuer does not let it. Then nothing has changed.
    pub fn set_standing(&self, card: CardId, standing: Standing) -> Result<(), WalletError> {
        self.change(|book, _| {
            let card = book.card_mut(card)?;
            if standing == Standing::Active && card.account.suspended.is_some() {
                return Err(WalletError::SuspendedByIssuer);
            }
            card.set_standing(standing);
            Ok(())
        })
    }

    /// Removes a card, its keys and its history, also from older generations of the store. If it
    /// was the default, the first of the others becomes that. Its used keys are still reported.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Store`]; then nothing has changed, except that a
    /// card that was removed may not be gone from older generations yet.
    pub fn remove(&self, card: CardId) -> Result<(), WalletError> {
        self.erase(|book| book.remove(card))
    }

    /// Notes that the user acted in the wallet: the drain guard starts anew.
    pub fn user_acted(&self) {
        self.live().note(&Entry::Acted(Acted::Only));
    }

    /// Notes that the user verified on the device, which also counts as acting. The limits for taps
    /// without verification start anew for the cards that the verification is good for, unless it
    /// is for one amount. The verification itself is kept in memory only.
    pub fn user_verified(&self, verification: Verification) {
        let elapsed = self.elapsed();
        let mut live = self.live();
        let acted = match (verification.amount(), verification.card()) {
            (Some(_), _) => Acted::Only,
            (None, Some(card)) => Acted::VerifiedFor(card),
            (None, None) => Acted::Verified,
        };
        live.note(&Entry::Acted(acted));
        live.verified.take(verification, elapsed);
    }

    /// Drops every verification: the phone was locked, or the user left.
    pub fn forget_verification(&self) {
        self.live().verified.forget();
    }

    /// The tap that was refused because the user must verify, as long as it can be repeated:
    /// [`PROMPT_WINDOW`](crate::PROMPT_WINDOW) seconds. Answered with a [`Verification`]
    /// [for it](Verification::for_prompt).
    pub fn prompt(&self) -> Option<Prompt> {
        let elapsed = self.elapsed();
        self.live().prompt.filter(|prompt| prompt.is_open(elapsed))
    }

    /// The taps that a filter admits, newest first. Each card keeps its last 100 taps with a key
    /// and its last 50 refusals; a removed card keeps none.
    pub fn history(&self, filter: &Filter) -> Vec<Record> {
        select(&self.live().book, filter)
    }

    /// Erases the history of one card, or of all, also from older generations of the store. Used
    /// keys that are not reported yet are still reported.
    ///
    /// # Errors
    /// [`WalletError::NoSuchCard`], [`WalletError::Store`]; then nothing has changed, except that
    /// what was forgotten may not be gone from older generations yet.
    pub fn clear_history(&self, card: Option<CardId>) -> Result<(), WalletError> {
        self.erase(|book| {
            if let Some(card) = card {
                book.card(card)?;
            }
            let wanted = |id: CardId| card.is_none_or(|card| card == id);
            for held in book.cards.iter_mut().filter(|held| wanted(held.id())) {
                held.account.history = CardHistory::default();
            }
            Ok(())
        })
    }
}
