//! What a till remembers, and its file.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::batch::{Batch, Entry, EntryId, EntryKind, Record, Standing};
use crate::host::{MerchantId, TerminalId, TraceNumber};

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
    pub(super) batch: Batch,
    /// Settled batches, the latest last.
    pub(super) closed: Vec<Batch>,
}

/// A request that is not at its end. There is never more than one: it comes to its end before
/// anything else is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outstanding {
    /// Sent, or about to be sent. Found by whoever opens the state again, its answer is not known,
    /// and its reversal is owed.
    InFlight(Record),
    /// To be taken back.
    ReversalOwed(Record),
}

impl Outstanding {
    /// The request.
    #[must_use]
    pub const fn record(&self) -> &Record {
        match self {
            Self::InFlight(record) | Self::ReversalOwed(record) => record,
        }
    }

    pub(super) fn into_record(self) -> Record {
        match self {
            Self::InFlight(record) | Self::ReversalOwed(record) => record,
        }
    }
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
}

impl TillState {
    pub(super) fn new(terminal: TerminalId, merchant: MerchantId) -> Self {
        Self {
            format: FORMAT.to_owned(),
            terminal,
            merchant,
            next_trace: TraceNumber::FIRST,
            outstanding: None,
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

    /// The next trace number that no entry of the current batch has.
    pub(super) fn take_trace(&mut self) -> TraceNumber {
        let mut trace = self.next_trace;
        let taken = |trace| {
            let mut entries = self.batch.entries.iter();
            entries.any(|entry| entry.record.id.trace == trace)
        };
        // A batch of 999,999 entries has none left; it is settled long before.
        for _ in 0..self.batch.entries.len() {
            if !taken(trace) {
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

    fn check(&self) -> Result<(), StateError> {
        let mut names = HashSet::new();
        for batch in self.closed.iter().chain([&self.batch]) {
            for entry in &batch.entries {
                let id = entry.record.id;
                if id.batch != batch.number || !names.insert(id) {
                    return Err(StateError::Entry(id));
                }
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Header {
    format: String,
}
