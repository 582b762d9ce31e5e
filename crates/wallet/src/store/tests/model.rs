//! A naive model of a store: a list of numbers in the order of storing, and a note of those
//! promised to be durable. A record is its number, and the state is the list.

use super::kit::{Repeating, numbers, open, record};
use crate::store::name::Name;
use crate::store::{Fate, Folder as _, Opened, Simulated, SimulatedFile, Store, Tail};

/// An operation on a store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Append a record.
    Append,
    /// Sync the appended records.
    Sync,
    /// Commit a changed state, while `meanwhile` records are appended.
    Commit { meanwhile: usize },
    /// Commit twice, and erase what is older.
    Forget,
}

/// The end of a process.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Death,
    PowerCut { seed: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    /// The operation did not return.
    None,
    /// It survives the process.
    Written,
    /// It survives a power cut.
    Durable,
}

/// A store and its model, through any number of processes.
pub(super) struct Beside {
    pub(super) folder: Simulated,
    log: Vec<(u64, Promise)>,
    next: u64,
    rng: Repeating,
    open: Option<(Store<Simulated>, Option<Tail<SimulatedFile>>)>,
    /// Unreadable slots that the last opening found; they stay until a commit.
    unreadable: usize,
    /// The cases that were reached.
    pub(super) seen: Seen,
}

/// The number of times that each case was reached.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// A record that was not durable was lost.
    pub(super) lost: usize,
    /// A record was found torn, or missing before one that was not.
    pub(super) unreadable: usize,
    /// The process died before the steps were done.
    pub(super) died: usize,
    /// A file was found half written.
    pub(super) unfinished: usize,
}

impl Beside {
    pub(super) fn new(folder: Simulated, seed: u64) -> Self {
        Self {
            folder,
            log: Vec::new(),
            next: 1,
            rng: Repeating(seed),
            open: None,
            unreadable: 0,
            seen: Seen::default(),
        }
    }

    /// Opens the store and performs the steps until the process dies; then ends it, and compares
    /// what the next process finds.
    pub(super) fn run(&mut self, steps: &[Step], end: End) {
        let done = self.open().is_some() && steps.iter().all(|step| self.step(*step).is_some());
        self.seen.died += usize::from(!done);
        self.open = None;
        let ended = self.folder.clone();
        let successor = || match end {
            End::Death => ended.die(),
            End::PowerCut { seed } => ended.cut_power(fates(seed)),
        };
        self.folder = successor();
        let found = self.look(&successor());
        self.compare(&found, end);
        self.log
            .retain(|(number, _)| found.contains(&Some(*number)));
        let cut = matches!(end, End::PowerCut { .. });
        for (_, promise) in &mut self.log {
            *promise = match promise {
                Promise::Durable => Promise::Durable,
                _ if cut => Promise::Durable,
                _ => Promise::Written,
            };
        }
    }

    /// Performs a step; `None` when the process died.
    fn step(&mut self, step: Step) -> Option<()> {
        match step {
            Step::Append => self.append(),
            Step::Sync => {
                let (_, tail) = self.open.as_ref()?;
                tail.as_ref()?.file().sync().ok()?;
                self.promise_durable(self.log.len());
                Some(())
            }
            Step::Commit { meanwhile } => self.commit(meanwhile),
            Step::Forget => {
                self.commit(1)?;
                self.commit(0)?;
                let (store, _) = self.open.as_mut()?;
                store.forget().ok()
            }
        }
    }

    fn append(&mut self) -> Option<()> {
        let number = self.number();
        self.log.push((number, Promise::None));
        let (_, tail) = self.open.as_mut()?;
        tail.as_mut()?.append(&record(number)).ok()?;
        self.log.last_mut()?.1 = Promise::Written;
        Some(())
    }

    fn commit(&mut self, meanwhile: usize) -> Option<()> {
        let number = self.number();
        let at = self.log.len();
        let (_, tail) = self.open.as_ref()?;
        let folded = tail.as_ref().map_or(0, Tail::len);
        let known = self.log.iter().map(|(number, _)| *number);
        let state: Vec<u8> = known.chain([number]).flat_map(u64::to_be_bytes).collect();
        if tail.is_some() {
            for _ in 0..meanwhile {
                self.append()?;
            }
        }
        self.log.insert(at, (number, Promise::None));
        let (store, tail) = self.open.as_mut()?;
        *tail = Some(store.commit(&state, folded, &mut self.rng).ok()?);
        self.promise_durable(at + 1);
        Some(())
    }

    fn promise_durable(&mut self, end: usize) {
        for (_, promise) in &mut self.log[..end] {
            *promise = Promise::Durable;
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Opens the store; `None` when the process died.
    fn open(&mut self) -> Option<()> {
        let opened = open(&self.folder).ok()?;
        self.open = Some((opened.store, opened.tail));
        Some(())
    }

    /// The content that a process finds in a folder.
    fn look(&mut self, folder: &Simulated) -> Vec<Option<u64>> {
        let unfinished = |name: &String| Name::parse(name).is_some_and(|name| name.new);
        self.seen.unfinished += usize::from(folder.names().unwrap().iter().any(unfinished));
        let opened = open(folder).unwrap();
        assert_eq!(opened.loss, None, "nothing was damaged");
        content(&opened)
    }

    fn compare(&mut self, found: &[Option<u64>], end: End) {
        let must = |promise: Promise| match end {
            End::Death => promise != Promise::None,
            End::PowerCut { .. } => promise == Promise::Durable,
        };
        let mut readable = found.iter().flatten();
        let mut next = readable.next();
        let mut missing = 0;
        for (number, promise) in &self.log {
            if next == Some(number) {
                next = readable.next();
            } else {
                assert!(
                    !must(*promise),
                    "{number} is lost: {found:?} of {:?}",
                    self.log
                );
                missing += 1;
            }
        }
        assert_eq!(
            next, None,
            "never stored, or out of order: {found:?} of {:?}",
            self.log
        );
        let unreadable = found.iter().filter(|number| number.is_none()).count();
        let fresh = unreadable.saturating_sub(self.unreadable);
        assert!(fresh <= missing, "{found:?} of {:?}", self.log);
        if matches!(end, End::Death) {
            assert_eq!(fresh, 0, "a process that dies tears nothing");
        }
        self.unreadable = unreadable;
        self.seen.unreadable += fresh;
        self.seen.lost += missing - fresh;
    }
}

/// The numbers of the state and then of the records.
fn content(opened: &Opened<Simulated>) -> Vec<Option<u64>> {
    let state = opened
        .state
        .as_ref()
        .map_or(&[][..], |state| state.as_slice());
    let number = |octets: &[u8]| Some(u64::from_be_bytes(octets.try_into().unwrap()));
    let mut found: Vec<_> = state.chunks(8).map(number).collect();
    found.extend(numbers(&opened.records));
    found
}

/// Fates of unsynced changes: all lost, all kept, or random by the seed.
pub(super) fn fates(seed: u64) -> impl FnMut() -> Fate {
    let mut rng = Repeating(seed);
    move || match (seed, rng.below(3)) {
        (0, _) | (2.., 0) => Fate::Lost,
        (1, _) | (2.., 1) => Fate::Kept,
        _ => Fate::Torn(usize::try_from(rng.below(128)).unwrap()),
    }
}
