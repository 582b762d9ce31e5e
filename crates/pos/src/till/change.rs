//! Changes of a till's state: each is one line of a journal, and one step from a state to the next.

use serde::{Deserialize, Serialize};

use super::outstanding::{Asked, Outstanding, Settling};
use super::{StateError, TillState};
use crate::batch::{Entry, EntryId, Record, RefusedReversal, Standing};
use crate::host::{ApprovalCode, ResponseCode, TraceNumber};

/// One step of a till. The first six record parts of an existing state, for a journal that begins
/// with one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Change {
    /// An entry in its present standing.
    Entry(Box<Entry>),
    /// A refused reversal.
    Refused(Box<RefusedReversal>),
    /// The standing of an entry of a settled batch, after acts of this batch on it.
    Standing { entry: EntryId, standing: Standing },
    /// A request without a final answer, at the beginning of a journal.
    Outstanding(Box<Outstanding>),
    /// The trace number (DE 11) of the next message.
    NextTrace(TraceNumber),
    /// The transaction sequence counter (`9F41`) of the next transaction.
    NextSequence(u32),
    /// A request is about to be sent.
    InFlight(Box<Record>),
    /// The request in flight is approved. `after`: the standing of the entry that it is about.
    Approved {
        /// DE 38.
        #[serde(deserialize_with = "Option::deserialize")]
        approval: Option<ApprovalCode>,
        #[serde(deserialize_with = "Option::deserialize")]
        after: Option<Standing>,
    },
    /// The request in flight is declined.
    Declined,
    /// The request in flight has no valid answer: its reversal is owed.
    Owed,
    /// An entry is reversed by the merchant: its reversal is owed.
    Reversing(EntryId),
    /// The owed reversal is acknowledged.
    Reversed,
    /// The owed reversal is refused for good.
    ReversalRefused {
        /// DE 39.
        code: ResponseCode,
        asked: Asked,
    },
    /// A settlement is about to be sent.
    Settling(Settling),
    /// The settlement is concluded, and the batch stays open.
    NotClosed,
    /// The settlement is concluded, and the batch is closed: the last line of its journal.
    Closed,
}

impl Change {
    /// True for a change before anything is sent for it, which may therefore be postponed or
    /// refused.
    pub(super) const fn begins(&self) -> bool {
        match self {
            Self::NextTrace(_)
            | Self::NextSequence(_)
            | Self::InFlight(_)
            | Self::Reversing(_)
            | Self::Settling(_) => true,
            Self::Entry(_)
            | Self::Refused(_)
            | Self::Standing { .. }
            | Self::Outstanding(_)
            | Self::Approved { .. }
            | Self::Declined
            | Self::Owed
            | Self::Reversed
            | Self::ReversalRefused { .. }
            | Self::NotClosed
            | Self::Closed => false,
        }
    }
}

impl TillState {
    /// Applies one change.
    pub(super) fn apply(&mut self, change: Change) {
        match change {
            Change::Entry(entry) => self.add(*entry),
            Change::Refused(refused) => self.add_refused(*refused),
            Change::Standing { entry, standing } => self.set_standing(entry, standing),
            Change::Outstanding(outstanding) => self.outstanding = Some(*outstanding),
            Change::NextTrace(trace) => self.next_trace = trace,
            Change::NextSequence(sequence) => self.next_sequence = sequence,
            Change::InFlight(record) => {
                self.next_trace = record.id.trace.next();
                self.outstanding = Some(Outstanding::InFlight(*record));
            }
            Change::Approved { approval, after } => self.approve(approval, after),
            Change::Declined => self.outstanding = None,
            Change::Owed => {
                let record = self.outstanding.take().map(Outstanding::into_record);
                self.outstanding = record.map(Outstanding::ReversalOwed);
            }
            Change::Reversing(id) => {
                self.set_standing(id, Standing::ReversalOwed);
                let record = self.entry(id).map(|entry| entry.record.clone());
                self.outstanding = record.map(Outstanding::ReversalOwed);
            }
            Change::Reversed => {
                if let Some(outstanding) = self.outstanding.take() {
                    self.take_back(outstanding.record());
                }
            }
            Change::ReversalRefused { code, asked } => {
                if let Some(outstanding) = self.outstanding.take() {
                    self.leave(outstanding.into_record(), code, asked);
                }
            }
            Change::Settling(settling) => {
                self.next_trace = settling.trace.next();
                self.settling = Some(settling);
            }
            Change::NotClosed => self.settling = None,
            Change::Closed => self.close(),
        }
    }

    /// Refuses a change that no journal can have at this place.
    pub(super) fn admits(&self, change: &Change) -> Result<(), StateError> {
        let in_flight = matches!(self.outstanding, Some(Outstanding::InFlight(_)));
        let fits = match change {
            Change::Entry(entry) => return self.admits_new(&entry.record),
            Change::Refused(refused) => return self.admits_own(&refused.record),
            Change::Outstanding(outstanding) => return self.admits_own(outstanding.record()),
            Change::InFlight(record) if self.outstanding.is_none() && !self.settling() => {
                return self.admits_new(record);
            }
            Change::NextTrace(_) | Change::Standing { .. } => true,
            Change::NextSequence(sequence) => Self::SEQUENCES.contains(sequence),
            Change::Approved { .. } | Change::Declined => in_flight,
            Change::Owed | Change::Reversed | Change::ReversalRefused { .. } => {
                self.outstanding.is_some()
            }
            Change::Reversing(id) => {
                let known = id.batch == self.batch.number && self.entry(*id).is_some();
                known && self.outstanding.is_none() && !self.settling()
            }
            Change::Settling(_) => !self.settling() && self.outstanding.is_none(),
            Change::NotClosed => self.settling(),
            // A batch that was closed before there were journals has no settlement in its journal.
            Change::Closed => self.outstanding.is_none(),
            Change::InFlight(_) => false,
        };
        fits.then_some(()).ok_or(StateError::OutOfOrder)
    }

    fn admits_own(&self, record: &Record) -> Result<(), StateError> {
        let own = record.id.batch == self.batch.number;
        own.then_some(()).ok_or(StateError::Entry(record.id))
    }

    fn admits_new(&self, record: &Record) -> Result<(), StateError> {
        self.admits_own(record)?;
        let new = !self.batch_has(record.id.trace);
        new.then_some(()).ok_or(StateError::Entry(record.id))
    }

    fn approve(&mut self, approval: Option<ApprovalCode>, after: Option<Standing>) {
        let Some(outstanding) = self.outstanding.take() else {
            return;
        };
        let record = outstanding.into_record();
        let original = record.original;
        self.add(Entry {
            record,
            approval,
            standing: Standing::Approved,
        });
        if let (Some(original), Some(after)) = (original, after) {
            self.follow(original, after);
        }
    }
}
