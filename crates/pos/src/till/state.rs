//! The state of a till.

use std::collections::HashSet;
use std::io;
use std::ops::RangeInclusive;

use thiserror::Error;

use super::outstanding::{Asked, Outstanding, Settling};
use crate::batch::{Batch, Entry, EntryId, EntryKind, Record, RefusedReversal, Standing};
use crate::host::{MerchantId, ResponseCode, TerminalId, TraceNumber};
use crate::transaction::SEQUENCES;

/// The state of a till. Card numbers are masked in it; it holds no track 2 and no PIN block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TillState {
    pub(super) terminal: TerminalId,
    pub(super) merchant: MerchantId,
    pub(super) next_trace: TraceNumber,
    /// The transaction sequence counter (`9F41`) of the next transaction.
    pub(super) next_sequence: u32,
    pub(super) outstanding: Option<Outstanding>,
    pub(super) settling: Option<Settling>,
    pub(super) batch: Batch,
    /// Settled batches, the latest last.
    pub(super) closed: Vec<Batch>,
    /// The trace numbers in the current batch.
    taken: HashSet<TraceNumber>,
}

/// The reason for which files are not the state of a till.
#[derive(Debug, Error)]
pub enum StateError {
    /// A file cannot be read.
    #[error("the terminal's files can't be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The format is another one, or missing.
    #[error("the terminal's files have a format that is not known here: {0:?}")]
    Format(String),
    /// A state of the format `understudy.terminal/1` is damaged, or a line of a journal is not a
    /// till's.
    #[error("the terminal's state can't be read: {0}; restore it from a copy")]
    Json(#[from] serde_json::Error),
    /// The index is damaged.
    #[error("the terminal's index is damaged; restore it from a copy")]
    Index,
    /// A journal is missing.
    #[error("the terminal's journal {0:06} is missing; restore it from a copy")]
    Missing(u32),
    /// There are journals, and no index.
    #[error("there is a journal of this terminal and no index to it; restore it from a copy")]
    NoIndex,
    /// A journal is damaged.
    #[error(
        "the terminal's journal {journal:06} is damaged at line {line}; restore it from a copy"
    )]
    Damaged {
        /// Its ordinal.
        journal: u32,
        /// The line, from 1.
        line: usize,
    },
    /// A change is impossible at its place.
    #[error("the terminal's journal contradicts itself; restore it from a copy")]
    OutOfOrder,
    /// Two entries have the same name, or the name of one has another batch.
    #[error("the terminal's state contradicts itself about {0}; restore it from a copy")]
    Entry(EntryId),
    /// Two batches have the same number, or a number is out of range.
    #[error("the terminal's state has a batch {0} that can't be; restore it from a copy")]
    Batch(u32),
}

impl TillState {
    pub(super) const SEQUENCES: RangeInclusive<u32> = SEQUENCES;

    /// The state of a new terminal.
    pub(super) fn new(terminal: TerminalId, merchant: MerchantId) -> Self {
        Self {
            terminal,
            merchant,
            next_trace: TraceNumber::FIRST,
            next_sequence: *Self::SEQUENCES.start(),
            outstanding: None,
            settling: None,
            batch: Batch::FIRST,
            closed: Vec::new(),
            taken: HashSet::new(),
        }
    }

    /// Begins the journal of a batch with this number; an error if another batch has it.
    pub(super) fn begin_batch(&mut self, number: u32) -> Result<(), StateError> {
        let known = self.closed.iter().any(|batch| batch.number == number);
        if known || !Batch::NUMBERS.contains(&number) {
            return Err(StateError::Batch(number));
        }
        self.batch.number = number;
        Ok(())
    }

    /// The terminal (DE 41) and the merchant (DE 42) that the state belongs to.
    #[must_use]
    pub const fn identity(&self) -> (TerminalId, MerchantId) {
        (self.terminal, self.merchant)
    }

    /// The current batch.
    #[must_use]
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Settled batches that are kept, the latest last.
    #[must_use]
    pub fn closed(&self) -> &[Batch] {
        &self.closed
    }

    /// The request that is not concluded.
    #[must_use]
    pub const fn outstanding(&self) -> Option<&Outstanding> {
        self.outstanding.as_ref()
    }

    /// True while a settlement of the current batch has no answer; nothing is added to the batch
    /// meanwhile.
    #[must_use]
    pub const fn settling(&self) -> bool {
        self.settling.is_some()
    }

    /// The entry of this name, in any kept batch.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        let mut batches = self.closed.iter().chain([&self.batch]);
        let batch = batches.find(|batch| batch.number == id.batch)?;
        batch.entries.iter().find(|entry| entry.record.id == id)
    }

    /// All kept entries, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let batches = self.closed.iter().chain([&self.batch]);
        batches.flat_map(|batch| &batch.entries)
    }

    /// The reversals that the host refused for good, in every kept batch, the oldest first.
    pub fn refused_reversals(&self) -> impl Iterator<Item = &RefusedReversal> {
        let batches = self.closed.iter().chain([&self.batch]);
        batches.flat_map(|batch| &batch.refused_reversals)
    }

    /// The name of the entry, or of a request about it, if a refused reversal leaves its standing
    /// unknown.
    pub(super) fn doubtful(&self, entry: EntryId) -> Option<EntryId> {
        let unknown = |id| {
            let entry = self.entry(id);
            entry.is_none_or(|entry| entry.standing == Standing::Doubtful)
        };
        let records = self.refused_reversals().map(|refused| &refused.record);
        records
            .filter(|record| record.id == entry || record.original == Some(entry))
            .map(|record| record.id)
            .find(|id| unknown(*id))
    }

    /// The entries of settled batches that entries of the current batch are about.
    pub(super) fn followed(&self) -> impl Iterator<Item = &Entry> {
        let originals = self.batch.entries.iter().map(|entry| entry.record.original);
        let settled = originals
            .flatten()
            .filter(|id| id.batch != self.batch.number);
        settled.filter_map(|id| self.entry(id))
    }

    /// The sum of an entry's refunds, in minor units.
    pub(super) fn refunded(&self, id: EntryId) -> u64 {
        let refunds = self.entries().filter(|entry| {
            let record = &entry.record;
            record.kind == EntryKind::Refund
                && record.original == Some(id)
                && entry.standing.counts()
        });
        refunds.map(|entry| entry.record.amount.minor()).sum()
    }

    /// The next trace number that is unused in the current batch.
    pub(super) fn free_trace(&self) -> TraceNumber {
        let mut trace = self.next_trace;
        // A batch of 999,999 entries has no free number, but is full long before.
        for _ in 0..self.taken.len() {
            if !self.taken.contains(&trace) {
                break;
            }
            trace = trace.next();
        }
        trace
    }

    /// True if the trace number is used in the current batch.
    pub(super) fn batch_has(&self, trace: TraceNumber) -> bool {
        self.taken.contains(&trace)
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.taken.insert(entry.record.id.trace);
        self.batch.entries.push(entry);
    }

    pub(super) fn add_refused(&mut self, refused: RefusedReversal) {
        self.taken.insert(refused.record.id.trace);
        self.batch.refused_reversals.push(refused);
    }

    /// Closes the batch and begins the next one.
    pub(super) fn close(&mut self) {
        let next = self.batch.next();
        self.settling = None;
        self.taken.clear();
        self.closed.push(std::mem::replace(&mut self.batch, next));
    }

    /// Drops all settled batches except the latest `kept`.
    pub(super) fn let_go(&mut self, kept: usize) {
        let surplus = self.closed.len().saturating_sub(kept);
        self.closed.drain(..surplus);
    }

    pub(super) fn set_standing(&mut self, id: EntryId, standing: Standing) {
        let mut batches = self.closed.iter_mut().chain([&mut self.batch]);
        let batch = batches.find(|batch| batch.number == id.batch);
        // The entry is usually a recent one.
        let mut entries = batch
            .into_iter()
            .flat_map(|batch| batch.entries.iter_mut().rev());
        if let Some(entry) = entries.find(|entry| entry.record.id == id) {
            entry.standing = standing;
        }
    }

    /// Sets the standing of an entry after an act on it.
    pub(super) fn follow(&mut self, id: EntryId, after: Standing) {
        self.set_standing(id, after);
        let voided = self.entry(id).filter(|_| after == Standing::Voided);
        if let Some(record) = voided.map(|entry| entry.record.clone()) {
            self.hold_again(&record);
        }
    }

    /// Records that a request is reversed.
    pub(super) fn take_back(&mut self, record: &Record) {
        self.set_standing(record.id, Standing::Reversed);
        self.hold_again(record);
        let refused = &mut self.batch.refused_reversals;
        refused.retain(|earlier| earlier.record.id != record.id);
    }

    /// Records that the host refuses to reverse a request. If it was asked only once, the entry is
    /// unchanged; otherwise an earlier reversal may have been carried out, and the entry is
    /// doubtful.
    pub(super) fn leave(&mut self, record: Record, code: ResponseCode, asked: Asked) {
        let standing = match asked {
            Asked::Once => Standing::Approved,
            Asked::Again => Standing::Doubtful,
        };
        self.set_standing(record.id, standing);
        let refused = &mut self.batch.refused_reversals;
        refused.retain(|earlier| earlier.record.id != record.id);
        self.add_refused(RefusedReversal { record, code });
    }

    /// Holds the money of a pre-authorisation again after its completion was undone.
    fn hold_again(&mut self, record: &Record) {
        if let (EntryKind::Completion, Some(original)) = (record.kind, record.original) {
            self.set_standing(original, Standing::Approved);
        }
    }
}
