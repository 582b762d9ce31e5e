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

/// The part of the wallet behind the lock whose holder may wait for storage.
pub(crate) struct StoreSide<F: Folder> {
    /// The store; `None` after a wipe.
    store: Option<Store<F>>,
}

/// The circumstances of a change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    pub(crate) moment: Moment,
    /// The lowest number that the generation with the change can have.
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
    /// Makes a change and stores it. If the change or the store fails, nothing has changed.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&mut Book, &Context) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        self.change_in(&mut self.store(), change)
    }

    /// As [`Wallet::change`], for a caller that holds the store's lock. Taps continue with the
    /// unchanged book; their entries are applied to the changed one too.
    pub(crate) fn change_in<T>(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        change: impl FnOnce(&mut Book, &Context) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let done = self.change_if(side, |book, context| change(book, context).map(Some))?;
        done.ok_or(WalletError::Wiped)
    }

    /// As [`Wallet::change_in`]. If `change` returns `None`, nothing has changed and nothing is
    /// stored.
    pub(crate) fn change_if<T>(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
        change: impl FnOnce(&mut Book, &Context) -> Result<Option<T>, WalletError>,
    ) -> Result<Option<T>, WalletError> {
        let changed = self.change_and_store(side, change);
        stack::wipe();
        changed
    }

    /// Opens letters and seals the state. A stack frame of its own, which the caller overwrites
    /// afterwards.
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
            let tail = store.commit(&image::emit(&next), folded, &mut SysRng)?;
            self.live().take(next, tail);
            Ok(done)
        });
        if !matches!(changed, Ok(Some(_))) {
            self.live().keep();
        }
        changed
    }

    /// Makes a change that erases something, and removes it from older generations too.
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

    /// Removes from older generations what a change erased. If the process dies before that,
    /// [`Wallet::settle`] does it.
    pub(crate) fn forget_in(
        &self,
        side: &mut MutexGuard<'_, StoreSide<F>>,
    ) -> Result<(), WalletError> {
        // Both generations that are kept are then without it.
        self.change_in(side, |book, _| {
            book.forgetting = false;
            Ok(())
        })?;
        Ok(side.get()?.forget()?)
    }
}
