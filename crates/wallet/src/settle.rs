//! The work that waits for storage, so that taps need not: arming the next key, and folding the
//! journal into a new generation.

use std::sync::MutexGuard;

use understudy_core::card::CardId;

use crate::card::Armed;
use crate::change::StoreSide;
use crate::entry::Entry;
use crate::store::Folder;
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

/// The work that is due.
enum Due {
    /// Write a new generation, in which the next key is armed.
    Fold,
    /// Arm the next key by an entry of the journal.
    Arm,
    /// Remove erased data from older generations.
    Forget,
    Nothing,
}

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// True if [`Wallet::settle`] has work to do: the next key of the presented card is not armed,
    /// the journal is half full, or erased data may remain in older generations. To be asked after
    /// a tap, after a letter, when another card is presented, and when the tap service starts; not
    /// merely because a process started.
    pub fn settle_due(&self) -> bool {
        !matches!(self.due(None), Due::Nothing)
    }

    /// Arms the next key of the presented card, and folds the journal if half of it is used. The
    /// call that may wait for storage: one sync to arm, three to fold. A tap in the meantime uses
    /// the key that is armed already.
    ///
    /// # Errors
    /// [`WalletError::Store`], [`WalletError::Journal`], [`WalletError::Wiped`]. No key is lost, and
    /// it can be called again.
    pub fn settle(&self) -> Result<(), WalletError> {
        self.settle_in(&mut self.store())
    }

    pub(crate) fn settle_in(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
    ) -> Result<(), WalletError> {
        self.settle_for(side, None)
    }

    /// As [`Wallet::settle`] for a card in place of the presented one, whose key is disarmed and not
    /// lost; for the presented one if `card` is `None`.
    pub(crate) fn settle_for(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        card: Option<CardId>,
    ) -> Result<(), WalletError> {
        side.get()?;
        // Work that becomes due by the first is done at once: a tap may wait for its key.
        if matches!(self.due(card), Due::Forget) {
            self.forget_in(side)?;
        }
        if matches!(self.due(card), Due::Fold) {
            self.fold(side, card)?;
        }
        // The armed key may have been used in the meantime.
        if matches!(self.due(card), Due::Arm) {
            self.arm(card)?;
        }
        Ok(())
    }

    fn due(&self, card: Option<CardId>) -> Due {
        let live = self.live();
        let moment = self.moment(&live);
        let unarmed = live.unarmed_of(card.or_else(|| live.presented(&moment)), &moment);
        let other = |card| live.book.armed().is_some_and(|(armed, _)| armed != card);
        match unarmed {
            _ if live.book.forgetting => Due::Forget,
            _ if live.must_fold() || live.book.time_is_due(&moment) => Due::Fold,
            // One key is armed at a time, also if power is lost between the two.
            Some((card, _)) if other(card) => Due::Fold,
            Some(_) => Due::Arm,
            None => Due::Nothing,
        }
    }

    fn fold(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        card: Option<CardId>,
    ) -> Result<(), WalletError> {
        let (card, boot) = {
            let live = self.live();
            let moment = self.moment(&live);
            (card.or_else(|| live.presented(&moment)), moment.boot)
        };
        self.change_in(side, |book, context| {
            let full = book
                .device
                .as_ref()
                .is_some_and(|device| device.marks.is_full());
            let next = book.next_key(card, context.moment.now()).filter(|_| !full);
            if let Some((card, atc)) = next {
                book.arm(card, Armed::now(atc, boot));
            }
            Ok(())
        })
    }

    /// Arms in two steps: the entry is written, and then synced without the lock that taps need.
    fn arm(&self, card: Option<CardId>) -> Result<(), WalletError> {
        let (slots, armed) = {
            let mut live = self.live();
            let moment = self.moment(&live);
            let card = card.or_else(|| live.presented(&moment));
            let Some((card, atc)) = live.unarmed_of(card, &moment) else {
                return Ok(());
            };
            let armed = Armed::now(atc, moment.boot);
            live.enter(&Entry::Armed {
                card,
                armed,
                trusted: moment.trusted,
            })?;
            live.ready = false;
            (
                live.tail.as_ref().map(crate::store::Tail::file),
                (card, armed),
            )
        };
        let synced = slots.map_or(Ok(()), |slots| slots.sync());
        let mut live = self.live();
        match synced {
            Ok(()) => live.ready = live.book.armed() == Some(armed),
            Err(_) => live.give_up_journal(),
        }
        Ok(synced?)
    }
}
