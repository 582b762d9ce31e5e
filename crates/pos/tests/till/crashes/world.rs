//! A bank and a disk that share one count of steps. At a chosen step the process dies, or the disk
//! or the line fails. The bank's book is the oracle: it is kept independently of the till.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use understudy_acquiring::{LocalTime, Reference, TransactionKind};
use understudy_pos::batch::{EntryKind, Totals};
use understudy_pos::host::{
    ApprovalCode, Host, HostError, Identity, Request, Response, ResponseCode, Reversal, Settlement,
};
use understudy_pos::till::{TillFile, TillFiles, TillState};

use crate::disk::{Disk, Files};

/// The failure at a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mischief {
    /// The process dies.
    Death,
    /// The disk or the line fails, and the process continues.
    Failure,
    /// The bank refuses a reversal for good and moves nothing. At other steps, a failure.
    Refusal,
}

/// The failures by the number of their step, counted from 0.
pub(super) type Plan = BTreeMap<usize, Mischief>;

/// The panic payload of a death.
struct Died;

/// The bank's book: one line a request, by trace number, date and time.
pub(super) type Key = (u32, LocalTime);

#[derive(Clone, Debug)]
struct Booked {
    kind: EntryKind,
    minor: u64,
    amount: understudy_core::wire::amount::Amount,
    /// The batch with which it was settled.
    batch: Option<u32>,
    reversed: bool,
}

#[derive(Default)]
struct Inner {
    plan: Plan,
    step: usize,
    files: Files,
    book: BTreeMap<Key, Booked>,
    /// The keys of what is in the book, by DE 37.
    references: BTreeMap<Reference, Key>,
    declined: BTreeSet<Key>,
    /// The settlements that closed something, with their answers.
    settled: BTreeMap<Key, (understudy_acquiring::Totals, Response)>,
}

#[derive(Clone, Default)]
pub(super) struct World(Rc<RefCell<Inner>>);

/// The amount of a sale that the bank declines.
pub(super) const TOO_MUCH: u64 = 66_666;

impl World {
    pub(super) fn new(plan: Plan) -> Self {
        let world = Self::default();
        world.0.borrow_mut().plan = plan;
        world
    }

    /// The number of steps so far.
    pub(super) fn steps(&self) -> usize {
        self.0.borrow().step
    }

    /// Removes all further failures.
    pub(super) fn calm(&self) {
        self.0.borrow_mut().plan.clear();
    }

    /// Runs `work`; `None` if the process died in it.
    pub(super) fn live<T>(work: impl FnOnce() -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => Some(done),
            Err(payload) if payload.is::<Died>() => None,
            Err(payload) => resume_unwind(payload),
        }
    }

    /// The state of a till that is opened with the present files; `None` without files.
    pub(super) fn disk(&self) -> Option<TillState> {
        let files = self.0.borrow().files.clone();
        (!files.is_empty()).then(|| Disk::of(files).state())
    }

    /// The requests that the bank has booked and not reversed.
    pub(super) fn booked(&self) -> BTreeMap<Key, (EntryKind, u64)> {
        let inner = self.0.borrow();
        let standing = inner.book.iter().filter(|(_, line)| !line.reversed);
        standing
            .map(|(key, line)| (*key, (line.kind, line.minor)))
            .collect()
    }

    /// Counts a step; returns the failure planned for it.
    fn step(&self) -> Option<Mischief> {
        let mischief = {
            let mut inner = self.0.borrow_mut();
            let step = inner.step;
            inner.step += 1;
            inner.plan.get(&step).copied()
        };
        match mischief {
            Some(Mischief::Death) => {
                let died: Box<dyn Any + Send> = Box::new(Died);
                resume_unwind(died)
            }
            other => other,
        }
    }

    fn process(&self, message: &Request) -> Response {
        match message {
            Request::Authorisation(request) => {
                let kind = match request.processing_code.kind() {
                    TransactionKind::Sale => EntryKind::Sale,
                    TransactionKind::PreAuthorisation => EntryKind::PreAuthorisation,
                    other => panic!("not in this story: {other:?}"),
                };
                self.book(&request.identity, request.reference, kind, request.amount)
            }
            Request::Completion(request) => self.book(
                &request.identity,
                request.reference,
                EntryKind::Completion,
                request.amount,
            ),
            Request::Void(request) => {
                let inner = self.0.borrow();
                let named = inner.references.get(&request.original.reference);
                let original = named.and_then(|key| inner.book.get(key)).cloned();
                drop(inner);
                let original = original.expect("a void of what was never booked");
                assert!(!original.reversed, "a void of what was reversed");
                let kind = match original.kind {
                    EntryKind::PreAuthorisation => EntryKind::Cancellation,
                    _ => EntryKind::Void,
                };
                let settled = original.batch.is_some() && kind == EntryKind::Void;
                assert!(!settled, "a void of what was settled");
                self.book(&request.identity, request.reference, kind, request.amount)
            }
            Request::Refund(request) => self.book(
                &request.identity,
                request.reference,
                EntryKind::Refund,
                request.amount,
            ),
            Request::Reversal(reversal) => self.reverse(reversal),
            Request::Settlement(settlement) => self.settle(settlement),
        }
    }

    fn book(
        &self,
        identity: &Identity,
        reference: Reference,
        kind: EntryKind,
        amount: understudy_core::wire::amount::Amount,
    ) -> Response {
        let mut inner = self.0.borrow_mut();
        if amount.minor() == TOO_MUCH {
            inner.declined.insert(key(identity));
            return Response::new(code("51"));
        }
        let line = Booked {
            kind,
            minor: amount.minor(),
            amount,
            batch: None,
            reversed: false,
        };
        inner.references.insert(reference, key(identity));
        let before = inner.book.insert(key(identity), line);
        assert!(before.is_none(), "one identity for two requests");
        Response {
            approval: ApprovalCode::new(*b"A12345").ok(),
            ..Response::new(ResponseCode::APPROVED)
        }
    }

    /// A reversal must be on the disk as owed, and what it reverses must not count as an entry.
    fn reverse(&self, reversal: &Reversal) -> Response {
        let state = self
            .disk()
            .expect("a reversal is written before it is sent");
        let owed = state.outstanding().expect("a reversal that nobody owes");
        assert_eq!(owed.record().id.trace, reversal.original.trace);
        assert_eq!(
            owed.record().moment.local_time(),
            reversal.original.local_time
        );
        let entry = state.entry(owed.record().id);
        assert!(
            entry.is_none_or(|entry| !entry.standing.counts()),
            "a reversal of an entry that counts"
        );
        let mut inner = self.0.borrow_mut();
        let key = key(&reversal.original);
        assert!(!inner.declined.contains(&key) || entry.is_none());
        match inner.book.get_mut(&key) {
            Some(line) => {
                assert_eq!(line.batch, None, "a reversal of what was settled");
                line.reversed = true;
                Response::new(ResponseCode::APPROVED)
            }
            None => Response::new(ResponseCode::NO_ORIGINAL),
        }
    }

    /// Closes what was booked since the last settlement if the terminal has the same, or says that
    /// it closes all the same. A repeat closes nothing more.
    fn settle(&self, settlement: &Settlement) -> Response {
        let mut inner = self.0.borrow_mut();
        let key = key(&settlement.identity);
        if let Some((ours, reply)) = inner.settled.get(&key) {
            assert_eq!(*ours, settlement.totals, "a repeat with other totals");
            return reply.clone();
        }
        let mut totals = Totals::default();
        let lines = inner.book.values_mut();
        let mut fresh: Vec<_> = lines
            .filter(|line| !line.reversed && line.batch.is_none())
            .collect();
        for line in &fresh {
            totals.add(line.kind, line.amount);
        }
        let totals = totals.of_message().unwrap();
        let agreed = totals == settlement.totals;
        if agreed || settlement.close {
            for line in &mut fresh {
                line.batch = Some(settlement.batch.get());
            }
        }
        let reply = Response {
            totals: Some(totals),
            ..Response::new(if agreed {
                ResponseCode::APPROVED
            } else {
                ResponseCode::TOTALS_DIFFER
            })
        };
        if agreed || settlement.close {
            let answered = (settlement.totals.clone(), reply.clone());
            inner.settled.insert(key, answered);
        }
        reply
    }
}

impl World {
    /// A step of the disk.
    fn disk_step(&self) -> io::Result<()> {
        match self.step() {
            Some(_) => Err(io::Error::from(io::ErrorKind::Other)),
            None => Ok(()),
        }
    }
}

/// Two steps for a file: before and after it is written. An append has a third in the middle, after
/// a part of the octets. A failing disk may nevertheless have written.
impl TillFiles for World {
    fn read(&self, file: TillFile, most: u64) -> io::Result<Option<Vec<u8>>> {
        self.0.borrow().files.read(file, most)
    }

    fn replace(&mut self, file: TillFile, content: &[u8]) -> io::Result<()> {
        self.disk_step()?;
        self.0.borrow_mut().files.replace(file, content)?;
        self.disk_step()
    }

    fn append(&mut self, file: TillFile, length: u64, octets: &[u8]) -> io::Result<()> {
        self.disk_step()?;
        let (first, second) = octets.split_at(octets.len() / 2);
        let middle = length + first.len() as u64;
        for (length, part) in [(length, first), (middle, second)] {
            let mut inner = self.0.borrow_mut();
            let appended = TillFiles::append(&mut inner.files, file, length, part);
            appended.expect("a file that ends here");
            drop(inner);
            self.disk_step()?;
        }
        Ok(())
    }

    fn remove(&mut self, file: TillFile) -> io::Result<bool> {
        self.disk_step()?;
        let found = TillFiles::remove(&mut self.0.borrow_mut().files, file)?;
        self.disk_step()?;
        Ok(found)
    }
}

/// Two steps: before the bank receives the message, and after it has acted.
impl Host for World {
    fn send(&mut self, message: &Request) -> Result<Response, HostError> {
        match (self.step(), message) {
            (None, _) => {}
            (Some(Mischief::Refusal), Request::Reversal(_)) => {
                return Ok(Response::new(code("12")));
            }
            (Some(_), _) => return Err(HostError::Unreachable),
        }
        let reply = self.process(message);
        if self.step().is_some() {
            return Err(HostError::TimedOut);
        }
        Ok(reply)
    }
}

fn key(identity: &Identity) -> Key {
    (identity.trace.get(), identity.local_time)
}

fn code(text: &str) -> ResponseCode {
    ResponseCode::parse(text).unwrap()
}
