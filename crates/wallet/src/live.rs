//! The state that a tap needs, behind the lock that is never held while anything waits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use understudy_core::card::{CardId, Tap};
use understudy_core::card::{Slot, StateKind};
use understudy_core::crypto::Atc;

use crate::book::Book;
use crate::entry::Entry;
use crate::event::WalletEvent;
use crate::store::{AppendError, File, SLOTS, Tail};
use crate::time::Moment;
use crate::verify::{Held, Prompt};

/// The most events that wait to be fetched; older ones are dropped.
const EVENTS_MAX: usize = 16;

/// The time by which a tap that began in time may exceed the user's choice of its card.
const TAP_MAX: Duration = Duration::from_secs(10);

/// The room for entries that are made while a generation is written: those of the slots, and
/// refusals.
const LATE_ROOM: usize = 2 * SLOTS;

/// The state of the conversation with a reader, the book, and the journal's end.
pub(crate) struct Live<H> {
    pub(crate) tap: Tap,
    pub(crate) book: Book,
    /// The free slots; `None` if nothing can be appended before the next generation.
    pub(crate) tail: Option<Tail<H>>,
    /// The number of used slots of a journal that was given up; the book contains them all.
    given_up: usize,
    /// True if the book's armed key may be used: its entry or generation is durable.
    pub(crate) ready: bool,
    /// True while a change works on a copy of the book.
    changing: bool,
    /// The entries made since that copy was taken.
    late: Vec<Entry>,
    pub(crate) events: VecDeque<WalletEvent>,
    pub(crate) chosen: Option<Chosen>,
    pub(crate) verified: Held,
    pub(crate) prompt: Option<Prompt>,
    /// The reading of the elapsed clock at the last answer with a cryptogram.
    pub(crate) answered_at: Option<Duration>,
    /// True if this presence of the field has a refusal in the history.
    pub(crate) refused: bool,
    /// The number of taps that waited for a key to be armed.
    pub(crate) waited: u64,
}

/// The user's choice of a card for the next tap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    pub(crate) card: CardId,
    /// The reading of the elapsed clock at which it ends; `None` if the clock cannot represent it.
    pub(crate) until: Option<Duration>,
}

impl<H: File> Live<H> {
    pub(crate) fn new(book: Book, tail: Option<Tail<H>>) -> Self {
        Self {
            tap: Tap::default(),
            book,
            tail,
            given_up: 0,
            ready: false,
            changing: false,
            late: Vec::with_capacity(LATE_ROOM),
            events: VecDeque::with_capacity(EVENTS_MAX),
            chosen: None,
            verified: Held::default(),
            prompt: None,
            answered_at: None,
            refused: false,
            waited: 0,
        }
    }

    /// Writes an entry into the journal and applies it; does neither if the write fails.
    pub(crate) fn enter(&mut self, entry: &Entry) -> Result<(), AppendError> {
        let tail = self.tail.as_mut().ok_or(AppendError::Full)?;
        tail.append(&entry.octets())?;
        self.apply(entry);
        Ok(())
    }

    /// Applies an entry that no key and no try depends on, and writes it into the journal while
    /// that is at most half full. Otherwise the next generation contains it.
    pub(crate) fn note(&mut self, entry: &Entry) {
        let spare = |tail: &&mut Tail<H>| tail.len() < SLOTS / 2;
        if let Some(tail) = self.tail.as_mut().filter(spare) {
            // The entry counts even if it cannot be written.
            let _ = tail.append(&entry.octets());
        }
        self.apply(entry);
    }

    fn apply(&mut self, entry: &Entry) {
        self.book.apply(entry);
        if self.changing {
            self.late.push(*entry);
        }
    }

    /// Begins a change: a copy of the book.
    pub(crate) fn copy(&mut self) -> Book {
        self.late.clear();
        self.changing = true;
        self.book.clone()
    }

    /// Ends a change that failed: the book stays as it is.
    pub(crate) fn keep(&mut self) {
        self.late.clear();
        self.changing = false;
    }

    /// Applies the later entries to a changed copy, and disarms the armed key unless it is armed
    /// there too: it must not be used from now on. Returns the number of slots that the copy
    /// contains.
    pub(crate) fn catch_up(&mut self, next: &mut Book) -> usize {
        self.replay_late(next);
        self.ready = self.ready && next.armed() == self.book.armed();
        self.tail.as_ref().map_or(self.given_up, Tail::len)
    }

    /// Stops appending to the journal, after a sync of it failed: its entries may never become
    /// durable. The next generation contains them.
    pub(crate) fn give_up_journal(&mut self) {
        if let Some(tail) = self.tail.take() {
            self.given_up = tail.len();
        }
    }

    /// Ends a change that is durable: the copy becomes the book.
    pub(crate) fn take(&mut self, mut next: Book, tail: Tail<H>) {
        self.replay_late(&mut next);
        self.changing = false;
        // The generation that was just made durable contains the arming.
        self.ready = next.armed().is_some();
        self.book = next;
        self.tail = Some(tail);
        self.given_up = 0;
    }

    fn replay_late(&mut self, next: &mut Book) {
        for entry in self.late.drain(..) {
            next.apply(&entry);
        }
    }

    /// True if the journal is half full, or cannot be written to.
    pub(crate) fn must_fold(&self) -> bool {
        self.tail
            .as_ref()
            .is_none_or(|tail| tail.len() >= SLOTS / 2)
    }

    /// The card that readers see: the user's choice until its time is over (a tap that has begun
    /// may exceed it by [`TAP_MAX`]), then the default card.
    pub(crate) fn presented(&self, moment: &Moment) -> Option<CardId> {
        let more = match self.tap.state() {
            StateKind::Idle => Duration::ZERO,
            StateKind::Directory
            | StateKind::Selected
            | StateKind::Initiated
            | StateKind::Complete => TAP_MAX,
        };
        let chosen = self.chosen.filter(|chosen| {
            let until = chosen.until.and_then(|until| until.checked_add(more));
            let in_time = until.is_some_and(|until| moment.elapsed < until);
            in_time && self.book.card(chosen.card).is_ok()
        });
        chosen.map(|chosen| chosen.card).or(self.book.default)
    }

    /// Drops a choice whose time is over, unless a tap has begun, so that the next tap does not
    /// extend it.
    pub(crate) fn end_choice(&mut self, moment: &Moment) {
        let card = self.chosen.map(|chosen| chosen.card);
        let begun = self.tap.state() != StateKind::Idle;
        if !begun && self.presented(moment) != card {
            self.chosen = None;
        }
    }

    /// The presented card, lent to one command.
    pub(crate) fn presented_slot(&self, moment: &Moment) -> Option<Arc<Slot<Arc<[u8]>>>> {
        let card = self.presented(moment)?;
        self.book.card(card).ok().map(|card| Arc::clone(&card.slot))
    }

    /// The next key of the presented card, if it is to be armed and is not.
    pub(crate) fn unarmed(&self, moment: &Moment) -> Option<(CardId, Atc)> {
        self.unarmed_of(self.presented(moment), moment)
    }

    /// The next key of a card, if it is to be armed and is not.
    pub(crate) fn unarmed_of(
        &self,
        card: Option<CardId>,
        moment: &Moment,
    ) -> Option<(CardId, Atc)> {
        let device = self.book.device.as_ref();
        if device.is_some_and(|device| device.marks.is_full()) {
            return None;
        }
        let next = self.book.next_key(card, moment.now())?;
        let armed = self.book.armed().map(|(card, armed)| (card, armed.atc));
        (!self.ready || armed != Some(next)).then_some(next)
    }

    /// Queues an event. When the queue is full the oldest without a cryptogram is dropped, or else
    /// the oldest.
    pub(crate) fn queue(&mut self, event: WalletEvent) {
        if self.events.len() == EVENTS_MAX {
            let idle = |event: &WalletEvent| !event.is_answer();
            self.events
                .remove(self.events.iter().position(idle).unwrap_or(0));
        }
        self.events.push_back(event);
    }
}
