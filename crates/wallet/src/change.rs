//! One durable change of the book.

use std::sync::MutexGuard;

use getrandom::SysRng;

use crate::book::Book;
use crate::image;
use crate::stack;
use crate::store::{Folder, Store};
use crate::time::Moment;
use crate::wallet::Wallet;
use crate::{Clock, WalletError};

/// The side of the wallet that may wait.
pub(crate) struct StoreSide<F: Folder> {
    /// `None` once the wallet was wiped.
    store: Option<Store<F>>,
}

/// What a change may want to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) moment: Moment,
    /// At most the generation that the change will stand in.
    pub(crate) generation: u64,
}

impl<F: Folder> StoreSide<F> {
    pub(crate) const fn new(store: Store<F>) -> Self {
        Self { store: Some(store) }
    }

    pub(crate) fn get(&mut self) -> Result<&mut Store<F>, WalletError> {
        self.store.as_mut().ok_or(WalletError::Wiped)
    }

    pub(crate) fn close(&mut self) -> Option<Store<F>> {
        self.store.take()
    }
}

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Makes a change once it is durable; if either fails, nothing has changed.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Book, &Context) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        self.change_in(&mut self.store(), change)
    }

    /// As [`Wallet::change`], for whoever holds the store. Taps go on with the book as it is; what
    /// they do is done in the changed book too.
    pub(crate) fn change_in<T>(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        change: impl FnOnce(&mut Book, &Context) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let done = self.change_if(side, |book, context| change(book, context).map(Some))?;
        done.ok_or(WalletError::Wiped)
    }

    /// As [`Wallet::change_in`]; if there is nothing to change, `None`, and nothing is stored.
    pub(crate) fn change_if<T>(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        change: impl FnOnce(&mut Book, &Context) -> Result<Option<T>, WalletError>,
    ) -> Result<Option<T>, WalletError> {
        let changed = self.change_and_store(side, change);
        stack::wipe();
        changed
    }

    /// Opens letters and seals the state; a frame of its own, of which nothing is to be left.
    #[inline(never)]
    fn change_and_store<T>(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        change: impl FnOnce(&mut Book, &Context) -> Result<Option<T>, WalletError>,
    ) -> Result<Option<T>, WalletError> {
        let store = side.get()?;
        let (mut next, moment) = {
            let mut live = self.live();
            (live.copy(), self.moment(&live))
        };
        next.pass_time(&moment);
        let context = Context {
            moment,
            generation: store.generation().saturating_add(1),
        };
        let changed = change(&mut next, &context).and_then(|done| {
            if done.is_none() {
                return Ok(None);
            }
            let folded = self.live().catch_up(&mut next);
            let tail = store.commit(&image::encode(&next), folded, &mut SysRng)?;
            self.live().take(next, tail);
            Ok(done)
        });
        if !matches!(changed, Ok(Some(_))) {
            self.live().keep();
        }
        changed
    }

    /// Makes a change that erases something, and erases it from older generations too.
    pub(crate) fn erase<T>(
        &self,
        change: impl FnOnce(&mut Book) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let mut side = self.store();
        let done = self.change_in(&mut side, |book, _| {
            book.forgetting = true;
            change(book)
        })?;
        self.forget_in(&mut side)?;
        Ok(done)
    }

    /// Erases what older generations hold, once a change made them obsolete. If the process dies
    /// before that, [`Wallet::settle`] does it.
    pub(crate) fn forget_in(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
    ) -> Result<(), WalletError> {
        // Now both generations that are kept are without it.
        self.change_in(side, |book, _| {
            book.forgetting = false;
            Ok(())
        })?;
        Ok(side.get()?.forget()?)
    }
}
