//! The wallet itself.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use getrandom::SysRng;
use understudy_core::card::{CardId, Directory, StateKind, Tap};
use understudy_core::wire::answer::ANSWER_MAX;

use crate::book::Book;
use crate::change::StoreSide;
use crate::clock::BootId;
use crate::env::TapEnv;
use crate::event::WalletEvent;
use crate::image;
use crate::live::Live;
use crate::stack;
use crate::store::{Disk, Folder, Opened, StorageKey, Store};
use crate::time::Moment;
use crate::{Clock, Lost, OpenError, SystemClock, WalletError};

/// Up to ten stand-in cards, one of which a reader sees, in a folder of their own.
///
/// Once it is [enrolled](Wallet::enrol), its issuer sends it letters. All methods take `&self`, and
/// it can be shared between threads. There are two kinds of calls:
///
/// - [`process`](Wallet::process) and [`field_lost`](Wallet::field_lost), which belong to a tap, and
///   those that only read or change memory: they do not wait for storage, whatever other work is in
///   progress. The one exception is a command that asks a card without an armed key for its
///   cryptogram, GET PROCESSING OPTIONS or GENERATE AC; it is counted ([`StorageSummary::waited`](crate::StorageSummary::waited)), and is the event
///   [`WalletEvent::Waited`];
/// - those that return a [`WalletError`]: they wait until their effect is durable.
///
/// A wallet is closed when it is dropped. Its time is the latest that its issuer signed plus the time
/// elapsed since; the wall clock may pull it forward by 24 hours.
pub struct Wallet<F: Folder = Disk, C: Clock = SystemClock> {
    /// Locked before `live`.
    store: Mutex<StoreSide<F>>,
    /// Never held while anything waits.
    live: Mutex<Live<F::File>>,
    clock: C,
    boot: Option<BootId>,
    lost: Option<Lost>,
}

impl<F: Folder, C: Clock> Wallet<F, C> {
    /// Opens the wallet in `folder`, or makes an empty one there. One opener at a time, also within
    /// a process.
    ///
    /// The death of the process that had it open before lost nothing. If the phone lost power
    /// since, at most the armed key was lost: it is in the history as
    /// [`PowerLost`](crate::RecordOutcome::PowerLost). If the newest generation is damaged, the one
    /// before it is read; all keys in it are spent, and [`Wallet::lost`] tells so.
    ///
    /// # Errors
    /// [`OpenError`]; nothing was changed.
    pub fn open(folder: F, key: &StorageKey, clock: C) -> Result<Self, OpenError> {
        Self::open_or_begin(folder, key, clock, || Ok(Book::default()))
    }

    /// As [`Wallet::open`], with another book than an empty one if there is none.
    pub(crate) fn open_or_begin(
        folder: F,
        key: &StorageKey,
        clock: C,
        begin: impl FnOnce() -> Result<Book, OpenError>,
    ) -> Result<Self, OpenError> {
        let this_boot = clock.boot();
        let Opened {
            store,
            tail,
            state,
            records,
            loss,
        } = Store::open(folder, key, &mut SysRng)?;
        let fresh = state.is_none();
        let mut book = match state {
            Some(state) => image::parse(&state)?,
            None => begin()?,
        };
        stack::wipe();
        book.replay(&records, this_boot);
        let lost = loss.map(|loss| Lost {
            keys: book.lose_all_keys(),
            generations: loss.damaged.len(),
        });
        book.time = book.time.found(clock.elapsed(), this_boot);
        let wallet = Self {
            store: Mutex::new(StoreSide::new(store)),
            live: Mutex::new(Live::new(book, tail)),
            clock,
            boot: this_boot,
            lost,
        };
        if fresh || lost.is_some() {
            wallet.change(|_, _| Ok(())).map_err(OpenError::first)?;
        }
        Ok(wallet)
    }

    /// The loss from a damaged generation when the wallet was opened; `None` if none was damaged.
    pub fn lost(&self) -> Option<Lost> {
        self.lost
    }

    /// Answers one command of a reader; see [`Tap::process`]. It waits for storage in one case: GET
    /// PROCESSING OPTIONS or GENERATE AC arrives and no key of the presented card is armed.
    pub fn process<'b>(&self, apdu: &[u8], answer: &'b mut [u8; ANSWER_MAX]) -> &'b [u8] {
        let asked_in = asks_for_cryptogram(apdu);
        if let Some(card) = asked_in.and_then(|state| self.must_wait(state)) {
            // If this fails there is no key, and the card refuses.
            let _ = self.settle();
            let mut live = self.live();
            live.waited = live.waited.saturating_add(1);
            live.queue(WalletEvent::Waited(card));
        }
        let length = self.answer(apdu, answer);
        if asked_in.is_some() {
            stack::wipe();
        }
        answer.get(..length).unwrap_or_default()
    }

    /// The presented card's answer; returns its length. A stack frame of its own, which the caller
    /// overwrites afterwards.
    #[inline(never)]
    fn answer(&self, apdu: &[u8], answer: &mut [u8; ANSWER_MAX]) -> usize {
        let mut live = self.live();
        let moment = self.moment(&live);
        live.end_choice(&moment);
        let slot = live.presented_slot(&moment);
        let directory = Directory {
            slots: slot
                .as_deref()
                .map(std::slice::from_ref)
                .unwrap_or_default(),
            presented: slot.as_deref().map(|slot| slot.id),
        };
        let mut tap = std::mem::take(&mut live.tap);
        let mut env = TapEnv {
            live: &mut live,
            moment,
        };
        let length = tap.process(apdu, directory, &mut env, answer).len();
        live.tap = tap;
        length
    }

    /// The reader's field went away.
    pub fn field_lost(&self) {
        let mut live = self.live();
        let moment = self.moment(&live);
        let mut tap = std::mem::take(&mut live.tap);
        let mut env = TapEnv {
            live: &mut live,
            moment,
        };
        tap.field_lost(&mut env);
    }

    /// Ends the conversation, for a caller that caught a panic.
    pub fn reset(&self) {
        self.live().tap = Tap::default();
    }

    /// The events since the last call; at most the last 16.
    pub fn events(&self) -> Vec<WalletEvent> {
        let mut live = self.live();
        let events = live.events.iter().copied().collect();
        live.events.clear();
        events
    }

    /// Erases everything that is stored. The wallet is then empty and can only be dropped.
    ///
    /// # Errors
    /// [`WalletError::Store`], if not everything could be erased: what is left is sealed.
    /// [`WalletError::Wiped`].
    pub fn wipe(&self) -> Result<(), WalletError> {
        let mut side = self.store();
        let store = side.close().ok_or(WalletError::Wiped)?;
        *self.live() = Live::new(Book::default(), None);
        stack::wipe();
        Ok(store.wipe()?)
    }

    /// The card for which a key must be armed before a command that may be answered with a cryptogram
    /// in `state` is answered.
    fn must_wait(&self, state: StateKind) -> Option<CardId> {
        let live = self.live();
        let moment = self.moment(&live);
        let reached = live.tap.state() == state;
        let (card, _) = live.unarmed(&moment).filter(|_| reached)?;
        Some(card)
    }

    /// Poison is ignored: it comes from a panic that was caught, and every change behind the lock
    /// is made in whole.
    pub(crate) fn store(&self) -> MutexGuard<'_, StoreSide<F>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Poison is ignored as in [`Wallet::store`]. Never held while `store` is waited for.
    pub(crate) fn live(&self) -> MutexGuard<'_, Live<F::File>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    pub(crate) fn moment(&self, live: &Live<F::File>) -> Moment {
        let elapsed = self.clock.elapsed();
        Moment {
            trusted: live.book.time.moved(elapsed, self.boot),
            elapsed,
            boot: self.boot,
            wall: self.clock.wall(),
        }
    }
}

/// The state in which a card may answer this command with a cryptogram, by the two octets of its
/// header; `None` for every other command. The scheme has it either in GET PROCESSING OPTIONS or in
/// GENERATE AC.
fn asks_for_cryptogram(apdu: &[u8]) -> Option<StateKind> {
    match apdu {
        [0x80, 0xA8, ..] => Some(StateKind::Selected),
        [0x80, 0xAE, ..] => Some(StateKind::Initiated),
        _ => None,
    }
}

/// Shows nothing of the content.
impl<F: Folder, C: Clock> fmt::Debug for Wallet<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wallet").finish_non_exhaustive()
    }
}
