//! Any sequence of requests against a naive model: it keeps no movements, and works out from
//! scratch, after each step, what the requests that count come to.

use proptest::prelude::*;

use super::kit::{FUNDS, Sale, World, cny, follow, identity, reference};
use crate::{
    ApprovalCode, FollowUpRequest, Identity, IssueOptions, Original, ProcessingCode,
    SettlementRequest, Verdict,
};

const OPENED: u64 = 1_000;

/// Requests are sent under one of so many identities, so that some are used twice.
const SLOTS: usize = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sale,
    PreAuthorisation,
    TapRefund,
    Void,
    Refund,
    Completion,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A request of a kind under an identity, about the request under another, of an amount.
    Send(Kind, usize, usize, u64),
    /// The first request under an identity, once more.
    Repeat(usize),
    Reverse(usize),
    Settle,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kind = prop::sample::select(vec![
        Kind::Sale,
        Kind::Sale,
        Kind::PreAuthorisation,
        Kind::PreAuthorisation,
        Kind::TapRefund,
        Kind::Void,
        Kind::Void,
        Kind::Refund,
        Kind::Refund,
        Kind::Completion,
        Kind::Completion,
    ]);
    let amount = prop::sample::select(vec![0_u64, 1, 100, 115, 116, 200, 600]);
    let send = (kind, 0..SLOTS, 0..SLOTS, amount);
    let step = prop_oneof![
        12 => send.prop_map(|(kind, slot, of, amount)| Step::Send(kind, slot, of, amount)),
        3 => (0..SLOTS).prop_map(Step::Repeat),
        5 => (0..SLOTS).prop_map(Step::Reverse),
        1 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 1..40)
}

/// What the model remembers of the first request under an identity.
#[derive(Clone, Debug)]
struct Entry {
    kind: Kind,
    of: Option<usize>,
    amount: u64,
    approved: bool,
    reversed: bool,
    settled: bool,
}

#[derive(Default)]
struct Model {
    entries: [Option<Entry>; SLOTS],
    reversed_first: [bool; SLOTS],
    /// A reversal is answered once.
    reversal_answered: [bool; SLOTS],
}

impl Model {
    fn counts(&self, slot: usize) -> bool {
        let Some(entry) = &self.entries[slot] else {
            return false;
        };
        entry.approved && !entry.reversed && self.followers(slot, Kind::Void) == 0
    }

    fn followers(&self, slot: usize, kind: Kind) -> usize {
        let follows = |entry: &Entry| entry.of == Some(slot) && entry.kind == kind;
        (0..SLOTS)
            .filter(|&other| self.entries[other].as_ref().is_some_and(follows))
            .filter(|&other| self.counts(other))
            .count()
    }

    fn refunded(&self, slot: usize) -> u64 {
        let follows = |entry: &&Entry| entry.of == Some(slot) && entry.kind == Kind::Refund;
        let counting = (0..SLOTS).filter(|&other| self.counts(other));
        counting
            .filter_map(|other| self.entries[other].as_ref())
            .filter(follows)
            .map(|entry| entry.amount)
            .sum()
    }

    fn is_followed(&self, slot: usize) -> bool {
        [Kind::Void, Kind::Refund, Kind::Completion]
            .into_iter()
            .any(|kind| self.followers(slot, kind) > 0)
    }

    fn available(&self) -> i128 {
        let mut money = i128::from(OPENED);
        for slot in (0..SLOTS).filter(|&slot| self.counts(slot)) {
            let entry = self.entries[slot].as_ref().unwrap();
            let completed = self.followers(slot, Kind::Completion) > 0;
            let amount = i128::from(entry.amount);
            money += match entry.kind {
                Kind::PreAuthorisation if completed => 0,
                Kind::Sale | Kind::PreAuthorisation | Kind::Completion => -amount,
                Kind::TapRefund | Kind::Refund => amount,
                Kind::Void => 0,
            };
        }
        money
    }

    fn admits(&self, kind: Kind, slot: usize, of: usize, amount: u64) -> bool {
        if self.reversed_first[slot] || self.entries[slot].is_some() {
            return false;
        }
        let spendable = i128::from(amount) <= self.available();
        let Some(original) = self.entries[of].as_ref().filter(|_| self.counts(of)) else {
            return match kind {
                Kind::Sale | Kind::PreAuthorisation => spendable,
                Kind::TapRefund => true,
                _ => false,
            };
        };
        match kind {
            Kind::Sale | Kind::PreAuthorisation => spendable,
            Kind::TapRefund => true,
            Kind::Void => original.kind != Kind::Void && !self.is_followed(of) && !original.settled,
            Kind::Refund => {
                matches!(original.kind, Kind::Sale | Kind::Completion)
                    && self.refunded(of) + amount <= original.amount
            }
            Kind::Completion => {
                original.kind == Kind::PreAuthorisation
                    && !self.is_followed(of)
                    && amount * 100 <= original.amount * 115
            }
        }
    }

    fn reverse(&mut self, slot: usize) {
        if std::mem::replace(&mut self.reversal_answered[slot], true) {
            return;
        }
        let Some(entry) = self.entries[slot].clone() else {
            self.reversed_first[slot] = true;
            return;
        };
        if !entry.approved {
            self.entries[slot].as_mut().unwrap().reversed = true;
            return;
        }
        let refused = entry.settled
            || self.is_followed(slot)
            || entry.kind == Kind::Void && !self.can_count_again(entry.of.unwrap());
        if !refused {
            self.entries[slot].as_mut().unwrap().reversed = true;
        }
    }

    /// Whether what was voided may count again beside what happened since.
    fn can_count_again(&self, voided: usize) -> bool {
        let entry = self.entries[voided].as_ref().unwrap();
        let Some(first) = entry.of else {
            return true;
        };
        let room = self.entries[first].as_ref().unwrap().amount;
        let fits = match entry.kind {
            Kind::Completion => !self.is_followed(first),
            _ => self.refunded(first) + entry.amount <= room,
        };
        fits && self.counts(first)
    }

    fn settle(&mut self) {
        for entry in self.entries.iter_mut().flatten() {
            let booked = entry.kind != Kind::PreAuthorisation;
            entry.settled |= booked && entry.approved && !entry.reversed;
        }
    }
}

/// A request as it was sent, with its answer.
#[derive(Clone)]
enum Sent {
    Tap(Sale, Verdict),
    FollowUp(Kind, FollowUpRequest, Verdict),
}

struct Run {
    world: World,
    model: Model,
    identities: Vec<Identity>,
    sent: [Option<Sent>; SLOTS],
    atc: u16,
}

impl Run {
    fn new() -> Self {
        let options = IssueOptions {
            keys: 1_000,
            ..Default::default()
        };
        Self {
            world: World::without_pin(&options, 16, OPENED),
            model: Model::default(),
            identities: (0..SLOTS).map(|_| identity()).collect(),
            sent: Default::default(),
            atc: 0,
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Send(kind, slot, of, amount) => self.send(kind, slot, of, amount),
            Step::Repeat(slot) => self.repeat(slot),
            Step::Reverse(slot) => {
                self.world.reverse(self.identities[slot]);
                self.model.reverse(slot);
            }
            Step::Settle => self.settle(),
        }
        assert_eq!(self.world.available(), self.model.available(), "{step:?}");
        self.check_sums();
    }

    fn send(&mut self, kind: Kind, slot: usize, of: usize, amount: u64) {
        let (amount, sent) = match kind {
            Kind::Sale | Kind::PreAuthorisation | Kind::TapRefund => {
                (amount, self.tap(kind, slot, amount))
            }
            _ => self.follow_up(kind, slot, of, amount),
        };
        let expected = self.model.admits(kind, slot, of, amount);
        let verdict = match &sent {
            Sent::Tap(_, verdict) | Sent::FollowUp(_, _, verdict) => *verdict,
        };
        if verdict.repeat {
            // The same follow-up was sent under this identity before.
            return;
        }
        assert_eq!(verdict.approved(), expected, "{kind:?} {}", verdict.reason);
        if self.model.entries[slot].is_none() {
            let follows = matches!(kind, Kind::Void | Kind::Refund | Kind::Completion);
            self.model.entries[slot] = Some(Entry {
                kind,
                of: follows.then_some(of),
                amount,
                approved: expected,
                reversed: false,
                settled: false,
            });
            self.sent[slot] = Some(sent);
        }
    }

    fn tap(&mut self, kind: Kind, slot: usize, amount: u64) -> Sent {
        self.atc += 1;
        let code = match kind {
            Kind::Sale => ProcessingCode::SALE,
            Kind::PreAuthorisation => ProcessingCode::PRE_AUTHORISATION,
            _ => ProcessingCode::REFUND,
        };
        let mut sale = self.world.card.request_of(code, self.atc, cny(amount));
        sale.identity = self.identities[slot];
        sale.reference = reference(&sale.identity);
        let verdict = self.world.authorise(&sale);
        Sent::Tap(sale, verdict)
    }

    /// A void is over the whole of its original.
    fn follow_up(&self, kind: Kind, slot: usize, of: usize, amount: u64) -> (u64, Sent) {
        let original = reference(&self.identities[of]);
        let approval = match &self.sent[of] {
            Some(Sent::Tap(_, verdict) | Sent::FollowUp(_, _, verdict)) => verdict.approval,
            None => None,
        };
        let whole = self.model.entries[of].as_ref().map(|entry| entry.amount);
        let amount = match kind {
            Kind::Void => whole.unwrap_or(amount),
            _ => amount,
        };
        let identity = self.identities[slot];
        let request = FollowUpRequest {
            identity,
            reference: reference(&identity),
            original: Original {
                reference: original,
                approval: approval.unwrap_or(ApprovalCode::parse("000000").unwrap()),
            },
            amount: cny(amount),
        };
        let verdict = self.answer(kind, &request);
        (amount, Sent::FollowUp(kind, request, verdict))
    }

    fn answer(&self, kind: Kind, request: &FollowUpRequest) -> Verdict {
        let issuer = &self.world.issuer;
        let now = super::kit::NOW;
        match kind {
            Kind::Void => issuer.void(request, now),
            Kind::Refund => issuer.refund(request, now),
            _ => issuer.complete(request, now),
        }
        .unwrap()
    }

    fn repeat(&self, slot: usize) {
        let (first, again) = match &self.sent[slot] {
            None => return,
            Some(Sent::Tap(sale, verdict)) => (verdict, self.world.authorise(sale)),
            Some(Sent::FollowUp(kind, request, verdict)) => (verdict, self.answer(*kind, request)),
        };
        let expected = Verdict {
            repeat: true,
            ..*first
        };
        assert_eq!(again, expected);
    }

    fn settle(&mut self) {
        let request = SettlementRequest {
            identity: identity(),
            batch: 1,
            totals: &[],
            force: true,
        };
        let verdict = self.world.issuer.settle(&request, super::kit::NOW).unwrap();
        let (mut sales, mut refunds) = (0, 0);
        for slot in (0..SLOTS).filter(|&slot| self.model.counts(slot)) {
            let entry = self.model.entries[slot].as_ref().unwrap();
            match entry.kind {
                _ if entry.settled => {}
                Kind::Sale | Kind::Completion => sales += entry.amount,
                Kind::Refund | Kind::TapRefund => refunds += entry.amount,
                _ => {}
            }
        }
        let ours = |sum: fn(&crate::Totals) -> u64| verdict.ours.iter().map(sum).sum::<u64>();
        assert_eq!(ours(|totals| totals.sales.sum), sales);
        assert_eq!(ours(|totals| totals.refunds.sum), refunds);
        self.model.settle();
    }

    /// The sums that are kept are those of the movements.
    fn check_sums(&self) {
        let statement = self.world.issuer.statement(self.world.card.token);
        let statement = statement.unwrap().unwrap();
        let moved: i64 = statement.movements.iter().map(|one| one.amount).sum();
        let kept: i64 = (statement.balances.iter())
            .map(|one| one.held + one.posted)
            .sum();
        assert_eq!(moved, kept);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn money_is_where_the_requests_that_count_put_it(steps in steps()) {
        let mut run = Run::new();
        for step in steps {
            run.take(step);
        }
    }
}

#[test]
fn a_follow_up_of_what_was_never_sent_finds_nothing() {
    let world = World::without_pin(&IssueOptions::default(), 16, FUNDS);
    let sale = world.card.sale(1, cny(1));
    let verdict = world.authorise(&sale);
    let mut request = follow(sale.reference, &verdict, cny(1));
    request.original.reference = reference(&identity());
    let answer = world.issuer.void(&request, super::kit::NOW).unwrap();
    assert_eq!(
        (answer.reason.name(), answer.token),
        ("original-not-found", None)
    );
    assert_eq!(answer.response_code(), *b"25");
}
