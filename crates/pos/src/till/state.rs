//! What a till remembers, and its file.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::outstanding::{Asked, Outstanding, Settling};
use crate::batch::{Batch, Entry, EntryId, EntryKind, Record, RefusedReversal, Standing};
use crate::host::{MerchantId, ResponseCode, TerminalId, TraceNumber};

const FORMAT: &str = "understudy.terminal/1";

/// What a till remembers: JSON of the format `understudy.terminal/1`. Card numbers are masked in
/// it; it holds no track 2 and no PIN block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TillState {
    format: String,
    pub(super) terminal: TerminalId,
    pub(super) merchant: MerchantId,
    pub(super) next_trace: TraceNumber,
    pub(super) outstanding: Option<Outstanding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settling: Option<Settling>,
    pub(super) batch: Batch,
    /// Settled batches, the latest last.
    pub(super) closed: Vec<Batch>,
}

/// Why a text is not the state of a till.
#[derive(Debug, Error)]
pub enum StateError {
    /// It is another format, or none.
    #[error("the state of a terminal has the format {FORMAT}, this is {0:?}")]
    Format(String),
    /// It is damaged.
    #[error("the terminal's state can't be read: {0}; restore it from a copy")]
    Json(#[from] serde_json::Error),
    /// Two entries have one name, or one is in another batch than its name says.
    #[error("the terminal's state contradicts itself about {0}; restore it from a copy")]
    Entry(EntryId),
    /// Two batches have one number, or one has a number that no batch has.
    #[error("the terminal's state has a batch {0} that can't be; restore it from a copy")]
    Batch(u32),
}

impl TillState {
    pub(super) fn new(terminal: TerminalId, merchant: MerchantId) -> Self {
        Self {
            format: FORMAT.to_owned(),
            terminal,
            merchant,
            next_trace: TraceNumber::FIRST,
            outstanding: None,
            settling: None,
            batch: Batch::FIRST,
            closed: Vec::new(),
        }
    }

    /// Reads a state.
    ///
    /// # Errors
    /// [`StateError`]
    pub fn from_json(text: &str) -> Result<Self, StateError> {
        let header: Header = serde_json::from_str(text)?;
        if header.format != FORMAT {
            return Err(StateError::Format(header.format));
        }
        let state: Self = serde_json::from_str(text)?;
        state.check()?;
        Ok(state)
    }

    /// Writes it.
    ///
    /// # Errors
    /// None is known; `serde_json` has them for maps without text as keys.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }

    /// The current batch.
    #[must_use]
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Settled batches that are still kept, the latest last.
    #[must_use]
    pub fn closed(&self) -> &[Batch] {
        &self.closed
    }

    /// What is not at its end.
    #[must_use]
    pub const fn outstanding(&self) -> Option<&Outstanding> {
        self.outstanding.as_ref()
    }

    /// Whether the current batch was sent to be settled and the answer is not known: nothing is
    /// added to it before.
    #[must_use]
    pub const fn settling(&self) -> bool {
        self.settling.is_some()
    }

    /// The entry of this name, in any batch that is kept.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries().find(|entry| entry.record.id == id)
    }

    /// All entries that are kept, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let batches = self.closed.iter().chain([&self.batch]);
        batches.flat_map(|batch| &batch.entries)
    }

    /// The reversals that the host refused for good, in every batch that is kept, the oldest first.
    pub fn refused_reversals(&self) -> impl Iterator<Item = &RefusedReversal> {
        let batches = self.closed.iter().chain([&self.batch]);
        batches.flat_map(|batch| &batch.refused_reversals)
    }

    /// The entry, or a request about it, if nobody knows whether that was taken back.
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

    /// What was given back of an entry, in minor units.
    pub(super) fn refunded(&self, id: EntryId) -> u64 {
        let refunds = self.entries().filter(|entry| {
            let record = &entry.record;
            record.kind == EntryKind::Refund
                && record.original == Some(id)
                && entry.standing.counts()
        });
        refunds.map(|entry| entry.record.amount.minor()).sum()
    }

    /// The next trace number that nothing in the current batch has.
    pub(super) fn take_trace(&mut self) -> TraceNumber {
        let entries = self.batch.entries.iter().map(|entry| &entry.record);
        let refused = self.batch.refused_reversals.iter();
        let records = entries.chain(refused.map(|refused| &refused.record));
        let taken: HashSet<TraceNumber> = records.map(|record| record.id.trace).collect();
        let mut trace = self.next_trace;
        // A batch of 999,999 entries has none left; it is settled long before.
        for _ in 0..taken.len() {
            if !taken.contains(&trace) {
                break;
            }
            trace = trace.next();
        }
        self.next_trace = trace.next();
        trace
    }

    pub(super) fn set_standing(&mut self, id: EntryId, standing: Standing) {
        let batches = self.closed.iter_mut().chain([&mut self.batch]);
        let mut entries = batches.flat_map(|batch| &mut batch.entries);
        if let Some(entry) = entries.find(|entry| entry.record.id == id) {
            entry.standing = standing;
        }
    }

    /// An entry stands otherwise after what followed it.
    pub(super) fn follow(&mut self, id: EntryId, after: Standing) {
        self.set_standing(id, after);
        let voided = self.entry(id).filter(|_| after == Standing::Voided);
        if let Some(record) = voided.map(|entry| entry.record.clone()) {
            self.hold_again(&record);
        }
    }

    /// A request is reversed.
    pub(super) fn take_back(&mut self, record: &Record) {
        self.set_standing(record.id, Standing::Reversed);
        self.hold_again(record);
        let refused = &mut self.batch.refused_reversals;
        refused.retain(|earlier| earlier.record.id != record.id);
    }

    /// The host refuses to reverse a request. If it was asked only once, the entry is as it was;
    /// else an earlier reversal may have been carried out.
    pub(super) fn leave(&mut self, record: Record, code: ResponseCode, asked: Asked) {
        let standing = match asked {
            Asked::Once => Standing::Approved,
            Asked::Again => Standing::Doubtful,
        };
        self.set_standing(record.id, standing);
        let refused = &mut self.batch.refused_reversals;
        refused.retain(|earlier| earlier.record.id != record.id);
        refused.push(RefusedReversal { record, code });
    }

    /// Without its completion, the money of a pre-authorisation is held again.
    fn hold_again(&mut self, record: &Record) {
        if let (EntryKind::Completion, Some(original)) = (record.kind, record.original) {
            self.set_standing(original, Standing::Approved);
        }
    }

    fn check(&self) -> Result<(), StateError> {
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        for batch in self.closed.iter().chain([&self.batch]) {
            if !Batch::NUMBERS.contains(&batch.number) || !numbers.insert(batch.number) {
                return Err(StateError::Batch(batch.number));
            }
            for entry in &batch.entries {
                let id = entry.record.id;
                if id.batch != batch.number || !names.insert(id) {
                    return Err(StateError::Entry(id));
                }
            }
            let refused = &batch.refused_reversals;
            let mut refused = refused.iter().map(|refused| refused.record.id);
            if let Some(id) = refused.find(|id| id.batch != batch.number) {
                return Err(StateError::Entry(id));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Header {
    format: String,
}
