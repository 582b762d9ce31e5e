//! The effects of the journal's entries on the book, the same when an entry is made and when it is
//! read back.

use understudy_core::card::{CardId, DrainGuard, Exposure};
use understudy_core::crypto::Atc;
use understudy_provisioning::report::{Mark, Payment};

use super::Book;
use crate::card::{Armed, Card};
use crate::clock::BootId;
use crate::device::Marks;
use crate::entry::{Acted, Entry, Marked, Shown};
use crate::history::{Record, RecordOutcome};
use crate::store::Slot;

impl Book {
    /// Applies an entry to the book.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Armed {
                card,
                armed,
                trusted,
            } => {
                self.time.reached = self.time.reached.max(trusted.reached);
                self.time.elapsed = trusted.elapsed;
                self.time.boot = trusted.boot;
                self.arm(*card, *armed);
            }
            Entry::Marked(marked) => self.mark(marked),
            Entry::Torn { card, atc } => self.tear(*card, *atc),
            Entry::Refused(refused) => {
                let number = self.next_number();
                self.enter(Record::of_refused(number, refused));
            }
            Entry::Acted(acted) => self.acted(*acted),
            Entry::Tried => self.password_tried(),
            Entry::Right => self.password_right(),
            Entry::Shown(shown) => self.show(shown),
        }
    }

    /// Applies the journal's entries in their order. The armed key is left as the store has it. An
    /// unreadable entry may have been the mark of the armed key, or any other entry.
    pub(crate) fn replay(&mut self, slots: &[Slot], boot: Option<BootId>) {
        let mut doubtful = false;
        for slot in slots {
            let entry = match slot {
                Slot::Record(octets) => Entry::from_octets(octets),
                Slot::Unreadable => None,
            };
            match entry {
                Some(entry) => {
                    if let Entry::Armed { card, armed, .. } = &entry {
                        let doubtful = std::mem::take(&mut doubtful);
                        let before = self.armed().map(|(card, armed)| (card, armed.atc));
                        // The same key is armed again only if it is known to be unused.
                        if before != Some((*card, armed.atc)) {
                            self.settle_armed(armed.boot, doubtful);
                        }
                    }
                    self.apply(&entry);
                }
                None => doubtful = true,
            }
        }
        self.settle_armed(boot, doubtful);
    }

    /// Records the armed key as lost, unless this is the boot in which it was armed and every entry
    /// since then could be read: in that case it has not been used.
    fn settle_armed(&mut self, boot: Option<BootId>, doubtful: bool) {
        let Some((card, armed)) = self.armed() else {
            return;
        };
        let same = boot.is_some() && boot == armed.boot;
        if !same || doubtful {
            self.lose(card, armed.atc);
        }
    }

    /// Spends a key that may have been used, and records it as lost.
    pub(crate) fn lose(&mut self, card: CardId, atc: Atc) {
        let number = self.next_number();
        #[cfg(feature = "limited-use")]
        if let Ok(account) = self.account_mut(card) {
            account.keys.lose_count(atc);
        }
        self.pass(card, atc);
        self.enter(Record::power_lost(number, card, atc));
        self.report_unknown(card, atc);
    }

    /// Spends all keys, because a damaged generation leaves their use unknown. Keys in letters that
    /// may have been taken in that generation are refused as well; the issuer seals new ones to the
    /// key of the next report. Returns the number of keys.
    pub(crate) fn lose_all_keys(&mut self) -> usize {
        if let Some(device) = &mut self.device {
            device.suspect_epoch = device.receive.newest();
        }
        let cards: Vec<CardId> = self.cards.iter().map(Card::id).collect();
        cards.into_iter().map(|card| self.lose_keys(card)).sum()
    }

    /// Spends all keys of a card, each of which may have been used. Returns their number.
    pub(crate) fn lose_keys(&mut self, card: CardId) -> usize {
        let keys = self.card(card).map(|card| card.account.keys.clone());
        let keys = keys.unwrap_or_default();
        for (atc, _) in keys.iter() {
            self.pass(card, *atc);
            self.report_unknown(card, *atc);
        }
        keys.iter().count()
    }

    fn mark(&mut self, marked: &Marked) {
        let Marked { card, atc, .. } = *marked;
        let number = self.next_number();
        #[cfg(feature = "limited-use")]
        if let Ok(account) = self.account_mut(card) {
            account.keys.paid(atc, marked.paid());
        }
        self.pass(card, atc);
        self.guard = marked.guard;
        if let Ok(account) = self.account_mut(card) {
            account.exposure = marked.exposure;
            account.history.enter(Record::of_marked(number, marked));
        }
        let payment = Some(Payment {
            possibly_torn: false,
            at: marked.at,
            amount: Some(marked.amount),
        });
        self.report(Mark { card, atc, payment });
    }

    /// Spends the key of a code. Its user was verified, so that the count of taps without
    /// verification starts anew.
    fn show(&mut self, shown: &Shown) {
        let Shown { card, atc, at, .. } = *shown;
        let number = self.next_number();
        self.pass(card, atc);
        self.guard = shown.guard;
        if let Ok(account) = self.account_mut(card) {
            account.exposure = Exposure::default();
            account.history.enter(Record::of_shown(number, shown));
        }
        let payment = Some(Payment {
            possibly_torn: false,
            at: Some(at),
            amount: None,
        });
        self.report(Mark { card, atc, payment });
    }

    /// Moves a card's counter to `atc`: keys with this counter or a lower one are erased.
    fn pass(&mut self, card: CardId, atc: Atc) {
        if let Ok(held) = self.card_mut(card) {
            held.account.last_atc = held.account.last_atc.max(Some(atc));
            held.account.keys.pass(atc);
            if held.armed.is_some_and(|armed| armed.atc <= atc) {
                held.armed = None;
            }
        }
        for retired in &mut self.retired {
            if retired.card == card {
                retired.last_atc = retired.last_atc.max(atc);
            }
        }
    }

    /// Adds a mark without a payment, if a report has room for it; otherwise the key is not
    /// reported, as it may never have been used.
    fn report_unknown(&mut self, card: CardId, atc: Atc) {
        if let Some(device) = &mut self.device
            && device.marks.len() < Marks::MAX
        {
            let payment = None;
            device.marks.insert(Mark { card, atc, payment });
        }
    }

    fn report(&mut self, mark: Mark) {
        if let Some(device) = &mut self.device {
            device.marks.insert(mark);
        }
    }

    /// Sets a tap's outcome to "possibly torn", unless a notice of the issuer has set it before.
    fn tear(&mut self, card: CardId, atc: Atc) {
        match self.record_mut(card, atc) {
            Some(record) if !record.outcome.is_issuers_word() => {
                record.outcome = RecordOutcome::PossiblyTorn;
            }
            _ => {}
        }
        if let Some(device) = &mut self.device {
            device.marks.tear(card, atc);
        }
    }

    fn acted(&mut self, acted: Acted) {
        self.guard = DrainGuard::default();
        for card in &mut self.cards {
            let verified = match acted {
                Acted::Only => false,
                Acted::Verified => true,
                Acted::VerifiedFor(one) => one == card.id(),
            };
            if verified {
                card.account.exposure = Exposure::default();
            }
        }
    }

    fn password_tried(&mut self) {
        if let Some(password) = &mut self.password {
            password.tries = password.tries.saturating_add(1);
        }
    }

    fn password_right(&mut self) {
        if let Some(password) = &mut self.password {
            password.tries = 0;
        }
    }
}

impl Armed {
    /// A key armed now, in this boot.
    pub(crate) const fn now(atc: Atc, boot: Option<BootId>) -> Self {
        Self { atc, boot }
    }
}
