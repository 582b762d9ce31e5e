//! The model: requests by the slot of their identity, and what of them counts.

use std::collections::BTreeSet;

use super::run::{HOLD, OPENED, SLOTS};

/// The card's limits.
pub(super) const UNVERIFIED_TAP: u64 = 300;
pub(super) const UNVERIFIED_SUM: u64 = 900;
pub(super) const VERIFIED_TAP: u64 = 650;

/// The merchant's limits for refunds without an original: of one refund, of a day, of all.
pub(super) const UNLINKED: [u64; 3] = [150, 200, 300];

const DAY: u64 = 86_400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Sale,
    PreAuthorisation,
    UnlinkedTapRefund,
    TapRefund,
    Void,
    Refund,
    Completion,
}

impl Kind {
    pub(super) const ALL: [Self; 7] = [
        Self::Sale,
        Self::PreAuthorisation,
        Self::UnlinkedTapRefund,
        Self::TapRefund,
        Self::Void,
        Self::Refund,
        Self::Completion,
    ];

    /// The kinds that it may follow.
    pub(super) fn follows(self) -> &'static [Self] {
        match self {
            Self::Completion => &[Self::PreAuthorisation],
            Self::Void => &[
                Self::Refund,
                Self::TapRefund,
                Self::UnlinkedTapRefund,
                Self::Completion,
                Self::Sale,
            ],
            _ => &[Self::Sale, Self::Completion],
        }
    }

    pub(super) fn is_tap(self) -> bool {
        !matches!(self, Self::Void | Self::Refund | Self::Completion)
    }

    pub(super) fn names_an_original(self) -> bool {
        !self.is_tap() || self == Self::TapRefund
    }

    fn is_refund(self) -> bool {
        matches!(self, Self::TapRefund | Self::Refund)
    }
}

/// The model's record of the first request under an identity.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is true or not whatever the others are"
)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) of: Option<usize>,
    pub(super) amount: u64,
    pub(super) verified: bool,
    pub(super) approved: bool,
    pub(super) reversed: bool,
    pub(super) settled: bool,
    pub(super) at: u64,
}

pub(super) struct Model {
    pub(super) entries: [Option<Entry>; SLOTS],
    pub(super) reached: BTreeSet<&'static str>,
    pub(super) now: u64,
    pub(super) active: bool,
    reversed_first: [bool; SLOTS],
    refused_once: [bool; SLOTS],
    /// The sum of unverified payments since the last verified one.
    unverified: u64,
}

impl Model {
    pub(super) fn new(now: u64) -> Self {
        Self {
            entries: Default::default(),
            reached: BTreeSet::new(),
            now,
            active: true,
            reversed_first: [false; SLOTS],
            refused_once: [false; SLOTS],
            unverified: 0,
        }
    }

    pub(super) fn entry(&self, slot: usize) -> &Entry {
        self.entries[slot].as_ref().unwrap()
    }

    pub(super) fn counts(&self, slot: usize) -> bool {
        let Some(entry) = &self.entries[slot] else {
            return false;
        };
        let voided = self
            .followers(slot)
            .any(|other| self.entry(other).kind == Kind::Void);
        entry.approved && !entry.reversed && !voided
    }

    /// The requests that follow one and count.
    fn followers(&self, slot: usize) -> impl Iterator<Item = usize> {
        let follows = move |other: &usize| {
            let entry = self.entries[*other].as_ref();
            entry.is_some_and(|entry| entry.of == Some(slot)) && self.counts(*other)
        };
        (0..SLOTS).filter(follows)
    }

    fn is_followed(&self, slot: usize) -> bool {
        self.followers(slot).next().is_some()
    }

    fn refunded(&self, slot: usize) -> u64 {
        let refunds = self.followers(slot).map(|other| self.entry(other));
        refunds
            .filter(|entry| entry.kind.is_refund())
            .map(|entry| entry.amount)
            .sum()
    }

    fn has_expired(&self, slot: usize) -> bool {
        self.entry(slot).at + HOLD <= self.now
    }

    pub(super) fn available(&self) -> i128 {
        let mut money = i128::from(OPENED);
        for slot in (0..SLOTS).filter(|&slot| self.counts(slot)) {
            let amount = i128::from(self.entry(slot).amount);
            let let_go = self.has_expired(slot) || self.is_followed(slot);
            money += match self.entry(slot).kind {
                Kind::PreAuthorisation if let_go => 0,
                Kind::Sale | Kind::PreAuthorisation | Kind::Completion => -amount,
                Kind::UnlinkedTapRefund | Kind::TapRefund | Kind::Refund => amount,
                Kind::Void => 0,
            };
        }
        money
    }

    /// The funds, the holds, and what is owed and was paid to the merchant.
    pub(super) fn book(&self) -> [i128; 4] {
        let [mut held, mut payable, mut settled] = [0; 3];
        for slot in (0..SLOTS).filter(|&slot| self.counts(slot)) {
            let entry = self.entry(slot);
            let amount = i128::from(entry.amount);
            let merchant = if entry.settled {
                &mut settled
            } else {
                &mut payable
            };
            match entry.kind {
                Kind::PreAuthorisation if self.has_expired(slot) || self.is_followed(slot) => {}
                Kind::PreAuthorisation => held += amount,
                Kind::Sale | Kind::Completion => *merchant += amount,
                Kind::UnlinkedTapRefund | Kind::TapRefund | Kind::Refund => *merchant -= amount,
                Kind::Void => {}
            }
        }
        [self.available(), held, payable, settled]
    }

    /// Decides about a request that was not sent before, and remembers it.
    pub(super) fn send(&mut self, slot: usize, entry: &Entry) -> bool {
        if self.entries[slot].is_some() {
            return false;
        }
        let approved = !self.reversed_first[slot] && self.admits(entry);
        self.note_completion(entry, approved);
        if approved {
            self.count_unverified(entry);
        }
        self.entries[slot] = Some(Entry {
            approved,
            ..entry.clone()
        });
        approved
    }

    fn admits(&self, asked: &Entry) -> bool {
        if asked.kind.is_tap() && (!self.active || asked.amount > VERIFIED_TAP) {
            return false;
        }
        match (asked.kind, asked.of.filter(|&of| self.counts(of))) {
            (Kind::Sale | Kind::PreAuthorisation, _) => {
                self.admits_payment(asked.amount, asked.amount, asked.verified)
            }
            (Kind::UnlinkedTapRefund, _) => self.admits_unlinked(asked.amount),
            (_, None) => false,
            (Kind::Refund | Kind::TapRefund, Some(of)) => {
                let suits = matches!(self.entry(of).kind, Kind::Sale | Kind::Completion);
                suits
                    && asked.amount > 0
                    && self.refunded(of) + asked.amount <= self.entry(of).amount
            }
            (Kind::Void, Some(of)) => {
                let original = self.entry(of);
                let gone = original.kind == Kind::PreAuthorisation && self.has_expired(of);
                let free = !self.is_followed(of) && !original.settled && !gone;
                free && original.kind != Kind::Void
            }
            (Kind::Completion, Some(of)) => self.admits_completion(of, asked.amount),
        }
    }

    fn admits_completion(&self, of: usize, amount: u64) -> bool {
        let held = self.entry(of);
        let open = held.kind == Kind::PreAuthorisation && !self.is_followed(of);
        if !open || self.has_expired(of) || amount * 100 > held.amount * 115 {
            return false;
        }
        let surplus = amount.saturating_sub(held.amount);
        surplus == 0 || self.active && self.admits_payment(amount, surplus, held.verified)
    }

    /// True if an amount, of which this much is new, is within the limits and the funds.
    fn admits_payment(&self, amount: u64, new: u64, verified: bool) -> bool {
        let limit = if verified {
            VERIFIED_TAP
        } else {
            UNVERIFIED_TAP
        };
        let sum = verified || self.unverified + new <= UNVERIFIED_SUM;
        amount <= limit && sum && i128::from(new) <= self.available()
    }

    fn admits_unlinked(&self, amount: u64) -> bool {
        let [each, day, total] = UNLINKED;
        let given = |since: u64| -> u64 {
            let counting = (0..SLOTS).filter(|&slot| self.counts(slot));
            let entries = counting.map(|slot| self.entry(slot));
            let refunds = entries.filter(|entry| entry.kind == Kind::UnlinkedTapRefund);
            refunds
                .filter(|entry| entry.at + since > self.now)
                .map(|entry| entry.amount)
                .sum()
        };
        let all = given(u64::from(u32::MAX));
        amount > 0 && amount <= each && given(DAY) + amount <= day && all + amount <= total
    }

    fn count_unverified(&mut self, asked: &Entry) {
        match (asked.kind, asked.of) {
            (Kind::Sale | Kind::PreAuthorisation, _) if asked.verified => self.unverified = 0,
            (Kind::Sale | Kind::PreAuthorisation, _) => self.unverified += asked.amount,
            (Kind::Completion, Some(of)) if !self.entry(of).verified => {
                self.unverified += asked.amount.saturating_sub(self.entry(of).amount);
            }
            _ => {}
        }
    }

    /// True if a reversal is accepted, which it then is for good.
    pub(super) fn reverse(&mut self, slot: usize) -> bool {
        let Some(entry) = self.entries[slot].clone() else {
            self.reversed_first[slot] = true;
            return true;
        };
        if entry.reversed || !entry.approved {
            self.entries[slot].as_mut().unwrap().reversed = true;
            return true;
        }
        let refused = entry.settled
            || self.is_followed(slot)
            || entry.kind == Kind::Void && !self.can_count_again(entry.of.unwrap());
        self.note_reversal(&entry, refused);
        if refused {
            self.refused_once[slot] = true;
        } else {
            self.entries[slot].as_mut().unwrap().reversed = true;
            if self.refused_once[slot] {
                self.reached
                    .insert("a reversal that was refused is accepted later");
            }
        }
        !refused
    }

    /// True if a voided request may count again beside those that came since.
    fn can_count_again(&self, voided: usize) -> bool {
        let entry = self.entry(voided);
        match (entry.kind, entry.of) {
            (Kind::UnlinkedTapRefund, _) => self.admits_unlinked(entry.amount),
            (_, None) => true,
            (Kind::Completion, Some(first)) => self.counts(first) && !self.is_followed(first),
            (_, Some(first)) => {
                let room = self.entry(first).amount;
                self.counts(first) && self.refunded(first) + entry.amount <= room
            }
        }
    }

    pub(super) fn settle(&mut self) {
        for entry in self.entries.iter_mut().flatten() {
            let booked = entry.kind != Kind::PreAuthorisation;
            entry.settled |= booked && entry.approved && !entry.reversed;
        }
    }

    fn note_completion(&mut self, asked: &Entry, approved: bool) {
        let Some(of) = asked
            .of
            .filter(|&of| asked.kind == Kind::Completion && self.counts(of))
        else {
            return;
        };
        if self.entry(of).kind != Kind::PreAuthorisation {
            return;
        }
        if approved && asked.amount > self.entry(of).amount {
            self.reached
                .insert("a completion above the hold is approved");
        }
        if !approved && self.has_expired(of) && !self.is_followed(of) {
            self.reached
                .insert("a completion of an expired hold is declined");
        }
    }

    fn note_reversal(&mut self, entry: &Entry, refused: bool) {
        if entry.kind == Kind::Completion && !refused && self.has_expired(entry.of.unwrap()) {
            self.reached
                .insert("a completion was taken back when its hold had expired");
        }
        if entry.kind != Kind::Void || entry.settled {
            return;
        }
        let voided = self.entry(entry.of.unwrap());
        let under = voided.of.is_none_or(|first| self.counts(first));
        self.reached.insert(match (voided.kind, refused, under) {
            (Kind::UnlinkedTapRefund, true, _) => {
                "a void of a refund without an original is not reversed above the merchant's limits"
            }
            (Kind::Refund | Kind::TapRefund, false, _) => {
                "a void of a refund was reversed, and the refund counts again"
            }
            (Kind::Refund | Kind::TapRefund, true, false) => {
                "a void of a refund is not reversed under a reversed or voided sale"
            }
            (Kind::Refund | Kind::TapRefund, true, true) => {
                "a void of a refund is not reversed beside another refund"
            }
            (Kind::Completion, false, _) => {
                "a void of a completion was reversed, and the completion counts again"
            }
            (Kind::Completion, true, false) => {
                "a void of a completion is not reversed under a reversed or voided hold"
            }
            (Kind::Completion, true, true) => {
                "a void of a completion is not reversed beside another completion"
            }
            _ => "another void was reversed, or not",
        });
    }
}
