//! The issuer and the model, step by step.

use std::time::Duration;

use understudy_core::card::{Limits, UnixTime};
use understudy_core::wire::amount::Currency;

use super::naive::{Entry, Kind, Model, UNLINKED, UNVERIFIED_SUM, UNVERIFIED_TAP, VERIFIED_TAP};
use crate::host::book;
use crate::host::tests::kit::{NOW, Sale, World, closing, cny, identity, reference};
use crate::{
    ApprovalCode, FollowUp, Identity, IssueOptions, LedgerKind, LocalTime, NetTotals, Original,
    ProcessingCode, RefundLimits, TokenStatus, Verdict,
};

pub(super) const OPENED: u64 = 2_000;

/// Requests are sent under one of so many identities.
pub(super) const SLOTS: usize = 24;

/// For how many seconds a pre-authorisation holds.
pub(super) const HOLD: u64 = 40_000;

/// The amount of what is followed.
pub(super) const WHOLE: u64 = u64::MAX;

/// From then on no tap would be near the date that the host has.
const DAYS: u64 = 6;

#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// A request about one that was approved some requests before, of a kind that it may follow or
    /// of any, of an amount; mostly the next new one, else under an identity that may have been used.
    Draw {
        kind: Kind,
        again: Option<usize>,
        at_random: bool,
        back: usize,
        amount: u64,
        verified: bool,
    },
    /// A request under an identity, about the one under another.
    Send {
        kind: Kind,
        slot: usize,
        of: Option<usize>,
        amount: u64,
        verified: bool,
    },
    /// The request that was sent under an identity, once more.
    Repeat(usize),
    /// The reversal of one of the last requests that were approved.
    ReverseBack(usize),
    /// The reversal of one of the last voids, of what it took back, or of what that follows.
    ReverseChain {
        back: usize,
        up: usize,
    },
    /// The reversal of what was sent, or is to be sent, under an identity.
    Reverse(usize),
    Settle,
    /// The token is suspended, or active again.
    Standing(bool),
    /// So many seconds go by.
    Wait(u64),
}

/// A request as it was sent, with its answer.
#[derive(Clone)]
enum Sent {
    Tap(Box<Sale>, Verdict),
    FollowUp(Kind, FollowUp, Verdict),
}

impl Sent {
    fn verdict(&self) -> &Verdict {
        match self {
            Self::Tap(_, verdict) | Self::FollowUp(_, _, verdict) => verdict,
        }
    }
}

pub(super) struct Run {
    pub(super) model: Model,
    world: World,
    /// The identity of each slot, and the day of its date, from the first use on.
    named: [Option<(Identity, u8)>; SLOTS],
    sent: [Option<Sent>; SLOTS],
    /// The slots of what was approved, in its order.
    approved: Vec<usize>,
    atc: u16,
}

impl Run {
    pub(super) fn new() -> Self {
        let options = IssueOptions {
            keys: 1_000,
            limits: Limits {
                unverified_tap: UNVERIFIED_TAP,
                unverified_sum: UNVERIFIED_SUM,
                verified_tap: VERIFIED_TAP,
                ..IssueOptions::default().limits
            },
            ..IssueOptions::default()
        };
        let mut world = World::without_pin(&options, 16, OPENED);
        world.issuer.config.hold = Duration::from_secs(HOLD);
        let [each, day, total] = UNLINKED;
        let limits = RefundLimits::new(Currency::CNY, each, day, total).unwrap();
        let merchant = identity().merchant;
        world
            .issuer
            .allow_unlinked_refunds(&merchant, &limits, NOW)
            .unwrap();
        Self {
            model: Model::new(NOW.0),
            world,
            named: [None; SLOTS],
            sent: Default::default(),
            approved: Vec::new(),
            atc: 0,
        }
    }

    pub(super) fn take(&mut self, step: Step) {
        match step {
            Step::Draw {
                kind,
                again,
                at_random,
                back,
                amount,
                verified,
            } => {
                let new = (0..SLOTS).find(|slot| self.sent[*slot].is_none());
                let followed = if at_random {
                    &Kind::ALL
                } else {
                    kind.follows()
                };
                if let Some(slot) = again.or(new) {
                    self.send(kind, slot, self.back(back, followed), amount, verified);
                }
            }
            Step::Send {
                kind,
                slot,
                of,
                amount,
                verified,
            } => self.send(kind, slot, of, amount, verified),
            Step::Repeat(slot) => self.repeat(slot),
            Step::ReverseBack(back) => {
                if let Some(slot) = self.back(back, &Kind::ALL) {
                    self.reverse(slot);
                }
            }
            Step::ReverseChain { back, up } => {
                let void = self.back(back, &[Kind::Void]);
                let above = |slot: &usize| self.model.entry(*slot).of;
                if let Some(slot) = std::iter::successors(void, above).nth(up) {
                    self.reverse(slot);
                }
            }
            Step::Reverse(slot) => self.reverse(slot),
            Step::Settle => self.settle(),
            Step::Standing(active) => {
                self.model.active = active;
                self.world.set_status(if active {
                    TokenStatus::Active
                } else {
                    TokenStatus::Suspended
                });
            }
            Step::Wait(seconds) if self.model.now + seconds < NOW.0 + DAYS * 86_400 => {
                self.model.now += seconds;
                self.world.issuer.release_expired_holds(self.now()).unwrap();
            }
            Step::Wait(_) => {}
        }
        assert_eq!(self.world.available(), self.model.available(), "{step:?}");
        self.check_sums();
    }

    /// The slot of the request that was approved so many before the last one of these kinds.
    fn back(&self, back: usize, kinds: &[Kind]) -> Option<usize> {
        let of_kinds = |slot: &&usize| kinds.contains(&self.model.entry(**slot).kind);
        self.approved
            .iter()
            .rev()
            .filter(of_kinds)
            .nth(back)
            .copied()
    }

    /// The identity of a slot, and the day after the first of its date. The date of a new one is
    /// that of the host.
    fn name(&mut self, slot: usize) -> (Identity, u8) {
        let day = u8::try_from((self.model.now - NOW.0) / 86_400).unwrap();
        let local_time = LocalTime::parse("093000", &format!("11{}", 22 + day)).unwrap();
        *self.named[slot].get_or_insert_with(|| {
            let named = Identity {
                local_time,
                ..identity()
            };
            (named, day)
        })
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.model.now)
    }

    fn send(&mut self, kind: Kind, slot: usize, of: Option<usize>, amount: u64, verified: bool) {
        let of = of.filter(|_| kind.names_an_original());
        let whole = of
            .and_then(|of| self.model.entries[of].as_ref())
            .map(|entry| entry.amount);
        let amount = match (kind, amount) {
            (Kind::Void, _) | (_, WHOLE) => whole.unwrap_or(100),
            _ => amount,
        };
        let original = kind.names_an_original().then(|| self.original(of));
        let sent = match original.filter(|_| !kind.is_tap()) {
            Some(original) => self.follow_up(kind, slot, original, amount),
            None => self.tap(kind, slot, original, amount, verified),
        };
        let verdict = *sent.verdict();
        if verdict.repeat {
            // The same follow-up was sent under this identity before.
            return;
        }
        let entry = Entry {
            kind,
            of,
            amount,
            verified,
            approved: false,
            reversed: false,
            settled: false,
            at: self.model.now,
        };
        let expected = self.model.send(slot, &entry);
        assert_eq!(verdict.approved(), expected, "{kind:?} {}", verdict.reason);
        if self.sent[slot].is_none() {
            self.sent[slot] = Some(sent);
            self.approved.extend(expected.then_some(slot));
        }
    }

    /// The name of the request under an identity, approved or not, sent or not.
    fn original(&mut self, of: Option<usize>) -> Original {
        let approval = of.and_then(|of| self.sent[of].as_ref()?.verdict().approval);
        let identity = of.map_or_else(identity, |of| self.name(of).0);
        Original {
            reference: reference(&identity),
            approval: approval.or(Some(ApprovalCode::parse("000000").unwrap())),
        }
    }

    fn tap(
        &mut self,
        kind: Kind,
        slot: usize,
        original: Option<Original>,
        amount: u64,
        verified: bool,
    ) -> Sent {
        self.atc += 1;
        let (identity, day) = self.name(slot);
        let code = match kind {
            Kind::Sale => ProcessingCode::SALE,
            Kind::PreAuthorisation => ProcessingCode::PRE_AUTHORISATION,
            _ => ProcessingCode::REFUND,
        };
        let card = &self.world.card;
        let mut chip = if verified {
            card.tap_verified(self.atc, cny(amount))
        } else {
            card.tap(self.atc, cny(amount))
        };
        chip.data.transaction_type = code.transaction_type();
        chip.data.date[2] += day;
        card.sign(&mut chip);
        let mut sale = card.request(&chip, cny(amount));
        sale.processing_code = code;
        sale.identity = identity;
        sale.reference = reference(&sale.identity);
        sale.original = original;
        let verdict = self
            .world
            .issuer
            .authorise(&sale.request(), self.now())
            .unwrap();
        Sent::Tap(Box::new(sale), verdict)
    }

    fn follow_up(&mut self, kind: Kind, slot: usize, original: Original, amount: u64) -> Sent {
        let (identity, _) = self.name(slot);
        let request = FollowUp {
            identity,
            reference: reference(&identity),
            original,
            amount: cny(amount),
        };
        let verdict = self.answer(kind, &request);
        Sent::FollowUp(kind, request, verdict)
    }

    fn answer(&self, kind: Kind, request: &FollowUp) -> Verdict {
        let (issuer, now) = (&self.world.issuer, self.now());
        match kind {
            Kind::Void => issuer.void(request, now),
            Kind::Refund => issuer.refund(request, now),
            _ => issuer.complete(request, now),
        }
        .unwrap()
    }

    fn repeat(&self, slot: usize) {
        let Some(sent) = &self.sent[slot] else {
            return;
        };
        let again = match sent {
            Sent::Tap(sale, _) => self
                .world
                .issuer
                .authorise(&sale.request(), self.now())
                .unwrap(),
            Sent::FollowUp(kind, request, _) => self.answer(*kind, request),
        };
        let expected = Verdict {
            repeat: true,
            ..*sent.verdict()
        };
        assert_eq!(again, expected);
    }

    fn reverse(&mut self, slot: usize) {
        let (original, _) = self.name(slot);
        let verdict = self.world.issuer.reverse(&original, self.now()).unwrap();
        let expected = self.model.reverse(slot);
        assert_eq!(verdict.accepted(), expected, "{slot} {}", verdict.reason);
    }

    fn settle(&mut self) {
        let request = closing(identity(), 1);
        let verdict = self.world.issuer.settle(&request, self.now()).unwrap();
        let (mut sales, mut refunds) = (0, 0);
        for slot in (0..SLOTS).filter(|&slot| self.model.counts(slot)) {
            let entry = self.model.entry(slot);
            match entry.kind {
                _ if entry.settled => {}
                Kind::Sale | Kind::Completion => sales += entry.amount,
                Kind::Refund | Kind::TapRefund | Kind::UnlinkedTapRefund => refunds += entry.amount,
                _ => {}
            }
        }
        let ours = |sum: fn(&NetTotals) -> u64| verdict.ours.iter().map(sum).sum::<u64>();
        assert_eq!(ours(|totals| totals.sales.sum), sales);
        assert_eq!(ours(|totals| totals.refunds.sum), refunds);
        self.model.settle();
    }

    /// The sums that are kept are those of the movements.
    fn check_sums(&self) {
        let statement = self.world.issuer.statement(self.world.card.token);
        let statement = statement.unwrap().unwrap();
        let (mut moved, mut last) = (0, None);
        loop {
            let page = self.world.issuer.movements(self.world.card.token, last);
            let page = page.unwrap();
            moved += page.iter().map(|one| one.amount).sum::<i64>();
            last = page.last().map(|one| one.id);
            if page.is_empty() {
                break;
            }
        }
        let kept: i64 = (statement.balances.iter())
            .map(|one| one.held + one.posted)
            .sum();
        assert_eq!(moved, kept);
        let held: i64 = statement.balances.iter().map(|one| one.held).sum();
        assert!(held <= 0, "{held} is held");
        self.check_book();
    }

    /// The book sums to zero, and its accounts have what the model says.
    fn check_book(&self) {
        use LedgerKind::{Funds, Held, Payable, Settled};
        let sums = self.world.issuer.view(book::check).unwrap();
        let of = |kind| {
            let sums = sums.iter().filter(|sum| sum.kind == kind);
            sums.map(|sum| i128::from(sum.balance)).sum::<i128>()
        };
        assert_eq!([Funds, Held, Payable, Settled].map(of), self.model.book());
    }
}
