//! What the entries of the journal do, when they are made and when they are read back.

use understudy_core::card::{CardId, DrainGuard, Exposure};
use understudy_core::crypto::Atc;
use understudy_provisioning::report::{Mark, Payment};

use super::Book;
use crate::card::{Armed, Card};
use crate::clock::BootId;
use crate::device::Marks;
use crate::entry::{Acted, Entry, Marked};
use crate::history::{Outcome, Record};
use crate::store::Slot;

impl Book {
    /// Does what an entry says.
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
        }
    }

    /// What the journal held, in its order; the armed key is left as the store has it. An entry
    /// that cannot be read may have been the mark of the key that was armed, or anything else.
    pub(crate) fn replay(&mut self, slots: &[Slot], boot: Option<BootId>) {
        let mut doubtful = false;
        for slot in slots {
            let entry = match slot {
                Slot::Record(octets) => Entry::decode(octets),
                Slot::Unreadable => None,
            };
            match entry {
                Some(entry) => {
                    if let Entry::Armed { card, armed, .. } = &entry {
                        let doubtful = std::mem::take(&mut doubtful);
                        let before = self.armed().map(|(card, armed)| (card, armed.atc));
                        // Whoever armed the same key again knew that it had not left.
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

    /// Enters the armed key as lost, unless this is the boot in which it was armed and every entry
    /// since could be read: then it has never left.
    fn settle_armed(&mut self, boot: Option<BootId>, doubtful: bool) {
        let Some((card, armed)) = self.armed() else {
            return;
        };
        let same = boot.is_some() && boot == armed.boot;
        if !same || doubtful {
            self.lose(card, armed.atc);
        }
    }

    /// A key may have left, and nothing more is known: it is spent.
    pub(crate) fn lose(&mut self, card: CardId, atc: Atc) {
        let number = self.next_number();
        self.pass(card, atc);
        self.enter(Record::power_lost(number, card, atc));
        self.report_unknown(card, atc);
    }

    /// A generation is damaged, so that nothing is known of the keys that are held: they are spent.
    /// So will be those of letters that may have been taken in it; the issuer seals new ones to a
    /// key of the next report.
    pub(crate) fn lose_all_keys(&mut self) -> usize {
        if let Some(device) = &mut self.device {
            device.suspect_epoch = device.receive.newest();
        }
        let cards: Vec<CardId> = self.cards.iter().map(Card::id).collect();
        cards.into_iter().map(|card| self.lose_keys(card)).sum()
    }

    /// All keys of a card may have left; how many.
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
        self.pass(card, atc);
        self.guard = marked.guard;
        if let Ok(account) = self.account_mut(card) {
            account.exposure = marked.exposure;
            account.history.enter(Record::of_marked(number, marked));
        }
        let payment = Some(Payment {
            possibly_torn: false,
            at: marked.at,
            amount: marked.amount,
        });
        self.report(Mark { card, atc, payment });
    }

    /// A counter was used: it and those below it are never used again.
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

    /// What no report has room for is not reported: it may never have left.
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

    /// The terminal may not have the answer; the issuer's word stands above that.
    fn tear(&mut self, card: CardId, atc: Atc) {
        match self.record_mut(card, atc) {
            Some(record) if !record.outcome.is_issuers_word() => {
                record.outcome = Outcome::PossiblyTorn;
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
    /// Armed now, in this boot.
    pub(crate) const fn now(atc: Atc, boot: Option<BootId>) -> Self {
        Self { atc, boot }
    }
}
