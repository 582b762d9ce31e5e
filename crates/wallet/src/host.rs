//! The wallet as the card's host: it hands out each key once, after the journal kept that.

use std::collections::VecDeque;
use std::time::Duration;

use understudy_core::card::{
    CardId, Env, Event, KeyError, Ledger, Payment, Spent, UnixTime, Usage, UserVerified,
};
use understudy_core::crypto::SessionKey;

use crate::book::Book;
use crate::device::Marks;
use crate::history::{Outcome, Record};
use crate::image::{Image, Journal};
use crate::{Clock, WalletError};

/// A field that goes away sooner than this after an answer may have torn it.
const TORN_WITHIN: Duration = Duration::from_millis(5);

/// Events that wait to be fetched; older ones give way.
const EVENTS_MAX: usize = 16;

#[derive(Debug)]
pub(crate) struct Host<J, C> {
    pub(crate) book: Book,
    pub(crate) journal: J,
    pub(crate) clock: C,
    pub(crate) events: VecDeque<Event>,
    /// When the user last verified, in the clock's elapsed time. Never stored.
    verified_at: Option<Duration>,
    answered_at: Option<Duration>,
}

impl<J: Journal, C: Clock> Host<J, C> {
    pub(crate) fn new(book: Book, journal: J, clock: C) -> Self {
        let events = VecDeque::with_capacity(EVENTS_MAX);
        Self {
            book,
            journal,
            clock,
            events,
            verified_at: None,
            answered_at: None,
        }
    }

    /// Makes a change once the journal kept it; if either fails, nothing has changed.
    pub(crate) fn commit<T>(
        &mut self,
        change: impl FnOnce(&mut Book) -> Result<T, WalletError>,
    ) -> Result<T, WalletError> {
        let mut next = self.next_book();
        let result = change(&mut next)?;
        self.keep(next)?;
        Ok(result)
    }

    /// As [`commit`](Self::commit), but keeps nothing if there was nothing to do.
    pub(crate) fn commit_some<T>(
        &mut self,
        change: impl FnOnce(&mut Book) -> Result<Option<T>, WalletError>,
    ) -> Result<Option<T>, WalletError> {
        let mut next = self.next_book();
        let result = change(&mut next)?;
        if result.is_some() {
            self.keep(next)?;
        }
        Ok(result)
    }

    /// A copy of the book, as of the next write.
    fn next_book(&self) -> Book {
        let mut next = self.book.clone();
        if let Some(device) = &mut next.device {
            device.generation = device.generation.saturating_add(1);
        }
        next
    }

    fn keep(&mut self, next: Book) -> Result<(), WalletError> {
        self.journal.keep(Image::of(&next))?;
        self.book = next;
        Ok(())
    }

    pub(crate) fn user_verified(&mut self) {
        self.verified_at = Some(self.clock.elapsed());
    }

    pub(crate) fn forget_verification(&mut self) {
        self.verified_at = None;
    }

    /// Queues an event; when the queue is full, a cryptogram is the last to give way.
    fn queue(&mut self, event: Event) {
        if self.events.len() == EVENTS_MAX {
            let idle = |event: &Event| !matches!(event, Event::Answered { .. });
            self.events
                .remove(self.events.iter().position(idle).unwrap_or(0));
        }
        self.events.push_back(event);
    }
}

impl<J: Journal, C: Clock> Env for Host<J, C> {
    fn time(&self) -> Option<UnixTime> {
        self.clock.time()
    }

    fn verification(&self, _: CardId) -> Option<UserVerified> {
        let age = self.clock.elapsed().checked_sub(self.verified_at?)?;
        Some(UserVerified::aged(
            u32::try_from(age.as_secs()).unwrap_or(u32::MAX),
        ))
    }

    fn ledger(&self, card: CardId) -> Ledger {
        let Ok(account) = self.book.account(card) else {
            return Ledger::default();
        };
        Ledger {
            keys: u16::try_from(account.keys.len()).unwrap_or(u16::MAX),
            last_atc: account.last_atc,
            usage: Usage {
                exposure: account.exposure,
                guard: self.book.guard,
            },
        }
    }

    fn spend(&mut self, card: CardId, payment: &Payment) -> Result<Spent, KeyError> {
        let marks = self.book.device.as_ref().map(|device| &device.marks);
        if marks.is_some_and(Marks::is_full) {
            return Err(KeyError::Storage);
        }
        let at = self.clock.time();
        let taken = self.commit(|book| {
            let account = book.account_mut(card)?;
            let Some((atc, key)) = account.keys.pop_front() else {
                return Ok(None);
            };
            account.last_atc = Some(atc);
            account.exposure = payment.usage.exposure;
            book.guard = payment.usage.guard;
            book.remember(Record::spent(card, atc, at, payment));
            book.mark(card, atc, at, payment.amount);
            Ok(Some((atc, key)))
        });
        let (atc, key) = taken
            .map_err(|_| KeyError::Storage)?
            .ok_or(KeyError::Exhausted)?;
        Ok(Spent {
            atc,
            key: SessionKey::from_octets(**key),
        })
    }

    fn observe(&mut self, event: Event) {
        match event {
            Event::Answered {
                card,
                atc,
                cryptogram,
                ..
            } => {
                self.answered_at = Some(self.clock.elapsed());
                self.book.settle(card, atc, Outcome::Sent(cryptogram));
            }
            Event::FieldLost {
                after: Some((card, atc)),
            } => {
                let answered = self.answered_at.take();
                let since = answered.and_then(|then| self.clock.elapsed().checked_sub(then));
                if since.is_some_and(|since| since < TORN_WITHIN) {
                    self.book.tear(card, atc);
                }
            }
            Event::Selected { .. } | Event::Refused { .. } | Event::FieldLost { after: None } => {}
        }
        self.queue(event);
    }
}
